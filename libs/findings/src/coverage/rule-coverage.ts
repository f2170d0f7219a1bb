import type { Catalogue } from '@tianyan/contracts';
import { DAY_MS, errorKind, sha256Hex, type Clock, type EpochMs } from '@tianyan/kernel';
import { execute, maybeRow, rows, type Pool } from '@tianyan/postgres';
import {
  awaitedQueries,
  inputCoverageQueries,
  type AwaitedCoverage,
  type InputCoverage,
  type RowsQuery,
  type RuleDefinition,
} from '@tianyan/rules';
import { clickHouseErrorName, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';
import { bounded } from '../bounded-query.js';
import { isShadowId } from '../rule-sets/shadow.js';

/** Each rule is counted anew after this; the counts read all records of its types. */
export const COVERAGE_STALE_MS = DAY_MS;

/** Live work goes on beside it. */
const SETTINGS = ['max_threads = 1', `max_memory_usage = ${384 * 1024 ** 2}`];

/** What of the records a rule can judge. */
export interface RuleCoverage {
  inputs: readonly InputCoverage[];
  awaited: readonly AwaitedCoverage[];
}

/** As it was last counted. Times are the machine's. */
export interface CountedCoverage {
  ruleId: string;
  ruleVersion: number;
  /** Null: it could not be counted yet. */
  countedAtMs: EpochMs | null;
  coverage: RuleCoverage | null;
  failure: string | null;
}

const inputSchema = z.object({
  input: z.string(),
  type: z.string(),
  fields: z.array(z.string()),
  cells: z.array(
    z.object({
      source: z.string(),
      townshipCode: z.string().nullable(),
      records: z.int(),
      judged: z.int(),
      empty: z.array(z.int()),
    }),
  ),
});
const awaitedSchema = z.object({
  of: z.string(),
  expect: z.array(z.string()),
  sources: z.array(z.object({ source: z.string(), begun: z.int(), answered: z.int().nullable(), told: z.int() })),
});
const countedSchema = z
  .object({
    rule_id: z.string(),
    rule_version: z.int(),
    counted_at_ms: z.int().nullable(),
    coverage: z.object({ inputs: z.array(inputSchema), awaited: z.array(awaitedSchema) }).nullable(),
    failure: z.string().nullable(),
  })
  .transform((row): CountedCoverage => ({
    ruleId: row.rule_id,
    ruleVersion: row.rule_version,
    countedAtMs: row.counted_at_ms,
    coverage: row.coverage,
    failure: row.failure,
  }));
const triedSchema = z.object({ rule_id: z.string(), fingerprint: z.string(), tried_at_ms: z.int() });

const COLUMNS = 'rule_id, rule_version, counted_at_ms, coverage, failure';

/** Counts what of the records rules can judge, and keeps it with its time: the counts read all records of a type. */
export class RuleCoverages {
  constructor(
    private readonly parts: {
      pool: Pool;
      warehouse: Pick<WarehouseReader, 'rows'>;
      catalogue: Catalogue;
      /** The machine's. */
      clock: Clock;
    },
  ) {}

  /**
   * Counts one rule of these that was not counted for a day, or is another by now: the one that waits longest. Returns its id; null:
   * none is due. What rules of before were counted for is forgotten.
   */
  async countNext(rules: readonly RuleDefinition[]): Promise<string | null> {
    const { pool, clock } = this.parts;
    const speaking = rules.filter(({ id }) => !isShadowId(id));
    const known = await rows(pool, triedSchema, 'SELECT rule_id, fingerprint, tried_at_ms FROM finding_rule_coverage');
    const byId = new Map(known.map((row) => [row.rule_id, row]));
    const gone = known.map((row) => row.rule_id).filter((id) => !speaking.some((rule) => rule.id === id));
    if (gone.length > 0) await execute(pool, 'DELETE FROM finding_rule_coverage WHERE rule_id = ANY($1)', [gone]);
    const nowMs = clock.nowMs();
    const waits = (rule: RuleDefinition) => {
      const last = byId.get(rule.id);
      return !last || last.fingerprint !== fingerprintOf(rule) ? Number.POSITIVE_INFINITY : Math.abs(nowMs - last.tried_at_ms);
    };
    const [next] = speaking.filter((rule) => waits(rule) >= COVERAGE_STALE_MS).toSorted((a, b) => (waits(a) < waits(b) ? 1 : -1));
    if (!next) return null;
    await this.count(next);
    return next.id;
  }

  /** Counts now. What fails by the rule is noted; then what was counted before stays. Throws RetriableError. */
  async count(rule: RuleDefinition): Promise<void> {
    const { pool, clock } = this.parts;
    const counted = await this.counted(rule);
    const nowMs = clock.nowMs();
    await execute(
      pool,
      `INSERT INTO finding_rule_coverage AS c (rule_id, rule_version, fingerprint, tried_at_ms, counted_at_ms, coverage, failure)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (rule_id) DO UPDATE SET rule_version = excluded.rule_version, fingerprint = excluded.fingerprint,
         tried_at_ms = excluded.tried_at_ms, failure = excluded.failure,
         counted_at_ms = coalesce(excluded.counted_at_ms, c.counted_at_ms), coverage = coalesce(excluded.coverage, c.coverage)`,
      [
        rule.id,
        rule.version,
        fingerprintOf(rule),
        nowMs,
        counted.coverage === null ? null : nowMs,
        counted.coverage === null ? null : JSON.stringify(counted.coverage),
        counted.failure,
      ],
    );
  }

  async of(ruleId: string): Promise<CountedCoverage | null> {
    const sql = `SELECT ${COLUMNS} FROM finding_rule_coverage WHERE rule_id = $1`;
    return maybeRow(this.parts.pool, countedSchema, sql, [ruleId]);
  }

  /** Of all rules that were counted. */
  async all(): Promise<readonly CountedCoverage[]> {
    return rows(this.parts.pool, countedSchema, `SELECT ${COLUMNS} FROM finding_rule_coverage ORDER BY rule_id COLLATE "C"`);
  }

  private async counted(rule: RuleDefinition): Promise<{ coverage: RuleCoverage | null; failure: string | null }> {
    const { catalogue } = this.parts;
    try {
      const inputs: InputCoverage[] = [];
      for (const query of inputCoverageQueries(rule, catalogue)) inputs.push(await this.ask(query));
      const awaited: AwaitedCoverage[] = [];
      for (const { of, expect, begun, told } of awaitedQueries(rule, catalogue)) {
        const ends = await this.ask(told);
        const sources = (await this.ask(begun)).map((one) => ({ ...one, told: ends.get(one.source) ?? 0 }));
        awaited.push({ of, expect, sources });
      }
      return { coverage: { inputs, awaited }, failure: null };
    } catch (error) {
      const name = clickHouseErrorName(error);
      // A store that is away is no rule's fault; a query that is too much is.
      if (name === undefined && errorKind(error) === 'retriable') throw error;
      return { coverage: null, failure: name ?? (error instanceof Error ? error.name : 'unknown') };
    }
  }

  private async ask<T>({ query, read }: RowsQuery<T>): Promise<T> {
    return read(await this.parts.warehouse.rows(bounded(query, SETTINGS)));
  }
}

/** What its counts depend on. */
function fingerprintOf({ examples: _examples, description: _description, ...said }: RuleDefinition): string {
  return sha256Hex(JSON.stringify(said));
}
