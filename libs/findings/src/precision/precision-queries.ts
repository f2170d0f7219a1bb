import type { Reach } from '@tianyan/access';
import { rows, type ClientBase, type Pool, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import { isFindingWithin } from '../finding-reach.js';
import { isShown } from '../rule-sets/shadow.js';
import { precisionOf, type Precision } from './precision.js';
import { DECIDED_SQL } from './verdict.js';

const countsShape = {
  confirmed: z.int(),
  unfounded: z.int(),
  permitted: z.int(),
  dataErrors: z.int(),
  unclassed: z.int(),
};
const byRuleSchema = z.object({ rule_id: z.string(), ...countsShape });
const byVersionSchema = z.object({ version: z.int(), ...countsShape });

/** Of the kept counts, which hold the verdict of each finding and its rule; the version that was decided on is a matter of the findings alone. */
const TALLIES = `coalesce(sum(f.count) FILTER (WHERE f.verdict = 'confirmed'), 0)::int AS confirmed,
  coalesce(sum(f.count) FILTER (WHERE f.verdict = 'unfounded'), 0)::int AS unfounded,
  coalesce(sum(f.count) FILTER (WHERE f.verdict = 'permitted'), 0)::int AS permitted,
  coalesce(sum(f.count) FILTER (WHERE f.verdict = 'data-error'), 0)::int AS "dataErrors",
  coalesce(sum(f.count) FILTER (WHERE f.verdict IS NULL), 0)::int AS unclassed`;

const COUNTS = `count(*) FILTER (WHERE f.verdict = 'confirmed') AS confirmed, count(*) FILTER (WHERE f.verdict = 'unfounded') AS unfounded,
  count(*) FILTER (WHERE f.verdict = 'permitted') AS permitted, count(*) FILTER (WHERE f.verdict = 'data-error') AS "dataErrors",
  count(*) FILTER (WHERE f.verdict IS NULL) AS unclassed`;

/** Versions of one rule that are shown, the newest; a county writes some a year. */
const MAX_SHOWN_VERSIONS = 100;

async function byRule(client: Queryable, within: string, values: readonly string[]): Promise<ReadonlyMap<string, Precision>> {
  const found = await rows(
    client,
    byRuleSchema,
    `SELECT f.rule_id, ${TALLIES} FROM finding_tally f
     WHERE ${DECIDED_SQL} AND ${isShown('f')} AND ${within}
     GROUP BY f.rule_id HAVING sum(f.count) > 0`,
    [...values],
  );
  return new Map(found.map(({ rule_id: ruleId, ...counts }) => [ruleId, precisionOf(counts)]));
}

/** Of the whole county: for what is worked out for nobody in particular, and shown to nobody. */
export function precisionsOfCounty(client: ClientBase): Promise<ReadonlyMap<string, Precision>> {
  return byRule(client, 'true', []);
}

/** How often rules were right, of the findings within the reach of who asks that people have decided on. */
export class PrecisionQueries {
  constructor(private readonly pool: Pool) {}

  /** By rule, all its versions together; rules of which nothing was decided are missing. */
  async byRule(reach: Reach): Promise<ReadonlyMap<string, Precision>> {
    return byRule(this.pool, isFindingWithin('f', '$1'), [reach.parameter]);
  }

  /** Of one rule, by the version whose finding was decided on, newest first. */
  async byVersion(reach: Reach, ruleId: string): Promise<readonly { version: number; precision: Precision }[]> {
    const found = await rows(
      this.pool,
      byVersionSchema,
      `SELECT f.decided_rule_version AS version, ${COUNTS} FROM finding f
       WHERE ${DECIDED_SQL} AND f.decided_rule_version IS NOT NULL AND f.rule_id = $2
         AND ${isShown('f')} AND ${isFindingWithin('f', '$1')}
       GROUP BY 1 ORDER BY 1 DESC LIMIT ${MAX_SHOWN_VERSIONS}`,
      [reach.parameter, ruleId],
    );
    return found.map(({ version, ...counts }) => ({ version, precision: precisionOf(counts) }));
  }
}
