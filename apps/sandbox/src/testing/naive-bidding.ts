import type { BidFields, DealFields, ListingFields } from '../world/ledger.js';
import { dayNumber, dayNumberOf, dayText, startOfDayMs } from '../world/work-time.js';
import type { CleanLedger, Hit } from './naive-ledger.js';

/** The rules over who bid with whom, read from their definition by plain loops and not from the stories. */
export function naiveBidding(clean: CleanLedger, villageCode: (village: number) => string, hit: Hit): void {
  const bidsOf = Map.groupBy(clean.bids, (b) => b.listingId);
  for (const deal of clean.deals) soleAtFloor(deal, clean.listings.get(deal.listingId), bidsOf.get(deal.listingId) ?? [], hit);
  const listings = [...clean.listings.values()];
  for (const [assetId, list] of Map.groupBy(listings, (l) => l.assetId ?? '')) {
    const negotiated = list.filter(
      (l) =>
        assetId !== '' &&
        l.isByAgreement &&
        list.some((o) => (o.state === 'FAILED' || o.state === 'WITHDRAWN') && o.publishedAtMs < l.publishedAtMs),
    );
    if (negotiated.length > 0) hit('failed-then-negotiated', assetId, Math.min(...negotiated.map((l) => l.publishedAtMs)));
  }
  agencies(listings, hit);
  floorShare(listings, clean.deals, hit);
  villageShare(listings, villageCode, hit);
  for (const [scope, list] of Map.groupBy(
    listings,
    (l) => `${villageCode(l.village).slice(0, 9)}|${dayText(dayNumberOf(l.publishedAtMs)).slice(0, 4)}`,
  ))
    rings(scope, list, bidsOf, clean.deals, hit);
}

function soleAtFloor(deal: DealFields, listing: ListingFields | undefined, bids: readonly BidFields[], hit: Hit): void {
  if (!listing || listing.floorFen !== deal.annualFen || bids.length === 0 || bids.some((b) => b.bidder !== deal.winner)) return;
  const firstBidMs = Math.min(...bids.map((b) => b.bidAtMs));
  hit('sole-bidder-at-floor', deal.listingId, Math.max(startOfDayMs(deal.dealtDay), listing.publishedAtMs, firstBidMs));
}

function agencies(listings: readonly ListingFields[], hit: Hit): void {
  const known = listings.filter((l) => (l.state === 'DEALT' || l.state === 'CLOSED') && (l.bidders ?? 0) >= 1);
  for (const [scope, list] of Map.groupBy(known, quarterOf)) {
    const alone = list.filter((l) => l.bidders === 1).length;
    if (list.length >= 5 && 100 * alone > 80 * list.length) hit('agency-sole-bidder-share', scope, overMs(scope));
  }
}

/** An agency and the quarter of its listing. */
function quarterOf(l: ListingFields): string {
  const [year, month] = dayText(dayNumberOf(l.publishedAtMs)).split('-').map(Number);
  return `${l.agency ?? `JG0${1 + (l.village % 2)}`}|${year}-Q${Math.ceil((month ?? 1) / 3)}`;
}

function overMs(scope: string): number {
  const [year = 0, quarter = 0] = (scope.split('|')[1] ?? '').split('-Q').map(Number);
  return startOfDayMs(dayNumber(`${quarter === 4 ? year + 1 : year}-${String((quarter % 4) * 3 + 1).padStart(2, '0')}-01`));
}

/** Where several signed up, and more than half of five deals or more are at the floor price. */
function floorShare(listings: readonly ListingFields[], deals: readonly DealFields[], hit: Hit): void {
  const dealOf = new Map(deals.map((d) => [d.listingId, d]));
  const contested = listings.filter((l) => l.state === 'DEALT' && (l.bidders ?? 0) >= 2 && dealOf.has(l.listingId));
  for (const [scope, list] of Map.groupBy(contested, quarterOf)) {
    const atFloor = list.filter((l) => dealOf.get(l.listingId)?.annualFen === l.floorFen).length;
    if (list.length >= 5 && 2 * atFloor > list.length) hit('deals-at-floor-share', scope, overMs(scope));
  }
}

const YEAR_MS = 365 * 86_400_000;

/** Of the year up to some listing of a village five or more that were open to all, of which more than four fifths had one who signed up. */
function villageShare(listings: readonly ListingFields[], villageCode: (village: number) => string, hit: Hit): void {
  const isOpen = (l: ListingFields) => (l.state === 'DEALT' || l.state === 'CLOSED') && !l.isByAgreement;
  const known = listings.filter((l) => isOpen(l) && (l.bidders ?? 0) >= 1);
  for (const [village, own] of Map.groupBy(known, (l) => l.village)) {
    const first = own
      .toSorted((a, b) => a.publishedAtMs - b.publishedAtMs)
      .find(({ publishedAtMs: atMs }) => {
        const window = own.filter((l) => l.publishedAtMs <= atMs && atMs - l.publishedAtMs < YEAR_MS);
        return window.length >= 5 && 100 * window.filter((l) => l.bidders === 1).length > 80 * window.length;
      });
    if (first) hit('village-sole-bidder-share', villageCode(village), first.publishedAtMs);
  }
}

/** Three listings or more, one of which shares seven tenths of its bidders with each of the others, and two winners or more. */
function rings(
  scope: string,
  listings: readonly ListingFields[],
  bidsOf: ReadonlyMap<string, BidFields[]>,
  allDeals: readonly DealFields[],
  hit: Hit,
): void {
  const ids = new Set(listings.map((l) => l.listingId));
  const bids = [...ids].flatMap((id) => bidsOf.get(id) ?? []);
  const deals = allDeals.filter((d) => ids.has(d.listingId));
  const holdsAt = (atMs: number) => {
    const sets = [...Map.groupBy(bids.filter((b) => b.bidAtMs <= atMs), (b) => b.listingId)]
      .map(([id, own]) => ({ id, members: new Set(own.map((b) => b.bidder)) }))
      .filter(({ members }) => members.size >= 2); // prettier-ignore
    return sets.some(({ members }) => {
      const family = sets.filter((s) => {
        const common = [...s.members].filter((m) => members.has(m)).length;
        return 100 * common >= 70 * (s.members.size + members.size - common);
      });
      const won = deals.filter((d) => startOfDayMs(d.dealtDay) <= atMs && family.some((s) => s.id === d.listingId));
      return family.length >= 3 && new Set(won.map((d) => d.winner)).size >= 2;
    });
  };
  if (!holdsAt(Infinity)) return;
  const times = [...bids.map((b) => b.bidAtMs), ...deals.map((d) => startOfDayMs(d.dealtDay))].sort((a, b) => a - b);
  const first = times.find(holdsAt);
  if (first !== undefined) hit('bidders-take-turns', scope, first);
}
