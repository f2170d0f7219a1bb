import type { AssetFields, ContractFields, InvoiceFields, KinFields, NoticeFields, PaymentFields } from '../world/ledger.js';
import { creditCodeOf } from '../world/credit-codes.js';
import { dayText, startOfDayMs } from '../world/work-time.js';
import type { CleanLedger, Hit } from './naive-ledger.js';

/** Notices, invoices and the list of cadres and their kin, as they are in the end. */
export interface CleanRegisters {
  notices: NoticeFields[];
  invoices: InvoiceFields[];
  kin: KinFields[];
}

const missedMs = (lastDay: number) => startOfDayMs(lastDay + 1) + 1;

/** The rules over these registers and over what became of a lease, read from their definition by plain loops. */
export function naiveRegisters(clean: CleanLedger, villageCode: (village: number) => string, hit: Hit): void {
  const lets = clean.contracts.filter((c) => c.kind === 'lease' || c.kind === 'contracting');
  for (const c of lets) {
    if (c.termMonths > 120 && c.termMonths <= 240) hit('lease-long-term', c.contractId, startOfDayMs(c.signedDay));
    const isLetAgain = lets.some((o) => o.assetId === c.assetId && o.endsDay > c.endsDay);
    if (isIdleSince(clean.assets.get(c.assetId ?? ''), c.endsDay + 30) && !isLetAgain)
      hit('idle-after-lease', c.contractId, missedMs(c.endsDay + 180));
    notices(c, clean.notices, hit);
    const day = c.signedDay;
    const listed = kinOf(clean.kin, { name: c.lessee, registeredAs: c.lesseeRegisteredAs }, c.village, day);
    if (listed) hit('lessee-related', c.contractId, Math.max(startOfDayMs(day), startOfDayMs(listed.fromDay)));
  }
  for (const n of clean.notices)
    if (n.subject === 'contract' && n.endsDay < n.postedDay + 7)
      hit('public-notice-too-short', n.noticeId, startOfDayMs(n.postedDay));
  for (const d of clean.deals) {
    const listed = kinOf(clean.kin, { name: d.winner, registeredAs: d.winnerRegisteredAs }, d.village, d.dealtDay);
    if (listed) hit('winner-related', d.listingId, Math.max(startOfDayMs(d.dealtDay), startOfDayMs(listed.fromDay)));
  }
  invoices(clean, hit);
  split(clean.payments, villageCode, hit);
}

/** Idle, and the ledger does not say that it became so after the day. */
const isIdleSince = (asset: AssetFields | undefined, day: number) =>
  asset?.status === 'idle' && !asset.inUse && (asset.statusSinceDay ?? -Infinity) <= day;

interface Party {
  name: string;
  registeredAs?: string | undefined;
}

/** Who has a code is known by it, the others by their name. */
function isSame(one: Party, other: Party): boolean {
  const [code, otherCode] = [one, other].map(({ name, registeredAs }) => creditCodeOf(registeredAs ?? name));
  return code && otherCode ? code === otherCode : one.name === other.name;
}

function kinOf(kin: readonly KinFields[], who: Party, village: number, day: number): KinFields | undefined {
  return kin.find((k) => isSame(k, who) && k.village === village && k.fromDay <= day && (k.toDay === null || k.toDay >= day));
}

function notices(c: ContractFields, all: readonly NoticeFields[], hit: Hit): void {
  const own = all.filter((n) => n.contractId === c.contractId);
  const first = Math.min(...own.map((n) => n.postedDay));
  if (own.length > 0 && first > c.signedDay) hit('notice-after-signing', c.contractId, startOfDayMs(first));
  const told = all.filter((n) => n.village === c.village);
  if (c.totalFen < 5_000_000 || own.length > 0 || told.length === 0) return;
  const toldMs = Math.min(...told.map((n) => startOfDayMs(n.postedDay)));
  hit('contract-not-public', c.contractId, Math.max(missedMs(c.signedDay + 30), toldMs));
}

function invoices(clean: CleanLedger, hit: Hit): void {
  const registered = new Map(clean.invoices.map((i) => [i.invoiceNo, i]));
  const named = clean.payments.filter((p) => p.direction === 'out' && typeof p.invoiceNo === 'string');
  for (const [invoiceNo, payments] of Map.groupBy(named, (p) => p.invoiceNo ?? '')) {
    payments.sort((a, b) => a.bookedDay - b.bookedDay);
    const elsewhere = payments.find((p) => p.village !== payments[0]?.village);
    if (elsewhere) hit('invoice-claimed-twice', invoiceNo, startOfDayMs(elsewhere.bookedDay));
    const invoice = registered.get(invoiceNo);
    let sum = 0;
    const over = payments.find((p) => (sum += p.amountFen) > (invoice?.amountFen ?? Infinity));
    if (over && invoice) hit('invoice-overclaimed', invoiceNo, startOfDayMs(Math.max(over.bookedDay, invoice.issuedDay)));
  }
}

function split(payments: readonly PaymentFields[], villageCode: (village: number) => string, hit: Hit): void {
  const parts = payments.filter(
    (p) =>
      p.direction === 'out' &&
      p.projectId === null &&
      p.counterparty !== null &&
      p.amountFen >= 900_000 &&
      p.amountFen < 3_000_000,
  );
  const found = new Map<string, number>();
  const groups = Map.groupBy(parts, (p) => `${villageCode(p.village)}|${dayText(p.bookedDay).slice(0, 4)} ${p.counterparty}`);
  for (const [key, list] of groups) {
    list.sort((a, b) => a.bookedDay - b.bookedDay);
    const last = list.find((p, i) => {
      const before = list.slice(0, i + 1).filter((o) => p.bookedDay - o.bookedDay < 90);
      return before.length >= 3 && before.reduce((sum, o) => sum + o.amountFen, 0) >= 3_000_000;
    });
    const scope = key.split(' ')[0] ?? '';
    if (last) found.set(scope, Math.min(found.get(scope) ?? Infinity, startOfDayMs(last.bookedDay)));
  }
  for (const [scope, atMs] of found) hit('split-below-limit', scope, atMs);
}
