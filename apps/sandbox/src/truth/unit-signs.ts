import { DAY_MS, type EpochMs } from '@tianyan/kernel';
import type { LifeEvent, OrderLife } from '../stories/order-life.js';
import type { UnitRuleId } from '../stories/story.js';
import { dayNumberOf, dayText, startOfDayMs, type DayNumber } from '../world/work-time.js';
import type { Sign } from './truth.js';

/** What a unit did in a week, and what counts when it follows so soon; later it has to do with something else. */
const FOLLOWED = {
  handed: { by: 'returned', withinMs: 5 * DAY_MS },
  returned: { by: 'return-refused', withinMs: 5 * DAY_MS },
  'completion-applied': { by: 'completion-rejected', withinMs: 10 * DAY_MS },
} as const;
/** After it had been sent back. */
const MOVED_WITHIN_MS = 5 * DAY_MS;
/** By which steps it begins. */
const BEGUN = {
  handed: ['dispatched', 'reassigned'],
  dispatched: ['dispatched'],
  returned: ['returned'],
  'completion-applied': ['completion-applied'],
} as const satisfies Readonly<Record<string, readonly LifeEvent['action'][]>>;
type Begun = keyof typeof BEGUN;
const ALL_BEGUN: readonly Begun[] = ['handed', 'dispatched', 'returned', 'completion-applied'];
const begins = (begun: Begun, { action, role }: LifeEvent) => role !== 'assist' && BEGUN[begun].some((one) => one === action);

/** What a unit did in one week, and what citizens said of it. */
interface Tally {
  marks: number[];
  /** By order, when it was first followed by what counts; null: never. */
  orders: Record<Begun, Map<string, EpochMs | null>>;
}

/** Fewer say nothing about a unit. */
const LEAST = 6;
const LEAST_RETURNED = 4;
/** Whether it holds; of what comes true later than the end of the week, from when on. */
const READINGS: readonly (readonly [UnitRuleId, (tally: Tally) => boolean | EpochMs])[] = [
  ['unit-always-perfect', ({ marks }) => marks.length >= LEAST && marks.every((mark) => mark === 5)],
  [
    'unit-dissatisfied-share',
    ({ marks }) => marks.length >= LEAST && 100 * marks.filter((m) => m <= 2).length > 30 * marks.length,
  ],
  ['unit-return-share', ({ orders }) => aboveSince(orders.handed, LEAST, 50)],
  ['unit-wrong-return-share', ({ orders }) => aboveSince(orders.returned, LEAST_RETURNED, 50)],
  ['unit-rework-share', ({ orders }) => aboveSince(orders['completion-applied'], LEAST, 30)],
  ['unit-wrong-dispatch-share', ({ orders }) => aboveSince(orders.dispatched, LEAST, 50)],
];

/** Since when more than the percentage of the orders has been followed; false: not, or of too few. */
function aboveSince(orders: ReadonlyMap<string, EpochMs | null>, least: number, percent: number): false | EpochMs {
  const enough = Math.floor((percent * orders.size) / 100) + 1;
  const followed = [...orders.values()].filter((atMs) => atMs !== null).toSorted((a, b) => a - b);
  return orders.size >= least && (followed[enough - 1] ?? false);
}

/** The Monday of the day's week; the first of January 1970 was a Thursday. */
const mondayOf = (day: DayNumber): DayNumber => day - ((day + 3) % 7);

/** What the orders of a unit show together, week by week. Nothing of a week may be added once it was told. */
export class UnitSigns {
  private readonly weeks = new Map<DayNumber, Map<string, Tally>>();

  add(life: OrderLife): void {
    if (life.orderDeletedAfterMs !== null) return;
    for (const event of life.events) {
      if (!event.unit || event.deletedAfterMs !== undefined) continue;
      const mark = event.action === 'called-back' ? (event.callBack?.satisfaction ?? null) : null;
      const begunNow = ALL_BEGUN.filter((begun) => begins(begun, event));
      if (mark === null && begunNow.length === 0) continue;
      const tally = this.tallyOf(mondayOf(dayNumberOf(event.atMs)), event.unit.id);
      for (const begun of begunNow) {
        const known = tally.orders[begun].get(life.orderId) ?? null;
        const atMs = followedAtMs(life, event, begun);
        tally.orders[begun].set(life.orderId, known !== null && atMs !== null ? Math.min(known, atMs) : (known ?? atMs));
      }
      if (mark !== null) tally.marks.push(mark);
    }
  }

  /** What holds for the weeks that are over when the day begins; once each. */
  *over(day: DayNumber): Generator<Sign> {
    for (const [monday, units] of this.weeks) {
      if (monday + 7 > day) continue;
      this.weeks.delete(monday);
      for (const [unitId, tally] of units)
        for (const [rule, reading] of READINGS) {
          const holds = reading(tally);
          if (holds === false) continue;
          const overMs = startOfDayMs(monday + 7);
          yield {
            rule,
            scope: `${unitId}|${dayText(monday)}`,
            fromMs: holds === true ? overMs : Math.max(overMs, holds),
            toMs: null,
          };
        }
    }
  }

  private tallyOf(monday: DayNumber, unitId: string): Tally {
    let units = this.weeks.get(monday);
    if (!units) this.weeks.set(monday, (units = new Map()));
    let tally = units.get(unitId);
    const orders = () => ({ handed: new Map(), dispatched: new Map(), returned: new Map(), 'completion-applied': new Map() });
    if (!tally) units.set(unitId, (tally = { marks: [], orders: orders() }));
    return tally;
  }
}

/** When a step of the unit was first followed by what counts; null: it was not. */
function followedAtMs(life: OrderLife, event: LifeEvent, begun: Begun): EpochMs | null {
  const { events } = life;
  const of = (actions: readonly string[], from: LifeEvent, isWithinMs: number) =>
    events.filter(
      ({ action, atMs, deletedAfterMs, role }) =>
        actions.includes(action) &&
        deletedAfterMs === undefined &&
        role !== 'assist' &&
        atMs > from.atMs &&
        atMs - from.atMs < isWithinMs,
    );
  const isOwn = ({ unit }: LifeEvent) => unit?.id === event.unit?.id;
  const followed =
    begun === 'dispatched'
      ? of(['returned'], event, Infinity)
          .filter(isOwn)
          .flatMap((back) => of(['dispatched', 'reassigned'], back, MOVED_WITHIN_MS).filter((to) => to.unit && !isOwn(to)))
      : of([FOLLOWED[begun].by], event, FOLLOWED[begun].withinMs).filter(isOwn);
  return followed.length === 0 ? null : Math.min(...followed.map(({ atMs }) => atMs));
}
