import type { LedgerColumn } from '@tianyan/dossier';
import {
  CAMPAIGN_STATE_LABELS,
  campaignListQuerySchema,
  LETTER_KIND_LABELS,
  LETTER_STATE_LABELS,
  letterListQuerySchema,
  RECTIFICATION_STATE_LABELS,
  rectificationFilterSchema,
  type Rectification,
} from '../api/index.js';
import { CIRCULAR_AUDIENCE_LABELS, CIRCULAR_STATE_LABELS, circularListQuerySchema } from '../api/circulars.js';
import { changedRows, exportedList, type ExportedList, type FilterWords } from './exported-list.js';

const FEN_PER_YUAN = 100;
const URGENCY_LABELS = { soon: '临期', overdue: '超期' } as const;
const OVERDUE: FilterWords = { label: '期限', values: { true: '超期', false: '不限' } };
const UNIT: FilterWords = { label: '单位', of: 'unit' };
const instantOf = (atMs: number | null) => (atMs === null ? null : { atMs });

const letters = exportedList({
  path: 'letters',
  title: '督办函',
  query: letterListQuerySchema.omit({ cursor: true, limit: true }),
  filters: {
    state: { label: '状态', values: LETTER_STATE_LABELS },
    kind: { label: '种类', values: LETTER_KIND_LABELS },
    unit: UNIT,
    overdue: OVERDUE,
    text: { label: '标题' },
    origin: { label: '来源编号' },
  },
  rows: ({ letterCases }, actor, query) => changedRows((at) => letterCases.list(actor, { ...query, ...at })),
  columns: [
    { title: '文号', width: 28, cell: ({ number }) => number },
    { title: '种类', width: 18, cell: ({ kind }) => LETTER_KIND_LABELS[kind] },
    { title: '标题', width: 50, cell: ({ title }) => title },
    { title: '单位', width: 28, cell: ({ unitName }) => unitName },
    { title: '状态', width: 10, cell: ({ state }) => LETTER_STATE_LABELS[state] },
    { title: '签发时间', width: 18, cell: ({ issuedAtMs }) => instantOf(issuedAtMs) },
    { title: '答复期限', width: 18, cell: ({ dueAtMs }) => instantOf(dueAtMs) },
    { title: '期限情况', width: 10, cell: ({ urgency }) => (urgency === null ? null : URGENCY_LABELS[urgency]) },
    { title: '退回重报（次）', width: 12, cell: ({ returns }) => returns },
    { title: '拟稿人', width: 12, cell: ({ handlerName }) => handlerName },
    { title: '签发人', width: 18, cell: ({ issuerName }) => issuerName },
    { title: '最近办理', width: 18, cell: ({ changedAtMs }) => instantOf(changedAtMs) },
  ],
});

/** Of the sheet, too. */
export const RECTIFICATION_SHEET = '整改台账';
/** By their titles a ledger that comes back is read, see ledger-imports. */
export const RECTIFICATION_COLUMNS: readonly LedgerColumn<Rectification>[] = [
  { title: '编号', width: 38, cell: ({ id }) => id },
  { title: '版本', width: 8, cell: ({ revision }) => revision },
  { title: '问题', width: 50, cell: ({ problem }) => problem },
  { title: '单位', width: 24, cell: ({ unitName }) => unitName },
  { title: '乡镇', width: 14, cell: ({ townshipName }) => townshipName ?? '全县' },
  { title: '责任人', width: 10, cell: ({ responsible }) => responsible },
  { title: '责任领导', width: 10, cell: ({ leader }) => leader },
  { title: '状态', width: 10, cell: ({ state }) => RECTIFICATION_STATE_LABELS[state] },
  { title: '超期', width: 8, cell: ({ overdue }) => (overdue ? '是' : null) },
  { title: '整改期限', width: 14, cell: ({ dueDay }) => dueDay },
  { title: '整改措施', width: 50, cell: ({ measures }) => measures },
  { title: '整改情况', width: 50, cell: ({ proof }) => proof },
  { title: '追回金额（元）', width: 16, cell: ({ recoveredFen }) => recoveredFen / FEN_PER_YUAN },
  { title: '建立完善的制度', width: 30, cell: ({ improvement }) => improvement },
  { title: '最近办理', width: 18, cell: ({ changedAtMs }) => instantOf(changedAtMs) },
];

const rectifications = exportedList({
  path: 'rectifications',
  title: RECTIFICATION_SHEET,
  query: rectificationFilterSchema,
  filters: {
    state: { label: '状态', values: RECTIFICATION_STATE_LABELS },
    unit: UNIT,
    township: { label: '乡镇', of: 'division' },
    overdue: OVERDUE,
  },
  rows: ({ rectificationCases }, actor, query) => changedRows((at) => rectificationCases.list(actor, { ...query, ...at })),
  columns: RECTIFICATION_COLUMNS,
  goesToUnits: true,
});

const circulars = exportedList({
  path: 'circulars',
  title: '通报',
  query: circularListQuerySchema.omit({ cursor: true, limit: true }),
  filters: {
    state: { label: '状态', values: CIRCULAR_STATE_LABELS },
    unit: UNIT,
    township: { label: '乡镇', of: 'division' },
    overdue: OVERDUE,
    text: { label: '标题' },
    origin: { label: '来源编号' },
  },
  rows: ({ circularCases }, actor, query) => changedRows((at) => circularCases.list(actor, { ...query, ...at })),
  columns: [
    { title: '文号', width: 24, cell: ({ number }) => number },
    { title: '标题', width: 50, cell: ({ title }) => title },
    { title: '状态', width: 10, cell: ({ state }) => CIRCULAR_STATE_LABELS[state] },
    { title: '发送范围', width: 18, cell: ({ audience }) => CIRCULAR_AUDIENCE_LABELS[audience] },
    { title: '通报的单位', width: 40, cell: ({ unitNames }) => unitNames.join('、') },
    { title: '首接负责', width: 20, cell: ({ firstUnitName }) => firstUnitName },
    { title: '印发时间', width: 18, cell: ({ issuedAtMs }) => instantOf(issuedAtMs) },
    { title: '报送期限', width: 18, cell: ({ dueAtMs }) => instantOf(dueAtMs) },
    { title: '期限情况', width: 10, cell: ({ urgency }) => (urgency === null ? null : URGENCY_LABELS[urgency]) },
    { title: '拟稿人', width: 12, cell: ({ handlerName }) => handlerName },
    { title: '签发人', width: 18, cell: ({ issuerName }) => issuerName },
  ],
});

const campaigns = exportedList({
  path: 'campaigns',
  title: '专项复查',
  query: campaignListQuerySchema.omit({ cursor: true, limit: true }),
  filters: { state: { label: '状态', values: CAMPAIGN_STATE_LABELS } },
  rows: ({ campaignCases }, actor, query) => changedRows((at) => campaignCases.list(actor, { ...query, ...at })),
  columns: [
    { title: '名称', width: 40, cell: ({ name }) => name },
    { title: '状态', width: 10, cell: ({ state }) => CAMPAIGN_STATE_LABELS[state] },
    { title: '开始', width: 14, cell: ({ beginsOn }) => beginsOn },
    { title: '结束', width: 14, cell: ({ endsOn }) => endsOn },
    { title: '负责人', width: 12, cell: ({ leadName }) => leadName },
    { title: '乡镇', width: 28, cell: ({ townshipNames }) => townshipNames.join('、') || '全县' },
    { title: '选定（件）', width: 10, cell: ({ picked }) => picked },
    { title: '每周抽取', width: 10, cell: ({ weekly }) => (weekly ? '是' : null) },
  ],
});

export const SUPERVISION_LISTS: readonly ExportedList[] = [letters, rectifications, circulars, campaigns];
