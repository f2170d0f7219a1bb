import type { CoverLine, LedgerColumn } from '@tianyan/dossier';
import type { z } from 'zod';
import {
  CLUE_STATE_LABELS,
  CLUE_VERDICT_LABELS,
  DISPOSAL_LABELS,
  type clueFilterSchema,
  type ClueSummary,
} from '../api/index.js';

/** As the page shows them. */
export const CLUE_COLUMNS: readonly LedgerColumn<ClueSummary>[] = [
  { title: '编号', width: 22, cell: ({ number }) => number },
  { title: '名称', width: 50, cell: ({ title }) => title },
  { title: '状态', width: 12, cell: ({ state }) => CLUE_STATE_LABELS[state] },
  { title: '知悉范围', width: 10, cell: ({ restricted }) => (restricted ? '限定' : null) },
  { title: '乡镇', width: 24, cell: ({ townshipNames }) => (townshipNames.length === 0 ? '全县' : townshipNames.join('、')) },
  { title: '承办人', width: 12, cell: ({ assigneeName }) => assigneeName ?? '未分办' },
  { title: '核实结论', width: 10, cell: ({ verdict }) => (verdict === null ? null : CLUE_VERDICT_LABELS[verdict]) },
  { title: '处置方式', width: 12, cell: ({ disposal }) => (disposal === null ? null : DISPOSAL_LABELS[disposal]) },
  { title: '登记时间', width: 18, cell: ({ registeredAtMs: atMs }) => ({ atMs }) },
  { title: '最近办理', width: 18, cell: ({ changedAtMs: atMs }) => ({ atMs }) },
  { title: '本步期限', width: 18, cell: ({ dueAtMs: atMs }) => (atMs === null ? '不限' : { atMs }) },
  { title: '期限情况', width: 10, cell: dueText },
];

function dueText({ paused, urgency }: ClueSummary): string | null {
  if (paused) return '中止';
  return urgency === null ? null : urgency === 'soon' ? '临期' : '超期';
}

type Filter = z.output<typeof clueFilterSchema>;

/** What the list was narrowed to, in words. */
export function clueFilterLines({ state, mine, urgency, text }: Filter): CoverLine[] {
  return [
    ...(state && state.length > 0 ? [['状态', state.map((one) => CLUE_STATE_LABELS[one]).join('、')] as const] : []),
    ...(mine === 'true' ? [['承办人', '本人'] as const] : []),
    ...(urgency ? [['期限', urgency === 'soon' ? '临期' : '超期'] as const] : []),
    ...(text ? [['编号或名称', text] as const] : []),
  ];
}
