import type { FigureList, FigureRecords, Scorecard, ScorecardList, SurgeList, SurgeOrders } from '@tianyan/console-app/api';
import { NOW_MS, TOWNSHIPS, UNITS } from './fixture-findings.js';

const DAY = 86_400_000;
const PERIODS = 13;
const MIN_PEERS = 5;

type Figure = FigureList['items'][number];
const figure = (id: string, label: string, group: Figure['group'], of: string | null, better: Figure['better']): Figure => ({
  id,
  label,
  group,
  places:
    group === 'centre'
      ? ['county']
      : group === 'money'
        ? ['township', 'village', 'county']
        : ['unit', 'township', 'village', 'county'],
  counted: `本期${label}里数的那些`,
  of,
  leftOut: '缺少有关字段、期限没到的不计。',
  better,
  money: id === 'rentShare',
  minSample: of === null ? 0 : 10,
});

export const FIGURES: FigureList = {
  minPeers: MIN_PEERS,
  items: [
    figure('findings', '疑点', 'findings', null, 'lower'),
    figure('severeFindings', '严重疑点', 'findings', null, 'lower'),
    figure('confirmedShare', '查实率', 'findings', '已经核实的疑点', null),
    figure('orders', '工单', 'hotline', null, null),
    figure('onTimeShare', '按时办结率', 'hotline', '已办结或期限已过的工单', 'higher'),
    figure('returnedShare', '退回率', 'hotline', '本期受理的工单', 'lower'),
    figure('satisfiedShare', '满意率', 'hotline', '有评价的工单', 'higher'),
    figure('repeatedShare', '重复投诉率', 'hotline', '有同一诉求标识的工单', 'lower'),
    figure('contracts', '在履行合同', 'money', null, null),
    figure('rentShare', '租金收取率', 'money', '本期到期的应收租金', 'higher'),
    figure('cashShare', '现金支付占比', 'money', '写明结算方式的支出', 'lower'),
    figure('connectedShare', '接通率', 'centre', '转入人工排队的来电', 'higher'),
  ],
};

const wave = (seed: number, i: number) => 0.5 + 0.5 * Math.sin(seed * 1.7 + i * 0.8);

function compared(definition: Figure, seed: number): Scorecard['figures'][number] {
  const values = Array.from({ length: PERIODS }, (_, i) => {
    const of = definition.money ? 4_000_000 : definition.id === 'confirmedShare' ? 4 : 60 + Math.round(30 * wave(seed, i));
    if (definition.of === null) {
      const counted = Math.round((definition.group === 'findings' ? 12 : 90) * (0.4 + wave(seed, i)));
      return { counted, of: null, value: counted };
    }
    const counted = Math.round(of * (0.6 + 0.38 * wave(seed + 1, i)));
    return { counted, of, value: of < definition.minSample ? null : counted / of };
  });
  return {
    id: definition.id,
    values,
    previous: values.at(-2) ?? null,
    yearBefore: values[0] ?? null,
    peers: {
      average: definition.of === null ? 14.3 : 0.84,
      peers: 17,
      rank: definition.better === null ? null : 1 + (seed % 17),
    },
  };
}

const months = () =>
  Array.from({ length: PERIODS }, (_, i) => {
    const year = i < 7 ? 2025 : 2026;
    const month = ((i + 5) % 12) + 1;
    return {
      key: `${year}-${month}`,
      label: `${year}年${month}月`,
      fromMs: NOW_MS - (PERIODS - i) * 30 * DAY,
      beforeMs: NOW_MS - (PERIODS - 1 - i) * 30 * DAY,
    };
  });

const namesOf = (kind: string) =>
  kind === 'unit' ? UNITS : TOWNSHIPS.map((name) => (kind === 'village' ? `${name.slice(0, 2)}村` : name));

export function scorecardList(kind: string): ScorecardList {
  const definitions = FIGURES.items.filter(({ places }) => places.some((place) => place === kind));
  const items = namesOf(kind).map((name, n) => ({
    code: `${kind}${n}`,
    name,
    townshipName: kind === 'village' ? (TOWNSHIPS[n] ?? null) : null,
    figures: definitions.map((definition, i) => compared(definition, n + i)),
  }));
  return {
    periods: months(),
    unfinished: false,
    countedAtMs: NOW_MS,
    underWay: null,
    total: items.length,
    ordersOfNone: 3,
    items,
    nextCursor: null,
  };
}

export function scorecard(kind: string, code: string): Scorecard {
  const one = scorecardList(kind === 'county' ? 'township' : kind).items.find((item) => item.code === code);
  const definitions = FIGURES.items.filter(({ places }) => places.some((place) => place === kind));
  return {
    code,
    name: one?.name ?? '响水县',
    townshipName: one?.townshipName ?? null,
    figures: definitions.map((definition, i) => compared(definition, i)),
    periods: months(),
    unfinished: false,
    countedAtMs: NOW_MS,
    underWay: null,
    classes: [
      { problemClass: '不担当不作为', bySeverity: { low: 3, medium: 5, high: 4 } },
      { problemClass: '形式主义', bySeverity: { low: 2, medium: 4, high: 0 } },
      { problemClass: '微腐败', bySeverity: { low: 0, medium: 1, high: 2 } },
    ],
  };
}

export function surges(days: string): SurgeList {
  const surge = (matterLabel: string, placeName: string, count: number, expected: number, score: number) => ({
    matter: matterLabel,
    matterLabel,
    townshipCode: '320921100',
    villageCode: null,
    placeName,
    count,
    expected,
    score,
    text: `近 ${days} 天 ${count} 件，往年同期 ${expected} 件`,
  });
  return {
    days: days === '30' ? 30 : 7,
    now: { fromMs: NOW_MS - 7 * DAY, beforeMs: NOW_MS },
    basis: 'last-year',
    basisText: '与去年同期比：去年同一周（月）及前后各一段，取中位数',
    total: 3,
    items: [
      surge('供水', `${TOWNSHIPS[0]} · 东关村`, 23, 6, 6.9),
      surge('路灯照明', TOWNSHIPS[1] ?? '', 18, 5, 5.8),
      surge('排水', TOWNSHIPS[2] ?? '', 12, 3.5, 4.5),
    ],
  };
}

export const SURGE_ORDERS: SurgeOrders = {
  items: Array.from({ length: 8 }, (_, n) => ({
    orderId: `RX26030${n}`,
    acceptedAtMs: NOW_MS - n * 0.7 * DAY,
    status: n < 3 ? '办理中' : '已办结',
    leadUnitName: UNITS[n % UNITS.length] ?? null,
  })),
};

export const FIGURE_RECORDS: FigureRecords = {
  nameLabel: '工单编号',
  atLabel: '受理时间',
  whereLabel: '承办单位',
  byDay: false,
  nextCursor: null,
  items: Array.from({ length: 8 }, (_, n) => ({
    atMs: NOW_MS - n * 0.7 * DAY,
    code: `RX26030${n}`,
    name: `RX26030${n}`,
    whereName: UNITS[0] ?? null,
    stateText: n < 3 ? '办理中' : '已办结',
    amountFen: null,
    confidential: n === 4,
    page: { kind: 'order', code: `RX26030${n}` },
  })),
};
