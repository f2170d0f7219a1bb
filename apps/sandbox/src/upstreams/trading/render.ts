import type { County } from '../../world/county.js';
import { creditCodeOf } from '../../world/credit-codes.js';
import type { TradeChange } from '../../world/ledger.js';
import { dayText } from '../../world/work-time.js';

/** A change as the trading house writes it: English names, UTC, yuan as text, terms in years where they are whole. */
export function renderTrade(county: County, seq: number, change: TradeChange): unknown {
  const item = { seq, entity: change.entity, op: change.op, occurredAt: utc(change.publishedAtMs), data: dataOf(county, change) };
  return change.malformed ? malformed(item, seq) : item;
}

function dataOf(county: County, change: TradeChange): Record<string, unknown> {
  switch (change.entity) {
    case 'LISTING': {
      const f = change.fields;
      return {
        projectNo: f.listingId, areaCode: county.villages[f.village]?.code, assetNo: f.assetId, title: f.title, category: f.category, area: f.areaMu === null ? null : { value: String(f.areaMu), unit: 'MU' },
        term: term(f.termMonths), floorPrice: yuan(f.floorFen), deposit: yuan(f.depositFen), noticeFrom: dayText(f.opensDay), noticeTo: dayText(f.closesDay), state: f.state, publishedAt: utc(f.publishedAtMs),
        agencyNo: f.agency ?? `JG0${1 + (f.village % 2)}`, tradeMode: f.isByAgreement ? 'AGREEMENT' : 'AUCTION', bidderCount: f.bidders ?? null,
      }; // prettier-ignore
    }
    case 'BID': {
      const f = change.fields;
      if (change.op === 'DELETE') return { bidNo: f.bidId };
      return {
        bidNo: f.bidId,
        projectNo: f.listingId,
        bidderName: f.bidder,
        bidderCreditCode: creditCodeOf(f.bidder) || null,
        price: yuan(f.amountFen),
        deviceId: f.device,
        depositAccount: f.depositAccount,
        bidderPhone: f.phone,
        legalPerson: f.legalPerson,
        bidTime: utc(f.bidAtMs),
      };
    }
    case 'DEAL': {
      const f = change.fields;
      return {
        dealNo: f.dealId, projectNo: f.listingId, assetNo: f.assetId, contractNo: f.contractId, areaCode: county.villages[f.village]?.code, winnerName: f.winner, winnerCreditCode: creditCodeOf(f.winnerRegisteredAs ?? f.winner) || null, price: yuan(f.annualFen),
        term: term(f.termMonths), dealDate: dayText(f.dealtDay),
      }; // prettier-ignore
    }
  }
}

/** Never the only carrier of a listing: the right change came just before. */
function malformed(item: { data: Record<string, unknown> } & Record<string, unknown>, seq: number): unknown {
  switch (seq % 3) {
    case 0:
      return { ...item, data: JSON.stringify(item.data).slice(0, 40) };
    case 1:
      return { ...item, data: { ...item.data, projectNo: null } };
    default:
      return { ...item, data: { ...item.data, projectNo: undefined, title: '<b>数据迁移测试</b>' } };
  }
}

function yuan(fen: number): string {
  return `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
}

function term(months: number): { value: number; unit: 'YEAR' | 'MONTH' } {
  return months % 12 === 0 ? { value: months / 12, unit: 'YEAR' } : { value: months, unit: 'MONTH' };
}

function utc(atMs: number): string {
  return new Date(Math.floor(atMs / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
