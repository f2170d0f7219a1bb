import { DAY_MS, type EpochMs } from '@tianyan/kernel';
import type { OrderLife } from '../stories/order-life.js';
import type { County } from '../world/county.js';
import { MATTERS } from '../world/matters.js';
import type { Sign } from './truth.js';

/** Rests on orders published until then. */
export type CallerSign = Sign & { knownMs: EpochMs };

interface Call {
  atMs: EpochMs;
  matterKey: string;
  knownMs: EpochMs;
}

const AGAIN_MS = 15 * DAY_MS;
const REPEATED_MS = 90 * DAY_MS;
const GROUP_MS = 7 * DAY_MS;
const GROUP_CALLERS = 5;

/** What several orders of one matter, or of one place, show together. Orders come in the order of their acceptance. */
export class CallerSigns {
  /** Only stories repeat a key; of all others one order is all there is. */
  private readonly ofKey = new Map<string, OrderLife[]>();
  private readonly ofPlace = new Map<string, Call[]>();
  private readonly told = new Set<string>();

  constructor(private readonly county: County) {}

  /** What the order completes; `knownMs` is when the order itself was first published as it is. */
  signsWith(life: OrderLife, knownMs: EpochMs): CallerSign[] {
    if (life.orderDeletedAfterMs !== null || life.matterKey === null) return [];
    const signs = [
      ...this.group(life, life.matterKey, knownMs),
      ...(life.scripted ? this.repeated(life, life.matterKey, knownMs) : []),
    ];
    return signs.filter(({ rule, scope }) => {
      const first = !this.told.has(`${rule} ${scope}`);
      this.told.add(`${rule} ${scope}`);
      return first;
    });
  }

  private repeated(life: OrderLife, matterKey: string, knownMs: EpochMs): CallerSign[] {
    const earlier = this.ofKey.get(matterKey) ?? [];
    this.ofKey.set(matterKey, [...earlier, life]);
    if (life.category === 'consult') return [];
    const signs: CallerSign[] = [];
    for (const before of earlier) {
      const claimed = before.events.find((e) => e.claims?.solved === true);
      const sinceMs = life.acceptedAtMs - (claimed?.atMs ?? Infinity);
      if (sinceMs > 0 && sinceMs < AGAIN_MS)
        signs.push({
          rule: 'complained-again-after-close',
          scope: before.orderId,
          fromMs: life.acceptedAtMs,
          toMs: null,
          knownMs,
        });
    }
    const dissatisfied = life.events.find((e) => e.action === 'called-back' && (e.callBack?.satisfaction ?? 3) <= 2);
    const again = earlier.some((e) => e.category !== 'consult' && life.acceptedAtMs - e.acceptedAtMs < REPEATED_MS);
    if (dissatisfied && again)
      signs.push({ rule: 'repeated-and-dissatisfied', scope: matterKey, fromMs: dissatisfied.atMs, toMs: null, knownMs: dissatisfied.atMs + PUBLISHED_MS }); // prettier-ignore
    return signs;
  }

  private group(life: OrderLife, matterKey: string, knownMs: EpochMs): CallerSign[] {
    const village = this.county.villages[life.village];
    const matter = MATTERS[life.matter];
    if (!village || !matter || (life.category !== 'complaint' && life.category !== 'report')) return [];
    const place = `${village.code}|${matter.code}`;
    const recent = (this.ofPlace.get(place) ?? []).filter((call) => life.acceptedAtMs - call.atMs < GROUP_MS);
    recent.push({ atMs: life.acceptedAtMs, matterKey, knownMs });
    this.ofPlace.set(place, recent);
    if (new Set(recent.map((call) => call.matterKey)).size < GROUP_CALLERS) return [];
    const allKnownMs = Math.max(...recent.map((call) => call.knownMs));
    return [{ rule: 'group-complaint', scope: place, fromMs: life.acceptedAtMs, toMs: null, knownMs: allKnownMs }];
  }
}

/** Steps of a story are published within a minute. */
const PUBLISHED_MS = 60_000;
