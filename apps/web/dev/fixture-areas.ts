import type { DriftItem, Load, SourceSummary, Sweep } from '@tianyan/console-app/api';
import { findingSummary, NOW_MS, RULES, TOWNSHIPS } from './fixture-findings.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
const day = (back: number) => new Date(NOW_MS - back * DAY + 8 * 3_600_000).toISOString().slice(0, 10);
const wave = (n: number, base: number) => Math.round(base * (1 + 0.35 * Math.sin(n * 0.9) + (n % 7 > 4 ? -0.45 : 0.1)));

const source = (part: Partial<SourceSummary> & Pick<SourceSummary, 'id' | 'label'>): SourceSummary => ({
  systemLabel: '12345 热线',
  kind: 'http-pull',
  kindLabel: '定时拉取',
  types: [
    { type: 'hotline.order', label: '热线工单' },
    { type: 'hotline.order-event', label: '工单流转记录' },
  ],
  state: 'healthy',
  lagMs: 42_000,
  lastRunAtMs: NOW_MS - 20_000,
  lastRunOk: true,
  lastError: null,
  acceptedCount: 1_352_118,
  repeatedCount: 31_204,
  quarantinedCount: 214,
  ...part,
});

export const SOURCES: SourceSummary[] = [
  source({ id: 'hotline', label: '12345 热线平台' }),
  source({
    id: 'assets',
    label: '农村三资监管平台',
    systemLabel: '农村三资',
    kind: 'file-drop',
    kindLabel: '文件投放',
    types: [
      { type: 'assets.contract', label: '三资合同' },
      { type: 'assets.payment', label: '收支流水' },
      { type: 'assets.project', label: '村级工程项目' },
    ],
    state: 'late',
    lagMs: 38 * 3_600_000,
    acceptedCount: 69_430,
    quarantinedCount: 37,
    lastError: '昨晚没有收到“小尖镇”的导出文件。请联系镇经管站补传。',
  }),
  source({
    id: 'trading',
    label: '农村产权交易平台',
    systemLabel: '产权交易',
    kindLabel: '定时拉取',
    types: [{ type: 'trading.deal', label: '成交记录' }],
    lagMs: 311_000,
    acceptedCount: 9_874,
    quarantinedCount: 5,
  }),
  source({
    id: 'upload',
    label: '人工上传',
    systemLabel: '其他',
    kind: 'upload',
    kindLabel: '人工上传',
    types: [],
    state: 'idle',
    lagMs: null,
    lastRunAtMs: null,
    lastRunOk: null,
    acceptedCount: 0,
    quarantinedCount: 0,
  }),
];

export const LOADS: Load[] = [
  {
    id: 'l1',
    source: 'hotline',
    sourceLabel: '12345 热线平台',
    feed: 'orders',
    kindLabel: '首次读取',
    typeLabels: ['热线工单', '工单流转记录'],
    state: 'receiving',
    beganAtMs: NOW_MS - 4 * MINUTE,
    recordCount: 412_380,
    trouble: null,
  },
  {
    id: 'l2',
    source: 'assets',
    sourceLabel: '农村三资监管平台',
    feed: 'folder',
    kindLabel: '文件投放',
    typeLabels: ['三资合同', '收支流水', '村级工程项目'],
    state: 'receiving',
    beganAtMs: NOW_MS - 12 * MINUTE,
    recordCount: 8_112,
    trouble: '已有 7 分钟没有新数据。满 15 分钟就不再等，按已到的研判。请看这个数据源有没有出错；恢复后自动接着读。',
  },
];

export function sourceDetail(id: string) {
  const found = SOURCES.find((entry) => entry.id === id) ?? SOURCES[0];
  return {
    ...found,
    heldLists: [
      {
        feed: 'contracts',
        fileName: '小尖镇_合同_20260702.xlsx',
        missing: 412,
        known: 1_066,
        heldAtMs: NOW_MS - 9 * MINUTE,
        decision: null,
        decidedBy: null,
      },
    ],
    quarantineByField: [
      { field: '派单时间', reason: '不是有效的日期', count: 143 },
      { field: '村（社区）', reason: '村代码不在名录中', count: 58 },
      { field: null, reason: '不是有效的 JSON', count: 13 },
    ],
  };
}

export function overview(newest: number) {
  const types = [
    { key: 'hotline.order', label: '热线工单', base: 410 },
    { key: 'hotline.order-event', label: '工单流转记录', base: 3_300 },
    { key: 'assets.payment', label: '收支流水', base: 700 },
    { key: 'trading.deal', label: '成交记录', base: 90 },
  ];
  const days = Array.from({ length: 30 }, (_, n) => 29 - n);
  return {
    machineNowMs: Date.now(),
    countyNowMs: NOW_MS + newest * MINUTE,
    simulated: true,
    sources: SOURCES,
    loads: { open: LOADS.length, troubled: 1 },
    records: {
      total: 1_431_422,
      byType: types.map(({ key, label, base }) => ({ key, label, count: base * 365 })),
      perDay: days.flatMap((back) =>
        types.map(({ key, label, base }) => ({ day: day(back), type: key, typeLabel: label, count: wave(back, base) })),
      ),
      perHour: Array.from({ length: 24 }, (_, n) => ({ hourStartMs: NOW_MS - (23 - n) * 3_600_000, count: wave(n, 190) })),
    },
    findings: {
      open: 1_284 + newest,
      byClass: count().byClass,
      bySeverity: count().bySeverity,
      byTownship: count().byTownship,
      byRule: count().byRule,
      perDay: days.map((back) => ({
        day: day(back),
        occurred: wave(back + 1, 33),
        opened: wave(back, 31) + (back === 12 ? 240 : 0),
        openedByFirstLook: back === 12 ? 240 : 0,
        withdrawn: wave(back + 3, 5),
      })),
    },
    drift: { findings: 0, wakeUps: 0, lastSweepAtMs: NOW_MS - 7 * 3_600_000 },
    quarantineWaiting: 256,
    unreadNotices: 4,
    rulesPaused: 0,
  };
}

function count() {
  return {
    byClass: [
      { key: '不担当不作为', label: '不担当不作为', count: 612 },
      { key: '微腐败', label: '微腐败', count: 187 },
      { key: '官僚主义', label: '官僚主义', count: 301 },
      { key: '形式主义', label: '形式主义', count: 184 },
    ],
    aside: 12,
    byVerdict: [
      { key: 'unfounded', label: '不属实', count: 96 },
      { key: 'permitted', label: '政策允许', count: 46 },
      { key: 'confirmed', label: '属实', count: 49 },
    ],
    bySeverity: [
      { key: 'high', label: '严重', count: 301 },
      { key: 'medium', label: '较重', count: 719 },
      { key: 'low', label: '一般', count: 264 },
    ],
    byRule: RULES.map((rule, n) => ({ key: rule.id, label: rule.title, count: 400 - n * 53 })),
    byTownship: TOWNSHIPS.map((name, n) => ({ key: `32092110${n}`, label: name, count: 190 - n * 13 })),
  };
}

export function counts() {
  return {
    total: 1_866,
    isAtLeast: false,
    asOf: '1:1:',
    byStatus: [
      { key: 'open', label: '待核实', count: 1_284 },
      { key: 'withdrawn', label: '已撤回', count: 391 },
      { key: 'dismissed', label: '已排除', count: 142 },
      { key: 'promoted', label: '已转线索', count: 49 },
    ],
    ...count(),
  };
}

export function rawEvidence(unmasked: boolean) {
  return {
    type: 'hotline.order',
    typeLabel: '热线工单',
    recordId: 'XS202604050012',
    source: 'hotline',
    version: 3,
    hash: '9c1f0d52e6b0a4d7f3a1c8e25b7d94e0',
    receivedAtMs: NOW_MS - 9e8,
    raw: JSON.stringify({
      orderNo: 'XS202604050012',
      title: '东关村中心路没修好',
      caller: unmasked ? '张建国' : '张**',
      phone: unmasked ? '13800002210' : '138****2210',
      reportedAt: '2026-04-05 08:41:00',
    }),
    edit: { editedBy: 'zhouxy', reviewedBy: 'liufang', reason: '与来源单位电话核对', quarantineId: 'q1' },
    masked: !unmasked,
    fields: [
      { name: 'orderId', label: '工单编号', text: 'XS202604050012', masked: false },
      { name: 'title', label: '诉求主题', text: '东关村中心路没修好，下雨天积水过膝，小孩上学没法走', masked: false },
      { name: 'callerName', label: '诉求人', text: unmasked ? '张建国' : '张**', masked: !unmasked },
      { name: 'callerPhone', label: '联系电话', text: unmasked ? '13800002210' : '138****2210', masked: !unmasked },
      { name: 'reply', label: '处理结果', text: '', masked: false },
    ],
  };
}

export const MAPPINGS = [
  { id: 'orders-county', label: '县级热线工单导出表（18 列）', typeLabel: '热线工单', isList: false },
  { id: 'contracts', label: '三资合同台账', typeLabel: '三资合同', isList: false },
];

export const UPLOAD_RESULT = {
  fileName: '2026年6月工单.xlsx',
  accepted: 1_204,
  repeated: 36,
  quarantined: 5,
  reasons: [
    { reason: '“派单时间”不是有效的日期', count: 4 },
    { reason: '缺少“办件编号”', count: 1 },
  ],
  notes: [{ reason: '办理结果：是表格算不出来的错误值，不是内容。请在来源文件中改正公式。这一项按空处理', count: 3 }],
  unreadSheets: [
    { name: '填表说明', hidden: false },
    { name: '下拉选项', hidden: true },
  ],
  remarks: ['跳过 4 行（按映射不读 1 行，表头上面的标题 3 行）'],
  held: 0,
};

const sweep = (n: number, part: Partial<Sweep>): Sweep => ({
  id: `s${n}`,
  reason: n % 4 === 1 ? '人工发起' : '每晚定时',
  state: 'done',
  startedAtMs: NOW_MS - n * DAY,
  endedAtMs: NOW_MS - n * DAY + 38_000 + n * 900,
  nowMs: NOW_MS - n * DAY,
  rulesDone: 12,
  rulesTotal: 12,
  evaluatedScopes: 158_204,
  looksForDrift: true,
  driftFindings: 0,
  driftWakeUps: 0,
  error: null,
  ...part,
});
export const SWEEPS: Sweep[] = [
  sweep(0, { state: 'running', endedAtMs: null, rulesDone: 7, reason: '人工发起' }),
  sweep(1, {}),
  sweep(2, {}),
  sweep(3, { driftFindings: 1, driftWakeUps: 1 }),
  sweep(4, { state: 'failed', rulesDone: 4, error: '数据仓库没有响应，已在 3 次重试后停止。请检查磁盘空间。' }),
  ...[5, 6, 7, 8].map((n) => sweep(n, {})),
];
export const DRIFT: DriftItem[] = [
  {
    id: 'd1',
    sweepId: 's3',
    ruleId: 'order-overdue',
    ruleTitle: '工单超期未办结',
    scope: 'XS2026060112',
    kind: 'finding',
    kindLabel: '疑点',
    stored: null,
    swept: '成立，发生于 2026年6月30日',
  },
  {
    id: 'd2',
    sweepId: 's3',
    ruleId: 'order-overdue',
    ruleTitle: '工单超期未办结',
    scope: 'XS2026060112',
    kind: 'wake-up',
    kindLabel: '到期唤醒',
    stored: '2026年7月1日 00:00',
    swept: null,
  },
];

export function inbox() {
  const items = Array.from({ length: 8 }, (_, n) => {
    const finding = findingSummary(n * 3);
    return {
      id: `a${n}`,
      subject: { kind: 'finding', id: finding.id },
      path: n === 0 ? '/findings?status=open' : `/findings/${finding.id}`,
      kind: n === 0 ? 'summary' : n === 2 ? 'withdrawn' : 'opened',
      kindLabel: n === 0 ? '汇总' : n === 2 ? '疑点已撤回' : '新疑点',
      title: n === 0 ? '汇总：380 条疑点待核实' : finding.ruleTitle,
      text:
        n === 0
          ? '来自一次成批载入的数据：工单被反复退回改派 212 条，签收后一个工作日内未联系群众 168 条。'
          : finding.explanation,
      severity: finding.severity,
      teamName: '第一监督检查组',
      deliveredAtMs: NOW_MS - n * 50 * MINUTE,
      readAtMs: n < 3 ? null : NOW_MS,
      acknowledgement:
        n === 2
          ? null
          : n > 4
            ? { waiting: 0, byName: '陈立', atMs: NOW_MS - MINUTE, mayAcknowledge: false }
            : { waiting: n === 0 ? 380 : 1, byName: null, atMs: null, mayAcknowledge: true },
    };
  });
  const outage = {
    id: 'a-source',
    subject: { kind: 'source', id: 'trading-centre' },
    path: '/sources/trading-centre',
    kind: 'source-failing',
    kindLabel: '数据源中断',
    title: '数据源“产权交易中心”中断',
    text: '自 2026-07-01 08:12 起一直读取失败。请打开这个数据源的页面，按上面写的原因处理。恢复后再通知一次。',
    severity: 'high',
    teamName: null,
    deliveredAtMs: NOW_MS - 20 * MINUTE,
    readAtMs: null,
    acknowledgement: null,
  };
  return { items: [...items.slice(0, 1), outage, ...items.slice(1)], nextCursor: null, unreadCount: 4 };
}

export function advisories() {
  return {
    countyNowMs: NOW_MS,
    evaluationNowMs: NOW_MS,
    items: [
      {
        key: 'clock-ahead',
        severity: 'error' as const,
        text: '研判已停止：时间向前跳了 400 天（机器时间 2027-08-05 09:00，研判时钟 2026-07-01 09:00）。时间有误的，请校准机器时间，研判会自动恢复；时间无误的（例如平台停用了很久），请管理员确认“按现在的时间继续”。',
        action: 'accept-clock' as const,
      },
      {
        key: 'calendar',
        severity: 'warning' as const,
        text: '工作日历还没有 2027 年的放假安排（国务院办公厅一般在 10 月底至 12 月初发布），跨年的期限目前只按周六、周日休息推算。通知发布后，请由管理员写入放假安排文件（TIANYAN_HOLIDAYS_FILE）并重新启动，有关疑点会自动重算。',
        action: null,
      },
    ],
  };
}
