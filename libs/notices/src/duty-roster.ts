import { RefusedError, type ChinaDay, type Clock } from '@tianyan/kernel';
import { execute, inTransaction, maybeRow, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { MAX_DUTY_DAYS_SAVED, MAX_PERSONS_ON_DUTY, openDutyDay, type DutyHours } from './duty.js';

/** Who is on duty on a day; nobody: the day is not filled. */
export interface DutyDay {
  day: ChinaDay;
  userIds: readonly string[];
}

const teamSchema = z
  .object({ duty_from_minute: z.int().nullable(), duty_to_minute: z.int().nullable() })
  .transform(({ duty_from_minute: fromMinute, duty_to_minute: toMinute }): { hours: DutyHours | null } => ({
    hours: fromMinute === null || toMinute === null ? null : { fromMinute, toMinute },
  }));
const daySchema = z
  .object({ day: z.string(), user_ids: z.array(z.string()) })
  .transform(({ day, user_ids: userIds }): DutyDay => ({ day, userIds }));
const memberSchema = z.object({ user_id: z.string() });

const NO_TEAM = '没有这个监督组，请刷新页面';

/** 值班表: who of a team is on duty on which day. */
export class DutyRoster {
  constructor(
    private readonly parts: {
      pool: Pool;
      /** The machine's: people work by it. */
      clock: Clock;
    },
  ) {}

  /** Null: the team has no roster, all of it is told at any time. Throws RefusedError('not-found') without the team. */
  async hours(teamId: string): Promise<DutyHours | null> {
    const sql = 'SELECT duty_from_minute, duty_to_minute FROM alert_team WHERE id = $1';
    const team = await maybeRow(this.parts.pool, teamSchema, sql, [teamId]);
    if (!team) throw new RefusedError('not-found', NO_TEAM);
    return team.hours;
  }

  /** Without hours the roster is kept, and asked for by nobody. Throws RefusedError: `not-found`; `invalid` for hours that end before they begin. */
  async setHours(teamId: string, hours: DutyHours | null): Promise<void> {
    if (hours !== null && hours.fromMinute >= hours.toMinute) throw new RefusedError('invalid', '上班时间要早于下班时间');
    const sql = 'UPDATE alert_team SET duty_from_minute = $2, duty_to_minute = $3 WHERE id = $1';
    const changed = await execute(this.parts.pool, sql, [teamId, hours?.fromMinute ?? null, hours?.toMinute ?? null]);
    if (changed !== 1) throw new RefusedError('not-found', NO_TEAM);
  }

  /** The days that are filled, from one to another, both included. */
  async days(teamId: string, from: ChinaDay, to: ChinaDay): Promise<DutyDay[]> {
    return rows(
      this.parts.pool,
      daySchema,
      `SELECT day, array_agg(user_id ORDER BY user_id) AS user_ids FROM team_duty_day
       WHERE team_id = $1 AND day BETWEEN $2 AND $3 GROUP BY day ORDER BY day`,
      [teamId, from, to],
    );
  }

  /**
   * Takes the place of what stood on these days, all or none. Throws RefusedError: `not-found`; `invalid` for a day whose turn is over (it says who was
   * told; the night before work begins belongs to the day before), for somebody who is not of the team, for too many days or persons.
   */
  async setDays(teamId: string, days: readonly DutyDay[]): Promise<void> {
    assertFew(days);
    await inTransaction(this.parts.pool, async (client) => {
      const { hours } = await heldTeam(client, teamId);
      const first = openDutyDay(hours, this.parts.clock.nowMs());
      if (days.some(({ day }) => day < first))
        throw new RefusedError('invalid', '已经过去的日子不能再改：那时通知了谁，以它为准');
      await assertMembers(client, teamId, days);
      await execute(client, 'DELETE FROM team_duty_day WHERE team_id = $1 AND day = ANY($2)', [
        teamId,
        days.map(({ day }) => day),
      ]);
      const turns = days.flatMap(({ day, userIds }) => userIds.map((userId) => ({ day, userId })));
      await execute(
        client,
        `INSERT INTO team_duty_day (team_id, day, user_id)
         SELECT DISTINCT $1, t.day, t.user_id FROM unnest($2::text[], $3::text[]) AS t (day, user_id)`,
        [teamId, turns.map(({ day }) => day), turns.map(({ userId }) => userId)],
      );
    });
  }
}

function assertFew(days: readonly DutyDay[]): void {
  if (days.length > MAX_DUTY_DAYS_SAVED) throw new RefusedError('invalid', `一次最多保存 ${MAX_DUTY_DAYS_SAVED} 天`);
  if (days.some(({ userIds }) => userIds.length > MAX_PERSONS_ON_DUTY))
    throw new RefusedError('invalid', `一天最多 ${MAX_PERSONS_ON_DUTY} 人值班`);
}

/** The team's row is held, so that rosters of one team are saved in turn. */
async function heldTeam(client: ClientBase, teamId: string): Promise<{ hours: DutyHours | null }> {
  const team = await maybeRow(
    client,
    teamSchema,
    'SELECT duty_from_minute, duty_to_minute FROM alert_team WHERE id = $1 FOR UPDATE',
    [teamId],
  );
  if (!team) throw new RefusedError('not-found', NO_TEAM);
  return team;
}

async function assertMembers(client: ClientBase, teamId: string, days: readonly DutyDay[]): Promise<void> {
  const found = await rows(client, memberSchema, 'SELECT user_id FROM alert_team_member WHERE team_id = $1', [teamId]);
  const members = new Set(found.map(({ user_id: id }) => id));
  if (days.some(({ userIds }) => userIds.some((id) => !members.has(id))))
    throw new RefusedError('invalid', '值班人员要先是本组成员，请刷新页面后重新选择');
}
