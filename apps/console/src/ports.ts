import type { MappingDocument } from '@tianyan/contracts';
import type { EpochMs } from '@tianyan/kernel';
import type { MendState } from './api/index.js';

/**
 * What the console needs of parts that live in other apps. The process that composes the modules fills them; apps do
 * not import each other.
 */

/** State of one source; a row of the connector's source store fits as it is. */
export interface SourceStatus {
  name: string;
  label: string;
  kind: 'http-pull' | 'file-drop' | 'webhook' | 'upload';
  enabled: boolean;
  state: 'idle' | 'running' | 'failing' | 'waiting';
  lastRunAtMs: EpochMs | null;
  lastSuccessAtMs: EpochMs | null;
  lastRecordAtMs: EpochMs | null;
  acceptedTotal: number;
  repeatedTotal: number;
  refusedTotal: number;
  error: string | null;
  heldLists: readonly HeldListStatus[];
  quarantineOpen: number;
}

/** A full list that lacks so many rows that nothing of it was deleted. */
export interface HeldListStatus {
  feed: string;
  fileName: string | null;
  missing: number;
  known: number;
  heldAtMs: EpochMs;
  decision: 'delete' | 'discard' | null;
  decidedBy: string | null;
}

export interface SourcesPort {
  list(): Promise<SourceStatus[]>;
  find(name: string): Promise<SourceStatus | null>;
}
export const SOURCES = Symbol('SOURCES');

export interface HeldListsPort {
  /** Decides about the list that was held at `heldAtMs`. Throws RefusedError `not-found`, `conflict`. */
  decide(
    name: { source: string; feed: string },
    input: { decision: 'delete' | 'discard'; heldAtMs: EpochMs; actor: string },
  ): Promise<void>;
}
export const HELD_LISTS = Symbol('HELD_LISTS');

/** An announced load that has not been judged; one of libs/findings fits as it is. */
export interface LoadStatus {
  id: string;
  kind: 'upload' | 'import' | 'folder' | 'first-pull' | 'catch-up';
  source: string;
  feed: string;
  types: readonly string[];
  /** `loading`: not at its end; `landing`: its last records are on their way; `closed`: all has landed. */
  state: 'loading' | 'landing' | 'closed';
  beganAtMs: EpochMs;
  openForMs: number;
  /** Since the last sign of life of its loader; null when it is at its end. */
  quietForMs: number | null;
  /** Since nothing is missing any more of it and of what it waits for; null before. */
  completeForMs: number | null;
  /** It was not waited for any longer: what had come was taken for the whole. */
  givenUp: boolean;
}

export interface LoadsPort {
  /** The oldest first. */
  inProgress(): Promise<readonly LoadStatus[]>;
  /** By the load's id. */
  landedRecords(loads: readonly Pick<LoadStatus, 'id' | 'types'>[]): Promise<ReadonlyMap<string, number>>;
}
export const LOADS = Symbol('LOADS');

/** One quarantined row; a row of the connector's quarantine store fits as it is. */
export interface QuarantinedRow {
  id: number;
  source: string;
  feed: string;
  type: string | null;
  recordId: string | null;
  field: string | null;
  label: string | null;
  reason: string;
  groupKey: string;
  raw: string;
  rawChars: number;
  state: 'open' | 'replayed' | 'discarded';
  lastSeenAtMs: EpochMs;
  settledBy: string | null;
  /** Why it was discarded, or the text it was replayed with. */
  settlement: string | null;
}

/** What may be changed by hand in a quarantined row. */
export interface CorrectableRow {
  columns: readonly { column: string; fields: readonly { name: string; label: string }[] }[];
  whole: boolean;
  closed: string | null;
}

export type MendPlan =
  | { kind: 'replay' | 'discard' }
  | { kind: 'values'; changes: { column: string; from?: string | null | undefined; to: string | null }[] }
  | { kind: 'row'; raw: string };

/** How quarantined rows are mended; a mend of the connector's fits as it is. */
export interface MendStatus {
  id: number;
  source: string;
  type: string | null;
  itemId: number | null;
  groupKey: string | null;
  plan: MendPlan;
  reason: string | null;
  state: MendState;
  proposedBy: string;
  proposedAtMs: EpochMs;
  decidedBy: string | null;
  decidedAtMs: EpochMs | null;
  decisionReason: string | null;
  total: number;
  accepted: number;
  refused: number;
  note: string | null;
}

export interface RowGroup {
  key: string;
  source: string;
  feed: string;
  type: string | null;
  problems: readonly { label: string }[];
  reason: string;
  count: number;
  firstSeenAtMs: EpochMs;
  lastSeenAtMs: EpochMs;
}

export interface QuarantinePort {
  list(query: {
    state?: QuarantinedRow['state'];
    source?: string;
    type?: string;
    group?: string;
    beforeId?: number;
    limit: number;
  }): Promise<QuarantinedRow[]>;
  find(id: number): Promise<QuarantinedRow | null>;
  countByState(): Promise<Record<QuarantinedRow['state'], number>>;
  correctable(row: QuarantinedRow): Promise<CorrectableRow>;
  /** Tries the source's own row again. Throws RefusedError `not-found`, `conflict`. */
  replay(id: number, input: { actor: string }): Promise<{ accepted: boolean; reason: string | null; field: string | null }>;
  /** Puts a correction before a second person. Throws RefusedError `not-found`, `conflict`, `invalid`. */
  propose(id: number, input: { plan: MendPlan; actor: string; reason: string }): Promise<MendStatus>;
  /** Throws RefusedError `not-found`, `conflict`. */
  discard(id: number, input: { actor: string; reason: string }): Promise<void>;
  /** Throws RefusedError `not-found`, `conflict`. */
  reopen(id: number): Promise<void>;
}

export interface MappingsPort {
  /** The mappings by which a feed, or any feed of the source, is read: they say what a column of a raw row is. */
  documentsOf(source: string, feed: string | null): Promise<readonly MappingDocument[]>;
}
export const MAPPINGS = Symbol('MAPPINGS');

/** One row with what a plan makes of it; `raw` is null if it would not pass. */
export interface MendSample {
  item: QuarantinedRow;
  accepted: boolean;
  reason: string | null;
  raw: string | null;
}

export interface MendsPort {
  /** Open rows that broke in the same way, the largest group first. */
  list(query: { source?: string | undefined }): Promise<RowGroup[]>;
  find(key: string): Promise<RowGroup | null>;
  /** The first rows of a group. */
  rows(key: string): Promise<QuarantinedRow[]>;
  /** What stands in the columns of a raw row. */
  cells(raw: string, columns: readonly string[]): (string | null)[];
  mends(query: { groupKey?: string; itemId?: number; state?: MendState }): Promise<MendStatus[]>;
  findMend(id: number): Promise<MendStatus | null>;
  samples(id: number): Promise<MendSample[]>;
  /** What would become of the group; changes nothing. Throws RefusedError `not-found`. */
  preview(
    key: string,
    plan: MendPlan,
  ): Promise<{
    total: number;
    examined: number;
    accepted: number;
    reasons: { reason: string; count: number }[];
    samples: MendSample[];
  }>;
  /** Values wait for a second person, the rest runs. Throws RefusedError `not-found`, `conflict`, `invalid`. */
  mend(key: string, input: { plan: MendPlan; actor: string; reason: string | null }): Promise<MendStatus>;
  /** Each throws RefusedError `not-found`, `conflict`; `forbidden` for whoever may not take this step. */
  approve(id: number, actor: string): Promise<MendStatus>;
  reject(id: number, input: { actor: string; reason: string }): Promise<MendStatus>;
  withdraw(id: number, actor: string): Promise<MendStatus>;
  cancel(id: number, actor: string): Promise<MendStatus>;
}
export const MENDS = Symbol('MENDS');

/** Rows that could not be read, and how they are mended. */
export interface QuarantineParts {
  quarantine: QuarantinePort;
  mends: MendsPort;
}
/** Provides them as `CountyWide<QuarantineParts>`. */
export const QUARANTINE = Symbol('QUARANTINE');

export interface UploadPort {
  /** Mappings by which a file can be read. */
  mappings(): Promise<{ id: string; label: string; type: string }[]>;
  /** Reads a file whole. `path` is a temporary file that the caller removes. Throws RefusedError for a file that cannot be read. */
  upload(input: { path: string; fileName: string; mapping: { id: string } | { text: string }; actor: string }): Promise<{
    accepted: number;
    repeated: number;
    refused: number;
    notes: { reason: string; count: number }[];
    unreadSheets: readonly { name: string; hidden: boolean }[];
    remarks: readonly { text: string }[];
    reasons: { reason: string; count: number }[];
  }>;
}
export const UPLOADS = Symbol('UPLOADS');

export interface SweepControlPort {
  /** Starts a sweep of the rules, of all without `ruleIds`. Throws RefusedError('conflict') while one is running. */
  start(input: { ruleIds: readonly string[] | null; actor: string }): Promise<{ sweepId: string }>;
}
export const SWEEP_CONTROL = Symbol('SWEEP_CONTROL');
