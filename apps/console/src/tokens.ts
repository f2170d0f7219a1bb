import type {
  FirstLoads,
  HeldLists,
  Mappers,
  MendService,
  QuarantineService,
  SourceStore,
  UploadService,
} from '@tianyan/sources';

/** What the console asks of the connector of its process, which the token `CONNECTOR` of libs/runtime stands for. */
export interface AskedConnector {
  sources: Pick<SourceStore, 'list' | 'find'>;
  held: Pick<HeldLists, 'decide'>;
  /** Which record types still miss history. */
  firstLoads: Pick<FirstLoads, 'pendingTypes'>;
  /** By which a feed is read: they say what a column of a raw row is. */
  mappers: Pick<Mappers, 'documentsOf'>;
  quarantineService: Pick<QuarantineService, keyof QuarantineService>;
  mendService: Pick<MendService, keyof MendService>;
  uploads: Pick<UploadService, keyof UploadService>;
}

/** Rows that could not be read, and how they are mended. */
export interface QuarantineServices {
  quarantine: AskedConnector['quarantineService'];
  mends: AskedConnector['mendService'];
}

/** Starts sweeps, in this process or by asking another. */
export interface SweepControl {
  /** Starts a sweep of the rules, of all without `ruleIds`. Throws RefusedError('conflict') while one is running. */
  start(input: { ruleIds: readonly string[] | null; actor: string }): Promise<{ sweepId: string }>;
}
export const SWEEP_CONTROL = Symbol('SWEEP_CONTROL');
/** `ComposedConsole`: all that `composeConsole` made. */
export const CONSOLE = Symbol('CONSOLE');
