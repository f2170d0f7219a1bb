import { DAY_MS, HOUR_MS, MINUTE_MS, type EpochMs } from '@tianyan/kernel';
import type { LifeEvent, OrderLife } from '../stories/order-life.js';
import type { HotlineRuleId } from '../stories/story.js';
import { SEEN_ON_THE_SPOT, workdaysAllowed } from '../world/matters.js';
import { deadlineMs, officeDeadlineMs } from '../world/work-time.js';
import type { Sign } from './truth.js';

/** That a rule holds for an order, or for one unit of it. */
interface Found extends Omit<Sign, 'scope'> {
  unitId: string | null;
}

/** An order as a reader knows it once every mistake is corrected, in the order that things happened. */
interface Case {
  life: OrderLife;
  events: readonly LifeEvent[];
  /** Those by which a unit became the lead. */
  handed: readonly LifeEvent[];
  /** When the order should be finished, as the hotline writes it; null while nobody leads. */
  promisedMs: EpochMs | null;
}

type Reading = (order: Case) => readonly Found[];

const of = (order: Case, ...actions: LifeEvent['action'][]) => order.events.filter((e) => actions.includes(e.action));
const unitOf = (e: LifeEvent) => e.unit?.id ?? '';

/** At most one sign for the whole order: from the earliest of the instants. */
function forOrder(rule: HotlineRuleId, instants: readonly EpochMs[], toMs: EpochMs | null = null): Found[] {
  if (instants.length === 0) return [];
  const fromMs = Math.min(...instants);
  return toMs !== null && toMs <= fromMs ? [] : [{ rule, unitId: null, fromMs, toMs }];
}

/** At most one sign for each unit: from the earliest of its instants. */
function forUnits(rule: HotlineRuleId, instants: readonly { unitId: string; fromMs: EpochMs }[]): Found[] {
  const byUnit = Map.groupBy(
    instants.filter((i) => i.unitId !== ''),
    (i) => i.unitId,
  );
  return [...byUnit].map(([unitId, list]) => ({ rule, unitId, fromMs: Math.min(...list.map((i) => i.fromMs)), toMs: null }));
}

const passedRound: Reading = ({ handed }) => {
  const starts = handed.flatMap((first, i) => {
    const [second, third] = [handed[i + 1], handed[i + 2]];
    if (!second || !third || new Set([unitOf(first), unitOf(second), unitOf(third)]).size < 3) return [];
    return handed.slice(i + 3).filter((e) => e.unit === first.unit);
  });
  return forOrder('passed-round', starts.map((e) => e.atMs)); // prettier-ignore
};

const shirkingUnit: Reading = (order) => {
  const returned = of(order, 'returned');
  const third = returned[2];
  if (!third) return [];
  return forUnits('shirking-unit', returned.map((e) => ({ unitId: unitOf(e), fromMs: Math.max(e.atMs, third.atMs) }))); // prettier-ignore
};

const returnedTwice: Reading = (order) => {
  const again = of(order, 'returned').filter((e, i, all) => all.slice(0, i).some((b) => b.unit === e.unit));
  return forUnits('returned-twice', again.map((e) => ({ unitId: unitOf(e), fromMs: e.atMs }))); // prettier-ignore
};

const noLeadNamed: Reading = (order) => {
  const helpers = of(order, 'dispatched', 'reassigned').filter((e) => e.role === 'assist');
  const alone = helpers.flatMap((e) => {
    const others = helpers.filter((o) => o.unit !== e.unit);
    return others.length === 0 ? [] : [Math.max(e.atMs + 4 * HOUR_MS + 1, Math.min(...others.map((o) => o.atMs)))];
  });
  return forOrder('no-lead-named', alone, order.handed[0]?.atMs ?? null);
};

const ungroundedReturn: Reading = (order) => {
  const refused = order.events.filter(
    (e, i) => e.action === 'return-refused' && order.events.slice(0, i).some((b) => b.action === 'returned' && b.unit === e.unit),
  );
  return forUnits('ungrounded-return', refused.map((e) => ({ unitId: unitOf(e), fromMs: e.atMs }))); // prettier-ignore
};

const returnedAfterContact: Reading = (order) => {
  const returned = order.events.filter(
    (e, i) => e.action === 'returned' && order.events.slice(0, i).some((b) => b.action === 'contacted' && b.unit === e.unit),
  );
  return forUnits('returned-after-contact', returned.map((e) => ({ unitId: unitOf(e), fromMs: e.atMs }))); // prettier-ignore
};

const returnedTooLate: Reading = (order) => {
  const late = [...Map.groupBy(order.handed, unitOf)].flatMap(([unitId, handed]) => {
    const last = handed.at(-1);
    if (!last) return [];
    const returned = order.events
      .slice(order.events.indexOf(last) + 1)
      .find((e) => e.action === 'returned' && unitOf(e) === unitId);
    return returned && returned.atMs > deadlineMs(last.atMs, 2) ? [{ unitId, fromMs: returned.atMs }] : [];
  });
  return forUnits('returned-too-late', late);
};

/** What was last applied for before the event. */
const lastApplication = ({ events }: Case, before: LifeEvent) =>
  events.slice(0, events.indexOf(before)).findLast((e) => e.action === 'completion-applied');

const contactDenied: Reading = (order) => {
  const denied = of(order, 'called-back').filter(
    (e) => e.callBack?.contacted === false && lastApplication(order, e)?.claims?.contact === true,
  );
  return forOrder('contact-denied', denied.map((e) => e.atMs)); // prettier-ignore
};

const closedWithoutContact: Reading = (order) => {
  if (order.life.category === 'consult') return [];
  const silent = order.events.filter((e, i) => {
    const before = new Set(order.events.slice(0, i).map(({ action }) => action));
    return e.action === 'completed' && e.unit && before.has('signed') && !before.has('contacted');
  });
  return forOrder('closed-without-contact', silent.map((e) => e.atMs)); // prettier-ignore
};

const reappliedAtOnce: Reading = (order) => {
  const { events } = order;
  const again = events.filter((e, i) => {
    const last = events.slice(0, i).findLast((b) => ['completion-rejected', 'contacted', 'visited'].includes(b.action));
    return e.action === 'completion-applied' && last?.action === 'completion-rejected' && e.atMs - last.atMs < 10 * MINUTE_MS;
  });
  return forOrder('reapplied-at-once', again.map((e) => e.atMs)); // prettier-ignore
};

const SAVES_SIGNING: ReadonlySet<string> = new Set(['signed', 'returned', 'contacted', 'completed']);
const signDelay: Reading = (order) => {
  const late = order.handed.flatMap((e) => {
    const dueMs = deadlineMs(e.atMs, 1);
    const after = order.events.slice(order.events.indexOf(e) + 1).filter((a) => a.unit === e.unit);
    const saved = after.some((a) => SAVES_SIGNING.has(a.action) && a.atMs <= dueMs);
    const signed = after.find((a) => a.action === 'signed');
    return saved || !signed ? [] : [{ unitId: unitOf(e), fromMs: signed.atMs }];
  });
  return forUnits('sign-delay', late);
};

const extendedTwice: Reading = (order) =>
  forOrder('extended-twice', of(order, 'extension-granted').slice(1).map((e) => e.atMs)); // prettier-ignore

const extensionTooLong: Reading = (order) => {
  const { promisedMs } = order;
  if (promisedMs === null) return [];
  const long = of(order, 'extension-granted').filter((e) => (e.extendedToMs ?? 0) - promisedMs > 20 * DAY_MS);
  return forOrder('extension-too-long', long.map((e) => e.atMs)); // prettier-ignore
};

/** Steps of the kind for which less than `noticeMs` was left of what had been promised or granted until then. */
function withTooLittleLeft(order: Case, action: LifeEvent['action'], noticeMs: number): LifeEvent[] {
  const { events, promisedMs } = order;
  if (promisedMs === null) return [];
  return events.filter((e, i) => {
    const granted = events
      .slice(0, i)
      .some((b) => b.action === 'extension-granted' && (b.extendedToMs ?? 0) >= e.atMs + noticeMs);
    return e.action === action && promisedMs < e.atMs + noticeMs && !granted;
  });
}

const extensionGrantedLate: Reading = (order) =>
  forOrder('extension-granted-late', withTooLittleLeft(order, 'extension-granted', 0).map((e) => e.atMs)); // prettier-ignore

const pausedOnLastDay: Reading = (order) =>
  forOrder('paused-on-last-day', withTooLittleLeft(order, 'paused', DAY_MS).map((e) => e.atMs)); // prettier-ignore

const pausedTooLong: Reading = (order) => {
  const long = of(order, 'paused').flatMap((e) => {
    const dueMs = deadlineMs(e.atMs, 10);
    const ended = order.events
      .slice(order.events.indexOf(e) + 1)
      .some((a) => (a.action === 'resumed' || a.action === 'completed') && a.atMs <= dueMs);
    return ended ? [] : [dueMs + 1];
  });
  return forOrder('paused-too-long', long);
};

const dispatchDelay: Reading = (order) => {
  const accepted = order.events.find((e) => e.action === 'accepted');
  if (!accepted) return [];
  const dueMs = accepted.atMs + DAY_MS;
  const given = of(order, 'dispatched', 'completed').some((e) => e.atMs <= dueMs);
  return given ? [] : forOrder('dispatch-delay', [dueMs + 1]);
};

const urgentNotContacted: Reading = (order) => {
  const dueMs = order.life.acceptedAtMs + DAY_MS;
  const touched = of(order, 'contacted', 'visited', 'completed').some((e) => e.atMs <= dueMs);
  const signed = of(order, 'signed')[0];
  return !order.life.urgent || touched || !signed ? [] : forOrder('urgent-not-contacted', [Math.max(dueMs + 1, signed.atMs)]);
};

const REWORK: ReadonlySet<string> = new Set(['contacted', 'visited', 'dispatched', 'reassigned', 'completion-applied']);
const satisfactionFlipped: Reading = ({ events }) => {
  const flipped = events.filter((e, i) => {
    const reworkedAt = events.slice(0, i).findLastIndex((b) => REWORK.has(b.action));
    const low = events.slice(reworkedAt + 1, i).some((b) => b.action === 'called-back' && (b.callBack?.satisfaction ?? 3) <= 2);
    const told = events.slice(0, i).some((b) => ['contacted', 'visited', 'completion-applied'].includes(b.action));
    return low && told && (e.callBack?.satisfaction ?? 0) >= 4;
  });
  return forOrder('satisfaction-flipped', flipped.map((e) => e.atMs)); // prettier-ignore
};

const clueWords: Reading = ({ life }) =>
  life.clue && ['help', 'complaint', 'report'].includes(life.category) ? forOrder('clue-words', [life.acceptedAtMs]) : [];

const closedWithoutVisit: Reading = (order) => {
  if (order.life.category === 'consult' || !SEEN_ON_THE_SPOT.has(order.life.matter)) return [];
  const unseen = order.events.filter((e, i) => {
    if (e.action !== 'completed' || !e.unit) return false;
    const last = lastApplication(order, e);
    const isOwnNo = last?.unit === e.unit && last.claims?.visit === false;
    return isOwnNo && !order.events.slice(0, i).some(({ action }) => action === 'visited');
  });
  return forOrder('closed-without-visit', unseen.map((e) => e.atMs + DAY_MS + 1)); // prettier-ignore
};

/** Led by others before and after it, who are one unit. */
const passedBackUnit: Reading = ({ handed }) => {
  const between = handed.flatMap((middle, i) => {
    const others = (list: readonly LifeEvent[]) => list.filter((e) => e.unit !== middle.unit);
    const before = new Set(others(handed.slice(0, i)).map(unitOf));
    return others(handed.slice(i + 1)).flatMap((e) =>
      before.has(unitOf(e)) ? [{ unitId: unitOf(middle), fromMs: e.atMs }] : [],
    );
  });
  return forUnits('passed-back-unit', between);
};

const noLeadUnit: Reading = (order) => {
  const helpers = of(order, 'dispatched', 'reassigned').filter((e) => e.role === 'assist');
  const toMs = order.handed[0]?.atMs ?? null;
  const waiting = helpers.flatMap((e) => {
    const others = helpers.filter((o) => o.unit && o.unit !== e.unit);
    const fromMs = Math.max(e.atMs + 4 * HOUR_MS + 1, Math.min(...others.map((o) => o.atMs)));
    return others.length === 0 || (toMs !== null && toMs <= fromMs) ? [] : [{ unitId: unitOf(e), fromMs }];
  });
  return forUnits('no-lead-unit', waiting).map((found) => ({ ...found, toMs }));
};

const returnedBetweenTwo: Reading = (order) => {
  const third = of(order, 'returned').filter((e, i, all) => {
    const [first, second] = [all[i - 2], all[i - 1]];
    return e.unit && first?.unit === e.unit && second?.unit && second.unit !== e.unit;
  });
  return forOrder('returned-between-two', third.map((e) => e.atMs)); // prettier-ignore
};

const SAVES_URGENT: ReadonlySet<string> = new Set([...SAVES_SIGNING, 'visited']);
const urgentSignDelay: Reading = (order) => {
  if (!order.life.urgent) return [];
  const late = order.handed.flatMap((e) => {
    const dueMs = officeDeadlineMs(e.atMs, 2);
    const later = order.events.slice(order.events.indexOf(e) + 1);
    const isMovedOn = (a: LifeEvent) => a.action === 'reassigned' && a.role !== 'assist';
    const saved = later.some((a) => a.atMs <= dueMs && (isMovedOn(a) || (a.unit === e.unit && SAVES_URGENT.has(a.action))));
    const signed = later.find((a) => a.unit === e.unit && a.action === 'signed');
    return saved || !signed ? [] : [{ unitId: unitOf(e), fromMs: signed.atMs }];
  });
  return forUnits('urgent-sign-delay', late);
};

const READINGS: readonly Reading[] = [
  passedRound, shirkingUnit, returnedTwice, noLeadNamed, ungroundedReturn, returnedAfterContact, returnedTooLate, contactDenied,
  closedWithoutContact, reappliedAtOnce, signDelay, extendedTwice, extensionTooLong, extensionGrantedLate, pausedOnLastDay,
  pausedTooLong, dispatchDelay, urgentNotContacted, satisfactionFlipped, clueWords, closedWithoutVisit, passedBackUnit, noLeadUnit,
  returnedBetweenTwo, urgentSignDelay,
]; // prettier-ignore

/**
 * What an order shows by itself, read from its life by the words of the rules and not by their language. Stories of one rule
 * trip others, and ordinary orders some: all of it is truth.
 */
export function orderSigns(life: OrderLife): Sign[] {
  if (life.orderDeletedAfterMs !== null) return [];
  const events = life.events.filter((e) => e.deletedAfterMs === undefined).sort((a, b) => a.atMs - b.atMs || a.seq - b.seq);
  const handed = events.filter((e) => (e.action === 'dispatched' || e.action === 'reassigned') && e.role !== 'assist');
  const first = handed.find((e) => e.action === 'dispatched');
  const promisedMs = first ? deadlineMs(first.atMs, workdaysAllowed(life.category)) - 1_000 : null;
  const order: Case = { life, events, handed, promisedMs };
  return READINGS.flatMap((reading) =>
    reading(order).map(({ unitId, ...sign }) => ({
      ...sign,
      scope: unitId === null ? life.orderId : `${life.orderId}|${unitId}`,
    })),
  );
}
