import { defineContract } from '../contract.js';
import { area, code, creditCode, day, instant, integer, money, oneOf, optional, text } from '../fields.js';

export const tradingListing = defineContract({
  type: 'trading.listing',
  system: 'trading',
  label: '产权挂牌',
  description: '农村产权交易平台上的一个挂牌项目。',
  shape: {
    listingId: code({ label: '项目编号', key: 'listing', privacy: 'public' }),
    townshipCode: code({ label: '乡镇', key: 'township', privacy: 'public' }),
    villageCode: code({ label: '村（社区）', key: 'village', privacy: 'public' }),
    assetId: optional(code({ label: '资产资源编号', key: 'asset', privacy: 'public' })),
    title: text({ label: '标的名称', privacy: 'public' }),
    kind: code({ label: '交易品种', privacy: 'public' }),
    areaMu: optional(area({ label: '面积' })),
    termMonths: integer({ label: '期限', unit: '月' }),
    floorFen: money({ label: '挂牌价（年）' }),
    depositFen: money({ label: '保证金' }),
    opensOn: day({ label: '公告开始' }),
    closesOn: day({ label: '公告截止' }),
    status: oneOf(
      { label: '状态', privacy: 'public' },
      { open: '挂牌中', closed: '已截止', failed: '流标', dealt: '已成交', withdrawn: '已撤牌' },
    ),
    agency: optional(code({ label: '代理机构', privacy: 'public' })),
    agencyCreditCode: optional(creditCode({ label: '代理机构统一社会信用代码' })),
    mode: optional(
      oneOf({ label: '交易方式', privacy: 'public' }, { auction: '公开竞价', tender: '招标', negotiated: '协议出让' }),
    ),
    /** How many signed up for it, once that is over. */
    bidders: optional(integer({ label: '报名人数', unit: '人' })),
  },
  scopes: [['listingId'], ['assetId'], ['townshipCode', 'kind']],
});

export const tradingBid = defineContract({
  type: 'trading.bid',
  system: 'trading',
  label: '竞价记录',
  description: '竞买人对挂牌项目的一次报价。',
  shape: {
    bidId: code({ label: '报价编号', privacy: 'public' }),
    listingId: code({ label: '项目编号', key: 'listing', privacy: 'public' }),
    bidder: text({ label: '竞买人', key: 'org', privacy: 'personal' }),
    bidderCreditCode: optional(creditCode({ label: '竞买人统一社会信用代码' })),
    amountFen: money({ label: '报价（年）' }),
    device: optional(text({ label: '报价设备', privacy: 'secret' })),
    depositAccount: optional(text({ label: '保证金账户', privacy: 'secret' })),
    phone: optional(text({ label: '竞买人电话', privacy: 'secret' })),
    legalPerson: optional(text({ label: '法定代表人', privacy: 'secret' })),
    bidAtMs: instant({ label: '报价时间' }),
  },
  scopes: [['listingId']],
});

export const tradingDeal = defineContract({
  type: 'trading.deal',
  system: 'trading',
  label: '成交记录',
  description: '挂牌项目的成交结果。',
  shape: {
    dealId: code({ label: '成交编号', key: 'deal', privacy: 'public' }),
    listingId: code({ label: '项目编号', key: 'listing', privacy: 'public' }),
    assetId: optional(code({ label: '资产资源编号', key: 'asset', privacy: 'public' })),
    contractId: optional(code({ label: '合同编号', key: 'contract', privacy: 'public' })),
    villageCode: code({ label: '村（社区）', key: 'village', privacy: 'public' }),
    winner: text({ label: '成交人', key: 'org', privacy: 'personal' }),
    winnerCreditCode: optional(creditCode({ label: '成交人统一社会信用代码' })),
    annualFen: money({ label: '成交价（年）' }),
    termMonths: integer({ label: '期限', unit: '月' }),
    dealtOn: day({ label: '成交日期' }),
  },
  scopes: [['listingId'], ['contractId'], ['assetId']],
});
