import { typedOn, type ContractFields, type PaymentFields } from '../world/ledger.js';
import { firmName, personName } from '../world/people.js';
import { dayText, startOfDayMs, type DayNumber } from '../world/work-time.js';
import { smallLease, tradedLease } from './contract-cases.js';
import { leaseTerms, registerAsset, signContract } from './lease.js';
import { afterDay, ledgerTeller, since, type Case, type Written } from './ledger-cases.js';
import { villageOf, YUAN, type LedgerContext, type LedgerTeller } from './ledger-context.js';
import { postAccounts, postNotice } from './notice.js';
import { book } from './payment-cases.js';

const letFor =
  (months: number): Case =>
  (ctx) => {
    const { contractId, signedDay } = smallLease(ctx, {}, months);
    return since(contractId, signedDay);
  };

const longTerm = ledgerTeller(
  'lease-long-term',
  [
    ['租期十年零一个月', letFor(121)],
    ['租期十五年', letFor(180)],
  ],
  [
    ['恰好十年', letFor(120)],
    [
      '入股合作十五年，不是租赁',
      (ctx) => {
        const more = { kind: 'investment' as const, assetId: null, areaMu: null, termMonths: 180 };
        return since(signContract(ctx, leaseTerms(ctx, false), ctx.day, more).contractId, ctx.day);
      },
    ],
  ],
);

/** A lease of a year that ended some months ago, typed in now with what has become of it since. */
const ended =
  (became: 'idle' | 'idle again' | 'self-used' | 'let again'): Case =>
  (ctx) => {
    const terms = { ...leaseTerms(ctx, false), termMonths: 12 };
    const endsDay = ctx.day - 160;
    const isLet = became === 'let again';
    const status = isLet ? 'leased' : became === 'self-used' ? became : 'idle';
    const idleSince = became === 'idle again' && { statusSinceDay: ctx.day - 20 };
    registerAsset(ctx, terms, endsDay - 360, isLet, { status, typedDay: ctx.day, ...idleSince });
    const contract = signContract(ctx, terms, endsDay - 370, { startsDay: endsDay - 364, endsDay }, ctx.day);
    if (isLet) signContract(ctx, { ...terms, termMonths: 24 }, ctx.day - 20, {}, ctx.day);
    return afterDay(contract.contractId, endsDay + 180, ctx.day);
  };

const idleAfterLease = ledgerTeller(
  'idle-after-lease',
  [['合同到期一百八十天，资产一直空闲', ended('idle')]],
  [
    ['到期后村里自用', ended('self-used')],
    ['到期后村里自用，最近才空出来', ended('idle again')],
    ['到期后又出租', ended('let again')],
  ],
);

/** A lease above the threshold that everything but its notice is in order of. */
function unannounced(ctx: LedgerContext): ContractFields {
  const { contract } = tradedLease(ctx, { notice: 'none' });
  postAccounts(ctx, contract.village, ctx.day);
  return contract;
}

const notPublic = ledgerTeller(
  'contract-not-public',
  [
    [
      '达到标准的合同没有公示，村里别的事公示过',
      (ctx) => {
        const { contractId, signedDay } = unannounced(ctx);
        return afterDay(contractId, signedDay + 30, signedDay);
      },
    ],
  ],
  [
    [
      '签订前公示过',
      (ctx) => {
        const { contract } = tradedLease(ctx);
        return since(contract.contractId, contract.signedDay);
      },
    ],
    [
      '金额不到标准',
      (ctx) => {
        const { contractId, village } = smallLease(ctx);
        postAccounts(ctx, village, ctx.day);
        return since(contractId, ctx.day);
      },
    ],
  ],
);

/** Notices of one contract, posted so many days after it was signed. */
const postedAfter =
  (...daysAfter: readonly number[]): Case =>
  (ctx) => {
    const contract = smallLease(ctx);
    const days = daysAfter.map((after) => ctx.day + after);
    for (const day of days) postNotice(ctx, contract, day, 8);
    return since(contract.contractId, Math.max(ctx.day, Math.min(...days)), Math.max(ctx.day, ...days));
  };

const noticeAfterSigning = ledgerTeller(
  'notice-after-signing',
  [
    ['签订第二天才公示', postedAfter(1)],
    ['签订半个月后才公示', postedAfter(15)],
  ],
  [
    ['签订当天公示', postedAfter(0)],
    ['签订前公示过，签订后又公示一次', postedAfter(-9, 3)],
  ],
);

const postedFor =
  (days: number): Case =>
  (ctx) => {
    const contract = smallLease(ctx);
    return since(postNotice(ctx, contract, ctx.day - 2, days), ctx.day - 2, ctx.day);
  };

const noticeTooShort = ledgerTeller(
  'public-notice-too-short',
  [
    ['只公示两天', postedFor(2)],
    ['只公示六天', postedFor(6)],
  ],
  [['恰好公示七天', postedFor(7)]],
);

/** Puts somebody of the village on the list of cadres and their kin; nobody else bears such a name. */
function listKin(
  ctx: LedgerContext,
  village: number,
  relation: string,
  termDays: readonly [from: number, to: number | null],
  registeredAs?: (name: string) => string,
): string {
  const { ledger, dice, day } = ctx;
  const isFirm = relation === '本人或亲属所办企业';
  const kinId = ledger.nextId('GB', day);
  const name = `${isFirm ? firmName(dice) : personName(dice)}${isFirm ? '响水分号' : '根'}`;
  const [from, to] = termDays;
  const until = to === null ? null : day + to;
  const register = registeredAs === undefined ? {} : { registeredAs: registeredAs(name) };
  ledger.put('kin', { kinId, village, name, cadre: `${personName(dice)}林`, relation, fromDay: day + from, toDay: until, ...register }, typedOn(dice, day)); // prettier-ignore
  return name;
}

const IN_OFFICE = [-400, null] as const;

const lessee =
  (relation: string, term: readonly [number, number | null], isThisVillage = true): Case =>
  (ctx) => {
    const village = ctx.village(ctx.dice);
    const elsewhere = (village + 1) % ctx.county.villages.length;
    const name = listKin(ctx, isThisVillage ? village : elsewhere, relation, term);
    const terms = { ...leaseTerms(ctx, false), village, lessee: name };
    registerAsset(ctx, terms, ctx.day, true);
    return since(signContract(ctx, terms, ctx.day).contractId, ctx.day);
  };

const OWN_FIRM = '本人或亲属所办企业';
/** A firm of the same name with another code, and the same firm under a newer name. */
const ANOTHER_OF_THE_NAME = (name: string) => `${name}（另一家）`;
const NEWER_NAME = (name: string) => name.replace(/分号$/, '新号');

/** A firm is on the list, and a lessee is that firm by its code or by its name alone. */
const listedFirm =
  (is: 'same code' | 'same name'): Case =>
  (ctx) => {
    const village = ctx.village(ctx.dice);
    const name = listKin(ctx, village, OWN_FIRM, IN_OFFICE, is === 'same name' ? ANOTHER_OF_THE_NAME : undefined);
    const terms = { ...leaseTerms(ctx, false), village, lessee: is === 'same name' ? name : NEWER_NAME(name) };
    registerAsset(ctx, terms, ctx.day, true);
    const register = is === 'same code' ? { lesseeRegisteredAs: name } : {};
    return since(signContract(ctx, terms, ctx.day, register).contractId, ctx.day);
  };

const lesseeRelated = ledgerTeller(
  'lessee-related',
  [
    ['承租方是村干部的配偶', lessee('配偶', IN_OFFICE)],
    ['承租方是村干部所办的企业', lessee(OWN_FIRM, IN_OFFICE)],
    ['承租方改过名，代码与村干部所办的企业相同', listedFirm('same code')],
  ],
  [
    ['签订前已经卸任', lessee('本人', [-900, -1])],
    ['别的村的名单上同名的人', lessee('子女', IN_OFFICE, false)],
    ['与名单上的企业同名，代码不同，是另一家', listedFirm('same name')],
  ],
);

type Found = 'not listed' | 'by name' | 'by code' | 'another of the name';

const winner =
  (term: readonly [number, number | null], found: Found): Case =>
  (ctx): Written => {
    const village = ctx.village(ctx.dice);
    const isFirm = found === 'by code' || found === 'another of the name';
    const another = found === 'another of the name' ? ANOTHER_OF_THE_NAME : undefined;
    const name = listKin(ctx, village, isFirm ? OWN_FIRM : '兄弟', term, another);
    const won = found === 'not listed' ? {} : { lessee: found === 'by code' ? NEWER_NAME(name) : name };
    const terms = { ...leaseTerms(ctx, true), village, ...won };
    const register = found === 'by code' ? { contract: { lesseeRegisteredAs: name }, deal: { winnerRegisteredAs: name } } : {};
    const { contract, listing, dealtDay } = tradedLease(ctx, { terms, ...register });
    const written = since(listing.listingId, dealtDay, dealtDay + 2);
    if (found === 'not listed' || found === 'another of the name' || term[1] !== null) return written;
    const fromMs = startOfDayMs(contract.signedDay);
    return { ...written, also: { rule: 'lessee-related', scope: contract.contractId, fromMs } };
  };

const winnerRelated = ledgerTeller(
  'winner-related',
  [
    ['竞得人是村干部的兄弟', winner(IN_OFFICE, 'by name')],
    ['竞得人改过名，代码与村干部所办的企业相同', winner(IN_OFFICE, 'by code')],
  ],
  [
    ['成交前已经卸任', winner([-900, -1], 'by name')],
    ['名单上的人没有竞得', winner(IN_OFFICE, 'not listed')],
    ['与名单上的企业同名，代码不同，是另一家', winner(IN_OFFICE, 'another of the name')],
  ],
);

/** Payments of one village's year are judged together: each of these cases has a village and year of its own. */
const parts =
  (amounts: readonly number[], daysApart: number, isOnePayee = true): Case =>
  (ctx) => {
    const year = dayText(ctx.day).slice(0, 4);
    const lastDay: DayNumber = ctx.day + (amounts.length - 1) * daysApart;
    if (!dayText(lastDay).startsWith(year)) return null;
    const village = ctx.village(ctx.dice);
    const { code } = villageOf(ctx.county, village);
    if (!ctx.claim(`parts ${village} ${year}`)) return null;
    const payee = `${firmName(ctx.dice)}（劳务）`;
    amounts.forEach((amountFen, i) =>
      book(ctx, village, ctx.day + i * daysApart, {
        amountFen,
        counterparty: isOnePayee || i % 2 === 0 ? payee : `${payee}二队`,
        summary: '付环境整治款',
        account: '公益支出',
      }),
    );
    return since(`${code}|${year}`, lastDay);
  };

const splitBelowLimit = ledgerTeller(
  'split-below-limit',
  [
    ['两个月里三笔，金额各不相同，合计超过三万元', parts([12_000 * YUAN, 10_500 * YUAN, 11_000 * YUAN], 28)],
    ['三笔恰好合计三万元', parts([10_100 * YUAN, 9_800 * YUAN, 10_100 * YUAN], 12)],
  ],
  [
    ['三笔合计差 1 分不到三万元', parts([10_100 * YUAN, 9_800 * YUAN, 10_100 * YUAN - 1], 12)],
    ['付给两家', parts([12_000 * YUAN, 10_500 * YUAN, 11_000 * YUAN], 28, false)],
  ],
);

const spent = (ctx: LedgerContext, village: number, more: Partial<PaymentFields>): void =>
  book(ctx, village, ctx.day, { summary: '购绿化苗木', account: '公益支出', ...more });

/** Two payments with one invoice, in two villages or in one. */
const claimedIn =
  (villages: 1 | 2): Case =>
  (ctx) => {
    const invoiceNo = ctx.ledger.nextId('DZ', ctx.day);
    const first = ctx.village(ctx.dice);
    const second = villages === 1 ? first : ctx.village(ctx.dice);
    if (villages === 2 && first === second) return null;
    for (const village of [first, second]) spent(ctx, village, { invoiceNo, amountFen: 3_000 * YUAN });
    return since(invoiceNo, ctx.day);
  };

const claimedTwice = ledgerTeller(
  'invoice-claimed-twice',
  [['一张发票在两个村报销', claimedIn(2)]],
  [['一张发票在本村分两笔付清', claimedIn(1)]],
);

/** An invoice of ten thousand yuan in all, and what was paid on it. */
const overclaimed =
  (...amounts: readonly number[]): Case =>
  (ctx) => {
    const village = ctx.village(ctx.dice);
    const { ledger, dice, day } = ctx;
    const invoiceNo = ledger.nextId('DZ', day);
    const invoice = { invoiceNo, village, seller: firmName(dice), amountFen: 6_000 * YUAN, issuedDay: day - 3 };
    ledger.put('invoice', invoice, typedOn(dice, day));
    for (const amountFen of amounts) spent(ctx, village, { invoiceNo, amountFen });
    return since(invoiceNo, day);
  };

const overclaimedInvoice = ledgerTeller(
  'invoice-overclaimed',
  [
    ['一张发票报销了两次', overclaimed(6_000 * YUAN, 6_000 * YUAN)],
    ['付的比票面多 1 分', overclaimed(6_000 * YUAN + 1)],
  ],
  [
    ['分两笔付，合计恰好是票面金额', overclaimed(2_500 * YUAN, 3_500 * YUAN)],
    ['付的比票面少', overclaimed(5_900 * YUAN)],
  ],
);

/** Append only. */
export const REGISTER_TELLERS: readonly LedgerTeller[] = [
  longTerm,
  idleAfterLease,
  notPublic,
  noticeAfterSigning,
  noticeTooShort,
  lesseeRelated,
  winnerRelated,
  splitBelowLimit,
  claimedTwice,
  overclaimedInvoice,
];
