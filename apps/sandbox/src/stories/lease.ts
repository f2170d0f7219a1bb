import { typedOn, type AssetFields, type ContractFields, type ListingFields } from '../world/ledger.js';
import { firmName, personName } from '../world/people.js';
import { postNotice } from './notice.js';
import { atTime, dayNumber, dayText, type DayNumber } from '../world/work-time.js';
import { MARKET_THRESHOLD_FEN, villageOf, YUAN, type LedgerContext } from './ledger-context.js';

const ASSET_KINDS = ['耕地', '鱼塘', '林地', '厂房', '门面房', '仓库'] as const;
const RESOLUTIONS = [
  '村民代表会议表决通过',
  '四议两公开，代表 28 人同意 26 人',
  '村民小组会议通过，附签名表',
  '党员大会、村民代表会议决议',
];

/** What is let, to whom, for how much: the common part of all leases, ordinary or not. */
export interface LeaseTerms {
  village: number;
  assetId: string;
  assetKind: string;
  areaMu: number | null;
  lessee: string;
  annualFen: number;
  termMonths: number;
}

/** Draws terms with a total above or below the market threshold. */
export function leaseTerms(ctx: LedgerContext, above: boolean): LeaseTerms {
  const { dice, day, ledger } = ctx;
  const assetKind = dice.pick(ASSET_KINDS);
  const land = assetKind === '耕地' || assetKind === '鱼塘' || assetKind === '林地';
  // Two years at least: what runs out within the simulated time would have to be let again or given back.
  const termMonths = dice.pick(above ? [36, 60, 60, 120, 30, 48] : [24, 24, 36, 30]);
  const leastAnnualFen = Math.ceil((MARKET_THRESHOLD_FEN * 12) / termMonths);
  const annualFen = above
    ? roundTo(leastAnnualFen + dice.int(500, 60_000) * YUAN, 1_000)
    : roundTo(Math.floor(leastAnnualFen * (0.1 + 0.8 * dice.next())), 1_000);
  const areaMu = land ? Math.max(1, Math.round((annualFen / (dice.int(850, 1_180) * YUAN)) * 100) / 100) : null;
  return {
    village: ctx.village(dice),
    assetId: ledger.nextId('ZC', day),
    assetKind,
    areaMu,
    lessee: dice.chance(0.55) ? personName(dice) : firmName(dice),
    annualFen,
    termMonths,
  };
}

function roundTo(fen: number, step: number): number {
  return Math.max(step, Math.round(fen / step) * step);
}

export function totalOf(terms: Pick<LeaseTerms, 'annualFen' | 'termMonths'>): number {
  return Math.round((terms.annualFen * terms.termMonths) / 12);
}

/** Writes the register entry of what is let. */
export function registerAsset(
  ctx: LedgerContext,
  terms: LeaseTerms,
  day: DayNumber,
  inUse: boolean,
  more: { status?: AssetFields['status']; typedDay?: DayNumber; statusSinceDay?: DayNumber } = {},
): AssetFields {
  const place = villageOf(ctx.county, terms.village);
  const { ledger, dice } = ctx;
  const number = ctx.dice.int(1, 60);
  const fields: AssetFields = {
    assetId: terms.assetId,
    village: terms.village,
    name: `${place.name}${number}号${terms.assetKind}`,
    kind: terms.assetKind,
    areaMu: terms.areaMu,
    registeredDay: day,
    status: more.status ?? (inUse ? 'leased' : 'idle'),
    inUse,
    ...(more.statusSinceDay === undefined ? {} : { statusSinceDay: more.statusSinceDay }),
  };
  ledger.put('asset', fields, typedOn(dice, more.typedDay ?? day));
  return fields;
}

/** Lists the lease on the market and deals it; returns the listing and when the bids were made. The deal is out before the day after `dealtDay`. */
export function listAndDeal(
  ctx: LedgerContext,
  terms: LeaseTerms,
  when: { opensDay: DayNumber; dealtDay: DayNumber },
  more: {
    contractId?: string | null;
    annualFen?: number;
    termMonths?: number;
    floorFen?: number;
    bids?: BidMarks;
    isAssetNamed?: boolean;
    isByAgreement?: boolean;
    winnerRegisteredAs?: string | undefined;
  } = {},
): { listing: Omit<ListingFields, 'state'>; listingId: string; bidTimes: number[] } {
  // prettier-ignore
  const { dice, ledger, county } = ctx;
  const place = villageOf(county, terms.village);
  const listingId = ledger.nextId('XSCQ', when.opensDay);
  const closesDay = Math.max(when.opensDay + 1, when.dealtDay - 1);
  // Always below the price: who lets at the floor price does so for a story.
  const usualFloorFen = roundTo(Math.floor(terms.annualFen * (0.75 + 0.24 * dice.next())), 1_000);
  const floorFen = more.floorFen ?? usualFloorFen;
  const listing = {
    listingId, village: terms.village, assetId: dice.chance(0.9) || more.isAssetNamed ? terms.assetId : null, title: `${place.township.name}${place.name}${terms.assetKind}出租项目`, category: categoryOf(terms.assetKind),
    areaMu: terms.areaMu, termMonths: more.termMonths ?? terms.termMonths, floorFen, depositFen: roundTo(Math.floor(floorFen / 10), 10_000), opensDay: when.opensDay, closesDay,
    publishedAtMs: atTime(when.opensDay, 9, dice.int(0, 59)), ...(more.isByAgreement ? { isByAgreement: true as const } : {}),
  }; // prettier-ignore
  ledger.trade('LISTING', { ...listing, state: 'OPEN' }, listing.publishedAtMs + dice.int(500, 60_000));
  const bidTimes = bids(ctx, terms, { listingId, floorFen, closesDay, dealFen: more.annualFen ?? terms.annualFen }, more.bids);
  const dealId = ledger.nextId('CJ', when.dealtDay);
  const dealtAtMs = atTime(when.dealtDay, dice.int(9, 16), dice.int(0, 59));
  // Of stories about the floor price nobody tells how many signed up: with them the county's own agencies would seem to let at it.
  const isAtFloor = (more.annualFen ?? terms.annualFen) === floorFen;
  const signedUp = isAtFloor
    ? {}
    : { bidders: signedUpFor(ctx, terms.village, when.opensDay, more.bids?.isAlone ? 1 : bidTimes.length) };
  ledger.trade('LISTING', { ...listing, state: 'DEALT', ...signedUp }, dealtAtMs);
  ledger.trade('DEAL', {
    dealId, listingId, assetId: listing.assetId, contractId: more.contractId ?? null, village: terms.village, winner: terms.lessee,
    annualFen: more.annualFen ?? terms.annualFen, termMonths: more.termMonths ?? terms.termMonths, dealtDay: when.dealtDay, ...(more.winnerRegisteredAs === undefined ? {} : { winnerRegisteredAs: more.winnerRegisteredAs }),
  }, dealtAtMs + dice.int(500, 20_000)); // prettier-ignore
  return { listing, listingId, bidTimes };
}

/** So many listings of a village's year have one bidder by chance; with more, one village's market would look as if it were kept to a few. */
const SOLE_A_YEAR = 2;

/** Whether one more listing of the village's year may have a single bidder. */
export function maySignUpAlone(ctx: LedgerContext, village: number, opensDay: DayNumber): boolean {
  const year = dayText(opensDay).slice(0, 4);
  return Array.from({ length: SOLE_A_YEAR }, (_, n) => `sole ${village} ${year} ${n}`).some((place) => ctx.claim(place));
}

/** How many signed up for a listing: where one bids, sometimes another did who stays silent. */
function signedUpFor(ctx: LedgerContext, village: number, opensDay: DayNumber, bidders: number): number {
  return bidders === 1 && !maySignUpAlone(ctx, village, opensDay) ? 2 : bidders;
}

/** How many bid: 0 to 5. */
const BID_COUNT_WEIGHTS = [0, 35, 30, 20, 10, 5];

/** What bidders have in common who only play at bidding; the last of them wins. */
export interface BidMarks {
  count?: number;
  /** Who else bids, one after the other. */
  rivals?: readonly string[];
  device?: string;
  depositAccount?: string;
  phone?: string;
  legalPerson?: string;
  /** Instead of a rival, the winner bids again. */
  isAlone?: boolean;
}

function bids(
  ctx: LedgerContext,
  terms: LeaseTerms,
  { listingId, floorFen, closesDay, dealFen }: { listingId: string; floorFen: number; closesDay: DayNumber; dealFen: number },
  marks: BidMarks = {},
): number[] {
  const { dice, ledger } = ctx;
  const count = marks.rivals ? marks.rivals.length + 1 : (marks.count ?? dice.weighted(BID_COUNT_WEIGHTS));
  const device = dice.int(100_000, 999_000); // one after the other: bidders of one listing never share one by chance
  const phone = dice.int(0, 99_990_000);
  const times: number[] = [];
  for (let i = 1; i <= count; i++) {
    const last = i === count;
    const rival = dice.chance(0.5) ? personName(dice) : firmName(dice);
    const bidAtMs = atTime(closesDay, 9 + Math.floor((i * 7) / (count + 1)), dice.int(0, 59), dice.int(0, 59));
    const bid = {
      bidId: `BJ${listingId.slice(4)}-${i}`, listingId, bidder: last || marks.isAlone ? terms.lessee : (marks.rivals?.[i - 1] ?? rival),
      amountFen: last ? dealFen : Math.min(dealFen, floorFen + Math.round(((dealFen - floorFen) * i) / count)), device: marks.device ?? (dice.chance(0.9) ? `dev-${device + i}` : null),
      depositAccount: marks.depositAccount ?? `6228${String(dice.int(0, 99999999)).padStart(8, '0')}${dice.int(1000, 9999)}`, phone: marks.phone ?? `139${String(phone + i).padStart(8, '0')}`, legalPerson: marks.legalPerson ?? null,
      bidAtMs,
    }; // prettier-ignore
    ledger.trade('BID', bid, bidAtMs + dice.int(200, 3_000));
    times.push(bidAtMs);
  }
  return times;
}

export function categoryOf(assetKind: string): string {
  return assetKind === '耕地'
    ? '农户承包土地经营权'
    : assetKind === '鱼塘'
      ? '养殖水面经营权'
      : assetKind === '林地'
        ? '林权'
        : '农村集体经营性资产';
}

/** Writes the contract into the village's ledger. */
export function signContract(
  ctx: LedgerContext,
  terms: LeaseTerms,
  signedDay: DayNumber,
  more: Partial<ContractFields> = {},
  typedDay = signedDay,
  notice: 'usual' | 'none' = 'usual',
): ContractFields {
  const { dice, ledger, county } = ctx;
  const startsDay = more.startsDay ?? signedDay + dice.int(1, 12);
  const kind = terms.areaMu === null ? 'lease' : dice.pick(['lease', 'contracting'] as const);
  const mustBeVoted = isLet(more.kind ?? kind) && (more.totalFen ?? totalOf(terms)) >= MARKET_THRESHOLD_FEN;
  const fields: ContractFields = {
    contractId: more.contractId ?? ledger.nextId('HT', signedDay), village: terms.village, kind,
    name: `${villageOf(county, terms.village).name}${terms.assetKind}${terms.areaMu === null ? '租赁' : '承包'}合同`, assetId: terms.assetId, areaMu: terms.areaMu, lessee: terms.lessee,
    signedDay, startsDay, endsDay: plusMonths(startsDay, terms.termMonths) - 1, termMonths: terms.termMonths, totalFen: totalOf(terms), annualFen: terms.annualFen,
    listingId: null, resolution: mustBeVoted || dice.chance(0.85) ? dice.pick(RESOLUTIONS) : null, ...(isLet(more.kind ?? kind) ? { objectKind: terms.assetKind } : {}), ...more,
  }; // prettier-ignore
  ledger.put('contract', fields, typedOn(dice, typedDay));
  // As it should be: what is large is made public before it is signed. Stories about notices write their own.
  if (mustBeVoted && notice === 'usual') postNotice(ctx, fields, signedDay - 10, 8);
  return fields;
}

function isLet(kind: ContractFields['kind']): boolean {
  return kind === 'lease' || kind === 'contracting';
}

export function plusMonths(day: DayNumber, months: number): DayNumber {
  const [year, month, date] = dayText(day).split('-').map(Number);
  return dayNumber(new Date(Date.UTC(year ?? 0, (month ?? 1) - 1 + months, Math.min(date ?? 1, 28))).toISOString().slice(0, 10));
}
