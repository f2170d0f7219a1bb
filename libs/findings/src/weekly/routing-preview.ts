import type { Reach } from '@tianyan/access';
import { DAY_MS, type Clock } from '@tianyan/kernel';
import { row, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { isFindingWithin } from '../finding-reach.js';
import { isShown } from '../rule-sets/shadow.js';
import { concernsSql, queuesOf, type QueueTeam } from './queue-team.js';

/** A month of work: what a change would have sent is judged by it. */
export const PREVIEW_DAYS = 30;

/** How many findings of the last {@link PREVIEW_DAYS} days concern a team, and how many the default team in place of others. */
export interface RoutingCounts {
  team: number;
  fallback: number;
}

const countsSchema = z.object({ team: z.int(), fallback: z.int() });

/** What teams as they would be would have been told of. */
export class RoutingPreviews {
  constructor(private readonly parts: { pool: Pool; countyClock: Clock }) {}

  /** @param teamId a team that is not among them concerns nothing */
  async count(reach: Reach, teams: readonly QueueTeam[], teamId: string): Promise<RoutingCounts> {
    const values: unknown[] = [reach.parameter, this.parts.countyClock.nowMs() - PREVIEW_DAYS * DAY_MS];
    const value = (given: unknown) => `$${values.push(given)}`;
    const queues = queuesOf(teams);
    const concerns = (of: (team: QueueTeam) => boolean) => {
      const queue = queues.find(({ team }) => of(team));
      return queue ? `(${concernsSql(queue, value)}) IS TRUE` : 'false';
    };
    const sql = `
      SELECT count(*) FILTER (WHERE ${concerns(({ id }) => id === teamId)}) AS team,
        count(*) FILTER (WHERE ${concerns(({ isDefault }) => isDefault)}) AS fallback
      FROM finding f WHERE ${isFindingWithin('f', '$1')} AND f.first_seen_at_ms >= $2 AND ${isShown('f')}`;
    return row(this.parts.pool, countsSchema, sql, values);
  }
}
