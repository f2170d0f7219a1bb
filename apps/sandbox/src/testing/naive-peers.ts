import type { OrderLife } from '../stories/order-life.js';
import type { PaymentFields } from '../world/ledger.js';
import { dayNumber, dayNumberOf, dayText, startOfDayMs } from '../world/work-time.js';
import type { Hit } from './naive-ledger.js';

/** Of n numbers the middle, or the mean of the two in the middle, towards zero. */
function middle(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length / 2;
  if (sorted.length % 2 === 1) return sorted[Math.floor(half)] ?? 0;
  return Math.trunc(((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2);
}

const share = (part: number, whole: number) => Math.trunc((10_000 * part) / whole);

/** Each unit's month against all units of the month, once it is over; from the definition of the rule by plain loops. */
export function naiveReturns(orders: readonly OrderLife[], throughDay: number, hit: Hit): void {
  const events = orders.flatMap((order) => order.events.filter(({ unit }) => unit));
  const monthOf = (atMs: number) => dayText(dayNumberOf(atMs)).slice(0, 7);
  const handed = events.filter((e) => (e.action === 'dispatched' || e.action === 'reassigned') && e.role !== 'assist');
  const returned = Map.groupBy(
    events.filter((e) => e.action === 'returned'),
    (e) => `${e.unit?.id}|${monthOf(e.atMs)}`,
  );
  for (const [month, ofMonth] of Map.groupBy(handed, (e) => monthOf(e.atMs))) {
    const [year = 0, number = 0] = month.split('-').map(Number);
    const next = number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
    const overDay = dayNumber(`${next}-01`);
    if (overDay > throughDay) continue;
    const units = [...Map.groupBy(ofMonth, (e) => e.unit?.id ?? '')]
      .filter(([, own]) => own.length >= 6)
      .map(([id, own]) => ({ scope: `${id}|${month}`, whole: own.length }))
      .map((unit) => ({ ...unit, part: returned.get(unit.scope)?.length ?? 0 }));
    if (units.length < 5) continue;
    const usual = middle(units.map(({ part, whole }) => share(part, whole)));
    for (const { scope, part, whole } of units)
      if (part >= 3 && share(part, whole) > 3 * usual) hit('unit-returns-above-peers', scope, startOfDayMs(overDay));
  }
}

/** Each village's year against the villages of its township. */
export function naiveCash(
  payments: readonly PaymentFields[],
  codes: { village: (village: number) => string; township: (village: number) => string },
  throughDay: number,
  hit: Hit,
): void {
  const spent = payments.filter((p) => p.direction === 'out');
  for (const [key, ofTownship] of Map.groupBy(spent, (p) => `${codes.township(p.village)}|${dayText(p.bookedDay).slice(0, 4)}`)) {
    const year = Number(key.slice(-4));
    const overDay = dayNumber(`${year + 1}-01-01`);
    if (overDay > throughDay) continue;
    const sum = (list: readonly PaymentFields[]) => list.reduce((fen, p) => fen + p.amountFen, 0);
    const villages = [...Map.groupBy(ofTownship, (p) => p.village)]
      .map(([village, own]) => ({ village, whole: sum(own), part: sum(own.filter((p) => p.settlement === 'cash')) }))
      .filter(({ whole }) => whole >= 500_000);
    if (villages.length < 5) continue;
    const values = villages.map(({ part, whole }) => share(part, whole));
    const usual = middle(values);
    const spread = middle(values.map((value) => Math.abs(value - usual)));
    for (const { village, part, whole } of villages)
      if (part >= 1_000_000 && share(part, whole) > usual + Math.trunc(4.5 * spread))
        hit('village-cash-above-peers', `${codes.village(village)}|${key}`, startOfDayMs(overDay));
  }
}
