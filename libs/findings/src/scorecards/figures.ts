import type { WorkingCalendar } from '@tianyan/calendar';
import {
  assetsAsset,
  assetsContract,
  assetsPayment,
  assetsReceivable,
  hotlineCall,
  hotlineOrder,
  hotlineOrderEvent,
  type Contract,
} from '@tianyan/contracts';
import { CHECKED_SQL } from '../precision/verdict.js';
import { CENTRE_FIGURES } from './centre-figures.js';
import {
  EVERY,
  MIN_SAMPLE,
  PLACE_KINDS,
  type FigureDefinition,
  type FigureSource,
  type FigureWords,
  type PlaceKind,
} from './figure-definition.js';

export { PLACE_KINDS, type FigureDefinition, type FigureSource, type PlaceKind };

/** Working days for signing and for the first contact, and for an answer where the order itself names no day; as in the rules shipped. */
export const SIGN_WORKING_DAYS = 1;
export const CONTACT_WORKING_DAYS = 1;
export const CONSULT_WORKING_DAYS = 3;
export const HANDLING_WORKING_DAYS = 5;
/** Days after the end of a lease in which a new one may be signed. */
export const EXPIRED_GRACE_DAYS = 30;
/** From this mark on, of 1 to 5, somebody was satisfied. */
export const SATISFIED_FROM = 4;
/** A matter that comes again within so many days is a repeated one. */
export const REPEATED_WITHIN_DAYS = 90;

/** Of fewer others no average and no rank is told: it would tell of one of them. */
export const MIN_PEERS = 5;

const EVERYWHERE = PLACE_KINDS;
const WITH_VILLAGES = ['township', 'village', 'county'] as const;

/** A count of a small place tells who has spoken: its pages and lists leave the same out. */
const COVERED_FINDINGS = '关于保密工单的疑点不计入村。';
const COVERED_ORDERS = '保密工单只计入单位和全县，不计入乡镇、村。';

const findingFigure = (words: FigureWords, counted: string, of: string | null): FigureDefinition => ({
  ...words,
  leftOut: `${words.leftOut}${COVERED_FINDINGS}`,
  group: 'findings',
  places: EVERYWHERE,
  source: 'finding',
  minSample: of === null ? 0 : MIN_SAMPLE,
  sql: { counted, of },
});
/**
 * How satisfied somebody was, what they had told of before and what kind of order it is are closed of an order told in confidence. A figure is said
 * with its records, and of a unit with one such order the numbers alone would tell: such orders are not of these figures at all.
 */
const IS_DUE_OPENLY = 'NOT (confidential AND isDueByCategory)';

const orderFigure = (words: FigureWords, counted: string, of: string | null, covered = COVERED_ORDERS): FigureDefinition => ({
  ...words,
  leftOut: `${words.leftOut}${covered}`,
  group: 'hotline',
  places: EVERYWHERE,
  source: 'order',
  minSample: of === null ? 0 : MIN_SAMPLE,
  sql: { counted, of },
});

const FINDING_FIGURES: readonly FigureDefinition[] = [
  findingFigure(
    {
      id: 'findings',
      label: '疑点',
      counted: '本期发生、没有撤回的疑点',
      of: null,
      leftOut: '影子规则的结果不计。',
      better: 'lower',
    },
    `f.status <> 'withdrawn'`,
    null,
  ),
  findingFigure(
    {
      id: 'severeFindings',
      label: '严重疑点',
      counted: '其中严重的',
      of: null,
      leftOut: '影子规则的结果不计。',
      better: 'lower',
    },
    `f.status <> 'withdrawn' AND f.severity = 3`,
    null,
  ),
  findingFigure(
    {
      id: 'openFindings',
      label: '待核实',
      counted: '本期发生、现在还待核实的疑点',
      of: null,
      leftOut: '影子规则的结果不计。',
      better: null,
    },
    `f.status = 'open'`,
    null,
  ),
  findingFigure(
    {
      id: 'withdrawnFindings',
      label: '已撤回',
      counted: '本期发生、因数据变化已撤回的疑点',
      of: null,
      leftOut: '影子规则的结果不计。',
      better: null,
    },
    `f.status = 'withdrawn'`,
    null,
  ),
  findingFigure(
    {
      id: 'confirmedShare',
      label: '查实率',
      counted: '其中核实为属实的',
      of: '本期发生、已经核实的疑点，数据以后不再支持的也计',
      leftOut: '还没核实的、核实为数据错误的不计；以前没有分类的排除算不属实。',
      better: null,
    },
    `f.verdict = 'confirmed'`,
    CHECKED_SQL,
  ),
];

const ORDER_FIGURES: readonly FigureDefinition[] = [
  orderFigure(
    {
      id: 'orders',
      label: '工单',
      counted: '本期受理的工单，按主办（承办）单位和事发地归属',
      of: null,
      leftOut: '没有承办单位或乡镇、村的，只计入县。',
      better: null,
    },
    EVERY,
    null,
  ),
  orderFigure(
    {
      id: 'onTimeShare',
      label: '按时办结率',
      counted: '第一次办结不晚于期限的工单',
      of: '已办结或期限已过的工单',
      leftOut: `期限：批准延期的按延期，其次按工单的承诺完成时间；都没有的，从第一次派单（没有派单按受理）起咨询 ${CONSULT_WORKING_DAYS} 个、其他 ${HANDLING_WORKING_DAYS} 个工作日。期限没到又没办结的不计。挂起的时间不扣除。期限要看类别才知道的保密工单不计。`,
      better: 'higher',
    },
    `completedAtMs > 0 AND completedAtMs <= dueAtMs AND ${IS_DUE_OPENLY}`,
    `(completedAtMs > 0 OR dueAtMs < {nowMs:Int64}) AND ${IS_DUE_OPENLY}`,
  ),
  orderFigure(
    {
      id: 'signedShare',
      label: '按时签收率',
      counted: `承办单位在派给它后 ${SIGN_WORKING_DAYS} 个工作日内签收的工单`,
      of: '派给承办单位、已签收或签收期限已过的工单',
      leftOut: '没有承办单位或派单记录的不计；没签收就退回的不计。',
      better: 'higher',
    },
    'assignedAtMs > 0 AND signedAtMs > 0 AND signedAtMs <= signDueAtMs',
    'assignedAtMs > 0 AND (signedAtMs > 0 OR (leadReturns = 0 AND signDueAtMs < {nowMs:Int64}))',
  ),
  orderFigure(
    {
      id: 'contactedShare',
      label: '及时联系率',
      counted: `承办单位签收后 ${CONTACT_WORKING_DAYS} 个工作日内联系群众的工单`,
      of: '承办单位已签收、已联系或联系期限已过的工单',
      leftOut: '没有签收记录的不计；没联系就退回的不计。',
      better: 'higher',
    },
    'signedAtMs > 0 AND contactedAtMs > 0 AND contactedAtMs <= contactDueAtMs',
    'signedAtMs > 0 AND (contactedAtMs > 0 OR (leadReturns = 0 AND contactDueAtMs < {nowMs:Int64}))',
  ),
  orderFigure(
    {
      id: 'returnedShare',
      label: '退回率',
      counted: '被任何单位退回过的工单',
      of: '本期受理的工单',
      leftOut: '退回又被驳回的也计。',
      better: 'lower',
    },
    'returns > 0',
    EVERY,
  ),
  orderFigure(
    {
      id: 'rehandledShare',
      label: '重办率',
      counted: '申请办结被驳回过，或办结后又派单、改派、签收的工单',
      of: '申请过办结（被驳回的也算）或已办结的工单',
      leftOut: '没有申请过办结、也没有办结的不计。',
      better: 'lower',
    },
    'rejections > 0 OR (completedAtMs > 0 AND takenUpAtMs > completedAtMs)',
    'applications > 0 OR rejections > 0 OR completedAtMs > 0',
  ),
  orderFigure(
    {
      id: 'satisfiedShare',
      label: '满意率',
      counted: `最后一次评价在 ${SATISFIED_FROM} 分以上（满分 5 分）的工单`,
      of: '有评价的工单',
      leftOut: '没有回访或评价的、保密的工单不计。',
      better: 'higher',
    },
    `NOT confidential AND satisfaction >= ${SATISFIED_FROM}`,
    'NOT confidential AND satisfaction > 0',
    '',
  ),
  orderFigure(
    {
      id: 'repeatedShare',
      label: '重复投诉率',
      counted: `同一诉求 ${REPEATED_WITHIN_DAYS} 天内以前反映过的工单`,
      of: '有同一诉求标识的工单',
      leftOut: '咨询、保密和没有同一诉求标识的不计；以前反映过的也只看不保密的工单。',
      better: 'lower',
    },
    'NOT confidential AND repeated',
    'NOT confidential AND hasMatterKey',
    '',
  ),
];

const MONEY_FIGURES: readonly FigureDefinition[] = [
  {
    id: 'contracts',
    label: '在履行合同',
    group: 'money',
    places: WITH_VILLAGES,
    source: 'contract',
    counted: '期末（本期没结束的按今天）还在期限内的租赁、发包合同',
    of: null,
    leftOut: '投资、工程、劳务合同不计。',
    better: null,
    minSample: 0,
    sql: { counted: 'startsOn <= lastDay AND endsOn >= lastDay', of: null },
  },
  {
    id: 'rentShare',
    label: '租金收取率',
    group: 'money',
    places: WITH_VILLAGES,
    source: 'receivable',
    counted: '其中到现在已收的金额（多收的只计到应收）',
    of: '本期到期的应收租金',
    leftOut: '还没到应收日的不计；流水没有写应收编号的，不算作已收。',
    better: 'higher',
    minSample: 1,
    sql: {
      counted: 'receivedFen <> 0',
      of: EVERY,
      amount: { counted: 'least(receivedFen, amountFen)', of: 'amountFen' },
    },
  },
  {
    id: 'expiredShare',
    label: '到期仍在用',
    group: 'money',
    places: WITH_VILLAGES,
    source: 'asset',
    counted: `最后一份合同到期满 ${EXPIRED_GRACE_DAYS} 天、仍在用的资产资源`,
    of: '实际在用、签过租赁或发包合同的资产资源',
    leftOut: '没有资产编号的合同不计；是否在用台账只有现状，以前各期按现状算。',
    better: 'lower',
    minSample: MIN_SAMPLE,
    sql: { counted: `latestEnd + ${EXPIRED_GRACE_DAYS} < lastDay`, of: 'firstStart <= lastDay' },
  },
  {
    id: 'cashShare',
    label: '现金支付占比',
    group: 'money',
    places: WITH_VILLAGES,
    source: 'payment',
    counted: '其中用现金的',
    of: '本期写明结算方式的支出（笔）',
    leftOut: '没有写结算方式的不计；收入不计。',
    better: 'lower',
    minSample: MIN_SAMPLE,
    sql: { counted: `settlement = 'cash'`, of: 'settlement IS NOT NULL' },
  },
];

/** All figures, in the order in which they are shown. */
export const FIGURES: readonly FigureDefinition[] = [...FINDING_FIGURES, ...ORDER_FIGURES, ...MONEY_FIGURES, ...CENTRE_FIGURES];

/** Whether figures of such places leave out orders told in confidence: where these lie is closed, and which unit handles them is open. */
export function coversConfidential(kind: PlaceKind): boolean {
  return kind === 'township' || kind === 'village';
}

export function figuresOf(kind: PlaceKind): readonly FigureDefinition[] {
  return FIGURES.filter(({ places }) => places.includes(kind));
}

/** What is read of each source; of findings nothing: rules wait for what they read themselves. */
const READ_OF: Readonly<Record<FigureSource, readonly Contract[]>> = {
  order: [hotlineOrder, hotlineOrderEvent],
  contract: [assetsContract],
  asset: [assetsAsset, assetsContract],
  receivable: [assetsReceivable, assetsPayment],
  payment: [assetsPayment],
  call: [hotlineCall],
  finding: [],
};

/** Record types of which the figures of such places are reckoned. */
export function recordTypesOf(kind: PlaceKind): ReadonlySet<string> {
  return new Set(figuresOf(kind).flatMap(({ source }) => READ_OF[source].map(({ type }) => type)));
}

/** Days' ends by which something is due, for the days from `firstMs` to `lastMs`. */
export function dueDates(calendar: WorkingCalendar, days: readonly number[], workingDays: number): readonly number[] {
  return days.map((startMs) => calendar.addWorkingDays(startMs, workingDays));
}
