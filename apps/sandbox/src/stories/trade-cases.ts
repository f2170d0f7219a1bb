import type { ListingFields } from '../world/ledger.js';
import { atTime, type DayNumber } from '../world/work-time.js';
import { tradedLease } from './contract-cases.js';
import { categoryOf, leaseTerms, type BidMarks, type LeaseTerms } from './lease.js';
import { ledgerTeller, since, type Case } from './ledger-cases.js';
import { villageOf, type LedgerContext, type LedgerTeller } from './ledger-context.js';

/** Once the deal is settled; the market tells within a day or two. */
const SETTLED_DAYS = 2;

const floor = (ctx: LedgerContext, floorPercent: number) => {
  // More than one bid, that the floor price is not the only bidder's.
  const { listing, dealtDay } = tradedLease(ctx, { floorPercent, deal: { bids: { count: 2 } } });
  return since(listing.listingId, dealtDay, dealtDay + SETTLED_DAYS);
};

const belowFloor = ledgerTeller(
  'deal-below-floor',
  [['成交价低于挂牌价', (ctx) => floor(ctx, ctx.dice.int(105, 130))]],
  [
    ['恰好以挂牌价成交', (ctx) => floor(ctx, 100)],
    ['高于挂牌价一成', (ctx) => floor(ctx, 90)],
  ],
);

/** The notice stands for so many days, up to the day before the deal. */
const notice =
  (days: number): Case =>
  (ctx) => {
    const { listing, dealtDay } = tradedLease(ctx, { opensDay: ctx.day + 8 - days });
    return { scope: listing.listingId, fromMs: listing.publishedAtMs, day: dealtDay };
  };

const noticeTooShort = ledgerTeller(
  'notice-too-short',
  [
    ['公告四天', notice(4)],
    ['公告两天', notice(2)],
  ],
  [
    ['公告恰好五天', notice(5)],
    ['公告八天', notice(8)],
  ],
);

/** Three bids with something in common; the doubt begins with the second of them. */
const bidding =
  (marks: BidMarks): Case =>
  (ctx) => {
    const { listing, bidTimes, dealtDay } = tradedLease(ctx, { deal: { bids: marks } });
    return { scope: listing.listingId, fromMs: bidTimes[1] ?? 0, day: dealtDay + SETTLED_DAYS };
  };

const shareDevice = ledgerTeller(
  'bidders-share-device',
  [['三个竞买人用同一台设备报价', bidding({ count: 3, device: 'dev-88001' })]],
  [
    ['同一个人用自己的设备报了三次', bidding({ count: 3, device: 'dev-88002', isAlone: true })],
    ['三个人各用各的设备', bidding({ count: 3 })],
  ],
);

const shareAccount = ledgerTeller(
  'bidders-share-account',
  [['三个竞买人的保证金出自一个账户', bidding({ count: 3, depositAccount: '622800001111222233' })]],
  [
    ['同一个人报了三次', bidding({ count: 3, depositAccount: '622800001111222244', isAlone: true })],
    ['三个人各交各的', bidding({ count: 3 })],
  ],
);

const sharePhone = ledgerTeller(
  'bidders-share-phone',
  [['三个竞买人留的是一个电话', bidding({ count: 3, phone: '13900008888' })]],
  [['同一个人报了三次', bidding({ count: 3, phone: '13900007777', isAlone: true })]],
);

const shareLegalPerson = ledgerTeller(
  'bidders-share-legal-person',
  [['三个竞买人的法定代表人是一个人', bidding({ count: 3, legalPerson: '龚学文' })]],
  [
    ['同一家报了三次', bidding({ count: 3, legalPerson: '龚学武', isAlone: true })],
    ['没有登记法定代表人', bidding({ count: 3 })],
  ],
);

/** An earlier listing of what is let, which came to nothing; published today. */
function listInVain(ctx: LedgerContext, terms: LeaseTerms, floorFen: number, end: 'FAILED' | 'WITHDRAWN'): void {
  const { ledger, day, county } = ctx;
  const listing: Omit<ListingFields, 'state'> = {
    listingId: ledger.nextId('XSCQ', day), village: terms.village, assetId: terms.assetId, title: `${villageOf(county, terms.village).name}${terms.assetKind}出租项目`, category: categoryOf(terms.assetKind),
    areaMu: terms.areaMu, termMonths: terms.termMonths, floorFen, depositFen: 100_000, opensDay: day, closesDay: day + 7, publishedAtMs: atTime(day, 9, 0),
  }; // prettier-ignore
  ledger.trade('LISTING', { ...listing, state: 'OPEN' }, listing.publishedAtMs + 700);
  ledger.trade('LISTING', { ...listing, state: end }, atTime(day + 8, 9, 0));
}

/** Listed in vain, and ten days later again; the second time at so many percent of the first floor, and let for that. */
const again =
  (end: 'FAILED' | 'WITHDRAWN', percent: number, what: 'deal' | 'listing', isByAgreement = false): Case =>
  (ctx) => {
    const terms = leaseTerms(ctx, true);
    listInVain(ctx, terms, Math.floor((terms.annualFen * 100) / percent) + (percent % 10 === 0 ? 0 : 1), end);
    const later: DayNumber = ctx.day + 10;
    const deal = { isAssetNamed: true, isByAgreement, bids: { count: 2 } };
    const { listing, dealtDay } = tradedLease({ ...ctx, day: later }, { terms, floorPercent: 100, deal });
    const scope = terms.assetId;
    if (what === 'deal') return since(scope, dealtDay, dealtDay + SETTLED_DAYS);
    return { scope, fromMs: listing.publishedAtMs, day: later + SETTLED_DAYS };
  };

const failedThenLower = ledgerTeller(
  'failed-then-dealt-lower',
  [
    ['流标后以不到八成的价格成交', again('FAILED', 79, 'deal')],
    ['流标后以一半的价格成交', again('FAILED', 49, 'deal')],
  ],
  [
    ['流标后以八成成交', again('FAILED', 80, 'deal')],
    ['流标后仍按原价成交', again('FAILED', 100, 'deal')],
  ],
);

const relistedLower = ledgerTeller(
  'relisted-lower',
  [
    ['撤牌后以不到八成的底价重新挂牌', again('WITHDRAWN', 79, 'listing')],
    ['撤牌后以六成的底价重新挂牌', again('WITHDRAWN', 61, 'listing')],
  ],
  [
    ['撤牌后底价降了两成', again('WITHDRAWN', 80, 'listing')],
    ['撤牌后按原价重新挂牌', again('WITHDRAWN', 100, 'listing')],
  ],
);

const failedThenNegotiated = ledgerTeller(
  'failed-then-negotiated',
  [
    ['流标后改为协议出让', again('FAILED', 100, 'listing', true)],
    ['撤牌后改为协议出让', again('WITHDRAWN', 100, 'listing', true)],
  ],
  [
    ['流标后重新公开竞价', again('FAILED', 100, 'listing')],
    [
      '没有挂过牌，直接协议出让',
      (ctx) => {
        const terms = leaseTerms(ctx, true);
        const { dealtDay } = tradedLease(ctx, { terms, deal: { isAssetNamed: true, isByAgreement: true } });
        return since(terms.assetId, dealtDay, dealtDay + SETTLED_DAYS);
      },
    ],
  ],
);

/** Append only. */
export const TRADE_TELLERS: readonly LedgerTeller[] = [
  belowFloor,
  noticeTooShort,
  shareDevice,
  shareAccount,
  failedThenLower,
  relistedLower,
  sharePhone,
  shareLegalPerson,
  failedThenNegotiated,
];
