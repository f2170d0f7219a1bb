import type { ListingFields } from '../world/ledger.js';
import { firmName, personName } from '../world/people.js';
import { atTime, dayNumber, dayText, startOfDayMs, type DayNumber } from '../world/work-time.js';
import { tradedLease } from './contract-cases.js';
import { leaseTerms, maySignUpAlone } from './lease.js';
import { ledgerTeller, since, type Case, type Written } from './ledger-cases.js';
import { villageOf, YUAN, type LedgerContext, type LedgerTeller } from './ledger-context.js';

/** Let at exactly the floor price, with so many bids. */
const atFloor =
  (bids: { count: number; isAlone?: boolean }, floorPercent = 100): Case =>
  (ctx) => {
    const { listing, dealtDay } = tradedLease(ctx, { floorPercent, deal: { bids } });
    return since(listing.listingId, dealtDay, dealtDay + 2);
  };

const soleAtFloor = ledgerTeller(
  'sole-bidder-at-floor',
  [
    ['只有一家报名，以底价成交', atFloor({ count: 1 })],
    ['一家报了三次，以底价成交', atFloor({ count: 3, isAlone: true })],
  ],
  [
    ['两家报名，以底价成交', atFloor({ count: 2 })],
    ['只有一家报名，高于底价', atFloor({ count: 1 }, 90)],
  ],
);

/** A listing takes nine days from the first notice to the deal; the next of a ring begins the day after. */
const APART_DAYS = 10;

/** Three bidders of one township meet again and again; who wins each time is said by the place among them. */
const ring =
  (...winners: readonly (0 | 1 | 2)[]): Case =>
  (ctx) => {
    const year = dayText(ctx.day).slice(0, 4);
    const lastDay = ctx.day + winners.length * APART_DAYS;
    const place = dayText(lastDay).startsWith(year) ? unclaimedTownship(ctx, year) : null;
    if (!place) return null;
    const members = [personName(ctx.dice), firmName(ctx.dice), personName(ctx.dice)].map((name, i) => `${name}${'甲乙丙'[i]}`);
    let lastBidMs = 0;
    winners.forEach((winner, i) => {
      const later = { ...ctx, day: ctx.day + i * APART_DAYS };
      const terms = { ...leaseTerms(later, true), village: place.village, lessee: members[winner] ?? '' };
      const rivals = members.filter((_, m) => m !== winner);
      lastBidMs = tradedLease(later, { terms, deal: { bids: { rivals } } }).bidTimes.at(-1) ?? 0;
    });
    return { scope: `${place.township}|${year}`, fromMs: lastBidMs, day: lastDay + 2 };
  };

/** A township is judged as a whole, year by year: of two stories there one would hide the other. */
function unclaimedTownship(ctx: LedgerContext, year: string): { village: number; township: string } | null {
  for (let attempt = 0; attempt < 20; attempt++) {
    const village = ctx.village(ctx.dice);
    const township = villageOf(ctx.county, village).township.code;
    if (ctx.claim(`ring ${township} ${year}`)) return { village, township };
  }
  return null;
}

const takeTurns = ledgerTeller(
  'bidders-take-turns',
  [['三家一起参加三场，轮流中标', ring(0, 1, 0)]],
  [
    ['三家一起参加两场，各中一场', ring(0, 1)],
    ['三家一起参加三场，都是一家中标', ring(2, 2, 2)],
  ],
);

/** Agencies of their own, two for each quarter: what they list is all that is known of them. */
const AGENCIES_EACH_QUARTER = 2;

function unclaimedAgency(ctx: LedgerContext, quarter: string): string | null {
  for (let n = 1; n <= AGENCIES_EACH_QUARTER * 2; n++) {
    const agency = `JG${quarter.slice(2, 4)}${quarter.at(-1)}${n}`;
    if (ctx.claim(`agency ${agency}`)) return agency;
  }
  return null;
}

/** Listings of one agency in one quarter, each with so many bidders. */
const listedBy =
  (...bidders: readonly number[]): Case =>
  (ctx): Written | null => {
    const [year, month] = dayText(ctx.day).split('-').map(Number) as [number, number]; // a day is written so
    const nextQuarter = Math.ceil(month / 3) * 3 + 1;
    const overDay: DayNumber = dayNumber(
      nextQuarter > 12 ? `${year + 1}-01-01` : `${year}-${String(nextQuarter).padStart(2, '0')}-01`,
    );
    const quarter = `${year}-Q${Math.ceil(month / 3)}`;
    // What ends after the quarter would be judged later than it is written here.
    const agency = ctx.day + 12 < overDay ? unclaimedAgency(ctx, quarter) : null;
    if (!agency) return null;
    bidders.forEach((count) => listOnly(ctx, agency, count));
    return { scope: `${agency}|${quarter}`, fromMs: startOfDayMs(overDay), day: ctx.day + 10 };
  };

/** The village, or another where one more listing of the year may have a single bidder. */
function villageWithOne(ctx: LedgerContext, first: number): number {
  let village = first;
  for (let attempt = 0; attempt < 20 && !maySignUpAlone(ctx, village, ctx.day); attempt++) village = ctx.village(ctx.dice);
  return village;
}

/** A listing that is over, and nothing has been made of it yet. */
function listOnly(ctx: LedgerContext, agency: string, bidders: number): void {
  const { ledger, day, county, dice } = ctx;
  const terms = leaseTerms(ctx, true);
  const village = bidders === 1 ? villageWithOne(ctx, terms.village) : terms.village;
  const listing: Omit<ListingFields, 'state'> = {
    listingId: ledger.nextId('XSCQ', day), village, assetId: null, title: `${villageOf(county, village).name}${terms.assetKind}出租项目`, category: '农村集体经营性资产',
    areaMu: terms.areaMu, termMonths: terms.termMonths, floorFen: terms.annualFen, depositFen: 1_000 * YUAN, opensDay: day, closesDay: day + 8, publishedAtMs: atTime(day, 9, dice.int(0, 50)), agency,
  }; // prettier-ignore
  ledger.trade('LISTING', { ...listing, state: 'OPEN' }, listing.publishedAtMs + 900);
  ledger.trade('LISTING', { ...listing, state: 'CLOSED', bidders }, atTime(day + 9, 9, dice.int(0, 50)));
}

const agencyShare = ledgerTeller(
  'agency-sole-bidder-share',
  [['一家代理机构一季度五个项目都只有一家报名', listedBy(1, 1, 1, 1, 1)]],
  [
    ['五个项目里四个只有一家报名，恰好八成', listedBy(1, 1, 3, 1, 1)],
    ['只有四个项目', listedBy(1, 1, 1, 1)],
  ],
);

/** Append only. */
export const BIDDING_TELLERS: readonly LedgerTeller[] = [soleAtFloor, takeTurns, agencyShare];
