import type { Reach } from '@tianyan/access';
import { row, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { applyFilter, ASIDE, Conditions, findingsOf } from '../finding-conditions.js';
import { RED_RISK, riskParameter, riskSql, type RuleRisk } from '../risk/risk.js';
import { asksForUnits, placedSql, type TeamQueue } from './queue-team.js';

const countsSchema = z.object({ open: z.int(), behind: z.int(), behindRed: z.int() });

/** One row: how much stands in the queue, and how much of that is red. From the kept counts, where they know enough. */
function allSql(queue: TeamQueue, where: Conditions, red: string): string {
  if (asksForUnits(queue)) return `SELECT count(*) AS count, count(*) FILTER (WHERE ${red}) AS red FROM finding f ${where.sql()}`;
  return `SELECT coalesce(sum(f.count), 0) AS count, coalesce(sum(f.count) FILTER (WHERE ${red}), 0) AS red FROM finding_tally f ${where.sql()}`;
}

/** How a team's week stands, within the reach of who asks. */
export class WeekQueries {
  constructor(private readonly pool: Pool) {}

  /**
   * What waits of that it has taken on, what waits behind it, and how much of that is red.
   * @param risks those that the places were given by: see {@link countyRisks}
   */
  async counts(
    reach: Reach,
    queue: TeamQueue,
    week: string,
    risks: ReadonlyMap<string, RuleRisk>,
  ): Promise<{ open: number; behind: number; behindRed: number }> {
    const where = new Conditions(reach);
    applyFilter(where, { statuses: ['open'], queue: { queue, week, place: 'both' } });
    const placed = placedSql(queue.team.id, week, (value) => where.value(value));
    const risk = riskSql(where.value(riskParameter(risks)));
    const red = `${risk} >= ${where.value(RED_RISK)}`;
    // All that waits is counted; what is set aside or has a place is little, and an index leads to it.
    return row(
      this.pool,
      countsSchema,
      `WITH waiting AS (${allSql(queue, where, red)}),
         placed AS (SELECT count(*) AS count, count(*) FILTER (WHERE ${red}) AS red FROM ${findingsOf(placed)} ${where.sql()}
           AND f.id NOT IN (${ASIDE})),
         aside AS (SELECT count(*) AS count, count(*) FILTER (WHERE ${red}) AS red FROM ${findingsOf(ASIDE)} ${where.sql()})
       SELECT placed.count::int AS open, (waiting.count - placed.count - aside.count)::int AS behind,
         (waiting.red - placed.red - aside.red)::int AS "behindRed"
       FROM waiting, placed, aside`,
      where.values,
    );
  }
}
