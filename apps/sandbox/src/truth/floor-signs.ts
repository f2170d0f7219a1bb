import type { ListingFields, TradeChange } from '../world/ledger.js';
import type { DayNumber } from '../world/work-time.js';
import type { Sign } from './truth.js';

const YEAR_DAYS = 365;
const LEAST_PEERS = 5;
const LOW_PERCENT = 70;

/** Which listings ask far less a mu than those of other assets of the township and kind; read from all that are published, whatever a story meant. */
export class FloorSigns {
  private readonly peers = new Map<string, Map<string, ListingFields>>();

  constructor(private readonly townshipOf: (village: number) => string) {}

  /** What the listings show whose notice begins on the day; nothing of that day or before may be published once it was asked for. */
  *of(day: DayNumber, changes: readonly TradeChange[]): Generator<Sign> {
    const begun = new Map<string, ListingFields>();
    for (const change of changes) {
      if (change.entity !== 'LISTING' || change.op !== 'UPSERT' || change.malformed) continue;
      this.peersOf(change.fields).set(change.fields.listingId, change.fields);
      if (change.fields.opensDay === day) begun.set(change.fields.listingId, change.fields);
    }
    for (const listing of begun.values())
      if (this.isLow(listing))
        yield { rule: 'floor-far-below-peers', scope: listing.listingId, fromMs: listing.publishedAtMs, toMs: null };
  }

  private isLow(listing: ListingFields): boolean {
    const own = priceOfMu(listing);
    const prices = [...this.peersOf(listing).values()].flatMap((peer) => {
      const price = priceOfMu(peer);
      const isInTime = peer.opensDay <= listing.opensDay && peer.opensDay >= listing.opensDay - YEAR_DAYS;
      const isOfAnother = peer.listingId !== listing.listingId && (peer.assetId === null || peer.assetId !== listing.assetId);
      return price !== null && isInTime && isOfAnother ? [price] : [];
    });
    if (own === null || prices.length < LEAST_PEERS) return false;
    const sorted = prices.toSorted((a, b) => a - b);
    const middle = Math.floor(((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2);
    return 100 * own < LOW_PERCENT * middle;
  }

  private peersOf({ village, category }: ListingFields): Map<string, ListingFields> {
    const key = `${this.townshipOf(village)} ${category}`;
    const known = this.peers.get(key) ?? new Map<string, ListingFields>();
    this.peers.set(key, known);
    return known;
  }
}

function priceOfMu({ floorFen, areaMu }: ListingFields): number | null {
  return areaMu === null || areaMu <= 0 ? null : Math.floor(floorFen / areaMu);
}
