import { DAY_MS, CHINA_OFFSET_MS, type EpochMs } from '@tianyan/kernel';
import { rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { RUN_KINDS } from './rule-runs.js';

/** Rows of one rule that are shown, newest first: a day of each kind and more. */
const MAX_SHOWN = 60;
/** Rules in the list of the slowest. */
const MAX_SLOWEST = 20;

const figures = {
  runs: z.int(),
  spent_ms: z.number(),
  slowest_ms: z.number(),
  scopes: z.int(),
  records: z.int(),
  read_rows: z.int(),
  gained: z.int(),
  lost: z.int(),
  changed: z.int(),
  errors: z.int(),
};
const SUMS = `sum(runs)::bigint AS runs, sum(spent_ms) AS spent_ms, max(slowest_ms) AS slowest_ms, sum(scopes)::bigint AS scopes,
  sum(records)::bigint AS records, sum(read_rows)::bigint AS read_rows, sum(gained)::bigint AS gained, sum(lost)::bigint AS lost, sum(changed)::bigint AS changed,
  sum(errors)::bigint AS errors`;

const toFigures = (row: z.output<z.ZodObject<typeof figures>>) => ({
  runs: row.runs,
  spentMs: row.spent_ms,
  slowestMs: row.slowest_ms,
  scopes: row.scopes,
  records: row.records,
  readRows: row.read_rows,
  gained: row.gained,
  lost: row.lost,
  changed: row.changed,
  errors: row.errors,
});

const entrySchema = z
  .object({
    ...figures,
    kind: z.enum(RUN_KINDS),
    grain: z.enum(['hour', 'day']),
    from_ms: z.int(),
    last_error: z.string().nullable(),
    last_error_at_ms: z.int().nullable(),
  })
  .transform((row) => ({
    ...toFigures(row),
    kind: row.kind,
    grain: row.grain,
    fromMs: row.from_ms,
    lastError: row.last_error,
    lastErrorAtMs: row.last_error_at_ms,
  }));
/** One hour or day of one rule and kind of run. */
export type RunEntry = z.output<typeof entrySchema>;

const daySchema = z.object({ ...figures, day_ms: z.int() }).transform((row) => ({ ...toFigures(row), dayMs: row.day_ms }));
/** One day in China of one rule, all kinds of runs but trials. */
export type RunDay = z.output<typeof daySchema>;

const slowSchema = z.object({ ...figures, rule_id: z.string() }).transform((row) => ({ ...toFigures(row), ruleId: row.rule_id }));
export type SlowRule = z.output<typeof slowSchema>;

/** Reads the log of what judging rules took and brought. It is of the whole county. */
export class RuleRunQueries {
  constructor(private readonly pool: Pool) {}

  /** The last ones of a rule, newest first. */
  async last(ruleId: string): Promise<readonly RunEntry[]> {
    return rows(
      this.pool,
      entrySchema,
      `SELECT * FROM finding_rule_run WHERE rule_id = $1 ORDER BY from_ms DESC, kind LIMIT ${MAX_SHOWN}`,
      [ruleId],
    );
  }

  /** Oldest first; days without a run are left out. */
  async perDay(ruleId: string, fromMs: EpochMs): Promise<readonly RunDay[]> {
    return rows(
      this.pool,
      daySchema,
      `SELECT (from_ms + $3::bigint) / $4::bigint * $4::bigint - $3::bigint AS day_ms, ${SUMS} FROM finding_rule_run
       WHERE rule_id = $1 AND kind <> 'trial' AND from_ms >= $2 GROUP BY 1 ORDER BY 1`,
      [ruleId, fromMs, CHINA_OFFSET_MS, DAY_MS],
    );
  }

  /** Rules on which most time was spent, the most first; trials, which people ask for, left out. */
  async slowest(fromMs: EpochMs): Promise<readonly SlowRule[]> {
    return rows(
      this.pool,
      slowSchema,
      `SELECT rule_id, ${SUMS} FROM finding_rule_run WHERE from_ms >= $1 AND kind <> 'trial'
       GROUP BY rule_id ORDER BY sum(spent_ms) DESC, rule_id LIMIT ${MAX_SLOWEST}`,
      [fromMs],
    );
  }
}
