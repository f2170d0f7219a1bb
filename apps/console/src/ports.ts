import type { EpochMs } from '@tianyan/kernel';
import type { Severity } from './api/index.js';

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
  raw: string;
  rawChars: number;
  state: 'open' | 'replayed' | 'discarded';
  lastSeenAtMs: EpochMs;
}

export interface QuarantinePort {
  list(query: {
    state?: QuarantinedRow['state'];
    source?: string;
    type?: string;
    beforeId?: number;
    limit: number;
  }): Promise<QuarantinedRow[]>;
  find(id: number): Promise<QuarantinedRow | null>;
  countByState(): Promise<Record<QuarantinedRow['state'], number>>;
  /** Tries the stored text again, or `raw` in its place. Throws RefusedError `not-found`, `conflict`. */
  replay(
    id: number,
    input: { raw: string | null; actor: string },
  ): Promise<{ accepted: boolean; reason: string | null; field: string | null }>;
  /** Throws RefusedError `not-found`, `conflict`. */
  discard(id: number, input: { actor: string; reason: string }): Promise<void>;
}
export const QUARANTINE = Symbol('QUARANTINE');

export interface UploadPort {
  /** Mappings by which a file can be read. */
  mappings(): Promise<{ id: string; label: string; type: string }[]>;
  /** Reads a file whole. `path` is a temporary file that the caller removes. Throws RefusedError for a file that cannot be read. */
  upload(input: { path: string; fileName: string; mapping: { id: string } | { text: string }; actor: string }): Promise<{
    accepted: number;
    repeated: number;
    refused: number;
    reasons: { reason: string; count: number }[];
  }>;
}
export const UPLOADS = Symbol('UPLOADS');

export interface SweepControlPort {
  /** Starts a sweep of the rules, of all without `ruleIds`. Throws RefusedError('conflict') while one is running. */
  start(input: { ruleIds: readonly string[] | null; actor: string }): Promise<{ sweepId: string }>;
}
export const SWEEP_CONTROL = Symbol('SWEEP_CONTROL');

/** A rule as people read it. */
export interface RuleDescription {
  id: string;
  version: number;
  title: string;
  class: string;
  severity: Severity;
  kind: string;
  kindLabel: string;
  /** Record types it reads. */
  recordTypes: readonly string[];
  /** The rule in Chinese, one sentence a line. */
  words: readonly string[];
  /** Sources to which its file limits it; null: all. */
  sources: readonly string[] | null;
  /** Its query over all those sources. */
  sql: string;
  parameters: readonly { name: string; label: string; text: string }[];
  legalBasis: readonly string[];
  exampleCount: number;
  /** Chinese names of the roles of its evidence. */
  roleLabels: Readonly<Record<string, string>>;
  /** Chinese names of the figures of its explanation, where it gives them. */
  figureLabels: Readonly<Record<string, string>>;
}

export interface RuleBookPort {
  list(): readonly RuleDescription[];
  find(id: string): RuleDescription | null;
  /** The query of a rule that is limited to these sources. Throws RefusedError `not-found`. */
  sql(id: string, sources: readonly string[] | null): string;
}
export const RULE_BOOK = Symbol('RULE_BOOK');
