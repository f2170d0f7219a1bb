import type { DayNumber } from '../world/work-time.js';
import { villageOf, type LedgerContext } from './ledger-context.js';

/** So many others of the township and kind, let or listed within the year before, are needed to compare with. */
const PEERS = 5;
const YEAR_DAYS = 365;

/** Fields that stories have let, or put on the market. */
type Fields = 'fieldsLet' | 'fieldsListed';

/** When that was in the past year in the village's township, at the usual price and at a low one. */
export function lately(ctx: LedgerContext, of: Fields, village: number): { usual: DayNumber[]; low: DayNumber[] } {
  const { code } = villageOf(ctx.county, village).township;
  const known = ctx[of].get(code) ?? { usual: [], low: [] };
  const isRecent = (day: DayNumber) => day >= ctx.day - YEAR_DAYS;
  const recent = { usual: known.usual.filter(isRecent), low: known.low.filter(isRecent) };
  ctx[of].set(code, recent);
  return recent;
}

/** Adds so many fields at the usual price that there are enough, and so many more than cheap ones that the median is usual. */
export function havePeers(ctx: LedgerContext, of: Fields, village: number, addUsual: () => void): void {
  const { usual, low } = lately(ctx, of, village);
  while (usual.length < PEERS + low.length) {
    addUsual();
    usual.push(ctx.day);
  }
}
