import type { EpochMs } from '@tianyan/kernel';
import type { RowKeys } from '@tianyan/contracts';
import type {
  Cohorts,
  EvaluatedReach,
  Evaluation,
  JudgeWith,
  RecordSource,
  ScopeSlice,
  Severity,
  TouchedByKeys,
} from '@tianyan/rules';
import type { SqlQuery } from '@tianyan/warehouse';
import type { ClientBase } from '@tianyan/postgres';
import type { Finding } from './model.js';
import type { SetMember } from './rule-sets/epoch.js';

/** What is needed of a rule to store what it finds. */
export interface FindingRule {
  id: string;
  version: number;
  title: string;
  problemClass: string;
  severity: Severity;
  /** Changes when anything does that its answers depend on beside the records: text, parameters, calendar, compiler. */
  fingerprint: string;
  /** Which text of it is judged; null where rules are judged without a set. */
  member: SetMember | null;
  /** It reads what rules have found: what it finds is no record for others. Missing: no. */
  readsFindings?: boolean;
  /** The figure of its findings that says how much money is at stake, in fen; missing: none does. */
  amountFigure?: string;
}

/** Rules over the same scope; or one that is judged whole. */
export interface EvaluationGroup {
  groupId: string;
  /** Set where it is judged whole so often (machine clock), and never by what is touched: what its answers depend on, no scope says. */
  everyMs?: number;
  /** Set where those of its cohorts are judged that were touched since, and not everything. */
  cohorts?: Cohorts;
  /** Since which epoch the rules are those; an answer is stored in no other. Null: they belong to no set. */
  epoch: number | null;
  rules: readonly FindingRule[];
  /** Record types on which its answers depend. */
  recordTypes: readonly string[];
  /** Rows `{ scope }`: all scopes that the batches touched, old and new. */
  touched(type: string, batches: readonly string[]): SqlQuery;
  /** The same of batches whose rows have these codes, and what is to be looked up besides; null where they do not say it. */
  touchedByKeys(type: string, rows: readonly RowKeys[]): TouchedByKeys | null;
  /**
   * Rows `{ scope, id, version, streamOffset, hash, atMs, deleted, batch }`: the records of the batches that touched these
   * scopes, oldest first. Null where the group reads no records of the type.
   */
  touching(type: string, batches: readonly string[], scopes: readonly string[]): SqlQuery | null;
  /**
   * One query for a few of the rules each, over the records as they are or of another source. Without `ruleIds` it is one for all of
   * them. `settings`: limits of its own, `name = value`.
   */
  evaluate(input: {
    nowMs: EpochMs;
    scopes: EvaluatedReach;
    records?: RecordSource;
  }): readonly (SqlQuery & { ruleIds?: readonly string[]; settings?: readonly string[] })[];
  /** Rows `{ scope }`: at most so many of a slice that have records of their own, spread over all of it; missing: it has no scopes of its own. */
  sampled?(slice: ScopeSlice, limit: number): SqlQuery;
  /** What each rule of the group says of the row's scope; rules that say nothing are left out. */
  parseRow(row: unknown): readonly Evaluation[];
  /** Judges a few scopes in this process; without it they are judged by {@link evaluate}, too. */
  inProcess?: ScopeProcess;
  /** Of the scope nothing is decided at this instant, whatever its records; missing: of none. */
  isUndecided?(scope: string, nowMs: EpochMs): boolean;
  /** What its rules look for in the scope can wait: touched, it is judged at the pace of late records. Missing: it is judged at once. */
  canWait?(scope: string): boolean;
  /** Chinese text that names the figures. */
  explain(evaluation: Evaluation): string;
  /** The same with fewer of its rules, to find by which of them it fails; missing: nobody asks. */
  only?(ruleIds: readonly string[]): EvaluationGroup | null;
}

/** Rules that are judged, and since when they are those: what is stored of their answers is stored in this epoch or not at all. */
export interface JudgedRules {
  /** Null: they belong to no set. */
  epoch: number | null;
  groups: readonly EvaluationGroup[];
}

/** The second interpreter of a group's rules: the same answers from the records of some scopes. */
export interface ScopeProcess {
  /**
   * @param ask answers plain queries for records of the scopes, a few one after the other.
   * @throws InexactError where numbers are too large for this process, TooManyRecordsError where the records are too many; SQL
   *   answers then.
   */
  judge(
    scopes: readonly string[],
    nowMs: EpochMs,
    ask: (query: SqlQuery) => Promise<readonly unknown[]>,
    how?: JudgeWith,
  ): Promise<readonly Evaluation[]>;
}

/** With where the records came from that changed the finding; see {@link Cause}. */
export type Traced<F> = F & {
  traces?: readonly string[];
  /** What else was found at the same time, `load:…` or `sweep:…`: teams hear of all of it together. */
  bundle?: string;
  /** Teams that take on no more this week: each hears of it with all else that it has no place for. */
  beyondFor?: readonly string[];
};

/** Takes note of findings that teams must hear of, in the transaction that stores them; `AlertOutbox` of libs/notices fits. */
export interface FindingAlerts {
  /** Newly opened, or open again. Repeats for one finding must not lead to a second delivery. */
  enqueue(client: ClientBase, findings: readonly Traced<Finding>[]): Promise<void>;
  /** Still open, but its township, severity, class or unit is another: other teams may be concerned. */
  enqueueMoved(client: ClientBase, findings: readonly Traced<Finding>[]): Promise<void>;
  /** Withdrawn by the data: whoever was told must hear it. */
  enqueueWithdrawn(client: ClientBase, findings: readonly Traced<Pick<Finding, 'id'>>[]): Promise<void>;
}

/** Nobody is told. */
export const noAlerts: FindingAlerts = {
  enqueue: async () => {},
  enqueueMoved: async () => {},
  enqueueWithdrawn: async () => {},
};
