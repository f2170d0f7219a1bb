import { HOUR_MS } from '@tianyan/kernel';
import { exportedAtMs, type ListingFields } from '../world/ledger.js';
import { startOfDayMs } from '../world/work-time.js';
import { havePeers, lately } from './field-prices.js';
import { categoryOf, leaseTerms } from './lease.js';
import { villageOf, YUAN, type LedgerContext, type LedgerTeller } from './ledger-context.js';

const rule = 'floor-far-below-peers';

/** A field listed for far less a mu than the others of the township. That it is a problem is read from all listings afterwards. */
export const floorFarBelowPeers: LedgerTeller = {
  rule,
  problem(ctx) {
    const village = ctx.village(ctx.dice);
    listPeers(ctx, village);
    lately(ctx, 'fieldsListed', village).low.push(ctx.day);
    listField(ctx, village, ctx.dice.int(280, 430));
  },
  lookalike: (ctx) => ctx.dice.pick([somewhatCheaper, houseWithoutArea])(ctx),
};

/** Nobody bids for it: what is asked for is all that is told. */
function listField(ctx: LedgerContext, village: number, yuanPerMu: number, more: Partial<ListingFields> = {}): string {
  const { ledger, day, dice, county } = ctx;
  const place = villageOf(county, village);
  const { annualFen, termMonths } = leaseTerms(ctx, true);
  const listing = {
    listingId: ledger.nextId('XSCQ', day), village, assetId: null, title: `${place.township.name}${place.name}耕地出租项目`, category: categoryOf('耕地'),
    areaMu: Math.round((annualFen * 100) / (yuanPerMu * YUAN)) / 100, termMonths, floorFen: annualFen, depositFen: 10_000 * YUAN, opensDay: day, closesDay: day + 8,
    publishedAtMs: startOfDayMs(day) + 9 * HOUR_MS, ...more,
  }; // prettier-ignore
  ledger.trade('LISTING', { ...listing, state: 'OPEN' }, listing.publishedAtMs + dice.int(500, 90_000));
  ledger.trade('LISTING', { ...listing, state: 'FAILED' }, startOfDayMs(day + 9) + 9 * HOUR_MS + dice.int(0, 90_000));
  return listing.listingId;
}

function listPeers(ctx: LedgerContext, village: number): void {
  havePeers(ctx, 'fieldsListed', village, () => listField(ctx, village, ctx.dice.int(860, 1_100)));
}

function look(ctx: LedgerContext, listingId: string, why: string): void {
  ctx.truth.addLookalike({ rule, scope: () => listingId, why }, [], exportedAtMs(ctx.day));
}

function somewhatCheaper(ctx: LedgerContext): void {
  const village = ctx.village(ctx.dice);
  listPeers(ctx, village);
  look(ctx, listField(ctx, village, ctx.dice.int(835, 850)), '比同类便宜，但不到三成');
}

/** A whole house for little money: without an area there is nothing to compare. */
function houseWithoutArea(ctx: LedgerContext): void {
  const village = ctx.village(ctx.dice);
  const house = { areaMu: null, floorFen: 300_000, category: categoryOf('仓库') };
  look(ctx, listField(ctx, village, 1_000, house), '没有面积，无法按亩比较');
}
