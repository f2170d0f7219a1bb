import { DAY_MS, CHINA_OFFSET_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type Clock, type EpochMs } from '@tianyan/kernel';
import { execute, inTransaction, type Pool } from '@tianyan/postgres';
import { authoredId, isShadowId } from '../rule-sets/shadow.js';

/**
 * `live`: touched scopes and instants that come; `load`: an announced load or a first load; `publish`: the sweep of what is new or
 * changed; `fill`: the same of a rule that was set aside; `shadow`: whatever a rule in shadow is judged for.
 */
export const RUN_KINDS = ['live', 'sweep', 'load', 'publish', 'fill', 'shadow', 'trial'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** For what a rule is judged just now; rules in shadow need not be told apart. */
export type RunKindOf = (ruleId: string) => RunKind;
export const liveRun: RunKindOf = () => 'live';

/** What is added to the log of one rule. */
export interface RunFigures {
  runs: number;
  /** Wall time, milliseconds: of the rule alone as far as it can be told, and its even share of what is done for several. */
  spentMs: number;
  scopes: number;
  /** Records that were read for scopes judged in the process. */
  records: number;
  /** Rows of tables that the queries have read by which it was judged, with whatever other rules stood in them. */
  readRows: number;
  gained: number;
  lost: number;
  changed: number;
}

/** Takes note of what judging takes and brings; in memory, so that live work waits for nothing. */
export interface RunNotes {
  add(ruleId: string, kind: RunKind, figures: Partial<RunFigures>): void;
  /** @param name of the error, never its words: they may quote a record */
  failed(ruleId: string, kind: RunKind, name: string): void;
}

/** Memory is written to the database so often. A process that is killed loses at most so much of its log, and nothing else. */
export const RUN_LOG_FLUSH_MS = 30 * SECOND_MS;
/** Sums per hour are kept so long: a month and a few days, so that a month can be compared with the one before day by day. */
export const RUN_HOURS_KEPT_MS = 35 * DAY_MS;
/** Sums per day are kept so long: the same season of the year before. */
export const RUN_DAYS_KEPT_MS = 400 * DAY_MS;
/** Old sums are rolled up so often. */
const ROLL_UP_EVERY_MS = 10 * MINUTE_MS;
/** Sums in memory while the database is away: some hundred rules over some hours. What comes then is not noted. */
const MAX_IN_MEMORY = 20_000;

interface Sum extends RunFigures {
  ruleId: string;
  kind: RunKind;
  fromMs: EpochMs;
  slowestMs: number;
  errors: number;
  lastError: string | null;
  lastErrorAtMs: EpochMs | null;
}

/** The log of what judging each rule takes and brings, as this process adds to it. */
export class RuleRuns implements RunNotes {
  private sums = new Map<string, Sum>();
  private flushedAtMs: EpochMs;
  private rolledUpAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly pool: Pool,
    /** The machine's. */
    private readonly clock: Clock,
  ) {
    this.flushedAtMs = clock.nowMs();
  }

  add(ruleId: string, kind: RunKind, figures: Partial<RunFigures>): void {
    const sum = this.sumOf(ruleId, kind);
    if (!sum) return;
    const { runs = 0, spentMs = 0, scopes = 0, records = 0, readRows = 0, gained = 0, lost = 0, changed = 0 } = figures;
    sum.runs += runs;
    sum.spentMs += spentMs;
    sum.slowestMs = Math.max(sum.slowestMs, spentMs);
    sum.scopes += scopes;
    sum.records += records;
    sum.readRows += readRows;
    sum.gained += gained;
    sum.lost += lost;
    sum.changed += changed;
  }

  failed(ruleId: string, kind: RunKind, name: string): void {
    const sum = this.sumOf(ruleId, kind);
    if (!sum) return;
    sum.errors++;
    sum.lastError = name;
    sum.lastErrorAtMs = this.clock.nowMs();
  }

  /** To be called often; writes once in {@link RUN_LOG_FLUSH_MS}. What could not be written stays for the next time. */
  async flushIfDue(): Promise<void> {
    const nowMs = this.clock.nowMs();
    // A clock that was set back must not silence the log.
    if (Math.abs(nowMs - this.flushedAtMs) < RUN_LOG_FLUSH_MS) return;
    await this.flush();
    if (Math.abs(nowMs - this.rolledUpAtMs) < ROLL_UP_EVERY_MS) return;
    await this.rollUp(nowMs);
    this.rolledUpAtMs = nowMs;
  }

  async flush(): Promise<void> {
    const sums = [...this.sums.values()];
    this.flushedAtMs = this.clock.nowMs();
    if (sums.length === 0) return;
    this.sums = new Map();
    try {
      await write(this.pool, sums);
    } catch (error) {
      for (const sum of sums) this.takeBack(sum);
      throw error;
    }
  }

  /** Hours that are old become days, and old days go. */
  async rollUp(nowMs: EpochMs): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await execute(client, ROLL_UP, [nowMs - RUN_HOURS_KEPT_MS, CHINA_OFFSET_MS, DAY_MS]);
      await execute(client, `DELETE FROM finding_rule_run WHERE grain = 'day' AND from_ms < $1`, [nowMs - RUN_DAYS_KEPT_MS]);
    });
  }

  private sumOf(judgedId: string, kind: RunKind): Sum | null {
    const ruleId = authoredId(judgedId);
    const as = isShadowId(judgedId) ? 'shadow' : kind;
    const fromMs = Math.floor(this.clock.nowMs() / HOUR_MS) * HOUR_MS;
    const key = `${ruleId} ${as} ${fromMs}`;
    const known = this.sums.get(key);
    if (known || this.sums.size >= MAX_IN_MEMORY) return known ?? null;
    const sum: Sum = { ruleId, kind: as, fromMs, ...NOTHING };
    this.sums.set(key, sum);
    return sum;
  }

  private takeBack(sum: Sum): void {
    const key = `${sum.ruleId} ${sum.kind} ${sum.fromMs}`;
    const newer = this.sums.get(key);
    this.sums.set(key, newer ? added(sum, newer) : sum);
  }
}

const NOTHING = {
  runs: 0,
  spentMs: 0,
  slowestMs: 0,
  scopes: 0,
  records: 0,
  readRows: 0,
  gained: 0,
  lost: 0,
  changed: 0,
  errors: 0,
  lastError: null,
  lastErrorAtMs: null,
};

function added(older: Sum, newer: Sum): Sum {
  return {
    ...older,
    runs: older.runs + newer.runs,
    spentMs: older.spentMs + newer.spentMs,
    slowestMs: Math.max(older.slowestMs, newer.slowestMs),
    scopes: older.scopes + newer.scopes,
    records: older.records + newer.records,
    readRows: older.readRows + newer.readRows,
    gained: older.gained + newer.gained,
    lost: older.lost + newer.lost,
    changed: older.changed + newer.changed,
    errors: older.errors + newer.errors,
    lastError: newer.lastError ?? older.lastError,
    lastErrorAtMs: newer.lastErrorAtMs ?? older.lastErrorAtMs,
  };
}

const ADD_TO = `ON CONFLICT (rule_id, kind, grain, from_ms) DO UPDATE SET
  runs = r.runs + excluded.runs, spent_ms = r.spent_ms + excluded.spent_ms, slowest_ms = greatest(r.slowest_ms, excluded.slowest_ms),
  scopes = r.scopes + excluded.scopes, records = r.records + excluded.records, read_rows = r.read_rows + excluded.read_rows, gained = r.gained + excluded.gained,
  lost = r.lost + excluded.lost, changed = r.changed + excluded.changed, errors = r.errors + excluded.errors,
  last_error = CASE WHEN excluded.last_error_at_ms >= coalesce(r.last_error_at_ms, 0) THEN excluded.last_error ELSE r.last_error END,
  last_error_at_ms = greatest(r.last_error_at_ms, excluded.last_error_at_ms)`;

const COLUMNS = `rule_id, kind, grain, from_ms, runs, spent_ms, slowest_ms, scopes, records, read_rows, gained, lost, changed, errors,
  last_error, last_error_at_ms`;

/** In the order of the key: two processes that add to the same rows would otherwise wait for each other. */
async function write(pool: Pool, sums: readonly Sum[]): Promise<void> {
  await execute(
    pool,
    `INSERT INTO finding_rule_run AS r (${COLUMNS})
     SELECT s."ruleId", s.kind, 'hour', s."fromMs", s.runs, s."spentMs", s."slowestMs", s.scopes, s.records, s."readRows", s.gained, s.lost, s.changed,
       s.errors, s."lastError", s."lastErrorAtMs"
     FROM jsonb_to_recordset($1::jsonb) AS s ("ruleId" text, kind text, "fromMs" bigint, runs bigint, "spentMs" double precision,
       "slowestMs" double precision, scopes bigint, records bigint, "readRows" bigint, gained bigint, lost bigint, changed bigint, errors bigint,
       "lastError" text, "lastErrorAtMs" bigint)
     ORDER BY 1, 2, 4 ${ADD_TO}`,
    [JSON.stringify(sums)],
  );
}

const ROLL_UP = `WITH old AS (DELETE FROM finding_rule_run WHERE grain = 'hour' AND from_ms < $1 RETURNING *)
  INSERT INTO finding_rule_run AS r (${COLUMNS})
  SELECT rule_id, kind, 'day', (from_ms + $2::bigint) / $3::bigint * $3::bigint - $2::bigint AS day, sum(runs), sum(spent_ms), max(slowest_ms),
    sum(scopes), sum(records), sum(read_rows), sum(gained), sum(lost), sum(changed), sum(errors),
    (array_agg(last_error ORDER BY last_error_at_ms DESC NULLS LAST))[1], max(last_error_at_ms)
  FROM old GROUP BY rule_id, kind, day ORDER BY rule_id, kind, day ${ADD_TO}`;
