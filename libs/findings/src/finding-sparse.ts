import type { Reach } from '@tianyan/access';
import { row, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import { applyFilter, Conditions, isNarrow, tallied, type FindingFilter } from './finding-conditions.js';

/** So many are read and sorted as quickly as a page of them is met among a million, along the newest of all. */
const SPARSE = 7_000;

const kindsSchema = z.object({ count: z.int(), ruleIds: z.array(z.string()), statuses: z.array(z.string()) });

/**
 * For lists that begin with the newest of all: where few fit, or none, these are passed over for long, and the planner does not know that a rule has
 * nothing in a state. The kept counts do. Then only findings of such rules and states are read, to which an index leads, and sorted.
 * @param client in the snapshot of the list
 * @param where of the list; more conditions are added to it
 * @returns what ends the statement that finds them, so that the planner sorts it afterwards
 */
export async function fenceSparse(
  client: ClientBase,
  reach: Reach,
  filter: FindingFilter,
  where: Conditions,
): Promise<'' | 'OFFSET 0'> {
  if (isNarrow(filter)) return '';
  const known = new Conditions(reach);
  applyFilter(known, tallied(filter));
  const kinds = await row(
    client,
    kindsSchema,
    `SELECT coalesce(sum(count), 0)::int AS count, coalesce(array_agg(DISTINCT rule_id), '{}') AS "ruleIds", coalesce(array_agg(DISTINCT status), '{}') AS statuses
     FROM (SELECT f.rule_id, f.status, sum(f.count) AS count FROM finding_tally f ${known.sql()} GROUP BY f.rule_id, f.status HAVING sum(f.count) > 0) kind`,
    known.values,
  );
  if (kinds.count > SPARSE) return '';
  where.add(`f.rule_id = ANY(${where.value(kinds.ruleIds)})`);
  where.add(`f.status = ANY(${where.value(kinds.statuses)})`);
  return 'OFFSET 0';
}
