import { endOfDaySql, endOfNthWorkingDaySql, NEVER_MS, uncheckedEndOfNthWorkingDaySql } from '../../compile/calendar.js';
import type { CalendarDays } from '../calendar-days.js';
import { operator, type Expr } from '../expr.js';
import { calendar, endOfDayMs, workingDeadlineMs } from './days.js';
import { officeDueMs, officeDueSql, type OfficeHours } from './office-hours.js';
import type { Row } from './rows.js';

const HOUR_MS = 3_600_000;

/** `field`: the deadline stands in a field, and pauses add nothing. Office hours: it is counted in them. */
export type DeadlineUnit = 'hours' | 'calendarDays' | 'workingDays' | 'field' | OfficeHours;

/**
 * From what each start's deadline is counted: its n, its instant, its day, the day's ordinal (of office hours: the office time until it);
 * what a unit does not need is empty.
 */
export interface CountedFrom {
  limit: Expr<readonly number[]>;
  at: Expr<readonly number[]>;
  day: Expr<readonly number[]>;
  ordinal: Expr<readonly number[]>;
}

/** D with a sum of pauses added, as SQL over the lambda's d0 (plain D), l, a, d, o. */
const COUNTED_SQL: Readonly<
  Record<Exclude<DeadlineUnit, OfficeHours>, { checked: (pauses: string) => string; unchecked: (pauses: string) => string }>
> = {
  hours: same((pauses) => `if(l < 0, ${NEVER_MS}, a + l * ${HOUR_MS} + ${pauses})`),
  calendarDays: same((pauses) => `if(l < 0, ${NEVER_MS}, ${endOfDaySql(`d + l + ${pauses}`)})`),
  field: same(() => 'd0'),
  workingDays: {
    checked: (pauses) =>
      `multiIf(l < 0, ${NEVER_MS}, l + ${pauses} = 0, ${endOfDaySql('d')}, ${endOfNthWorkingDaySql('o', `greatest(l + ${pauses}, 1)`)})`,
    // The outcome is checked; inside the fold a day outside of the calendar is its first.
    unchecked: (pauses) =>
      `multiIf(l < 0, ${NEVER_MS}, l + ${pauses} = 0, ${endOfDaySql('d')}, ${uncheckedEndOfNthWorkingDaySql('o', `l + ${pauses}`)})`,
  },
};

function countedSql(unit: DeadlineUnit) {
  if (typeof unit === 'string') return COUNTED_SQL[unit];
  const due = (isChecked: boolean) => (pauses: string) =>
    `if(l < 0, ${NEVER_MS}, ${officeDueSql(unit, { atMs: 'a', officeMs: 'o' }, `(greatest(l, 0) * ${HOUR_MS} + ${pauses})`, isChecked)})`;
  return { checked: due(true), unchecked: due(false) };
}

function same(sql: (pauses: string) => string) {
  return { checked: sql, unchecked: sql };
}

interface Base {
  plainDue: number;
  limit: number;
  at: number;
  day: number;
  ordinal: number;
}

function counted(unit: DeadlineUnit, days: CalendarDays, base: Base, pauses: number, isChecked: boolean): number {
  if (unit === 'field') return base.plainDue;
  if (base.limit < 0) return NEVER_MS;
  if (unit === 'hours') return base.at + base.limit * HOUR_MS + pauses;
  if (unit === 'calendarDays') return endOfDayMs(base.day + base.limit + pauses);
  if (unit !== 'workingDays')
    return officeDueMs(unit, days, { atMs: base.at, officeMs: base.ordinal }, base.limit * HOUR_MS + pauses, isChecked);
  const n = base.limit + pauses;
  if (isChecked) return workingDeadlineMs(days, n === 0 ? 0 : Math.max(n, 1), base.day, base.ordinal);
  return n === 0 ? endOfDayMs(base.day) : endOfDayMs(days.dayOf(base.ordinal + n) ?? days.firstDay);
}

/** Rows of what moves a deadline: place, instant, is a pause, ends one, extended to, mark by which pauses are measured. */
const [PLACE, AT, PAUSE, RESUME, EXTENDED_TO, MARK] = [0, 1, 2, 3, 4, 5] as const;

/**
 * D of each start, moved by the pauses and extensions after it, in order; see `pausesSchema`.
 * @param isStrict an event at D itself comes too late
 */
export function movedDue(
  unit: DeadlineUnit,
  isStrict: boolean,
  starts: { places: Expr<readonly number[]>; plainDue: Expr<readonly number[]>; from: CountedFrom },
  events: Expr<readonly Row[]>,
): Expr<readonly number[]> {
  const { limit, at, day, ordinal } = starts.from;
  return operator({
    name: 'movedDue',
    sql: (_calendar, places, plainDue, limits, ats, days, ordinals, rows) =>
      movedSql(unit, isStrict, { places, plainDue, lists: [limits, ats, days, ordinals] }, rows),
    run: (
      days: CalendarDays,
      places: readonly number[],
      plainDue: readonly number[],
      limits: readonly number[],
      ats: readonly number[],
      ofDays: readonly number[],
      ordinals: readonly number[],
      rows: readonly Row[],
    ): readonly number[] =>
      places.map((place, i) => {
        const plain = plainDue[i] ?? NEVER_MS;
        const base = { plainDue: plain, limit: limits[i] ?? -1, at: ats[i] ?? 0, day: ofDays[i] ?? 0, ordinal: ordinals[i] ?? 0 };
        const after = rows.filter((row) => (row[PLACE] ?? 0) > place);
        return moved(after, plain, isStrict, (pauses, isChecked) => counted(unit, days, base, pauses, isChecked));
      }),
  })(calendar, starts.places, starts.plainDue, limit, at, day, ordinal, events);
}

function moved(
  events: readonly Row[],
  plainDueMs: number,
  isStrict: boolean,
  countedWith: (pauses: number, isChecked: boolean) => number,
): number {
  let [pauses, extended, isPaused, began, dueMs] = [0, 0, false, 0, plainDueMs];
  for (const event of events) {
    const [at, mark, extendedTo] = [event[AT] ?? 0, event[MARK] ?? 0, event[EXTENDED_TO] ?? 0];
    const inTime = isStrict ? at < dueMs : at <= dueMs;
    const closes = isPaused && event[RESUME] === 1;
    const opens = !isPaused && event[PAUSE] === 1 && inTime;
    if (extendedTo > extended && (isPaused || inTime)) extended = extendedTo;
    if (closes) pauses += mark - began;
    if (opens) began = mark;
    if (closes) isPaused = false;
    else if (opens) isPaused = true;
    dueMs = Math.max(countedWith(pauses, false), extended);
  }
  return isPaused ? NEVER_MS : Math.max(countedWith(pauses, true), extended);
}

/** The same; state of the fold: sum of pauses, latest extension, whether a pause runs, mark of its beginning, D. */
function movedSql(
  unit: DeadlineUnit,
  isStrict: boolean,
  starts: { places: string; plainDue: string; lists: readonly string[] },
  events: string,
): string {
  const { checked, unchecked } = countedSql(unit);
  const closes = 's.3 = 1 AND e.4 = 1';
  const inTime = isStrict ? 'e.2 < s.5' : 'e.2 <= s.5';
  const opens = `s.3 = 0 AND e.3 = 1 AND ${inTime}`;
  const sum = `if(${closes}, s.1 + e.6 - s.4, s.1)`;
  const extended = `if(e.5 > s.2 AND (s.3 = 1 OR ${inTime}), e.5, s.2)`;
  const state = 'Tuple(Int64, Int64, Int64, Int64, Int64)';
  const next = `(${sum}, ${extended}, multiIf(${closes}, 0, ${opens}, 1, s.3), if(${opens}, e.6, s.4))`;
  // The inner array map gives the new sums a name, so that D is counted from them without writing them out again.
  const step = `arrayMap(z -> CAST((z.1, z.2, z.3, z.4, greatest(${unchecked('z.1')}, z.2)), '${state}'), [${next}])[1]`;
  const fold = `arrayFold((s, e) -> ${step}, arrayFilter(e -> e.1 > p, ${events}), CAST((0, 0, 0, 0, d0), '${state}'))`;
  const lists = starts.lists.join(', ');
  const states = `arrayMap((p, d0, l, a, d, o) -> ${fold}, ${starts.places}, ${starts.plainDue}, ${lists})`;
  const final = `if(s.3 = 1, ${NEVER_MS}, greatest(${checked('s.1')}, s.2))`;
  return `arrayMap((s, d0, l, a, d, o) -> ${final}, ${states}, ${starts.plainDue}, ${lists})`;
}
