import type { AssetFields, BidFields, ContractFields, DealFields, ListingFields, PaymentFields, ProjectFields, ReceivableFields, VoteFields } from '../world/ledger.js'; // prettier-ignore
import { naiveBidding } from './naive-bidding.js';
import { naiveRegisters, type CleanRegisters } from './naive-registers.js';
import { dayText, startOfDayMs } from '../world/work-time.js';

/** The last word on every entry of the villages' ledgers and of the market. */
export interface CleanLedger extends CleanRegisters {
  contracts: ContractFields[];
  deals: DealFields[];
  listings: Map<string, ListingFields>;
  bids: BidFields[];
  receivables: ReceivableFields[];
  assets: Map<string, AssetFields>;
  payments: PaymentFields[];
  projects: ProjectFields[];
  votes: VoteFields[];
}

export type Hit = (rule: string, scope: string, fromMs: number, toMs?: number | null) => void;

const isLet = (c: ContractFields) => c.kind === 'lease' || c.kind === 'contracting';
/** When a limit that ends with the day is missed. */
const missedMs = (lastDay: number) => startOfDayMs(lastDay + 1) + 1;

/** The rules over single entries and pairs of them, read from their definition by plain loops and not from the stories. */
export function naiveLedger(clean: CleanLedger, villageCode: (village: number) => string, hit: Hit): void {
  const paymentsOf = Map.groupBy(clean.payments, (p) => p.contractId ?? '');
  const contractsOf = Map.groupBy(clean.contracts.filter(isLet), (c) => c.assetId ?? '');
  for (const contract of clean.contracts.filter(isLet)) {
    contractRules(contract, hit);
    linkedToContract(contract, clean, paymentsOf, contractsOf, hit);
  }
  votes(clean, hit);
  naiveBidding(clean, villageCode, hit);
  naiveRegisters(clean, villageCode, hit);
  for (const asset of clean.assets.values()) assetRules(asset, clean, contractsOf, hit);
  unpaid(clean, hit);
  projects(clean, hit);
  withoutBudget(clean, villageCode, hit);
  lowFloors(clean, villageCode, hit);
  market(clean, paymentsOf, hit);
  monthly(clean, villageCode, hit);
}

function contractRules(c: ContractFields, hit: Hit): void {
  const fromMs = startOfDayMs(c.signedDay);
  if (c.termMonths > 240) hit('lease-over-term', c.contractId, fromMs);
  if (c.totalFen >= 5_000_000 && c.resolution === null) hit('lease-without-vote', c.contractId, fromMs);
  if (c.startsDay < c.signedDay) hit('contract-starts-before-signing', c.contractId, fromMs);
}

function linkedToContract(
  c: ContractFields,
  clean: CleanLedger,
  paymentsOf: ReadonlyMap<string, PaymentFields[]>,
  contractsOf: ReadonlyMap<string, ContractFields[]>,
  hit: Hit,
): void {
  const signedMs = startOfDayMs(c.signedDay);
  const listing = c.listingId === null ? undefined : clean.listings.get(c.listingId);
  if (listing && c.signedDay < listing.opensDay)
    hit('contract-signed-before-listing', c.contractId, Math.max(signedMs, listing.publishedAtMs));
  const foreign = (paymentsOf.get(c.contractId) ?? [])
    .filter((p) => p.direction === 'in' && p.counterparty !== null && p.counterparty !== c.lessee)
    .map((p) => startOfDayMs(p.bookedDay));
  if (foreign.length > 0) hit('rent-paid-by-another', c.contractId, Math.max(signedMs, Math.min(...foreign)));
  const asset = c.assetId === null ? undefined : clean.assets.get(c.assetId);
  const followed = (contractsOf.get(c.assetId ?? '') ?? []).some((other) => other.endsDay > c.endsDay);
  if (asset?.inUse && !followed) hit('lease-expired-in-use', c.contractId, missedMs(c.endsDay + 30));
}

function votes(clean: CleanLedger, hit: Hit): void {
  const votesOf = Map.groupBy(clean.votes, (v) => v.contractId ?? '');
  for (const c of clean.contracts.filter(isLet)) {
    const days = (votesOf.get(c.contractId) ?? []).map((v) => v.heldDay);
    if (days.length > 0 && days.every((day) => day > c.signedDay))
      hit('vote-after-signing', c.contractId, startOfDayMs(Math.min(...days)));
  }
  for (const v of clean.votes)
    if (v.contractId !== null && (2 * v.attended <= v.expected || 2 * v.agreed <= v.attended))
      hit('vote-without-majority', v.contractId, startOfDayMs(v.heldDay));
}

function assetRules(a: AssetFields, clean: CleanLedger, contractsOf: ReadonlyMap<string, ContractFields[]>, hit: Hit): void {
  const atMs = startOfDayMs(a.registeredDay);
  if (a.status === 'idle' && a.inUse) hit('asset-idle-but-used', a.assetId, atMs);
  if (a.status === 'idle' && !a.inUse && !clean.contracts.some((c) => c.assetId === a.assetId))
    hit('asset-idle', a.assetId, missedMs((a.statusSinceDay ?? a.registeredDay) + 180));
  const contracts = contractsOf.get(a.assetId) ?? [];
  const raised = contracts.filter((second) =>
    contracts.some(
      (first) =>
        first.signedDay < second.signedDay &&
        second.signedDay - first.signedDay < 365 &&
        100 * second.annualFen > 150 * first.annualFen,
    ),
  );
  if (raised.length > 0) hit('relet-at-higher-price', a.assetId, Math.min(...raised.map((c) => startOfDayMs(c.signedDay))));
}

function unpaid(clean: CleanLedger, hit: Hit): void {
  const byReceivable = Map.groupBy(clean.payments, (p) => p.receivableId ?? '');
  for (const r of clean.receivables) {
    if (r.assetId && clean.assets.get(r.assetId)?.inUse) continue;
    const fromMs = missedMs(r.dueDay + 30);
    let sum = 0;
    const full = (byReceivable.get(r.receivableId) ?? [])
      .filter((p) => p.direction === 'in')
      .sort((x, y) => x.bookedDay - y.bookedDay)
      .find((p) => (sum += p.amountFen) >= r.amountFen);
    hit('rent-unpaid-not-in-use', r.receivableId, fromMs, full ? startOfDayMs(full.bookedDay) : null);
  }
}

function projects(clean: CleanLedger, hit: Hit): void {
  const paymentsOf = Map.groupBy(clean.payments, (p) => p.projectId ?? '');
  for (const p of clean.projects) {
    const fromMs = startOfDayMs(p.registeredDay);
    if (p.budgetFen > 0 && 100 * p.contractFen > 110 * p.budgetFen) hit('contract-above-budget', p.projectId, fromMs);
    if (p.settlementFen !== undefined && 100 * p.settlementFen > 110 * p.contractFen)
      hit('settled-above-contract', p.projectId, fromMs);
    let sum = 0;
    const ahead = (paymentsOf.get(p.projectId) ?? [])
      .filter((paid) => paid.direction === 'out' && p.doneFen !== undefined)
      .sort((x, y) => x.bookedDay - y.bookedDay)
      .find((paid) => (sum += paid.amountFen) > (p.doneFen ?? 0));
    if (ahead) hit('paid-ahead-of-progress', p.projectId, startOfDayMs(ahead.bookedDay));
    const before = clean.projects.filter(
      (o) =>
        o.village === p.village &&
        o.contractor === p.contractor &&
        (o.registeredDay < p.registeredDay || (o.registeredDay === p.registeredDay && o.projectId < p.projectId)) &&
        p.registeredDay - o.registeredDay < 365,
    );
    if (before.length >= 2) hit('same-builder-again', p.projectId, fromMs);
  }
}

function withoutBudget({ projects, payments }: CleanLedger, villageCode: (village: number) => string, hit: Hit): void {
  const townshipOf = (p: ProjectFields) => villageCode(p.village).slice(0, 9);
  for (const p of projects) {
    if (p.budgetFen > 0) continue;
    const isToldBy = (o: ProjectFields) =>
      o.budgetFen > 0 && townshipOf(o) === townshipOf(p) && o.registeredDay <= p.registeredDay;
    const paid = payments.filter((o) => o.projectId === p.projectId && o.direction === 'out').map((o) => o.bookedDay);
    if (projects.some(isToldBy) && paid.length > 0)
      hit('spent-without-budget', p.projectId, startOfDayMs(Math.max(p.registeredDay, Math.min(...paid))));
  }
}

function lowFloors({ listings }: CleanLedger, villageCode: (village: number) => string, hit: Hit): void {
  const townshipOf = (l: ListingFields) => villageCode(l.village).slice(0, 9);
  const isSameAsset = (o: ListingFields, l: ListingFields) => l.assetId !== null && o.assetId === l.assetId;
  for (const l of listings.values()) {
    if (!l.areaMu) continue;
    const prices: number[] = [];
    for (const o of listings.values())
      if (o.areaMu && o !== l && o.category === l.category && townshipOf(o) === townshipOf(l))
        if (o.opensDay <= l.opensDay && l.opensDay - o.opensDay <= 365 && !isSameAsset(o, l)) prices.push(o.floorFen / o.areaMu);
    prices.sort((a, b) => a - b);
    const [low = 0, high = 0] = [prices[Math.ceil(prices.length / 2) - 1], prices[Math.floor(prices.length / 2)]];
    if (prices.length >= 5 && l.floorFen / l.areaMu < 0.35 * (low + high))
      hit('floor-far-below-peers', l.listingId, l.publishedAtMs);
  }
}

function market(clean: CleanLedger, paymentsOf: ReadonlyMap<string, PaymentFields[]>, hit: Hit): void {
  const contracts = new Set(clean.contracts.map((c) => c.contractId));
  const listingsOf = Map.groupBy(clean.listings.values(), (l) => l.assetId ?? '');
  for (const deal of clean.deals) {
    const dealtMs = startOfDayMs(deal.dealtDay);
    const listing = clean.listings.get(deal.listingId);
    if (listing && deal.annualFen < listing.floorFen)
      hit('deal-below-floor', deal.listingId, Math.max(dealtMs, listing.publishedAtMs));
    if (deal.contractId && contracts.has(deal.contractId)) {
      const fromMs = missedMs(deal.dealtDay + 30);
      const received = (paymentsOf.get(deal.contractId) ?? []).filter((p) => p.direction === 'in');
      const first = Math.min(...received.map((p) => startOfDayMs(p.bookedDay)));
      hit('deal-without-receipt', deal.contractId, fromMs, received.length > 0 ? first : null);
    }
    const failed = (deal.assetId === null ? [] : (listingsOf.get(deal.assetId) ?? [])).filter(
      (l) => l.state === 'FAILED' && l.publishedAtMs < dealtMs && 100 * deal.annualFen < 80 * l.floorFen,
    );
    if (failed.length > 0) hit('failed-then-dealt-lower', deal.assetId ?? '', dealtMs);
  }
  for (const l of clean.listings.values()) {
    if (l.closesDay < l.opensDay + 5) hit('notice-too-short', l.listingId, l.publishedAtMs);
    const before = (l.assetId === null ? [] : (listingsOf.get(l.assetId) ?? [])).filter(
      (o) => o.state === 'WITHDRAWN' && o.publishedAtMs < l.publishedAtMs && 100 * l.floorFen < 80 * o.floorFen,
    );
    if (before.length > 0) hit('relisted-lower', l.assetId ?? '', l.publishedAtMs);
  }
  for (const [listingId, bids] of Map.groupBy(clean.bids, (b) => b.listingId)) {
    const shared = (rule: string, what: (bid: BidFields) => string | null) => {
      const second = bids
        .sort((x, y) => x.bidAtMs - y.bidAtMs)
        .find((b, i) => bids.slice(0, i).some((o) => what(o) !== null && what(o) === what(b) && o.bidder !== b.bidder));
      if (second) hit(rule, listingId, second.bidAtMs);
    };
    shared('bidders-share-device', (b) => b.device);
    shared('bidders-share-account', (b) => b.depositAccount);
    shared('bidders-share-phone', (b) => b.phone);
    shared('bidders-share-legal-person', (b) => b.legalPerson);
  }
}

const RECEPTION = ['招待费', '接待费', '餐费', '聚餐', '烟酒', '香烟', '白酒'];

/** What is judged by village and month. */
function monthly(clean: CleanLedger, villageCode: (village: number) => string, hit: Hit): void {
  const out = clean.payments.filter((p) => p.direction === 'out');
  for (const [scope, payments] of Map.groupBy(out, (p) => `${villageCode(p.village)}|${dayText(p.bookedDay).slice(0, 7)}`)) {
    const sorted = payments.sort((x, y) => x.bookedDay - y.bookedDay || (x.voucherId < y.voucherId ? -1 : 1));
    const first = (rule: string, found: PaymentFields | undefined) => {
      if (found) hit(rule, scope, startOfDayMs(found.bookedDay));
    };
    first('reception-spending', sorted.find((p) => RECEPTION.some((word) => p.summary.includes(word)))); // prettier-ignore
    first('handler-approves', sorted.find((p) => p.handler !== null && p.handler === p.approver)); // prettier-ignore
    first('large-cash-payment', sorted.find((p) => p.settlement === 'cash' && p.amountFen > 100_000)); // prettier-ignore
    const isPaper = (p: PaymentFields) => !['工资', '补贴', '慰问', '报酬'].some((word) => p.summary.includes(word));
    first('payment-without-invoice', sorted.find((p) => p.invoiceNo === null && p.amountFen >= 100_000 && isPaper(p))); // prettier-ignore
    let sum = 0;
    first(
      'works-without-project',
      sorted.find((p) => p.account === '在建工程' && p.projectId === null && (sum += p.amountFen) >= 500_000),
    );
    const below = sorted.filter((p) => p.projectId === null && p.amountFen >= 800_000 && p.amountFen < 1_000_000);
    const isPart = (p: PaymentFields, i: number) =>
      below
        .slice(0, i)
        .some((o) => o.counterparty !== null && o.counterparty === p.counterparty && p.bookedDay - o.bookedDay < 7);
    first('split-payments', below.find(isPart)); // prettier-ignore
  }
}
