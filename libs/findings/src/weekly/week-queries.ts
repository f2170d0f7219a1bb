import type { Reach } from '@tianyan/access';
import { row, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { applyFilter, Conditions } from '../finding-conditions.js';
import { RED_RISK, riskParameter, riskSql, type RuleRisk } from '../risk/risk.js';
import { placedSql, type TeamQueue } from './queue-team.js';

const countsSchema = z.object({ open: z.int(), behind: z.int(), behindRed: z.int() });

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
    applyFilter(where, { statuses: ['open'], aside: 'without', queue: { queue, week, place: 'both' } });
    const placed = placedSql(queue.team.id, week, (value) => where.value(value));
    const risk = riskSql(where.value(riskParameter(risks)));
    return row(
      this.pool,
      countsSchema,
      `SELECT count(*) FILTER (WHERE placed)::int AS open, count(*) FILTER (WHERE NOT placed)::int AS behind,
         count(*) FILTER (WHERE NOT placed AND risk >= ${where.value(RED_RISK)})::int AS "behindRed"
       FROM (SELECT f.id IN (${placed}) AS placed, ${risk} AS risk FROM finding f ${where.sql()}) waiting`,
      where.values,
    );
  }
}
