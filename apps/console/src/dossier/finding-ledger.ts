import type { CoverLine, LedgerColumn } from '@tianyan/dossier';
import { toChinaMinute } from '@tianyan/kernel';
import type { Names } from '@tianyan/rules';
import type { z } from 'zod';
import {
  FINDING_STATUS_LABELS,
  SEVERITY_LABELS,
  VERDICT_LABELS,
  type findingFilterSchema,
  type FindingSummary,
} from '../api/index.js';

const TIER_LABELS = { red: '红', yellow: '黄' } as const;

/** As the page shows them. */
export const FINDING_COLUMNS: readonly LedgerColumn<FindingSummary>[] = [
  { title: '疑点编号', width: 38, cell: ({ id }) => id },
  { title: '规则', width: 28, cell: ({ ruleTitle }) => ruleTitle },
  { title: '类别', width: 14, cell: ({ classLabel }) => classLabel },
  { title: '严重程度', width: 10, cell: ({ severity }) => SEVERITY_LABELS[severity] },
  { title: '风险', width: 8, cell: ({ tier }) => (tier === null ? null : TIER_LABELS[tier]) },
  { title: '状态', width: 10, cell: ({ status }) => FINDING_STATUS_LABELS[status] },
  { title: '核实结论', width: 10, cell: ({ verdict }) => (verdict === null ? null : VERDICT_LABELS[verdict]) },
  { title: '发生时间', width: 18, cell: ({ occurredAtMs: atMs }) => ({ atMs }) },
  { title: '发现时间', width: 18, cell: ({ openedAtMs: atMs }) => ({ atMs }) },
  {
    title: '对象',
    width: 40,
    cell: ({ subjects }) => subjects.map(({ kindLabel, name, code }) => `${kindLabel}：${name ?? code}`).join('；'),
  },
  { title: '说明', width: 80, cell: ({ explanation }) => explanation },
  { title: '证据（条）', width: 10, cell: ({ evidenceCount }) => evidenceCount },
  { title: '保密', width: 8, cell: ({ confidential }) => (confidential ? '是' : null) },
  { title: '豁免', width: 8, cell: ({ setAside }) => (setAside === null ? null : '是') },
];

type Filter = z.output<typeof findingFilterSchema>;

/** What the list was narrowed to, in words. */
export function findingFilterLines(filter: Filter, names: Names): CoverLine[] {
  const lines: CoverLine[] = [];
  const add = (label: string, texts: readonly string[] | undefined) => {
    if (texts && texts.length > 0) lines.push([label, texts.join('、')]);
  };
  const place = (code: string) => names.division(code) ?? code;
  add(
    '状态',
    filter.status?.map((status) => FINDING_STATUS_LABELS[status]),
  );
  add('规则', filter.rule);
  add('类别', filter.class);
  add(
    '严重程度',
    filter.severity?.map((severity) => SEVERITY_LABELS[severity]),
  );
  add('乡镇', filter.township?.map(place));
  add('村', filter.village?.map(place));
  add(
    '单位',
    filter.unit?.map((id) => names.unit(id) ?? id),
  );
  add(
    '核实结论',
    filter.verdict?.map((verdict) => VERDICT_LABELS[verdict]),
  );
  if (filter.subject !== undefined) add('对象', [filter.subject]);
  if (filter.aside !== undefined) add('豁免', [filter.aside === 'only' ? '只看已豁免' : '不含已豁免']);
  if (filter.team !== undefined) add('监督组', [filter.place === 'behind' ? '排在后面的' : '本周的']);
  if (filter.text) add('文字', [filter.text]);
  if (filter.fromMs !== undefined) add('发生时间自', [toChinaMinute(filter.fromMs)]);
  if (filter.toMs !== undefined) add('发生时间至', [toChinaMinute(filter.toMs)]);
  return lines;
}
