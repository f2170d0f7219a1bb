import { peopleNow } from '@tianyan/access';
import type { WorkingCalendar } from '@tianyan/calendar';
import type { ChinaDay, EpochMs } from '@tianyan/kernel';
import { rows, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import { dutyDayOf, isAtWork, type DutyHours } from './duty.js';
import { passedOver, type ToldOf } from './passed-over.js';

/** Somebody who is on duty. */
export interface PersonOnDuty {
  userId: string;
  /** Why the person is not told of it, in Chinese; null: is told. */
  passedOver: (of: ToldOf) => string | null;
}

/** A team outside its hours, and whose turn it is; nobody's: all of the team is told. */
export interface TeamOffHours {
  teamId: string;
  day: ChinaDay;
  persons: readonly PersonOnDuty[];
}

const hoursSchema = z.object({ id: z.string(), duty_from_minute: z.int(), duty_to_minute: z.int() });
const turnSchema = z.object({ team_id: z.string(), user_id: z.string(), is_member: z.boolean() });

const HOURS = 'SELECT id, duty_from_minute, duty_to_minute FROM alert_team WHERE duty_from_minute IS NOT NULL ORDER BY id';
const TURNS = `
  SELECT d.team_id, d.user_id,
    EXISTS (SELECT 1 FROM alert_team_member m WHERE m.team_id = d.team_id AND m.user_id = d.user_id) AS is_member
  FROM unnest($1::text[], $2::text[]) AS t (team_id, day) JOIN team_duty_day d USING (team_id, day) ORDER BY d.team_id, d.user_id`;

const NO_MEMBER = '已不在本组，跳过';

/** Which teams are outside their hours at an instant, and who is on duty. */
export class DutyRouting {
  constructor(
    /** The county's: which days are worked. */
    private readonly calendar: Pick<WorkingCalendar, 'isWorkingDay'>,
  ) {}

  /** Also in a transaction under way. Throws RangeError beyond the calendar. */
  async offHours(db: Queryable, nowMs: EpochMs): Promise<TeamOffHours[]> {
    const off = (await rows(db, hoursSchema, HOURS)).flatMap(({ id, duty_from_minute: fromMinute, duty_to_minute: toMinute }) => {
      const hours: DutyHours = { fromMinute, toMinute };
      return isAtWork(hours, this.calendar, nowMs) ? [] : [{ teamId: id, day: dutyDayOf(hours, nowMs) }];
    });
    // Most counties have no roster, and most alerts come while people work: that is one query.
    if (off.length === 0) return [];
    const turns = await rows(db, turnSchema, TURNS, [off.map(({ teamId }) => teamId), off.map(({ day }) => day)]);
    const userIds = [...new Set(turns.map(({ user_id: id }) => id))];
    const people = await peopleNow(db, userIds);
    return off.map(({ teamId, day }) => ({
      teamId,
      day,
      persons: turns
        .filter((turn) => turn.team_id === teamId)
        .map(({ user_id: userId, is_member: isMember }) => ({
          userId,
          passedOver: (of) => (isMember ? passedOver(people, userId, of) : NO_MEMBER),
        })),
    }));
  }
}
