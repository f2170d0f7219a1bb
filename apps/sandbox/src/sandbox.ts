import { LIVE_RATE_DAYS_AHEAD, LIVE_STARTS, PAST_STARTS, type Size } from './options.js';
import { LedgerWorld } from './ledger-world.js';
import { StoryBook } from './stories/story-book.js';
import { TruthList } from './truth/truth.js';
import { CallCentre, CENTRE_DAYS_KEPT } from './upstreams/hotline/centre.js';
import type { PhonedOrder } from './upstreams/hotline/call-orders.js';
import { channelOf, HotlineRenderer } from './upstreams/hotline/render.js';
import { HotlineTimeline } from './upstreams/hotline/timeline.js';
import { loadCounty, type County } from './world/county.js';
import type { DayNumber } from './world/work-time.js';

/** Most ledger problems show a month after signing or falling due. */
const LEDGER_RATE_DAYS_AHEAD = 36;

/** The made-up world behind the three upstream systems: a function of seed and size, planned day by day. */
export class SandboxWorld {
  readonly county: County = loadCounty();
  readonly truth = new TruthList();
  readonly ledgers: LedgerWorld;
  readonly stories: StoryBook;
  readonly centre: CallCentre;
  readonly hotline: HotlineTimeline;
  readonly hotlineRenderer: HotlineRenderer;

  constructor(
    readonly seed: number,
    readonly size: Size,
  ) {
    const rates = { startDay: PAST_STARTS, perPastYear: size.problemsPerYear, perLiveDay: size.problemsPerLiveDay };
    this.ledgers = new LedgerWorld(
      seed,
      this.county,
      size,
      { ...rates, liveDay: LIVE_STARTS - LEDGER_RATE_DAYS_AHEAD, perLiveDay: size.problemsPerLiveDay / 2 },
      this.truth,
      (story) => this.stories.add(story),
    );
    this.centre = new CallCentre(seed, LIVE_STARTS - CENTRE_DAYS_KEPT, size.orders / 365, this.truth, (day) =>
      this.phonedOrders(day),
    );
    const { blocked } = this.ledgers;
    this.stories = new StoryBook(seed, this.county, blocked, { ...rates, liveDay: LIVE_STARTS - LIVE_RATE_DAYS_AHEAD });
    // Ledgers first: a payment decides which complaints of that day may still be ordinary.
    this.hotline = new HotlineTimeline(
      seed,
      this.county,
      PAST_STARTS,
      size.orders / 365,
      blocked,
      this.stories,
      this.truth,
      (day) => {
        this.ledgers.ensureThrough(day);
        this.centre.ensureThrough(day);
      },
    );
    this.hotlineRenderer = new HotlineRenderer(seed, this.county);
  }

  /** The orders of a day that were taken down at the telephone, in the order of their acceptance. */
  private phonedOrders(day: DayNumber): PhonedOrder[] {
    this.hotline.ensureThrough(day);
    return [...this.hotline.livesOf(day)].flatMap(({ orderId, acceptedAtMs, orderDeletedAfterMs }, i) =>
      orderDeletedAfterMs === null && channelOf(this.seed, day, i + 1) === '电话' ? [{ orderId, acceptedAtMs }] : [],
    );
  }

  /** Plans everything that happens up to the end of the day. */
  ensureThrough(day: DayNumber): void {
    this.hotline.ensureThrough(day);
  }
}
