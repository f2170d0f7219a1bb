import type { ListingFields } from '../world/ledger.js';
import { firmName } from '../world/people.js';
import { atTime, dayNumber, dayText, startOfDayMs, type DayNumber } from '../world/work-time.js';
import { leaseTerms } from './lease.js';
import { ledgerTeller, type Case, type Written } from './ledger-cases.js';
import { villageOf, YUAN, type LedgerContext, type LedgerTeller } from './ledger-context.js';

/** From the first notice until bidding is over. */
const LISTED_DAYS = 9;

interface ListedAs {
  village: number;
  bidders: number;
  agency?: string;
  /** Minutes after nine at which it is published. */
  minute: number;
}

/** A listing that is over, with the number of those who signed up; no bids are told. */
function list(ctx: LedgerContext, as: ListedAs, state: 'CLOSED' | 'DEALT'): Omit<ListingFields, 'state'> {
  const { ledger, day, county } = ctx;
  const terms = leaseTerms(ctx, true);
  const listing: Omit<ListingFields, 'state'> = {
    listingId: ledger.nextId('XSCQ', day), village: as.village, assetId: null, title: `${villageOf(county, as.village).name}${terms.assetKind}出租项目`, category: '农村集体经营性资产',
    areaMu: terms.areaMu, termMonths: terms.termMonths, floorFen: terms.annualFen, depositFen: 1_000 * YUAN, opensDay: day, closesDay: day + LISTED_DAYS - 1, publishedAtMs: atTime(day, 9, as.minute),
    ...(as.agency === undefined ? {} : { agency: as.agency }),
  }; // prettier-ignore
  ledger.trade('LISTING', { ...listing, state: 'OPEN' }, listing.publishedAtMs + 900);
  ledger.trade('LISTING', { ...listing, state, bidders: as.bidders }, atTime(day + LISTED_DAYS, 9, as.minute));
  return listing;
}

/** Of the quiet villages so many each half year and kind of case, that those who watch the county live see some too. */
const MARKETS_EACH_HALF_YEAR = 2;

function marketOf(ctx: LedgerContext, kind: 'kept' | 'open'): number | null {
  const [year, month] = dayText(ctx.day).split('-').map(Number);
  const half = `${year} ${(month ?? 1) > 6 ? 2 : 1}`;
  const places = Array.from({ length: MARKETS_EACH_HALF_YEAR }, (_, n) => `market ${kind} ${half} ${n}`);
  return places.some((place) => ctx.claim(place)) ? ctx.quietVillage() : null;
}

/** A batch of one village, each listing with so many who signed up; the doubt begins when the last of it is published. */
const batch =
  (kind: 'kept' | 'open', ...bidders: readonly number[]): Case =>
  (ctx): Written | null => {
    const village = marketOf(ctx, kind);
    if (village === null) return null;
    const listings = bidders.map((count, i) => list(ctx, { village, bidders: count, minute: 10 + i }, 'CLOSED'));
    const fromMs = Math.max(...listings.map(({ publishedAtMs }) => publishedAtMs));
    return { scope: villageOf(ctx.county, village).code, fromMs, day: ctx.day + LISTED_DAYS };
  };

const villageShare = ledgerTeller(
  'village-sole-bidder-share',
  [
    ['一个村一年里五个项目都只有一家报名', batch('kept', 1, 1, 1, 1, 1)],
    ['六个项目里五个只有一家报名', batch('kept', 1, 1, 3, 1, 1, 1)],
  ],
  [
    ['五个项目里四个只有一家报名，恰好八成', batch('open', 1, 1, 2, 1, 1)],
    ['只有四个项目', batch('open', 1, 1, 1, 1)],
  ],
);

/** Agencies of their own, one of each kind for each quarter, that the county has about as many deals as one of its size: what they list is all that is known of them. */
const AGENCY_NUMBERS = { floor: 1, fair: 2 } as const;

/** Deals of one agency in one quarter, each so much above the floor price, with so many who signed up. */
const dealtBy =
  (kind: keyof typeof AGENCY_NUMBERS, ...deals: readonly (readonly [aboveFloorFen: number, bidders: number])[]): Case =>
  (ctx): Written | null => {
    const [year = 0, month = 1] = dayText(ctx.day).split('-').map(Number);
    const quarter = Math.ceil(month / 3);
    const overDay = dayNumber(`${quarter === 4 ? year + 1 : year}-${String((quarter % 4) * 3 + 1).padStart(2, '0')}-01`);
    // What ends after the quarter would be judged later than it is written here.
    if (ctx.day + LISTED_DAYS + 3 >= overDay) return null;
    const agency = `DL${String(year).slice(2)}${quarter}${AGENCY_NUMBERS[kind]}`;
    if (!ctx.claim(`agency ${agency}`)) return null;
    deals.forEach(([aboveFloorFen, bidders], minute) => deal(ctx, { agency, bidders, minute }, aboveFloorFen));
    return { scope: `${agency}|${year}-Q${quarter}`, fromMs: startOfDayMs(overDay), day: ctx.day + LISTED_DAYS };
  };

function deal(ctx: LedgerContext, as: Omit<ListedAs, 'village'>, aboveFloorFen: number): void {
  const { ledger, dice } = ctx;
  const listing = list(ctx, { ...as, village: ctx.village(dice) }, 'DEALT');
  const { listingId, village, floorFen, termMonths } = listing;
  const dealtDay: DayNumber = ctx.day + LISTED_DAYS;
  const dealId = ledger.nextId('CJ', dealtDay);
  const fields = { dealId, listingId, assetId: null, contractId: null, village, winner: firmName(dice), annualFen: floorFen + aboveFloorFen, termMonths, dealtDay }; // prettier-ignore
  ledger.trade('DEAL', fields, atTime(dealtDay, 10, as.minute));
}

const AT_FLOOR = [0, 2] as const;
const ABOVE = [10_000, 3] as const;

const floorShare = ledgerTeller(
  'deals-at-floor-share',
  [
    [
      '一家代理机构一季度五个项目都有两家报名，都以挂牌价成交',
      dealtBy('floor', AT_FLOOR, AT_FLOOR, AT_FLOOR, AT_FLOOR, AT_FLOOR),
    ],
    ['六个项目里四个以挂牌价成交', dealtBy('floor', AT_FLOOR, ABOVE, AT_FLOOR, AT_FLOOR, ABOVE, AT_FLOOR)],
  ],
  [
    ['六个项目里三个以挂牌价成交，恰好一半', dealtBy('fair', AT_FLOOR, ABOVE, AT_FLOOR, ABOVE, AT_FLOOR, ABOVE)],
    ['都以挂牌价成交，但只有四个有几家报名', dealtBy('fair', AT_FLOOR, AT_FLOOR, AT_FLOOR, AT_FLOOR, [0, 1])],
  ],
);

/** Append only. */
export const PRICE_TELLERS: readonly LedgerTeller[] = [villageShare, floorShare];
