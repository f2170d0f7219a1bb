import type { OrderLife } from '../stories/order-life.js';
import type { UnitRuleId } from '../stories/story.js';
import { dayNumberOf, dayText, startOfDayMs, type DayNumber } from '../world/work-time.js';
import type { Sign } from './truth.js';

const ORDER_STEPS = ['returned', 'return-refused', 'completion-applied', 'completion-rejected'] as const;
type OrderStep = (typeof ORDER_STEPS)[number];

/** What a unit did in one week, and what citizens said of it. */
interface Tally {
  marks: number[];
  assigned: number;
  returned: number;
  /** Orders that it sent back, whose return was refused, for which it applied for completion, and of which that was rejected. */
  orders: Record<OrderStep, Set<string>>;
}

/** Fewer say nothing about a unit. */
const LEAST = 6;
const LEAST_RETURNED = 4;
const READINGS: readonly (readonly [UnitRuleId, (tally: Tally) => boolean])[] = [
  ['unit-always-perfect', ({ marks }) => marks.length >= LEAST && marks.every((mark) => mark === 5)],
  [
    'unit-dissatisfied-share',
    ({ marks }) => marks.length >= LEAST && 100 * marks.filter((m) => m <= 2).length > 30 * marks.length,
  ],
  ['unit-return-share', ({ assigned, returned }) => assigned >= LEAST && 100 * returned > 50 * assigned],
  [
    'unit-wrong-return-share',
    ({ orders }) => orders.returned.size >= LEAST_RETURNED && 100 * orders['return-refused'].size > 50 * orders.returned.size,
  ],
  [
    'unit-rework-share',
    ({ orders }) =>
      orders['completion-applied'].size >= LEAST &&
      100 * orders['completion-rejected'].size > 30 * orders['completion-applied'].size,
  ],
];

/** The Monday of the day's week; the first of January 1970 was a Thursday. */
const mondayOf = (day: DayNumber): DayNumber => day - ((day + 3) % 7);

/** What the orders of a unit show together, week by week. Nothing of a week may be added once it was told. */
export class UnitSigns {
  private readonly weeks = new Map<DayNumber, Map<string, Tally>>();

  add(life: OrderLife): void {
    if (life.orderDeletedAfterMs !== null) return;
    for (const event of life.events) {
      if (!event.unit || event.deletedAfterMs !== undefined) continue;
      const isHanded = (event.action === 'dispatched' || event.action === 'reassigned') && event.role !== 'assist';
      const mark = event.action === 'called-back' ? (event.callBack?.satisfaction ?? null) : null;
      const orderStep = ORDER_STEPS.find((action) => action === event.action);
      if (!isHanded && mark === null && !orderStep) continue;
      const tally = this.tallyOf(mondayOf(dayNumberOf(event.atMs)), event.unit.id);
      if (orderStep) tally.orders[orderStep].add(life.orderId);
      if (isHanded) tally.assigned++;
      else if (mark !== null) tally.marks.push(mark);
      else if (event.action === 'returned') tally.returned++;
    }
  }

  /** What holds for the weeks that are over when the day begins; once each. */
  *over(day: DayNumber): Generator<Sign> {
    for (const [monday, units] of this.weeks) {
      if (monday + 7 > day) continue;
      this.weeks.delete(monday);
      for (const [unitId, tally] of units)
        for (const [rule, holds] of READINGS)
          if (holds(tally)) yield { rule, scope: `${unitId}|${dayText(monday)}`, fromMs: startOfDayMs(monday + 7), toMs: null };
    }
  }

  private tallyOf(monday: DayNumber, unitId: string): Tally {
    let units = this.weeks.get(monday);
    if (!units) this.weeks.set(monday, (units = new Map()));
    let tally = units.get(unitId);
    const orders = () => ({
      returned: new Set<string>(),
      'return-refused': new Set<string>(),
      'completion-applied': new Set<string>(),
      'completion-rejected': new Set<string>(),
    });
    if (!tally) units.set(unitId, (tally = { marks: [], assigned: 0, returned: 0, orders: orders() }));
    return tally;
  }
}
