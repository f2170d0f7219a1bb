import type { Reach } from '@tianyan/access';
import { row, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { applyFilter, Conditions, isNarrow, tallied, type FindingFilter } from './finding-conditions.js';
import { permilleSql, riskParameter, riskSql, type RuleRisk } from './risk/risk.js';

/** The last row of the page before: what it is ordered by, and its id. */
export interface ListPosition {
  /** A whole number. */
  key: string;
  id: string;
}

/** More than any stake; the column is a smallint. */
const MAX_STAKE = 32_767;

/**
 * Rows `(id, risk)`: the findings of the greatest risk that fit, the greatest first. What is expected of a rule is another for each reach and
 * changes with every decision, so that no index holds the risk; within one rule, state and township the order by risk is that by `stake`,
 * which an index does hold. The first of each of those are merged: a few hundred short looks, however many findings there are.
 * @param where holds the filter; further values are registered with it
 * @param page.isNarrow of {@link fitsFew}
 * @param page.fits condition on `finding f` within the filter, as a condition on `o` with its `id`, `stake`, `risk` and `subject_key`; missing: all fit
 */
export function rankedSql(
  where: Conditions,
  filter: FindingFilter,
  page: { risks: ReadonlyMap<string, RuleRisk>; limit: number; after: ListPosition | null; isNarrow: boolean; fits?: string },
): string {
  const rules = where.value(riskParameter(page.risks));
  const limit = where.value(page.limit);
  const after = page.after && { risk: `${where.value(page.after.key)}::bigint`, id: where.value(page.after.id) };
  const fits = page.fits === undefined ? '' : `WHERE ${page.fits}`;
  const columns = `f.id, f.stake, f.subject_key, ${riskSql(rules)} AS risk`;
  if (page.isNarrow) {
    const behind = after ? `AND (${riskSql(rules)}, f.id) < (${after.risk}, ${after.id})` : '';
    return `SELECT o.id, o.risk FROM (SELECT ${columns} FROM finding f ${where.sql()} ${behind}) o ${fits}
      ORDER BY o.risk DESC, o.id DESC LIMIT ${limit}`;
  }
  const parts = where.ofSameReach();
  applyFilter(parts, tallied(filter));
  const behind = after ? 'AND (f.stake, f.id) < (part.after_stake, part.after_id)' : '';
  const first = (township: string) => `SELECT o.id, o.risk FROM (SELECT ${columns} FROM finding f ${where.sql()}
      AND f.rule_id = part.rule_id AND f.status = part.status AND f.township_code ${township} ${behind}) o ${fits}
    ORDER BY o.stake DESC, o.id DESC LIMIT ${limit}`;
  return `WITH part AS MATERIALIZED (
      SELECT counted.*${after ? `, ${afterColumns(after)}` : ''} FROM (
        SELECT f.rule_id, f.status, f.township_code, ${permilleSql(rules)} AS permille FROM finding_tally f ${parts.sql()}
        GROUP BY f.rule_id, f.status, f.township_code HAVING sum(f.count) > 0) counted)
    SELECT top.id, top.risk FROM (
      SELECT of_part.* FROM part, LATERAL (${first('= part.township_code')}) of_part WHERE part.township_code IS NOT NULL
      UNION ALL SELECT of_part.* FROM part, LATERAL (${first('IS NULL')}) of_part WHERE part.township_code IS NULL) top
    ORDER BY top.risk DESC, top.id DESC LIMIT ${limit}`;
}

/** So many are read and sorted as quickly as ranks are merged. */
const FEW = 2_000;

const fewSchema = z.object({ isFew: z.boolean() });

/** Whether so few fit that they are read and sorted: what is rare would be looked for in every rank. */
export async function fitsFew(pool: Pool, reach: Reach, filter: FindingFilter): Promise<boolean> {
  if (isNarrow(filter)) return true;
  if (filter.text === undefined) return false;
  const where = new Conditions(reach);
  applyFilter(where, filter);
  const sql = `SELECT count(*) <= ${FEW} AS "isFew" FROM (SELECT FROM finding f ${where.sql()} LIMIT ${FEW + 1}) fitting`;
  return (await row(pool, fewSchema, sql, where.values)).isFew;
}

/** Of one rule, what lies behind a risk has less at stake, or as much and a lesser id where that is exactly the risk. */
function afterColumns({ risk, id }: { risk: string; id: string }): string {
  return `least(${MAX_STAKE}, ${risk} / permille + CASE WHEN ${risk} % permille = 0 THEN 0 ELSE 1 END)::int AS after_stake,
    CASE WHEN ${risk} % permille = 0 THEN ${id} ELSE '' END AS after_id`;
}
