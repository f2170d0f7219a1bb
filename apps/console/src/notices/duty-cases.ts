import { peopleNow, Reach, type Actor, type AuditLog, type UserStore } from '@tianyan/access';
import { LAST_YEAR, type WorkingCalendar } from '@tianyan/calendar';
import { chinaDayOf, DAY_MS, RefusedError, startOfChinaDayMs, type ChinaDay, type Clock } from '@tianyan/kernel';
import { DutyRouting, openDutyDay, type DutyRoster, type PersonOnDuty, type Team, type TeamStore } from '@tianyan/notices';
import type { Pool } from '@tianyan/postgres';
import type { DutyDay, DutyHours, DutyMonth, DutyPerson, SaveDutyRequest } from '../api/index.js';
import { clockTime, minuteOf } from './clock-times.js';

const DAYS_PER_WEEK = 7;
/** Week days of 1970-01-01 and on, from Monday: it was a Thursday. */
const THURSDAY = 3;
/** Of one entry of the log; a day with all the persons it may have takes less. */
const MAX_OBJECT_CHARS = 500;

/** 值班表, for administrators. */
export class DutyCases {
  private readonly routing: DutyRouting;

  constructor(
    private readonly parts: {
      pool: Pool;
      teams: TeamStore;
      roster: DutyRoster;
      users: UserStore;
      calendar: WorkingCalendar;
      /** The machine's. */
      clock: Clock;
      audit: AuditLog;
    },
  ) {
    this.routing = new DutyRouting(parts.calendar);
  }

  /**
   * Null: the month that it is. Throws RefusedError: `not-found`; `invalid` for a month beyond the calendar.
   */
  async month(teamId: string, asked: string | null): Promise<DutyMonth> {
    const today = chinaDayOf(this.parts.clock.nowMs());
    const month = asked ?? today.slice(0, 'YYYY-MM'.length);
    if (Number(month.slice(0, 'YYYY'.length)) > LAST_YEAR - 1)
      throw new RefusedError('invalid', `值班表最多排到 ${LAST_YEAR - 1} 年`);
    const team = await this.parts.teams.find(teamId);
    if (!team) throw new RefusedError('not-found', '没有这个监督组，请刷新页面');
    const shown = weeksOf(month);
    const [hours, filled, people] = await Promise.all([
      this.parts.roster.hours(teamId),
      this.parts.roster.days(teamId, shown[0] ?? '', shown.at(-1) ?? ''),
      this.people(team),
    ]);
    const firstOpen = openDutyDay(hours, this.parts.clock.nowMs());
    const personsOn = new Map(filled.map(({ day, userIds }) => [day, userIds]));
    return {
      teamName: team.name,
      month,
      today,
      hours: hours && { from: clockTime(hours.fromMinute), to: clockTime(hours.toMinute) },
      members: team.memberIds.map((id) => ({ id, displayName: people.nameOf(id) })),
      days: shown.map((day): DutyDay => ({
        day,
        isWorkingDay: this.parts.calendar.isWorkingDay(day),
        isOver: day < firstOpen,
        persons: (personsOn.get(day) ?? []).map((id) => ({
          id,
          displayName: people.nameOf(id),
          passedOver: people.passedOver(id),
        })),
      })),
      now: await this.now(team, hours !== null, people),
    };
  }

  /** Throws RefusedError as {@link DutyRoster.setDays} does. */
  async save(actor: Actor, teamId: string, { days }: SaveDutyRequest): Promise<void> {
    await this.parts.roster.setDays(teamId, days);
    for (const object of objectsOf(teamId, days)) await this.parts.audit.record(actor, { action: 'save-duty-roster', object });
  }

  /** Null: no roster any more. Throws RefusedError as {@link DutyRoster.setHours} does. */
  async saveHours(actor: Actor, teamId: string, hours: DutyHours | null): Promise<void> {
    await this.parts.roster.setHours(teamId, hours && { fromMinute: minuteOf(hours.from), toMinute: minuteOf(hours.to) });
    await this.parts.audit.record(actor, { action: 'save-duty-hours', object: `team/${teamId}` });
  }

  /** By what alerts themselves are told by; whoever is locked reads nothing of what is put into the inbox. */
  private async now(team: Team, hasRoster: boolean, { nameOf, passedOver: why }: TeamPeople): Promise<DutyMonth['now']> {
    const offHours = await this.routing.offHours(this.parts.pool, this.parts.clock.nowMs());
    const turn = offHours.find(({ teamId }) => teamId === team.id);
    const able = team.memberIds.filter((id) => why(id) === null);
    if (!turn) return { isAtWork: hasRoster, day: null, told: able.map(nameOf), passedOver: [], isNobodyOnDuty: false };
    const reaches = await this.reachesOf(turn.persons);
    const persons = turn.persons.map((person): DutyPerson => ({
      id: person.userId,
      displayName: nameOf(person.userId),
      passedOver: passedOverIn(person, team, reaches.get(person.userId)),
    }));
    const told = persons.filter(({ passedOver }) => passedOver === null || passedOver === IN_PART).map(({ id }) => id);
    const onDuty = new Set(persons.map(({ id }) => id));
    return {
      isAtWork: false,
      day: turn.day,
      told: (told.length === 0 ? able.filter((id) => !onDuty.has(id)) : told).map(nameOf),
      passedOver: persons.filter(({ passedOver }) => passedOver !== null),
      isNobodyOnDuty: told.length === 0,
    };
  }

  private async reachesOf(persons: readonly PersonOnDuty[]): Promise<ReadonlyMap<string, Reach>> {
    const people = await peopleNow(
      this.parts.pool,
      persons.map(({ userId }) => userId),
    );
    return new Map([...people].map(([id, person]) => [id, Reach.of(person)]));
  }

  private async people(team: Team): Promise<TeamPeople> {
    const [everybody, able] = await Promise.all([this.parts.users.everybody(), this.parts.users.list()]);
    const names = new Map(everybody.map(({ id, displayName }) => [id, displayName]));
    const ableIds = new Set(able.map(({ id }) => id));
    const memberIds = new Set(team.memberIds);
    return {
      nameOf: (id: string) => names.get(id) ?? '（已删除的账号）',
      passedOver(id: string): string | null {
        if (!memberIds.has(id)) return '已不在本组，跳过';
        return ableIds.has(id) ? null : '账号已停用，跳过';
      },
    };
  }
}

interface TeamPeople {
  nameOf: (id: string) => string;
  /** Why somebody is told of nothing at all, in Chinese; null: may be told. */
  passedOver: (id: string) => string | null;
}

const IN_PART = '有的乡镇或问题类别不在其管辖范围内，那些预警跳过';

/**
 * Of all that the team may be told of: a person who is told of some townships alone is told, and passed over for the others. Where a team may be told
 * of any, the person's own stand for those that are reached, and none for the others: none is reached with all alone.
 */
function passedOverIn({ passedOver }: PersonOnDuty, team: Team, reach: Reach | undefined): string | null {
  const { townshipCodes, problemClasses, isDefault } = team;
  const asked = (ofTeam: readonly string[], own: readonly string[] | null | undefined): (string | null)[] =>
    // What no team takes is told to the default team, whatever its own conditions are.
    isDefault || ofTeam.length === 0 ? [null, ...(own ?? []), ...ofTeam] : [...ofTeam];
  const classes = asked(problemClasses, reach?.problemClasses);
  const reasons = asked(townshipCodes, reach?.townshipCodes).flatMap((townshipCode) =>
    classes.map((problemClass) => passedOver({ townshipCode, problemClass })),
  );
  const [first = null] = reasons.filter((reason) => reason !== null);
  if (first === null) return null;
  return reasons.every((reason) => reason !== null) ? first : IN_PART;
}

/** What was put down, whom for which day, in as many entries of the log as it takes. */
function objectsOf(teamId: string, days: SaveDutyRequest['days']): string[] {
  const prefix = `team/${teamId}/duty/`;
  const entries: string[] = [];
  for (const { day, userIds } of days) {
    const text = `${day}=${userIds.join('+')}`;
    const last = entries.at(-1);
    if (last !== undefined && last.length + 1 + text.length <= MAX_OBJECT_CHARS) entries[entries.length - 1] = `${last},${text}`;
    else entries.push(`${prefix}${text}`);
  }
  return entries;
}

/** Whole weeks from Monday on that hold the month, and the one before them, from which the first can be filled. */
function weeksOf(month: string): ChinaDay[] {
  const firstMs = startOfChinaDayMs(`${month}-01`);
  const [year = 0, number = 0] = month.split('-').map(Number);
  const next = number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
  const lastMs = startOfChinaDayMs(`${next}-01`) - DAY_MS;
  const fromMs = firstMs - (weekdayOf(firstMs) + DAYS_PER_WEEK) * DAY_MS;
  const toMs = lastMs + (DAYS_PER_WEEK - 1 - weekdayOf(lastMs)) * DAY_MS;
  return Array.from({ length: Math.round((toMs - fromMs) / DAY_MS) + 1 }, (_, n) => chinaDayOf(fromMs + n * DAY_MS));
}

/** 0 for Monday. */
function weekdayOf(dayMs: number): number {
  const number = Math.round((dayMs - startOfChinaDayMs('1970-01-01')) / DAY_MS);
  return (((number + THURSDAY) % DAYS_PER_WEEK) + DAYS_PER_WEEK) % DAYS_PER_WEEK;
}
