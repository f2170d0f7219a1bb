import type { Edit } from '@tianyan/contracts';
import type { EpochMs } from '@tianyan/kernel';
import type { EvidenceRef, Severity } from '@tianyan/rules';
import { z } from 'zod';
import type { Verdict } from './precision/verdict.js';

/**
 * - `open`: the data support it and nobody has decided;
 * - `withdrawn`: the data no longer support it, and nobody had decided;
 * - `dismissed`: a person found that it is no problem, with a reason;
 * - `promoted`: a person made it a clue.
 * The last two are a person's and survive whatever the data do; {@link Finding.holds} says what the data say.
 */
export type FindingStatus = 'open' | 'withdrawn' | 'dismissed' | 'promoted';

export const FINDING_STATUSES = ['open', 'withdrawn', 'dismissed', 'promoted'] as const satisfies readonly FindingStatus[];

/**
 * A record that may be shown to whoever asked: of a finding that was read within reach, or read so itself. The mark is the type's alone. It comes
 * from where reach is asked for, so that a record cannot be looked up by a name that came from elsewhere.
 */
export const seenRefSchema = z
  .object({
    type: z.string(),
    id: z.string(),
    version: z.number(),
    streamOffset: z.number(),
    hash: z.string(),
    atMs: z.number(),
    role: z.string(),
  })
  .brand<'within reach'>() satisfies z.ZodType<EvidenceRef>;
export type SeenRef = z.output<typeof seenRefSchema>;

/** As findings and their history keep it. */
export const evidenceSchema = z.array(seenRefSchema);
export const figuresSchema = z.record(z.string(), z.union([z.string(), z.number()]));

/** What a list shows of a finding. */
export interface FindingSummary {
  id: string;
  ruleId: string;
  ruleVersion: number;
  /** Title of the rule, Chinese. */
  title: string;
  problemClass: string;
  /** As in the rule language, `low` to `high`. */
  severity: Severity;
  /** Key of the scope; see `scopeKey` of libs/rules. */
  scope: string;
  status: FindingStatus;
  /** Whether the data support it now, whatever a person decided. */
  holds: boolean;
  townshipCode: string | null;
  villageCode: string | null;
  unitId: string | null;
  /** When the problem came about, in the county's time. */
  occurredAtMs: EpochMs;
  firstSeenAtMs: EpochMs;
  lastChangedAtMs: EpochMs;
  /** Chinese, names the figures. */
  explanation: string;
  /** Who and where, as far as the rule knows: unitId, villageCode, contractId … */
  subjects: Readonly<Record<string, string>>;
  /** Orders that its subjects or figures name. */
  orderIds: readonly string[];
  /** Of a finding about one order or one matter: the records of orders among its evidence. */
  orderRecordIds: readonly string[];
  evidenceCount: number;
  /** What a person has found out; null: nobody has decided, or it was dismissed before a class was asked. */
  verdict: Verdict | null;
}

export interface Finding extends FindingSummary {
  /** The text of the rule that found it, for {@link RuleSets.version}; null: found before texts were kept. */
  ruleDigest: string | null;
  /** What the county had set for its parameters then, for {@link ParameterSettings.version}; null: nothing. */
  ruleOverlay: string | null;
  /** Next instant at which the answer can change without a new record. */
  dueAtMs: EpochMs | null;
  /** Ordered by (at, id). After a withdrawal: what supported it last. */
  evidence: readonly SeenRef[];
  figures: Readonly<Record<string, string | number>>;
  /** Reason of the person who dismissed or promoted it. */
  decisionReason: string | null;
  decidedBy: string | null;
  decidedAtMs: EpochMs | null;
}

/**
 * - `opened`, `reopened` (the data support it again), `changed` (other evidence or figures), `withdrawn`: by the data;
 * - `lost-support`, `regained-support`: by the data, under a person's decision that stays;
 * - `dismissed`, `promoted`, and `reopened` with an actor (a decision taken back): by a person.
 */
export const FINDING_EVENTS = [
  'opened',
  'changed',
  'withdrawn',
  'reopened',
  'lost-support',
  'regained-support',
  'dismissed',
  'promoted',
] as const;
export type FindingEvent = (typeof FINDING_EVENTS)[number];

/** One version of one record that arrived and touched the scope. */
export interface CauseRecord {
  type: string;
  id: string;
  version: number;
  streamOffset: number;
  hash: string;
  atMs: EpochMs;
  /** The record was deleted, or moved away from this scope. */
  deleted: boolean;
  batch: string;
  /** A person had a hand in it: what the finding lost or gained by it, its source did not say. */
  edit?: Edit | undefined;
}

/** Why an evaluation took place. */
export type Cause =
  | {
      kind: 'records';
      batches: readonly string[];
      records: readonly CauseRecord[];
      /** Pages and files of the sources from which the batches came, to follow them through the logs. */
      traces?: readonly string[] | undefined;
    }
  | { kind: 'time' }
  | { kind: 'sweep'; sweepId: string }
  /** The rule is another version than what had answered before: the data may be the same. */
  | {
      kind: 'rule-changed';
      sweepId: string;
      version: number;
      /** The text is the same: what the county has set for its parameters is another. */
      parameters?: true | undefined;
    }
  /** The rule does not run any more. */
  | { kind: 'rule-retired' }
  | { kind: 'person' };

const causeRecordSchema = z.object({
  type: z.string(),
  id: z.string(),
  version: z.number(),
  streamOffset: z.number(),
  hash: z.string(),
  atMs: z.number(),
  deleted: z.boolean(),
  batch: z.string(),
  edit: z.object({ editedBy: z.string(), reviewedBy: z.string(), editReason: z.string(), editOf: z.string() }).optional(),
}) satisfies z.ZodType<CauseRecord>;

/** As the history keeps it. What is added here has to be optional: entries are never rewritten. */
export const causeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('records'),
    batches: z.array(z.string()),
    records: z.array(causeRecordSchema),
    traces: z.array(z.string()).optional(),
  }),
  z.object({ kind: z.literal('time') }),
  z.object({ kind: z.literal('sweep'), sweepId: z.string() }),
  z.object({ kind: z.literal('rule-changed'), sweepId: z.string(), version: z.int(), parameters: z.literal(true).optional() }),
  z.object({ kind: z.literal('rule-retired') }),
  z.object({ kind: z.literal('person') }),
]) satisfies z.ZodType<Cause>;

export interface FindingHistoryEntry {
  id: string;
  /** Evaluation clock, the county's time. */
  atMs: EpochMs;
  /** The database's clock. */
  recordedAtMs: EpochMs;
  event: FindingEvent;
  statusBefore: FindingStatus | null;
  statusAfter: FindingStatus;
  ruleVersion: number;
  /** What the person found out, with a decision; null also for what was dismissed before a class was asked. */
  verdict: Verdict | null;
  /** Sign-in name of the person; null when the data did it. */
  actor: string | null;
  reason: string | null;
  cause: Cause;
  explanation: string;
  /** The evidence as it stood after this entry; for a withdrawal, before it. */
  evidence: readonly SeenRef[];
  figures: Readonly<Record<string, string | number>>;
}

export interface FindingDetail extends Finding {
  /** Newest first, at most {@link MAX_HISTORY_ENTRIES}. */
  history: readonly FindingHistoryEntry[];
}

/** Entries shown with a finding; a finding that flips more often is a mistake in its rule, not something to read. */
export const MAX_HISTORY_ENTRIES = 500;
