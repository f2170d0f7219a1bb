import type { Reach } from '@tianyan/access';
import { row, rows, type Pool } from '@tianyan/postgres';
import type { Severity } from '@tianyan/rules';
import { z } from 'zod';
import {
  applyFilter,
  ASIDE,
  Conditions,
  findingsOf,
  isIndexed,
  isTallied,
  leftOutSql,
  tallied,
  type FindingFilter,
} from './finding-conditions.js';
import { severityOfRank } from './finding-rows.js';
import { FINDING_STATUSES, type FindingStatus } from './model.js';
import { VERDICTS, type Verdict } from './precision/verdict.js';

export interface FindingCounts {
  total: number;
  /** There are more than {@link MAX_COUNTED}: so many were counted, and each number says how many there are at least. */
  isAtLeast: boolean;
  byStatus: Readonly<Record<FindingStatus, number>>;
  byClass: readonly { problemClass: string; count: number }[];
  byRule: readonly { ruleId: string; title: string; count: number }[];
  /** Findings without a township are left out. */
  byTownship: readonly { townshipCode: string; count: number }[];
  bySeverity: readonly { severity: Severity; count: number }[];
  /** Of all: those that people have set aside. */
  aside: number;
  /**
   * A snapshot of PostgreSQL from before they were counted, in its own words: whoever decides on what was counted decides on what stood then. What has
   * come in between may be counted, and is left out.
   */
  asOf: string;
  /** Decided findings; those dismissed before a class was asked are left out. */
  byVerdict: readonly { verdict: Verdict; count: number }[];
}

/**
 * Of what the kept counts do not know (a period, a unit, a text) no more are counted, so that nobody waits for a number that says no more: where an index
 * alone tells what fits, and where each finding has to be read. Both are what 200 ms are enough for.
 */
export const MAX_COUNTED = { indexed: 100_000, read: 10_000 } as const;

const asOfSchema = z.object({ as_of: z.string() });
const countSchema = z.object({ dimension: z.string(), key: z.string(), title: z.string().nullable(), count: z.int() });
const statusSchema = z.enum(FINDING_STATUSES);
const verdictSchema = z.enum(VERDICTS);

const DIMENSIONS = 'f.status, f.problem_class, f.rule_id, f.township_code, f.severity, f.verdict';

/** Numbers of findings within the reach of who asks. */
export async function countFindings(pool: Pool, reach: Reach, filter: FindingFilter): Promise<FindingCounts> {
  const where = new Conditions(reach);
  applyFilter(where, filter);
  const isKept = isTallied(filter);
  const most = isIndexed(filter) ? MAX_COUNTED.indexed : MAX_COUNTED.read;
  const known = where.ofSameReach();
  applyFilter(known, tallied(filter));
  const chosen = isKept ? talliedSql(known, filter) : foundSql(where, most);
  const { as_of: asOf } = await row(pool, asOfSchema, 'SELECT pg_current_snapshot()::text AS as_of', []);
  const of = byDimension(await rows(pool, countSchema, countsSql(chosen, { where, known }), where.values));
  const byStatus: Record<FindingStatus, number> = { open: 0, withdrawn: 0, dismissed: 0, promoted: 0 };
  for (const { key, count } of of('status')) byStatus[statusSchema.parse(key)] = count;
  const total = Object.values(byStatus).reduce((sum, count) => sum + count, 0);
  const isAtLeast = !isKept && total > most;
  return {
    total: isAtLeast ? most : total,
    isAtLeast,
    asOf,
    byStatus,
    byClass: of('class').map(({ key, count }) => ({ problemClass: key, count })),
    byRule: of('rule').map(({ key, title, count }) => ({ ruleId: key, title: title ?? '', count })),
    byTownship: of('township').map(({ key, count }) => ({ townshipCode: key, count })),
    aside: of('aside')[0]?.count ?? 0,
    byVerdict: of('verdict').map(({ key, count }) => ({ verdict: verdictSchema.parse(key), count })),
    bySeverity: of('severity').map(({ key, count }) => ({ severity: severityOfRank(Number(key)), count })),
  };
}

/** What is set aside, or has a place in a week, the kept counts do not know: where it is left out it is taken off. */
function talliedSql(known: Conditions, filter: FindingFilter): string {
  const kept = `SELECT ${DIMENSIONS}, f.count FROM finding_tally f ${known.sql()}`;
  const leftOut = leftOutSql(filter, (value) => known.value(value));
  if (leftOut === null) return kept;
  return `${kept} UNION ALL SELECT ${DIMENSIONS}, -1 FROM ${findingsOf(leftOut)} ${known.sql()}`;
}

/** One more than is counted tells that there are more. */
function foundSql(where: Conditions, most: number): string {
  return `SELECT ${DIMENSIONS}, 1 AS count FROM finding f ${where.sql()} LIMIT ${most + 1}`;
}

/**
 * @param conditions.where the whole filter
 * @param conditions.known what the kept counts know of it: no index holds the titles, they do
 */
function countsSql(chosen: string, { where, known }: { where: Conditions; known: Conditions }): string {
  const by = (dimension: string, column: string, title = 'NULL') =>
    `SELECT '${dimension}' AS dimension, ${column}::text AS key, ${title} AS title, sum(count)::int AS count FROM chosen
     WHERE ${column} IS NOT NULL GROUP BY ${column} HAVING sum(count) > 0`;
  // Once over what was chosen; what is summed afterwards are some thousand combinations.
  return `WITH chosen AS MATERIALIZED (
      SELECT status, problem_class, rule_id, township_code, severity, verdict, sum(count) AS count FROM (${chosen}) f
      GROUP BY status, problem_class, rule_id, township_code, severity, verdict HAVING sum(count) > 0),
    titled AS MATERIALIZED (SELECT rule_id, max(title) AS title FROM (
      SELECT f.rule_id, f.title FROM finding_tally f ${known.sql()} GROUP BY f.rule_id, f.title HAVING sum(f.count) > 0) f GROUP BY rule_id)
    ${by('status', 'status')} UNION ALL ${by('class', 'problem_class')}
    UNION ALL ${by('rule', 'rule_id', '(SELECT titled.title FROM titled WHERE titled.rule_id = chosen.rule_id)')}
    UNION ALL ${by('township', 'township_code')} UNION ALL ${by('verdict', 'verdict')} UNION ALL ${by('severity', 'severity')}
    UNION ALL SELECT 'aside', '', NULL, count(*)::int FROM ${findingsOf(ASIDE)} ${where.sql()}
    ORDER BY dimension, count DESC, key`;
}

function byDimension(counted: readonly z.output<typeof countSchema>[]) {
  return (dimension: string) => counted.filter((row) => row.dimension === dimension);
}
