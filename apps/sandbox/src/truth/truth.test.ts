import { DAY_MS } from '@tianyan/kernel';
import { describe, expect, test } from '@jest/globals';
import { LIVE_STARTS, PAST_STARTS, parseSize } from '../options.js';
import { SandboxWorld } from '../sandbox.js';
import type { LifeEvent, OrderLife } from '../stories/order-life.js';
import { CallerSigns } from './caller-signs.js';
import { QuarterSigns } from './quarter-signs.js';
import { UnitSigns } from './unit-signs.js';
import { orderSigns } from './order-signs.js';
import type { CentreDay } from '../upstreams/hotline/centre.js';
import { MATTERS } from '../world/matters.js';
import { dayText, deadlineMs, dayNumberOf, startOfDayMs, workdaysBetween } from '../world/work-time.js';
import { naiveReplies } from '../testing/naive-replies.js';
import { naiveLedger, type CleanLedger, type Hit } from '../testing/naive-ledger.js';
import type { AssetFields, BidFields, ContractFields, DealFields, ListingFields } from '../world/ledger.js';
import { ASSET_RULES, CENTRE_RULES, HOTLINE_RULES, UNIT_RULES } from '../stories/story.js';

// A naive reading of the shipped rules over the clean final records, written from their definition and not from the
// stories: whatever it finds must be in the truth list with the same instant, and the other way round.

const LAST_DAY = LIVE_STARTS + 50;
const END_MS = startOfDayMs(LAST_DAY + 1);
/** Found by rule and scope: from when it holds, until when. */
type Found = Map<string, { fromMs: number; toMs: number | null }>;

interface Clean extends CleanLedger {
  orders: OrderLife[];
  townshipOf: (village: number) => string;
}

function cleanRecords(world: SandboxWorld): Clean {
  world.ensureThrough(LAST_DAY);
  const orders: OrderLife[] = [];
  const last = new Map<string, { kind: string; fields: unknown; deleted: boolean }>();
  const deals = new Map<string, DealFields>();
  const listings = new Map<string, ListingFields>();
  const bids = new Map<string, BidFields>();
  for (let day = PAST_STARTS; day <= LAST_DAY; day++) {
    for (const life of world.hotline.livesOf(day))
      if (life.orderDeletedAfterMs === null) orders.push({ ...life, events: cleanEvents(life) });
    for (const change of world.ledgers.ledger.changesOf(day)) {
      if (change.malformed) continue;
      if (change.entity === 'DEAL') deals.set(change.fields.dealId, change.fields);
      if (change.entity === 'LISTING') listings.set(change.fields.listingId, change.fields);
      if (change.entity === 'BID' && change.op === 'UPSERT') bids.set(change.fields.bidId, change.fields);
      if (change.entity === 'BID' && change.op === 'DELETE') bids.delete(change.fields.bidId);
    }
  }
  // A deletion that follows after the last day is known to the truth already, and so is what a project comes to in the end.
  for (let day = PAST_STARTS; day <= LAST_DAY + 5; day++)
    for (const row of world.ledgers.ledger.rowsOf(day)) {
      if (row.malformed || (day > LAST_DAY && !row.deleted && row.kind !== 'project')) continue;
      last.set(`${row.kind} ${Object.values(row.fields)[0] as string}`, {
        kind: row.kind,
        fields: row.fields,
        deleted: row.deleted,
      });
    }
  const of = <T>(kind: string) => [...last.values()].filter((r) => r.kind === kind && !r.deleted).map((r) => r.fields as T);
  const assets = new Map(of<AssetFields>('asset').map((a) => [a.assetId, a]));
  return {
    orders,
    deals: [...deals.values()],
    listings,
    bids: [...bids.values()],
    contracts: of('contract'),
    receivables: of('receivable'),
    assets,
    payments: of('payment'),
    projects: of('project'),
    votes: of('vote'),
    notices: of('notice'),
    invoices: of('invoice'),
    kin: of('kin'),
    townshipOf: (village) => world.county.villages[village]?.township.code ?? '',
  };
}

function cleanEvents(life: OrderLife): LifeEvent[] {
  return life.events
    .filter((e) => e.deletedAfterMs === undefined && e.atMs < END_MS)
    .sort((a, b) => a.atMs - b.atMs || a.seq - b.seq);
}

function naive(world: SandboxWorld): Found {
  const found: Found = new Map();
  const clean = cleanRecords(world);
  const hit = (rule: string, scope: string, fromMs: number, toMs: number | null = null) => {
    if (fromMs < END_MS && (toMs === null || toMs > fromMs))
      found.set(`${rule} ${scope}`, { fromMs, toMs: toMs !== null && toMs < END_MS ? toMs : null });
  };
  // Of these rules the truth is itself a reading of the orders: what is checked here is that no look-alike is among them, and
  // in the test of the tales, that each shows what it was written for.
  const callers = new CallerSigns(world.county);
  const units = new UnitSigns();
  const quarters = new QuarterSigns();
  for (const order of clean.orders)
    for (const sign of [...orderSigns(order), ...callers.signsWith(order, 0)]) hit(sign.rule, sign.scope, sign.fromMs, sign.toMs);
  for (const order of clean.orders) for (const signs of [units, quarters]) signs.add(order);
  naiveReplies(world, PAST_STARTS, LAST_DAY, hit);
  for (const signs of [units, quarters])
    for (const sign of signs.over(LAST_DAY)) hit(sign.rule, sign.scope, sign.fromMs, sign.toMs);
  for (const order of clean.orders) orderRules(order, hit);
  repeated(clean.orders, hit);
  paidNotMended(world, clean, hit);
  market(clean, hit);
  rent(clean, hit);
  farBelowPeers(clean, hit);
  spentAbove(clean, hit);
  for (let day = world.centre.startDay; day <= LAST_DAY; day++) centreRules(day, world.centre.rowsOf(day), hit);
  naiveLedger(clean, (village) => world.county.villages[village]?.code ?? '', hit);
  return found;
}

function orderRules(order: OrderLife, hit: Hit): void {
  const { events, orderId } = order;
  const after = (e: LifeEvent) => events.slice(events.indexOf(e) + 1);
  const before = (e: LifeEvent) => events.slice(0, events.indexOf(e));
  const returned = events.filter((e) => e.action === 'returned');
  const units = new Set<string>();
  const third: number[] = returned[2] ? [returned[2].atMs] : [];
  for (const e of events) {
    if ((e.action !== 'dispatched' && e.action !== 'reassigned') || e.role === 'assist' || !e.unit) continue;
    const had = units.size;
    units.add(e.unit.id);
    if (had === 2 && units.size === 3) third.push(e.atMs);
  }
  if (third.length > 0) hit('order-ping-pong', orderId, Math.min(...third));
  const handed = events.filter((e) => (e.action === 'dispatched' || e.action === 'reassigned') && e.role !== 'assist');
  const back = handed.find((e, i) => i >= 2 && e.unit === handed[i - 2]?.unit && e.unit !== handed[i - 1]?.unit);
  if (back) hit('passed-back', orderId, back.atMs);
  const minutes = events.find(
    (a) =>
      order.category !== 'consult' &&
      a.action === 'completion-applied' &&
      handed.some((h) => before(a).includes(h) && h.unit === a.unit && a.atMs - h.atMs < 30 * 60_000),
  );
  if (minutes) hit('closed-in-minutes', orderId, minutes.atMs);
  for (const refused of events.filter((e) => e.action === 'return-refused')) {
    const again = after(refused).find((e) => e.action === 'returned' && e.unit === refused.unit);
    if (again) hit('returned-again-after-refusal', `${orderId}|${again.unit?.id}`, again.atMs);
  }
  const rejected = events.filter((e) => e.action === 'completion-rejected');
  const pairs = rejected.flatMap((x1) =>
    rejected.filter((x2) => after(x1).includes(x2) && !after(x1).some((c) => c.action === 'completed' && before(x2).includes(c))),
  );
  if (pairs.length > 0) hit('completion-rejected-twice', orderId, Math.min(...pairs.map((e) => e.atMs)));
  for (const a of events.filter((e) => e.claims?.solved === true)) {
    const denied = after(a).find((e) => e.action === 'called-back' && e.callBack?.solved === false);
    if (denied && !after(a).some((e) => e.action === 'completion-applied' && before(denied).includes(e)))
      hit('solved-claim-denied', orderId, denied.atMs);
  }
  for (const e of [...events].reverse()) {
    if (e.action !== 'completion-applied') continue;
    const did = (action: string) => before(e).some((b) => b.action === action && b.unit === e.unit);
    if ((e.claims?.contact && !did('contacted')) || (e.claims?.visit && !did('visited')))
      hit('claimed-without-contact', `${orderId}|${e.unit?.id}`, e.atMs);
  }
  const missed = new Map<string, number>();
  for (const s of events.filter((e) => e.action === 'signed')) {
    const dueMs = deadlineMs(s.atMs, 1);
    const saved = after(s).some(
      (e) => e.unit === s.unit && ['contacted', 'returned', 'completed'].includes(e.action) && e.atMs <= dueMs,
    );
    if (!saved) missed.set(`${orderId}|${s.unit?.id}`, Math.min(dueMs + 1, missed.get(`${orderId}|${s.unit?.id}`) ?? Infinity));
  }
  for (const [scope, fromMs] of missed) hit('no-contact-in-time', scope, fromMs);
  overdue(order, hit);
  perfunctory(order, hit);
}

function perfunctory({ events, category, orderId }: OrderLife, hit: Hit): void {
  // Ordinary replies have at least twenty characters, see the test of their texts.
  const closedOnShort = events.find((e, i) => {
    const last = events
      .slice(0, i)
      .findLast((b) => ['completion-applied', 'completion-rejected', 'completed'].includes(b.action));
    return e.action === 'completed' && last?.reply !== undefined && last.reply.length < 20;
  });
  if (closedOnShort) hit('reply-too-short', orderId, closedOnShort.atMs);
  const dispatched = events.find((e) => e.action === 'dispatched' && e.role !== 'assist');
  if (!dispatched) return;
  const promisedMs = deadlineMs(dispatched.atMs, category === 'consult' ? 3 : 5) - 1_000;
  const late = events.find((e, i) => {
    const extendedTo = events.slice(0, i).flatMap((b) => (b.action === 'extension-granted' ? [b.extendedToMs ?? 0] : []));
    return e.action === 'extension-requested' && e.atMs + DAY_MS > Math.max(promisedMs, ...extendedTo);
  });
  if (late) hit('extension-on-last-day', orderId, late.atMs);
}

function overdue({ events, category, orderId }: OrderLife, hit: Hit): void {
  const start = events.find((e) => e.action === 'dispatched' && e.role !== 'assist');
  if (!start) return;
  const allowed = category === 'consult' ? 3 : 5;
  let paused = 0;
  let due = deadlineMs(start.atMs, allowed);
  let granted = 0;
  let open: LifeEvent | null = null;
  for (const e of events) {
    if (open) {
      if (e.action === 'resumed') {
        paused += workdaysBetween(dayNumberOf(open.atMs), dayNumberOf(e.atMs));
        due = Math.max(granted, deadlineMs(start.atMs, allowed + paused));
        open = null;
      }
      continue;
    }
    if (e.atMs > due) continue;
    if (e.action === 'paused') open = e;
    if (e.action === 'extension-granted') {
      granted = Math.max(granted, e.extendedToMs ?? 0);
      due = Math.max(due, granted);
    }
  }
  if (open) return;
  const done = events.slice(events.indexOf(start) + 1).find((e) => e.action === 'completed');
  if (!done || done.atMs > due) hit('order-overdue', orderId, due + 1);
}

function repeated(orders: readonly OrderLife[], hit: Hit): void {
  const byKey = new Map<string, number[]>();
  for (const o of orders)
    if (o.matterKey && o.category !== 'consult') byKey.set(o.matterKey, [...(byKey.get(o.matterKey) ?? []), o.acceptedAtMs]);
  for (const [key, times] of byKey) {
    times.sort((a, b) => a - b);
    const third = times.findIndex((t, i) => i >= 2 && t - (times[i - 2] ?? 0) < 90 * DAY_MS);
    if (third >= 0) hit('repeated-complaint', key, times[third] ?? 0);
  }
}

function paidNotMended(world: SandboxWorld, clean: Clean, hit: Hit): void {
  const byProject = Map.groupBy(clean.payments, (p) => p.projectId ?? '');
  const byPlace = Map.groupBy(clean.orders, (o) => `${o.village} ${o.matter}`);
  for (const project of clean.projects) {
    let sum = 0;
    let paidAtMs: number | null = null;
    const paid = (byProject.get(project.projectId) ?? [])
      .filter((p) => p.direction === 'out')
      .sort((a, b) => a.bookedDay - b.bookedDay);
    for (const p of paid) {
      sum += p.amountFen;
      if (paidAtMs === null && 100 * sum >= 80 * project.contractFen) paidAtMs = startOfDayMs(p.bookedDay);
    }
    if (paidAtMs === null) continue;
    const from = paidAtMs;
    const complaints = (byPlace.get(`${project.village} ${project.matter}`) ?? [])
      .filter(
        (o) =>
          ['help', 'complaint', 'report'].includes(o.category) && o.acceptedAtMs > from && o.acceptedAtMs - from < 365 * DAY_MS,
      )
      .sort((a, b) => a.acceptedAtMs - b.acceptedAtMs);
    const second = complaints[1];
    if (second)
      hit(
        'paid-not-mended',
        `${world.county.villages[project.village]?.code}|${MATTERS[project.matter]?.code}`,
        second.acceptedAtMs,
      );
  }
}

function market(clean: Clean, hit: Hit): void {
  for (const c of clean.contracts) {
    const deals = clean.deals.filter(
      (d) => d.contractId === c.contractId || (c.listingId !== null && d.listingId === c.listingId),
    );
    const first = Math.min(...deals.map((d) => startOfDayMs(d.dealtDay)));
    if ((c.kind === 'lease' || c.kind === 'contracting') && c.totalFen >= 5_000_000) {
      const fromMs = startOfDayMs(c.signedDay + 31) + 1;
      if (first >= fromMs) hit('leased-outside-market', c.contractId, fromMs, deals.length > 0 ? first : null);
    }
    const equal = deals
      .filter((d) => d.annualFen === c.annualFen && d.termMonths === c.termMonths)
      .map((d) => startOfDayMs(d.dealtDay));
    if (deals.length === 0) continue;
    const fromMs = Math.max(first, startOfDayMs(c.signedDay));
    if (Math.min(...equal) > fromMs)
      hit('contract-differs-from-deal', c.contractId, fromMs, equal.length > 0 ? Math.min(...equal) : null);
  }
}

function rent(clean: Clean, hit: Hit): void {
  const byReceivable = Map.groupBy(clean.payments, (p) => p.receivableId ?? '');
  for (const r of clean.receivables) {
    const fromMs = startOfDayMs(r.dueDay + 31) + 1;
    const paid = (byReceivable.get(r.receivableId) ?? [])
      .filter((p) => p.direction === 'in')
      .sort((a, b) => a.bookedDay - b.bookedDay);
    let sum = 0;
    let fullMs: number | null = null;
    for (const p of paid) {
      sum += p.amountFen;
      if (fullMs === null && sum >= r.amountFen) fullMs = startOfDayMs(p.bookedDay);
    }
    if (r.assetId && clean.assets.get(r.assetId)?.inUse) hit('rent-unpaid-in-use', r.receivableId, fromMs, fullMs);
  }
}

function farBelowPeers(clean: Clean, hit: Hit): void {
  // Areas and prices are drawn well apart, so that the third decimal of a mu does not matter.
  const kindOf = (c: ContractFields) => `${clean.townshipOf(c.village)} ${c.kind} ${c.objectKind}`;
  const byKind = Map.groupBy(clean.contracts, kindOf);
  for (const c of clean.contracts) {
    if ((c.kind !== 'lease' && c.kind !== 'contracting') || !c.areaMu || c.objectKind === undefined) continue;
    const prices = (byKind.get(kindOf(c)) ?? [])
      .filter((p) => p !== c && p.areaMu && p.signedDay <= c.signedDay && p.signedDay >= c.signedDay - 365)
      .map((p) => p.annualFen / (p.areaMu ?? 1))
      .sort((a, b) => a - b);
    if (prices.length < 5) continue;
    const middle = ((prices[(prices.length - 1) >> 1] ?? 0) + (prices[prices.length >> 1] ?? 0)) / 2;
    if (c.annualFen / c.areaMu < 0.7 * middle) hit('lease-far-below-peers', c.contractId, startOfDayMs(c.signedDay));
  }
}

function spentAbove(clean: Clean, hit: Hit): void {
  const byProject = Map.groupBy(clean.payments, (p) => p.projectId ?? '');
  for (const project of clean.projects) {
    let sum = 0;
    const paid = (byProject.get(project.projectId) ?? []).filter((p) => p.direction === 'out');
    const above = paid
      .sort((a, b) => a.bookedDay - b.bookedDay)
      .find((p) => 100 * (sum += p.amountFen) > 110 * project.contractFen);
    if (above) hit('spent-above-contract', project.projectId, startOfDayMs(above.bookedDay));
  }
}

function centreRules(day: number, { calls, states }: CentreDay, hit: Hit): void {
  const overMs = startOfDayMs(day + 1);
  const answered = calls.filter((c) => c.outcome === 'answered');
  if (100 * answered.length < 95 * calls.length) hit('connection-rate-low', dayText(day), overMs);
  const long = answered.filter((c) => (c.talkSeconds ?? 0) >= 120);
  const recorded = long.filter((c) => c.orderId !== null);
  // What calls led to is told a day later, when the orders of the day are planned.
  if (day < LAST_DAY && recorded.length >= 3 && long.length > 4 * recorded.length)
    hit('acceptance-rate-low', dayText(day), overMs);
  if (100 * answered.filter((c) => c.waitSeconds <= 15).length < 90 * answered.length) hit('slow-answer', dayText(day), overMs);
  for (const [agent, own] of Map.groupBy(states, (s) => s.agentId)) {
    const scope = `${agent}|${dayText(day)}`;
    const first = (state: string, aboveSeconds: number) =>
      Math.min(...own.filter((s) => s.state === state && s.seconds > aboveSeconds).map((s) => s.sinceMs));
    const sum = (list: typeof own) => list.reduce((seconds, s) => seconds + s.seconds, 0);
    hit('agent-busy-long', scope, first('busy', 1_800));
    hit('agent-left-post', scope, first('away', 900));
    if (10 * sum(own.filter((s) => s.state === 'busy')) > sum(own)) hit('agent-busy-share', scope, overMs);
  }
}

describe('the truth list', () => {
  test.each([[1], [7], [20_260_701]])('equals a naive evaluation of all clean records (seed %i)', (seed) => {
    const world = new SandboxWorld(seed, parseSize(process.env.SANDBOX_SIZE ?? 'small'));
    const found = naive(world);
    const listed: Found = new Map();
    for (const p of world.truth.list(null).problems) {
      const toMs = p.toMs !== null && p.toMs < END_MS ? p.toMs : null;
      if (p.fromMs < END_MS) listed.set(`${p.rule} ${p.scope}`, { fromMs: p.fromMs, toMs });
    }
    const missing = [...listed]
      .filter(([key, at]) => JSON.stringify(found.get(key)) !== JSON.stringify(at))
      .map(([key, at]) => ({ key, listed: at, found: found.get(key) }));
    const unlisted = [...found].filter(([key]) => !listed.has(key));
    expect({ missing, unlisted }).toEqual({ missing: [], unlisted: [] });
    const rules = new Set(world.truth.list(null).problems.map((p) => p.rule));
    expect(rules.size).toBe([...HOTLINE_RULES, ...UNIT_RULES, ...CENTRE_RULES, ...ASSET_RULES].length);
    const reported = world.truth.list(null).lookalikes.filter((look) => found.has(`${look.rule} ${look.scope}`));
    expect(reported).toEqual([]);
  });
});
