import type { CoverLine } from '@tianyan/dossier';
import { toChinaMinute } from '@tianyan/kernel';
import type { z } from 'zod';
import {
  EXEMPTION_KIND_LABELS,
  exemptionListQuerySchema,
  findingListQuerySchema,
  placeKindSchema,
  scorecardListQuerySchema,
  SEVERITY_LABELS,
  surgeQuerySchema,
  underWayText,
} from '../api/index.js';
import { exportedList, pagedRows, type ExportedList, type ListSources } from './exported-list.js';

const groups = exportedList({
  path: 'findings/groups',
  title: '疑点按对象',
  query: findingListQuerySchema.omit({ cursor: true, limit: true }),
  filters: {
    rule: { label: '规则' },
    class: { label: '类别' },
    severity: { label: '严重程度', values: SEVERITY_LABELS },
    township: { label: '乡镇', of: 'division' },
    village: { label: '村', of: 'division' },
    unit: { label: '单位', of: 'unit' },
    text: { label: '文字' },
  },
  rows: ({ findingCases }, actor, query) =>
    pagedRows(
      (at) => findingCases.groups(actor, { ...query, ...at }),
      ({ key }) => key,
    ),
  columns: [
    {
      title: '对象',
      width: 50,
      cell: ({ top }) => top.subjects.map(({ kindLabel, name, code }) => `${kindLabel}：${name ?? code}`).join('；'),
    },
    { title: '疑点（条）', width: 10, cell: ({ count }) => count },
    { title: '规则（个）', width: 10, cell: ({ ruleCount }) => ruleCount },
    { title: '最严重的', width: 10, cell: ({ top }) => SEVERITY_LABELS[top.severity] },
    { title: '其规则', width: 28, cell: ({ top }) => top.ruleTitle },
    { title: '说明', width: 80, cell: ({ top }) => top.explanation },
    { title: '发现时间', width: 18, cell: ({ top: { openedAtMs: atMs } }) => ({ atMs }) },
  ],
});

const exemptions = exportedList({
  path: 'exemptions',
  title: '豁免',
  query: exemptionListQuerySchema,
  filters: { rule: { label: '规则' } },
  rows: async ({ exemptionCases }, actor, { rule }) => (await exemptionCases.list(actor, rule ?? null)).items,
  columns: [
    { title: '规则', width: 28, cell: ({ ruleTitle }) => ruleTitle },
    { title: '对象', width: 36, cell: ({ subject }) => subject },
    { title: '种类', width: 8, cell: ({ kind }) => EXEMPTION_KIND_LABELS[kind] },
    { title: '理由', width: 50, cell: ({ reason }) => reason },
    { title: '依据', width: 36, cell: ({ document }) => document },
    { title: '登记账号', width: 16, cell: ({ account }) => account },
    { title: '登记时间', width: 18, cell: ({ madeAtMs: atMs }) => ({ atMs }) },
    { title: '到期时间', width: 18, cell: ({ expiresAtMs: atMs }) => (atMs === null ? '不自动到期' : { atMs }) },
    { title: '现在有效', width: 10, cell: ({ counts }) => (counts ? '是' : '否') },
    { title: '涉及疑点（条）', width: 12, cell: ({ findings }) => findings },
    { title: '提前结束的理由', width: 36, cell: ({ ended }) => ended?.reason ?? null },
  ],
});

const scorecardExportSchema = scorecardListQuerySchema.omit({ cursor: true, limit: true }).extend({ kind: placeKindSchema });
const scorecards = exportedList({
  path: 'scorecards',
  title: '单位和地方画像',
  query: scorecardExportSchema,
  filters: {
    kind: { label: '种类', values: { unit: '单位', township: '乡镇', village: '村', county: '全县' } },
    period: { label: '期间', values: { week: '周', month: '月', quarter: '季度' } },
    back: { label: '往前（期）' },
    text: { label: '名称' },
  },
  rows: scorecardRows,
  notes: scorecardNotes,
  columns: [
    { title: '名称', width: 28, cell: ({ name }) => name },
    { title: '乡镇', width: 16, cell: ({ townshipName }) => townshipName },
    { title: '期间', width: 18, cell: ({ period }) => period },
    { title: '指标', width: 28, cell: ({ label }) => label },
    { title: '数', width: 14, cell: ({ counted }) => counted },
    { title: '其中总数', width: 14, cell: ({ of }) => of },
    { title: '比率（%）', width: 12, cell: ({ percent }) => percent },
    { title: '同类名次', width: 10, cell: ({ rank }) => rank },
    { title: '怎么算的', width: 80, cell: ({ meaning }) => meaning },
  ],
});

const FIGURES_PERCENT = 100;
const FEN_PER_YUAN = 100;

/** Of when the numbers are, and what they lack. They are counted once and kept for the pages that are read after this. */
async function scorecardNotes(
  { scorecardCases }: ListSources,
  actor: Parameters<ListSources['scorecardCases']['list']>[0],
  { kind, ...query }: z.output<typeof scorecardExportSchema>,
): Promise<CoverLine[]> {
  const { countedAtMs, underWay } = await scorecardCases.list(actor, kind, { ...query, limit: 1 });
  const counted: CoverLine = ['数字截至', toChinaMinute(countedAtMs)];
  return underWay === null ? [counted] : [counted, ['注意', underWayText(underWay)]];
}

/** One row a figure, so that every figure has its own words beside it. */
async function* scorecardRows(
  { scorecardCases }: ListSources,
  actor: Parameters<ListSources['scorecardCases']['list']>[0],
  { kind, ...query }: z.output<typeof scorecardExportSchema>,
) {
  const words = new Map(scorecardCases.figures().items.map((figure) => [figure.id, figure]));
  let period = '';
  const places = pagedRows(
    async (at) => {
      const page = await scorecardCases.list(actor, kind, { ...query, ...at });
      period = page.periods.at(-1)?.label ?? '';
      return page;
    },
    ({ code }) => code,
  );
  for await (const { name, townshipName, figures } of places)
    for (const { id, values, peers } of figures) {
      const word = words.get(id);
      const value = values.at(-1);
      if (!word || !value) continue;
      const amount = (raw: number | null) => (raw === null ? null : word.money ? raw / FEN_PER_YUAN : raw);
      yield {
        name,
        townshipName,
        period,
        label: word.money ? `${word.label}（元）` : word.label,
        counted: amount(value.counted),
        of: amount(value.of),
        percent: value.of === null || value.value === null ? null : value.value * FIGURES_PERCENT,
        rank: peers.rank,
        meaning: word.counted,
      };
    }
}

const surges = exportedList({
  path: 'surges',
  title: '集中投诉',
  query: surgeQuerySchema,
  filters: { days: { label: '近（天）' } },
  rows: async ({ scorecardCases }, actor, { days }) => (await scorecardCases.surges(actor, days === '7' ? 7 : 30)).items,
  columns: [
    { title: '事项', width: 24, cell: ({ matterLabel }) => matterLabel },
    { title: '地方', width: 28, cell: ({ placeName }) => placeName },
    { title: '件数', width: 10, cell: ({ count }) => count },
    { title: '预计', width: 10, cell: ({ expected }) => expected },
    { title: '超出（倍标准差）', width: 14, cell: ({ score }) => score },
    { title: '说明', width: 50, cell: ({ text }) => text },
  ],
});

export const FINDING_LISTS: readonly ExportedList[] = [groups, exemptions, scorecards, surges];
