import type { EpochMs } from '@tianyan/kernel';
import { ASSET_TELLERS } from './stories/asset-cases.js';
import { BIDDING_TELLERS } from './stories/bidding-cases.js';
import { CONTRACT_TELLERS } from './stories/contract-cases.js';
import { contractDiffersFromDeal } from './stories/contract-differs-from-deal.js';
import { floorFarBelowPeers } from './stories/floor-far-below-peers.js';
import { leaseFarBelowPeers } from './stories/lease-far-below-peers.js';
import type { LedgerContext, LedgerTeller } from './stories/ledger-context.js';
import { leasedOutsideMarket } from './stories/leased-outside-market.js';
import {
  bookingFactor,
  failedListing,
  ordinaryLease,
  ordinaryOtherContract,
  ordinaryPayment,
  ordinaryProject,
} from './stories/ordinary-ledger.js';
import { paidNotMended } from './stories/paid-not-mended.js';
import { PAYMENT_TELLERS } from './stories/payment-cases.js';
import { PRICE_TELLERS } from './stories/price-cases.js';
import { PROJECT_TELLERS, spentWithoutBudget } from './stories/project-cases.js';
import { REGISTER_TELLERS } from './stories/register-cases.js';
import { rentUnpaidInUse } from './stories/rent-unpaid-in-use.js';
import { spentAboveContract } from './stories/spent-above-contract.js';
import { TRADE_TELLERS } from './stories/trade-cases.js';
import { countOn, type StoryPlan } from './stories/story-plan.js';
import type { Story } from './stories/story.js';
import { FloorSigns } from './truth/floor-signs.js';
import type { TruthList } from './truth/truth.js';
import type { County } from './world/county.js';
import { Dice, STREAM } from './world/dice.js';
import { Ledger } from './world/ledger.js';
import { MATTERS } from './world/matters.js';
import { dayNumber, dayNumberOf, startOfDayMs, type DayNumber } from './world/work-time.js';
import type { Size } from './options.js';

/** Append only: the place in the list is part of what a seed means. */
const TELLERS: readonly LedgerTeller[] = [
  paidNotMended,
  leasedOutsideMarket,
  contractDiffersFromDeal,
  rentUnpaidInUse,
  leaseFarBelowPeers,
  spentAboveContract,
  ...CONTRACT_TELLERS,
  ...PROJECT_TELLERS,
  ...TRADE_TELLERS,
  ...ASSET_TELLERS,
  ...PAYMENT_TELLERS,
  ...BIDDING_TELLERS,
  ...REGISTER_TELLERS,
  spentWithoutBudget,
  floorFarBelowPeers,
  ...PRICE_TELLERS,
];

/** The village that stops uploading, and since when: its rows simply cease, late entries and corrections too. */
export const SILENT_SINCE = dayNumber('2026-06-20');
const SILENT_VILLAGE = 137;
/** In these villages nobody lets or lists anything but the stories of a village's market: what else is listed there would change their shares. */
const isQuietVillage = (village: number) => village % 16 === 7;

/** Rent of running leases comes to about 1.7 payments per lease, projects to 2.4; the rest are everyday bookings. */
const PAYMENTS_PER_LEASE = 1.7;
const PAYMENTS_PER_PROJECT = 2.4;
/** Of the contracts: let through the market, let below the threshold, others. Listings that fail come on top. */
const FAILED_SHARE = 0.06;

/** The villages' ledgers and the market, planned day by day; what is planned on a day may happen on later days. */
export class LedgerWorld {
  readonly ledger = new Ledger((village, atMs) => village === SILENT_VILLAGE && dayNumberOf(atMs) >= SILENT_SINCE);
  private readonly paidPlaces = new Map<number, EpochMs[]>();
  private readonly fieldsLet: LedgerContext['fieldsLet'] = new Map();
  private readonly fieldsListed: LedgerContext['fieldsListed'] = new Map();
  private readonly floors = new FloorSigns((village) => this.county.villages[village]?.township.code ?? '');
  private readonly takenPlaces = new Set<number>();
  private readonly claimed = new Set<string>();
  private plannedThrough: DayNumber;

  constructor(
    private readonly seed: number,
    private readonly county: County,
    private readonly size: Size,
    private readonly plan: StoryPlan,
    private readonly truth: TruthList,
    private readonly addStory: (story: Story) => void,
  ) {
    this.plannedThrough = plan.startDay - 1;
  }

  get silentVillageCode(): string {
    return this.county.villages[SILENT_VILLAGE]?.code ?? '';
  }

  ensureThrough(day: DayNumber): void {
    while (this.plannedThrough < day) this.planDay(++this.plannedThrough);
  }

  /** Whether a complaint of the place at that time would come after a project there was paid. */
  readonly blocked = (village: number, matter: number, atMs: EpochMs): boolean =>
    this.paidPlaces.get(placeKey(village, matter))?.some((paidMs) => atMs > paidMs) ?? false;

  private planDay(day: DayNumber): void {
    const dice = new Dice(this.seed, STREAM.assets, day);
    const ctx = this.context(day, dice);
    const { contracts, trades, projects, payments } = this.size;
    const times = (perYear: number, act: () => void) => {
      const exact = perYear / 365;
      const count = Math.floor(exact) + (dice.chance(exact % 1) ? 1 : 0);
      for (let i = 0; i < count; i++) act();
    };
    const traded = Math.min(trades * (1 - FAILED_SHARE), contracts * 0.6);
    const others = contracts * 0.3;
    times(traded, () => ordinaryLease(ctx, true));
    times(contracts - traded - others, () => ordinaryLease(ctx, false));
    times(others, () => ordinaryOtherContract(ctx));
    times(trades * FAILED_SHARE, () => failedListing(ctx));
    times(projects, () => ordinaryProject(ctx));
    const everyday = Math.max(
      payments * 0.3,
      payments - (contracts - others) * PAYMENTS_PER_LEASE - projects * PAYMENTS_PER_PROJECT,
    );
    times(everyday * bookingFactor(day) * 1.2, () => this.everydayPayment(ctx));
    TELLERS.forEach((teller, t) => {
      for (let i = 0; i < countOn(this.plan, day, t); i++)
        teller.problem(this.context(day, new Dice(this.seed, STREAM.story, day, 100 + t, i, 1)));
      for (let i = 0; i < countOn(this.plan, day, t + 0.5); i++)
        teller.lookalike(this.context(day, new Dice(this.seed, STREAM.story, day, 100 + t, i, 0)));
    });
    // Nothing is listed for a day that is over.
    for (const sign of this.floors.of(day, this.ledger.changesOf(day))) this.truth.addSign(sign, startOfDayMs(day + 1));
  }

  private claim(thing: string): boolean {
    return this.claimed.size < this.claimed.add(thing).size;
  }

  private everydayPayment(ctx: LedgerContext): void {
    const village = ctx.dice.int(0, this.county.villages.length - 1);
    ordinaryPayment(ctx, village);
  }

  private context(day: DayNumber, dice: Dice): LedgerContext {
    return {
      seed: this.seed,
      county: this.county,
      ledger: this.ledger,
      truth: this.truth,
      blocked: this.blocked,
      addStory: this.addStory,
      fieldsLet: this.fieldsLet,
      fieldsListed: this.fieldsListed,
      claim: (thing) => this.claim(thing),
      day,
      dice,
      village: (d) => {
        const drawn = d.int(0, this.county.villages.length - 2);
        const village = drawn >= SILENT_VILLAGE ? drawn + 1 : drawn;
        return isQuietVillage(village) ? village - 1 : village;
      },
      quietVillage: () =>
        [...this.county.villages.keys()].find((village) => isQuietVillage(village) && this.claim(`market of ${village}`)) ?? null,
      projectPlace: (d, village) => this.takePlace(d, village),
      blockPlace: (village, matter, fromMs) => {
        const key = placeKey(village, matter);
        this.paidPlaces.set(key, [...(this.paidPlaces.get(key) ?? []), fromMs]);
      },
    };
  }

  /** A second project in one place would take the first one's complaints for its own; so each place has one. */
  private takePlace(dice: Dice, inVillage?: number): { village: number; matter: number } | null {
    const matters = MATTERS.flatMap((m, i) => (m.projectKind === null ? [] : [i]));
    for (let attempt = 0; attempt < 60; attempt++) {
      const village = inVillage ?? dice.int(0, this.county.villages.length - 1);
      const matter = dice.pick(matters);
      if (village === SILENT_VILLAGE || this.takenPlaces.has(placeKey(village, matter))) continue;
      this.takenPlaces.add(placeKey(village, matter));
      return { village, matter };
    }
    return null;
  }
}

function placeKey(village: number, matter: number): number {
  return village * 100 + matter;
}
