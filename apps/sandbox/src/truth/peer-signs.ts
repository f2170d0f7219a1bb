import type { OrderLife } from '../stories/order-life.js';
import type { PeerRuleId } from '../stories/story.js';
import type { County } from '../world/county.js';
import type { LedgerRow } from '../world/ledger.js';
import { dayNumber, dayNumberOf, dayText, startOfDayMs, type DayNumber } from '../world/work-time.js';
import type { PeerSigns } from './truth.js';

/** A part of a whole, of one of those that are compared. */
interface Share {
  scope: string;
  part: number;
  whole: number;
}

const LEAST_PEERS = 5;

/** In hundredths of a percent. */
const valueOf = ({ part, whole }: Share): number => Math.floor((10_000 * part) / whole);

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.floor(((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2);
}

/** @param bound above which a share is far from these */
function compared(
  rule: PeerRuleId,
  shares: readonly Share[],
  how: { leastWhole: number; leastPart: number; bound: (values: readonly number[]) => number; fromMs: number },
): PeerSigns {
  const peers = shares.filter(({ whole }) => whole >= how.leastWhole);
  if (peers.length < LEAST_PEERS) return { problems: [], lookalikes: [] };
  const values = peers.map(valueOf);
  const [middle, bound] = [medianOf(values), how.bound(values)];
  const isFar = (share: Share) => valueOf(share) > bound && share.part >= how.leastPart;
  const isHigh = (share: Share) => valueOf(share) > middle && 2 * valueOf(share) > bound;
  const of = (share: Share, why: string) => ({ rule, scope: share.scope, why, fromMs: how.fromMs });
  return {
    problems: peers.filter(isFar).map(({ scope }) => ({ rule, scope, fromMs: how.fromMs, toMs: null })),
    lookalikes: [
      ...peers.filter((peer) => !isFar(peer) && isHigh(peer)).map((peer) => of(peer, '高于同类的中位数，没有高出那么多')),
      ...shares
        .filter((share) => share.whole > 0 && share.whole < how.leastWhole && valueOf(share) > bound)
        .map((share) => of(share, '占比很高，总数太少')),
    ],
  };
}

/** Units whose share of returned orders in a month is far above that of all units; read from all orders. */
export class ReturnSigns {
  private readonly months = new Map<string, Map<string, Share>>();

  add(life: OrderLife): void {
    if (life.orderDeletedAfterMs !== null) return;
    for (const { action, role, unit, atMs, deletedAfterMs } of life.events) {
      const isHanded = (action === 'dispatched' || action === 'reassigned') && role !== 'assist';
      if (!unit || deletedAfterMs !== undefined || (!isHanded && action !== 'returned')) continue;
      const share = this.shareOf(dayText(dayNumberOf(atMs)).slice(0, 7), unit.id);
      if (isHanded) share.whole++;
      else share.part++;
    }
  }

  /** Of the month that is over when the day begins, if one is. */
  over(day: DayNumber): PeerSigns {
    const month = dayText(day - 1).slice(0, 7);
    const shares = this.months.get(month);
    if (!shares || dayText(day).startsWith(month)) return { problems: [], lookalikes: [] };
    this.months.delete(month);
    const bound = (values: readonly number[]) => 3 * medianOf(values);
    return compared('unit-returns-above-peers', [...shares.values()], {
      leastWhole: 6,
      leastPart: 3,
      bound,
      fromMs: startOfDayMs(day),
    });
  }

  private shareOf(month: string, unitId: string): Share {
    const units = this.months.get(month) ?? new Map<string, Share>();
    this.months.set(month, units);
    const share = units.get(unitId) ?? { scope: `${unitId}|${month}`, part: 0, whole: 0 };
    units.set(unitId, share);
    return share;
  }
}

const LEAST_SPENT_FEN = 500_000;
const LEAST_CASH_FEN = 1_000_000;
/** Villages type in what they booked up to two weeks late, and delete it up to two weeks later: by the tenth of February a year's books stand. */
const BOOKS_STAND = '-02-10';

/** Villages that paid far more of a year's money in cash than those of their township; read from all books, whatever a story meant. */
export class CashSigns {
  constructor(private readonly county: County) {}

  /** Of the year before, on the day on which its books stand. @param rowsOf what was typed in on a day */
  of(day: DayNumber, startDay: DayNumber, rowsOf: (day: DayNumber) => readonly LedgerRow[]): PeerSigns {
    const signs: PeerSigns = { problems: [], lookalikes: [] };
    const today = dayText(day);
    if (!today.endsWith(BOOKS_STAND)) return signs;
    const overDay = dayNumber(`${today.slice(0, 4)}-01-01`);
    const vouchers = new Map<string, LedgerRow & { kind: 'payment' }>();
    for (let typed = startDay; typed <= day; typed++)
      for (const row of rowsOf(typed)) if (row.kind === 'payment' && !row.malformed) vouchers.set(row.fields.voucherId, row);
    const year = dayText(overDay - 1).slice(0, 4);
    const townships = new Map<string, Map<string, Share>>();
    for (const { fields, deleted } of vouchers.values()) {
      const village = this.county.villages[fields.village];
      if (!village || deleted || fields.direction !== 'out' || !dayText(fields.bookedDay).startsWith(year)) continue;
      const { code } = village.township;
      const villages = townships.get(code) ?? new Map<string, Share>();
      townships.set(code, villages);
      const share = villages.get(village.code) ?? { scope: `${village.code}|${code}|${year}`, part: 0, whole: 0 };
      villages.set(village.code, share);
      share.whole += fields.amountFen;
      if (fields.settlement === 'cash') share.part += fields.amountFen;
    }
    const bound = (values: readonly number[]) => {
      const middle = medianOf(values);
      return middle + Math.floor((450 * medianOf(values.map((value) => Math.abs(value - middle)))) / 100);
    };
    for (const villages of townships.values()) {
      const how = { leastWhole: LEAST_SPENT_FEN, leastPart: LEAST_CASH_FEN, bound, fromMs: startOfDayMs(overDay) };
      const found = compared('village-cash-above-peers', [...villages.values()], how);
      signs.problems.push(...found.problems);
      signs.lookalikes.push(...found.lookalikes);
    }
    return signs;
  }
}
