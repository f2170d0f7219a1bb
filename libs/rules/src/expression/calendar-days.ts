import type { WorkingCalendar } from '@tianyan/calendar';

const DAY_MS = 86_400_000;

/** A day that the calendar does not hold: 0 would silently move a deadline by decades. */
export class OutsideCalendarError extends RangeError {
  override readonly name = 'OutsideCalendarError';
}

/** A calendar has 18,000 days, and each group of each set of rules asks for it: written out once. */
const written = new WeakMap<WorkingCalendar, CalendarDays>();

/** The calendar by day numbers (since 1970-01-01), as the table holds it that SQL reads. */
export class CalendarDays {
  readonly firstDay: number;
  private readonly ordinals: readonly number[];
  private readonly workingDays: readonly number[];
  private readonly firstOrdinal: number;

  static of(calendar: WorkingCalendar): CalendarDays {
    const known = written.get(calendar);
    if (known) return known;
    const days = new CalendarDays(calendar);
    written.set(calendar, days);
    return days;
  }

  private constructor(calendar: WorkingCalendar) {
    const days = calendar.days();
    const [first] = days;
    if (!first) throw new OutsideCalendarError('the calendar is empty');
    this.firstDay = Date.parse(`${first.day}T00:00:00Z`) / DAY_MS;
    this.ordinals = days.map(({ ordinal }) => ordinal);
    this.workingDays = days.flatMap(({ working }, i) => (working ? [this.firstDay + i] : []));
    this.firstOrdinal = days.find(({ working }) => working)?.ordinal ?? 0;
  }

  /** Number of working days up to and including the day. @throws OutsideCalendarError */
  ordinal(day: number): number {
    return this.ordinals[day - this.firstDay] ?? outside(day);
  }

  /** See `workingDaysLaterSql`: null outside of the calendar. */
  later(day: number | null, days: number | null, most: number): number | null {
    if (day === null || days === null || Math.abs(days) > most) return null;
    const index = day - this.firstDay;
    if (this.ordinals[index] === undefined || days === 0) return this.ordinals[index] === undefined ? null : day;
    const back = days < 0 ? 1 : 0;
    const ordinal = this.ordinals[index - back];
    return ordinal === undefined ? null : this.dayOf(ordinal + days + back);
  }

  /** The working day with an ordinal; null outside of the calendar. */
  dayOf(ordinal: number): number | null {
    return this.workingDays[ordinal - this.firstOrdinal] ?? null;
  }
}

function outside(day: number): never {
  throw new OutsideCalendarError(`calendar: day ${day} outside`);
}
