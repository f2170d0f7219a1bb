import type { OrderLife } from '../stories/order-life.js';
import { lastDayOf, quarterOf } from '../stories/quarter.js';
import { dayNumberOf, startOfDayMs, workdayAfter, type DayNumber } from '../world/work-time.js';
import type { Sign } from './truth.js';

/** What citizens said of one unit in a quarter, by order: those who were asked, and those who said that nobody had spoken to them. */
interface Tally {
  asked: Set<string>;
  denied: Set<string>;
}

const LEAST_ASKED = 4;
const LEAST_DENIED = 15;
const LEAST_UNITS = 8;
const TIMES_PERCENT = 300;
const PARTS_OF_A_SHARE = 10_000;
const LEAST_DISTANCE = 5_000;
const GRACE_WORKDAYS = 10;

/** What the call-backs of a quarter show of a unit beside the others. Nothing of a quarter may be added once it was told. */
export class QuarterSigns {
  private readonly quarters = new Map<string, Map<string, Tally>>();

  add(life: OrderLife): void {
    if (life.orderDeletedAfterMs !== null) return;
    for (const { action, unit, atMs, deletedAfterMs, callBack } of life.events) {
      if (action !== 'called-back' || !unit || deletedAfterMs !== undefined || typeof callBack?.contacted !== 'boolean') continue;
      const tally = this.tallyOf(quarterOf(dayNumberOf(atMs)), unit.id);
      tally.asked.add(life.orderId);
      if (!callBack.contacted) tally.denied.add(life.orderId);
    }
  }

  /** What holds for the quarters whose grace is over when the day begins; once each. */
  *over(day: DayNumber): Generator<Sign> {
    for (const [quarter, units] of this.quarters) {
      const overDay = workdayAfter(lastDayOf(quarter), GRACE_WORKDAYS) + 1;
      if (overDay > day) continue;
      this.quarters.delete(quarter);
      const peers = [...units].filter(([, { asked }]) => asked.size >= LEAST_ASKED);
      if (peers.length < LEAST_UNITS) continue;
      const middle = medianOf(peers.map(([, tally]) => shareOf(tally)));
      for (const [unitId, tally] of peers) {
        const own = shareOf(tally);
        if (tally.denied.size < LEAST_DENIED || 100 * own <= TIMES_PERCENT * middle || own - middle < LEAST_DISTANCE) continue;
        yield {
          rule: 'unit-denied-contact-share',
          scope: `${unitId}|${quarter}`,
          fromMs: startOfDayMs(overDay),
          toMs: null,
        };
      }
    }
  }

  private tallyOf(quarter: string, unitId: string): Tally {
    const units = this.quarters.get(quarter) ?? new Map<string, Tally>();
    this.quarters.set(quarter, units);
    const tally = units.get(unitId) ?? { asked: new Set(), denied: new Set() };
    units.set(unitId, tally);
    return tally;
  }
}

function shareOf({ asked, denied }: Tally): number {
  return Math.trunc((PARTS_OF_A_SHARE * denied.size) / asked.size);
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.trunc(((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2);
}
