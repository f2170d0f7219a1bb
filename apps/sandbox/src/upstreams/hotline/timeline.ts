import { HOUR_MS, type EpochMs } from '@tianyan/kernel';
import { flowPublications, orderPublications, type Publication } from '../../nastiness/publications.js';
import type { OrderLife } from '../../stories/order-life.js';
import { orderIdOf, ordinaryOrder, type Blocked } from '../../stories/ordinary-order.js';
import type { StoryBook, StoryOrder } from '../../stories/story-book.js';
import { CallerSigns } from '../../truth/caller-signs.js';
import { orderSigns } from '../../truth/order-signs.js';
import { QuarterSigns } from '../../truth/quarter-signs.js';
import { UnitSigns } from '../../truth/unit-signs.js';
import type { TruthList } from '../../truth/truth.js';
import type { County } from '../../world/county.js';
import { dayNumberOf, type DayNumber } from '../../world/work-time.js';
import { acceptanceTimes } from './acceptance.js';
import { DayIndex, ORDERS_PER_DAY_LIMIT, type FeedEntry } from './day-index.js';

export type FeedName = 'flows' | 'orders';

/** Where a reader stands: after this row. */
export interface FeedPosition {
  publishedAtMs: EpochMs;
  orderRef: number;
  sub: number;
}
export interface FeedRow {
  life: OrderLife;
  day: DayNumber;
  n: number;
  publication: Publication;
  entry: FeedEntry;
}

interface DayPlan {
  acceptedAtMs: Float64Array;
  stories: Map<number, StoryOrder>;
}

/** Call-backs are published up to six hours late. */
const CALLED_BACK_LATE_MS = 7 * HOUR_MS;

/** How many lives are kept: more than the orders in work at any time, so that following the feed makes each life once or twice. */
const LIVES_KEPT = 8_000;

/**
 * All orders and the two feeds that tell of them. Keeps per feed row a few numbers and per order its time of acceptance;
 * lives and texts are made again from the seed whenever a page needs them.
 */
export class HotlineTimeline {
  private readonly plans = new Map<DayNumber, DayPlan>();
  private readonly flowDays = new Map<DayNumber, DayIndex>();
  private readonly orderDays = new Map<DayNumber, DayIndex>();
  private readonly lives = new Map<number, OrderLife>();
  private readonly callers: CallerSigns;
  private readonly units = new UnitSigns();
  private readonly quarters = new QuarterSigns();
  private plannedThrough: DayNumber;

  constructor(
    private readonly seed: number,
    private readonly county: County,
    private readonly startDay: DayNumber,
    private readonly ordersPerDay: number,
    private readonly blocked: Blocked,
    private readonly stories: StoryBook,
    private readonly truth: TruthList,
    /** Lets other parts of the world plan a day first: what they plan decides which complaints are ordinary. */
    private readonly beforeDay: (day: DayNumber) => void,
  ) {
    this.callers = new CallerSigns(county);
    this.plannedThrough = startDay - 1;
  }

  /** Plans all orders accepted up to the day; everything published up to its end is fixed afterwards. */
  ensureThrough(day: DayNumber): void {
    while (this.plannedThrough < day) this.planDay(++this.plannedThrough);
  }

  /** Rows after the position that have been published and not replaced by `nowMs`, at most `limit`. */
  page(feed: FeedName, after: FeedPosition, limit: number, nowMs: EpochMs): { rows: FeedRow[]; hasMore: boolean } {
    this.ensureThrough(dayNumberOf(nowMs));
    const days = feed === 'flows' ? this.flowDays : this.orderDays;
    const rows: FeedRow[] = [];
    const lastDay = dayNumberOf(nowMs);
    const firstDay = Math.max(this.startDay, dayNumberOf(after.publishedAtMs));
    for (let day = firstDay; day <= lastDay; day++) {
      const index = days.get(day);
      if (!index) continue;
      for (let i = day === firstDay ? index.firstAfter(after) : 0; i < index.length; i++) {
        const entry = index.entry(i);
        if (entry.publishedAtMs > nowMs) return { rows, hasMore: false };
        if (entry.replacedAtMs <= nowMs) continue;
        if (rows.length === limit) return { rows, hasMore: true };
        rows.push(this.rowOf(feed, entry));
      }
    }
    return { rows, hasMore: false };
  }

  /** Walks over all rows published by `nowMs`, replaced or not. */
  *published(feed: FeedName, nowMs: EpochMs): Generator<FeedRow> {
    this.ensureThrough(dayNumberOf(nowMs));
    const days = feed === 'flows' ? this.flowDays : this.orderDays;
    for (let day = this.startDay; day <= dayNumberOf(nowMs); day++) {
      const index = days.get(day);
      if (!index) continue;
      for (let i = 0; i < index.length; i++) {
        const entry = index.entry(i);
        if (entry.publishedAtMs <= nowMs) yield this.rowOf(feed, entry);
      }
    }
  }

  /** The orders accepted on a planned day, as they truly are. */
  *livesOf(day: DayNumber): Generator<OrderLife> {
    const plan = this.plans.get(day);
    if (plan) for (let n = 1; n <= plan.acceptedAtMs.length; n++) yield this.life(day, n);
  }

  /** How many orders were accepted up to and including the day. */
  countThrough(day: DayNumber): number {
    this.ensureThrough(day);
    let count = 0;
    for (const [planned, plan] of this.plans) if (planned <= day) count += plan.acceptedAtMs.length;
    return count;
  }

  private rowOf(feed: FeedName, entry: FeedEntry): FeedRow {
    const day = Math.floor(entry.orderRef / ORDERS_PER_DAY_LIMIT);
    const n = entry.orderRef % ORDERS_PER_DAY_LIMIT;
    const life = this.life(day, n);
    const publication = this.publications(feed, life, day, n)[entry.publication];
    if (!publication) throw new RangeError(`order ${life.orderId} has no publication ${entry.publication}`);
    return { life, day, n, publication, entry };
  }

  private readonly publicationCache = new WeakMap<OrderLife, Partial<Record<FeedName, Publication[]>>>();
  private publications(feed: FeedName, life: OrderLife, day: DayNumber, n: number): Publication[] {
    let cached = this.publicationCache.get(life);
    if (!cached) this.publicationCache.set(life, (cached = {}));
    return (cached[feed] ??=
      feed === 'flows' ? flowPublications(this.seed, life, day, n) : orderPublications(this.seed, life, day, n));
  }

  private life(day: DayNumber, n: number): OrderLife {
    const ref = day * ORDERS_PER_DAY_LIMIT + n;
    let life = this.lives.get(ref);
    if (life) return life;
    const plan = this.plans.get(day);
    const acceptedAtMs = plan?.acceptedAtMs[n - 1];
    if (!plan || acceptedAtMs === undefined) throw new RangeError(`no order ${n} on day ${day}`);
    life = plan.stories.get(n)?.life ?? ordinaryOrder(this.seed, this.county, this.blocked, day, n, acceptedAtMs);
    if (this.lives.size >= LIVES_KEPT) this.forgetOldest(LIVES_KEPT / 4);
    this.lives.set(ref, life);
    return life;
  }

  private forgetOldest(count: number): void {
    let left = count;
    for (const ref of this.lives.keys()) {
      if (left-- <= 0) return;
      this.lives.delete(ref);
    }
  }

  private planDay(day: DayNumber): void {
    this.beforeDay(day);
    for (const signs of [this.units, this.quarters])
      for (const sign of signs.over(day)) this.truth.addSign(sign, sign.fromMs + CALLED_BACK_LATE_MS);
    const ordinary = acceptanceTimes(this.seed, day, this.ordersPerDay);
    const stories = this.stories.ordersOf(day);
    const all = [
      ...ordinary.map((atMs) => ({ atMs, story: null })),
      ...stories.map((story) => ({ atMs: story.life.acceptedAtMs, story })),
    ].sort((a, b) => a.atMs - b.atMs);
    const plan: DayPlan = { acceptedAtMs: Float64Array.from(all, (o) => o.atMs), stories: new Map() };
    this.plans.set(day, plan);
    all.forEach(({ story }, i) => {
      if (!story) return;
      story.life.orderId = orderIdOf(day, i + 1);
      plan.stories.set(i + 1, story);
    });
    for (let n = 1; n <= all.length; n++) this.index(day, n);
    // Nothing is published before its order is accepted, so a planned day gets no more rows.
    this.flowDays.get(day)?.close();
    this.orderDays.get(day)?.close();
    for (let n = 1; n <= all.length; n++) this.readTruth(day, n);
    for (const [n, { story, index, life }] of plan.stories) {
      const publications = [...this.publications('flows', life, day, n), ...this.publications('orders', life, day, n)];
      this.truth.orderNumbered(story, index, life.orderId, (throughMs) => publishedThrough(life, publications, throughMs));
    }
  }

  /** What the order shows by itself and together with those before it, whether a story meant it or not. */
  private readTruth(day: DayNumber, n: number): void {
    const life = this.life(day, n);
    const orders = this.publications('orders', life, day, n);
    const knownMs = orders.find((row) => row.variant === 'plain')?.publishedAtMs ?? life.acceptedAtMs;
    const rows = [...this.publications('flows', life, day, n), ...orders];
    for (const sign of orderSigns(life)) this.truth.addSign(sign, Math.max(knownMs, publishedThrough(life, rows, sign.fromMs)));
    this.units.add(life);
    this.quarters.add(life);
    for (const sign of this.callers.signsWith(life, knownMs)) this.truth.addSign(sign, sign.knownMs);
  }

  private index(day: DayNumber, n: number): void {
    const life = this.life(day, n);
    const orderRef = day * ORDERS_PER_DAY_LIMIT + n;
    this.publications('flows', life, day, n).forEach((row, publication) => {
      this.add(this.flowDays, {
        publishedAtMs: row.publishedAtMs,
        orderRef,
        sub: row.sub,
        publication,
        replacedAtMs: Number.POSITIVE_INFINITY,
      });
    });
    const snapshots = this.publications('orders', life, day, n);
    snapshots.forEach((row, publication) => {
      const next = snapshots[publication + 1];
      const replacedAtMs = next && next.sub === row.sub ? next.publishedAtMs : Number.POSITIVE_INFINITY;
      this.add(this.orderDays, { publishedAtMs: row.publishedAtMs, orderRef, sub: row.sub, publication, replacedAtMs });
    });
  }

  private add(days: Map<DayNumber, DayIndex>, entry: FeedEntry): void {
    const day = dayNumberOf(entry.publishedAtMs);
    let index = days.get(day);
    if (!index) days.set(day, (index = new DayIndex()));
    index.add(entry);
  }
}

/** When all rows about what happened up to the instant are out. */
function publishedThrough(life: OrderLife, publications: readonly Publication[], throughMs: EpochMs): EpochMs {
  let publishedMs = life.acceptedAtMs;
  for (const row of publications) {
    const event = life.events[row.eventIndex];
    if (event && event.atMs <= throughMs) publishedMs = Math.max(publishedMs, row.publishedAtMs);
  }
  return publishedMs;
}
