import { typedOn, type AssetFields, type ContractFields, type ListingFields } from '../world/ledger.js';
import { firmName, personName } from '../world/people.js';
import type { DayNumber } from '../world/work-time.js';
import { leaseTerms, listAndDeal, plusMonths, registerAsset, signContract, type LeaseTerms } from './lease.js';
import { vote } from './vote.js';
import { afterDay, ledgerTeller, since, type Case } from './ledger-cases.js';
import { MARKET_THRESHOLD_FEN, type LedgerContext, type LedgerTeller } from './ledger-context.js';
import { payRentInTime, receiveRent, registerReceivable } from './rent.js';

/** A lease below the market threshold, let for so many months at the usual price of a mu, and its rent paid. */
export function smallLease(ctx: LedgerContext, more: Partial<ContractFields> = {}, months?: number): ContractFields {
  const terms = months === undefined ? leaseTerms(ctx, false) : longTerms(leaseTerms(ctx, false), months);
  registerAsset(ctx, terms, ctx.day, true);
  const contract = signContract(ctx, terms, ctx.day, more);
  payRentInTime(ctx, contract);
  return contract;
}

/** The same total over a longer term: a smaller rent for as much less land. */
function longTerms(terms: LeaseTerms, months: number): LeaseTerms {
  const annualFen = Math.floor((terms.annualFen * terms.termMonths) / months);
  const areaMu = terms.areaMu === null ? null : Math.round((terms.areaMu * annualFen * 100) / terms.annualFen) / 100;
  // Too small a piece would have no area left to compare by.
  return { ...terms, termMonths: months, annualFen, areaMu: areaMu === null || areaMu < 0.5 ? null : areaMu };
}

export interface TradedLease {
  contract: ContractFields;
  listing: Omit<ListingFields, 'state'>;
  bidTimes: readonly number[];
  dealtDay: DayNumber;
}

/** A lease above the threshold that went through the market as it should; `more` bends it. */
export function tradedLease(
  ctx: LedgerContext,
  more: {
    contract?: Partial<ContractFields>;
    deal?: Parameters<typeof listAndDeal>[3];
    opensDay?: DayNumber;
    isRentPaid?: boolean;
    floorPercent?: number;
    terms?: LeaseTerms;
    notice?: 'none';
  } = {},
): TradedLease {
  const { ledger, day } = ctx;
  const terms = more.terms ?? leaseTerms(ctx, true);
  registerAsset(ctx, terms, day, true);
  const dealtDay = day + 9;
  const signedDay = more.contract?.signedDay ?? dealtDay + 2;
  const contractId = ledger.nextId('HT', signedDay);
  const floor = more.floorPercent === undefined ? {} : { floorFen: Math.floor((terms.annualFen * more.floorPercent) / 100) };
  const { listing, bidTimes } = listAndDeal(
    ctx,
    terms,
    { opensDay: more.opensDay ?? day, dealtDay },
    { contractId, ...floor, ...more.deal },
  );
  const { listingId } = listing;
  const contract = signContract(ctx, terms, signedDay, { contractId, listingId, ...more.contract }, signedDay, more.notice);
  if (more.isRentPaid !== false) payRentInTime(ctx, contract);
  return { contract, listing, bidTimes, dealtDay };
}

const ofContract = (contract: ContractFields) => since(contract.contractId, contract.signedDay);

const small =
  (more: (ctx: LedgerContext) => Partial<ContractFields>, months?: number): Case =>
  (ctx) =>
    ofContract(smallLease(ctx, more(ctx), months));

const otherKind = (kind: 'works' | 'service' | 'investment', more: Partial<ContractFields>, above = true): Case => {
  return (ctx) => {
    const terms = leaseTerms(ctx, above);
    return ofContract(signContract(ctx, terms, ctx.day, { kind, assetId: null, areaMu: null, ...more }));
  };
};

const overTerm = ledgerTeller(
  'lease-over-term',
  [
    ['租期二十一年', small(() => ({}), 252)],
    ['租期二十年零一个月', small(() => ({}), 241)],
    ['租期三十年', small(() => ({}), 360)],
  ],
  [
    [
      '恰好二十年',
      (ctx) => {
        const written = ofContract(smallLease(ctx, {}, 240));
        return { ...written, also: { rule: 'lease-long-term', scope: written.scope, fromMs: written.fromMs } };
      },
    ],
    ['入股合作三十年，不是租赁', otherKind('investment', { termMonths: 360 })],
  ],
);

const withoutVote = ledgerTeller(
  'lease-without-vote',
  [['达到限额，没有民主决策记录', (ctx) => ofContract(tradedLease(ctx, { contract: { resolution: null } }).contract)]],
  [
    ['差 1 分不到限额', (ctx) => ofContract(smallLease(ctx, { resolution: null, totalFen: MARKET_THRESHOLD_FEN - 1 }))],
    ['保洁服务合同，不是出租发包', otherKind('service', { resolution: null })],
  ],
);

/** Begins so many days before it was signed. */
const startsBefore = (days: number) => (ctx: LedgerContext) => {
  const startsDay = ctx.day - days;
  return { startsDay, endsDay: plusMonths(startsDay, 36) - 1 };
};

const startsBeforeSigning = ledgerTeller(
  'contract-starts-before-signing',
  [
    ['早了一天', small(startsBefore(1), 36)],
    ['先用了几个月才补签', small((ctx) => startsBefore(ctx.dice.int(40, 200))(ctx), 36)],
  ],
  [
    ['签订当天起租', small(startsBefore(0), 36)],
    ['入股协议追认以前的出资', otherKind('investment', { startsDay: 20_000 })],
  ],
);

/** Signed so many days from today on, while the listing opens the day after tomorrow. */
const signedOn =
  (days: number): Case =>
  (ctx) => {
    const opensDay = ctx.day + 2;
    const { contract, listing, dealtDay } = tradedLease(ctx, { opensDay, contract: { signedDay: ctx.day + days } });
    return { scope: contract.contractId, fromMs: listing.publishedAtMs, day: dealtDay };
  };

const signedBeforeListing = ledgerTeller(
  'contract-signed-before-listing',
  [
    ['签订后第二天才挂牌', signedOn(1)],
    ['签订两天后才挂牌', signedOn(0)],
  ],
  [
    ['挂牌当天签订', signedOn(2)],
    ['成交以后签订', signedOn(11)],
  ],
);

/** Rent of a lease on the market, of which the first comes so many days after the deal; never for null. */
const received =
  (days: number | null): Case =>
  (ctx) => {
    const { contract, dealtDay } = tradedLease(ctx, { isRentPaid: false });
    if (days !== null) {
      const receivableId = registerReceivable(ctx, contract, dealtDay + days, contract.annualFen);
      receiveRent(ctx, contract, receivableId, dealtDay + days, contract.annualFen);
    }
    return afterDay(contract.contractId, dealtDay + 30, dealtDay + 31);
  };

const dealWithoutReceipt = ledgerTeller(
  'deal-without-receipt',
  [['成交三十天后账上没有一笔收款', received(null)]],
  [
    ['第三十天收到', received(30)],
    ['签订后不久收到', received(9)],
  ],
);

/** The rent of a small lease is paid by somebody, on the third day. */
const paidBy =
  (payer: (ctx: LedgerContext, contract: ContractFields) => string, kind?: 'investment'): Case =>
  (ctx) => {
    const terms = leaseTerms(ctx, false);
    registerAsset(ctx, terms, ctx.day, true);
    const contract = signContract(ctx, terms, ctx.day, kind && { kind, assetId: null });
    const receivableId = registerReceivable(ctx, contract, ctx.day + 3, contract.annualFen);
    receiveRent(ctx, { ...contract, lessee: payer(ctx, contract) }, receivableId, ctx.day + 3, contract.annualFen);
    return since(contract.contractId, ctx.day + 3);
  };

const paidByAnother = ledgerTeller(
  'rent-paid-by-another',
  [
    ['租金由别人代交', paidBy(({ dice }, { lessee }) => `${personName(dice)}${lessee.slice(0, 1)}`)],
    ['租金由一家公司代交', paidBy(({ dice }, { lessee }) => `${firmName(dice)}（${lessee.slice(0, 1)}）`)],
  ],
  [
    ['承租方自己交的', paidBy((_ctx, { lessee }) => lessee)],
    ['入股合作的分红由别人转来，不是租金', paidBy(({ dice }) => firmName(dice), 'investment')],
  ],
);

/** A lease of a year that is over within days, typed in now; what became of it the caller writes. */
function endingLease(ctx: LedgerContext): { terms: LeaseTerms; asset: AssetFields; contract: ContractFields } {
  const terms = { ...leaseTerms(ctx, false), termMonths: 12 };
  const endsDay = ctx.day + ctx.dice.int(1, 4);
  const asset = registerAsset(ctx, terms, ctx.day - 360, true, { typedDay: ctx.day });
  const days = { startsDay: endsDay - 364, endsDay };
  return { terms, asset, contract: signContract(ctx, terms, ctx.day - 370, days, ctx.day) };
}

const expiredInUse = ledgerTeller(
  'lease-expired-in-use',
  [
    [
      '合同到期三十天后资产仍在用，没有新合同',
      (ctx) => {
        const { contract } = endingLease(ctx);
        return afterDay(contract.contractId, contract.endsDay + 30, ctx.day);
      },
    ],
  ],
  [
    [
      '到期前续签了新合同',
      (ctx) => {
        const { terms, contract } = endingLease(ctx);
        signContract(ctx, { ...terms, termMonths: 24 }, ctx.day);
        return since(contract.contractId, ctx.day);
      },
    ],
    [
      '到期后已收回，不再有人用',
      (ctx) => {
        const { asset, contract } = endingLease(ctx);
        ctx.ledger.put('asset', { ...asset, status: 'idle', inUse: false }, typedOn(ctx.dice, contract.endsDay + 10));
        const idle = afterDay(contract.contractId, contract.endsDay + 180, contract.endsDay + 10);
        const also = { rule: 'idle-after-lease' as const, scope: contract.contractId, fromMs: idle.fromMs };
        return { ...since(contract.contractId, contract.endsDay + 10), also };
      },
    ],
  ],
);

/** Rent that falls due in some days for what nobody uses; paid so many days later, or never. */
const unusedRent =
  (paidAfterDays: number | null): Case =>
  (ctx) => {
    const terms = leaseTerms(ctx, false);
    registerAsset(ctx, terms, ctx.day, false);
    const contract = signContract(ctx, terms, ctx.day);
    const dueDay = ctx.day + ctx.dice.int(1, 4);
    const receivableId = registerReceivable(ctx, contract, dueDay, contract.annualFen);
    if (paidAfterDays !== null) receiveRent(ctx, contract, receivableId, dueDay + paidAfterDays, contract.annualFen);
    return afterDay(receivableId, dueDay + 30, dueDay + (paidAfterDays ?? 0));
  };

const unpaidNotInUse = ledgerTeller(
  'rent-unpaid-not-in-use',
  [['应收日后三十天分文未收，资产也没有在用', unusedRent(null)]],
  [['第三十天收到', unusedRent(30)]],
);

/** Votes on a small lease, held so many days after it was signed, each with so many of thirty there and in favour. */
const votedOn =
  (...votes: readonly (readonly [daysAfter: number, attended: number, agreed: number])[]): Case =>
  (ctx) => {
    const contract = smallLease(ctx);
    for (const [days, attended, agreed] of votes) vote(ctx, contract, ctx.day + days, attended, agreed);
    const days = votes.map(([daysAfter]) => ctx.day + daysAfter);
    return since(contract.contractId, Math.max(ctx.day, Math.min(...days)), Math.max(ctx.day, ...days));
  };

const voteAfterSigning = ledgerTeller(
  'vote-after-signing',
  [
    ['签订第二天才开会表决', votedOn([1, 28, 26])],
    ['签订一周后补开会议', votedOn([7, 29, 29])],
  ],
  [
    ['签订当天表决', votedOn([0, 28, 26])],
    ['先表决过，签订后又通报一次', votedOn([-3, 28, 26], [4, 25, 25])],
  ],
);

/** The vote was held some days before; it is known with the contract. */
const counted =
  (attended: number, agreed: number): Case =>
  (ctx) => {
    const contract = smallLease(ctx);
    vote(ctx, contract, ctx.day - 2, attended, agreed);
    return since(contract.contractId, ctx.day - 2, ctx.day);
  };

const voteWithoutMajority = ledgerTeller(
  'vote-without-majority',
  [
    ['恰好一半人到会', counted(15, 15)],
    ['到会的恰好一半同意', counted(28, 14)],
  ],
  [
    ['刚过半数到会、刚过半数同意', counted(16, 9)],
    ['全体到会、全体同意', counted(30, 30)],
  ],
);

/** Append only. */
export const CONTRACT_TELLERS: readonly LedgerTeller[] = [
  overTerm,
  withoutVote,
  startsBeforeSigning,
  signedBeforeListing,
  dealWithoutReceipt,
  paidByAnother,
  expiredInUse,
  unpaidNotInUse,
  voteAfterSigning,
  voteWithoutMajority,
];
