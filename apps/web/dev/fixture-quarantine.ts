import type {
  MendDetail,
  MendItem,
  PlanPreview,
  QuarantineGroupDetail,
  QuarantineGroupItem,
  QuarantineItem,
} from '@tianyan/console-app/api';
import { NOW_MS } from './fixture-findings.js';

const MINUTE = 60_000;

export const QUARANTINE: QuarantineItem[] = Array.from({ length: 12 }, (_, n) => ({
  id: `q${n}`,
  source: n % 3 === 0 ? 'assets' : 'hotline',
  sourceLabel: n % 3 === 0 ? '农村三资监管平台' : '12345 热线平台',
  type: n % 5 === 4 ? null : 'hotline.order',
  typeLabel: n % 5 === 4 ? null : n % 3 === 0 ? '收支流水' : '热线工单',
  recordId: n % 5 === 4 ? null : `XS20260703${1000 + n}`,
  field: n % 5 === 4 ? null : 'atMs',
  fieldLabel: n % 5 === 4 ? null : n % 2 ? '派单时间' : '村（社区）',
  reason:
    n % 5 === 4
      ? '不是有效的 JSON：第 1 行缺少右括号'
      : n % 2
        ? '派单时间：不是存在的日期时间，或格式未在映射中列出'
        : '村（社区）：不在映射的取值表中',
  groupKey: `g${n % 2}`,
  state: n > 9 ? 'replayed' : 'waiting',
  quarantinedAtMs: NOW_MS - n * 47 * MINUTE,
}));

export function quarantineDetail(id: string) {
  const item = QUARANTINE.find((entry) => entry.id === id) ?? QUARANTINE[0];
  return {
    ...item,
    raw: '{"orderNo":"XS202607031001","title":"路灯不亮","dispatchedAt":"2026-13-45 08:00","phone":"138****2210"}',
    rawTruncated: false,
    masked: true,
    columns: [
      {
        column: 'dispatchedAt',
        fieldLabels: ['派单时间'],
        cell: { column: 'dispatchedAt', text: '2026-13-45 08:00', masked: false },
      },
    ],
    whole: false,
    closed: null,
    settledBy: null,
    discardReason: null,
    mends: [],
  };
}

const mend = (part: Partial<MendItem> & Pick<MendItem, 'id'>): MendItem => ({
  sourceLabel: '农村三资监管平台',
  typeLabel: '三资合同',
  itemId: null,
  groupKey: 'g1',
  kind: 'values',
  changes: [{ column: '承租类型', anyValue: false, from: '个体户', to: '个人', masked: false }],
  reason: '“个体户”是旧版软件的写法，已与农经站核对',
  state: 'proposed',
  proposedBy: 'liufang',
  proposedAtMs: NOW_MS - 20 * MINUTE,
  decidedBy: null,
  decidedAtMs: null,
  decisionReason: null,
  total: 5_204,
  accepted: 0,
  refused: 0,
  note: null,
  allowed: ['approve', 'reject'],
  ...part,
});

export const MENDS: MendItem[] = [
  mend({ id: 'm3' }),
  mend({
    id: 'm2',
    kind: 'replay',
    changes: [],
    reason: null,
    groupKey: 'g0',
    state: 'running',
    accepted: 2_400,
    refused: 31,
    allowed: ['cancel'],
  }),
  mend({
    id: 'm1',
    itemId: 'q10',
    groupKey: null,
    state: 'done',
    total: 1,
    accepted: 1,
    decidedBy: 'zhouxy',
    decidedAtMs: NOW_MS - 5 * MINUTE,
    allowed: [],
  }),
];

const group = (part: Partial<QuarantineGroupItem> & Pick<QuarantineGroupItem, 'key'>): QuarantineGroupItem => ({
  source: 'assets',
  sourceLabel: '农村三资监管平台',
  feed: 'contracts',
  typeLabel: '三资合同',
  fieldLabels: ['承租类型'],
  reason: '承租类型：不在映射的取值表中，可用的是：个人、企业、合作社',
  count: 5_204,
  firstSeenAtMs: NOW_MS - 90_000 * MINUTE,
  lastSeenAtMs: NOW_MS - 12 * MINUTE,
  mend: null,
  ...part,
});

export const GROUPS: QuarantineGroupItem[] = [
  group({ key: 'g1', mend: MENDS[0] ?? null }),
  group({
    key: 'g0',
    fieldLabels: ['签订日期', '金额'],
    reason: '签订日期：不是存在的日期时间，或格式未在映射中列出；金额：不是数字',
    count: 3_310,
    mend: MENDS[1] ?? null,
  }),
  group({
    key: 'g2',
    sourceLabel: '12345 热线平台',
    typeLabel: '热线工单',
    fieldLabels: ['工单编号'],
    reason: '工单编号：必填，但没有内容',
    count: 1_892,
  }),
  group({
    key: 'g3',
    sourceLabel: '12345 热线平台',
    typeLabel: null,
    fieldLabels: [],
    reason: '不是一条完整的 JSON 对象，无法识别字段',
    count: 4,
  }),
];

const SAMPLES: PlanPreview['samples'] = Array.from({ length: 4 }, (_, n) => ({
  id: `s${n}`,
  recordId: `HT-2026-${1_000 + n}`,
  accepted: n < 3,
  reason: n < 3 ? null : '金额：不是数字',
  before: [{ column: '承租类型', text: '个体户', masked: false }],
  after: n < 3 ? [{ column: '承租类型', text: '个人', masked: false }] : [],
}));

export function groupDetail(key: string): QuarantineGroupDetail {
  const found = GROUPS.find((item) => item.key === key) ?? GROUPS[0];
  return {
    ...(found ?? group({ key })),
    columns: [
      {
        column: '承租类型',
        fieldLabels: ['承租类型'],
        values: [
          { text: '个体户', masked: false, count: 181 },
          { text: null, masked: false, count: 19 },
        ],
      },
    ],
    closed: null,
    samples: SAMPLES.map(({ id, recordId, before }) => ({
      id,
      recordId,
      reason: '承租类型：不在映射的取值表中，可用的是：个人、企业、合作社',
      cells: before,
    })),
    examined: 200,
    mends: MENDS,
  };
}

export const PREVIEW: PlanPreview = {
  total: 5_204,
  examined: 5_204,
  accepted: 5_173,
  reasons: [{ reason: '金额：不是数字', count: 31 }],
  samples: SAMPLES,
};

export function mendDetail(id: string): MendDetail {
  return { ...(MENDS.find((item) => item.id === id) ?? mend({ id })), masked: true, samples: SAMPLES, row: null };
}
