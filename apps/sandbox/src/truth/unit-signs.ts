import type { EpochMs } from '@tianyan/kernel';
import type { LifeEvent, OrderLife } from '../stories/order-life.js';
import type { UnitRuleId } from '../stories/story.js';
import type { Unit } from '../world/county.js';
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
  /** Those that it had in hand; and of those that it sent back, when another unit got them. */
  assignedOrders: Set<string>;
  movedAtMs: Map<string, EpochMs>;
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
  [
    'unit-wrong-dispatch-share',
    ({ assignedOrders, movedAtMs }) => {
      const enough = Math.floor(assignedOrders.size / 2) + 1;
      const atMs = [...movedAtMs.values()].toSorted((a, b) => a - b)[enough - 1];
      return assignedOrders.size >= LEAST && atMs !== undefined && atMs;
    },
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
      if (isHanded) tally.assignedOrders.add(life.orderId);
      const movedAtMs = event.action === 'returned' ? movedAfter(life, event, event.unit) : null;
      if (movedAtMs !== null)
        tally.movedAtMs.set(life.orderId, Math.min(movedAtMs, tally.movedAtMs.get(life.orderId) ?? Infinity));
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
    const orders = () => ({
      returned: new Set<string>(),
      'return-refused': new Set<string>(),
      'completion-applied': new Set<string>(),
      'completion-rejected': new Set<string>(),
    });
    if (!tally)
      units.set(
        unitId,
        (tally = { marks: [], assigned: 0, returned: 0, orders: orders(), assignedOrders: new Set(), movedAtMs: new Map() }),
      );
    return tally;
  }
}

/** When another unit first got the order after a unit had sent it back; null: none did. */
function movedAfter(life: OrderLife, back: LifeEvent, unit: Unit): EpochMs | null {
  const moves = life.events.filter(
    ({ action, role, atMs, unit: to, deletedAfterMs }) =>
      action === 'reassigned' && role !== 'assist' && deletedAfterMs === undefined && to && to.id !== unit.id && atMs > back.atMs,
  );
  return moves.length === 0 ? null : Math.min(...moves.map(({ atMs }) => atMs));
}
