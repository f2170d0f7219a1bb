import type {
  EvidenceItem,
  FindingDetail,
  FindingHistoryEntry,
  FindingStatus,
  FindingSummary,
  Severity,
  ShownField,
} from '@tianyan/console-app/api';

export const NOW_MS = Date.parse('2026-07-03T10:42:00+08:00');
export const TOWNSHIPS = [
  '响水镇',
  '陈家港镇',
  '小尖镇',
  '黄圩镇',
  '大有镇',
  '双港镇',
  '南河镇',
  '运河镇',
  '老舍中心社区',
  '六套中心社区',
  '七套中心社区',
  '张集中心社区',
];
export const UNITS = [
  '县住房和城乡建设局',
  '县交通运输局',
  '县水利局',
  '县农业农村局',
  '县城市管理局',
  '县供电公司',
  '县自来水公司',
  '县教育局',
];
const VILLAGES = ['东关村', '四烈村', '三圩居委会', '大湾村', '张庄村', '云彩社区', '小黄圩村'];

interface RuleFixture {
  id: string;
  title: string;
  class: string;
  severity: Severity;
  kind: string;
  reads: string[];
  explain: (n: number) => string;
}

export const RULES: readonly RuleFixture[] = [
  {
    id: 'paid-not-mended',
    title: '工程款已付、群众仍反映',
    class: '微腐败',
    severity: 'high',
    kind: '跨源关联',
    reads: ['村级工程项目', '收支流水', '热线工单'],
    explain: (n) =>
      `${village(n)}的工程“${village(n)}中心路硬化及排水沟修复工程（二期）”合同价 186,500.00 元，到 2026年3月18日 已付 158,525.00 元（达到 80%），其后同村同类事项又被反映 ${2 + (n % 4)} 次。请核实工程是否完成、质量如何。`,
  },
  {
    id: 'order-ping-pong',
    title: '工单踢皮球',
    class: '不担当不作为',
    severity: 'high',
    kind: '次数',
    reads: ['工单流转记录', '热线工单'],
    explain: (n) =>
      `工单 XS2026070${1000 + n} 从 2026年6月22日 09:14 到 2026年6月29日 16:40 被反复推转：相关流转记录 ${3 + (n % 3)} 条，达到“退回 3 次或经手 3 个单位”的标准；最近派给 ${unit(n)}。请核实是否推诿。`,
  },
  {
    id: 'leased-outside-market',
    title: '应进场而未进场交易',
    class: '微腐败',
    severity: 'high',
    kind: '跨源关联',
    reads: ['三资合同', '成交记录'],
    explain: (n) =>
      `${village(n)} 于 2026年5月12日 签订的合同“${village(n)}北荡鱼塘承包合同”（HT-2026-0${312 + n}），合同总价 96,000.00 元，已达进场标准，到 2026年6月12日 00:00 仍没有产权交易成交记录。请核实是否场外交易。`,
  },
  {
    id: 'order-overdue',
    title: '工单超期未办结',
    class: '不担当不作为',
    severity: 'medium',
    kind: '期限',
    reads: ['工单流转记录', '热线工单'],
    explain: (n) =>
      `工单 XS2026060${2000 + n} 应于 2026年6月30日 24:00 前办结，至今超期 ${1 + (n % 6)} 个工作日，主办单位${unit(n)}。请核实原因。`,
  },
  {
    id: 'no-contact-in-time',
    title: '签收后一个工作日内未联系群众',
    class: '官僚主义',
    severity: 'medium',
    kind: '期限',
    reads: ['工单流转记录'],
    explain: (n) => `${unit(n)} 6月30日 10:05 签收工单 XS2026060${3000 + n}，到 7月1日 24:00 没有联系诉求人的记录。`,
  },
  {
    id: 'solved-claim-denied',
    title: '答复称已解决，回访说未解决',
    class: '形式主义',
    severity: 'medium',
    kind: '先后',
    reads: ['工单流转记录'],
    explain: (n) => `工单 XS2026050${4000 + n} 申请办结时称“已解决”，回访时诉求人表示没有解决。`,
  },
  {
    id: 'rent-unpaid-in-use',
    title: '租金逾期未收而资产在用',
    class: '微腐败',
    severity: 'low',
    kind: '跨源关联',
    reads: ['应收租金', '收支流水', '资产资源台账'],
    explain: (n) => `${village(n)}村部东侧门面房应于 2026年4月30日 收取租金 12,000.00 元，逾期 30 天仍未收到，资产仍在使用。`,
  },
];

function village(n: number): string {
  return VILLAGES[n % VILLAGES.length] ?? '东关村';
}
function unit(n: number): string {
  return UNITS[n % UNITS.length] ?? '县水利局';
}

const STATUSES: readonly FindingStatus[] = ['open', 'open', 'open', 'open', 'withdrawn', 'dismissed', 'promoted'];

export function findingSummary(n: number): FindingSummary {
  const rule = RULES[n % RULES.length] ?? RULES[0];
  if (!rule) throw new Error('no rules');
  const township = n % TOWNSHIPS.length;
  return {
    id: `f-${String(n).padStart(4, '0')}`,
    ruleId: rule.id,
    ruleTitle: rule.title,
    class: rule.class,
    classLabel: rule.class,
    severity: rule.severity,
    scope: `XS20260701${n}`,
    status: n < 12 ? 'open' : (STATUSES[n % STATUSES.length] ?? 'open'),
    occurredAtMs: NOW_MS - n * 3_700_000,
    openedAtMs: NOW_MS - n * 3_700_000 + 1_500,
    updatedAtMs: NOW_MS - n * 3_600_000,
    explanation: rule.explain(n),
    subjects: [
      { kind: 'townshipCode', kindLabel: '乡镇', code: `32092110${township}`, name: TOWNSHIPS[township] ?? null },
      { kind: 'villageCode', kindLabel: '村（社区）', code: '320921100201', name: village(n) },
      { kind: 'unitId', kindLabel: '单位', code: 'U17', name: unit(n) },
      { kind: 'projectId', kindLabel: '项目', code: `XM-2025-${100 + n}`, name: null },
    ],
    verdict: null,
    setAside: null,
    rulePausedSinceMs: null,
    tier: n % 3 === 0 ? 'red' : n % 3 === 1 ? 'yellow' : null,
    confidential: n % 9 === 4,
    evidenceCount: 7,
  };
}

const field = (name: string, label: string, text: string, masked = false): ShownField => ({ name, label, text, masked });

const at = (text: string) => Date.parse(`${text}+08:00`);
const shared = { version: 1, available: true, corrected: false, closed: false, edit: null, findingId: null };
const assets = { systemLabel: '农村三资', unitName: null, villageName: '东关村' };
const hotline = {
  systemLabel: '12345 热线',
  unitName: '县交通运输局',
  villageName: '东关村',
  type: 'hotline.order',
  typeLabel: '热线工单',
  role: 'complaint',
  roleLabel: '付款后的反映',
};
const EVIDENCE: EvidenceItem[] = [
  {
    ...shared,
    ...assets,
    index: 0,
    type: 'assets.project',
    typeLabel: '村级工程项目',
    recordId: 'XM-2025-118',
    atMs: at('2025-11-03T09:00:00'),
    role: 'project',
    roleLabel: '工程项目',
    title: '东关村中心路硬化及排水沟修复工程（二期） · 186,500.00 元',
    fields: [
      field('budgetFen', '预算', '195,000.00 元'),
      field('contractFen', '合同价', '186,500.00 元'),
      field('contractor', '施工方', '响水县**建筑安装工程有限公司', true),
      field('startsOn', '开工日期', '2025年11月10日'),
      field('status', '状态', '已完工'),
    ],
  },
  {
    ...shared,
    ...assets,
    index: 1,
    type: 'assets.payment',
    typeLabel: '收支流水',
    recordId: 'PZ-2025-12-0041',
    atMs: at('2025-12-20T15:22:00'),
    role: 'paid',
    roleLabel: '付款',
    title: '支出 · 付中心路工程进度款 · 74,600.00 元',
    fields: [
      field('amountFen', '金额', '74,600.00 元'),
      field('account', '科目', '在建工程'),
      field('handler', '经手人', '王**', true),
      field('approver', '审批人', '李**', true),
    ],
    corrected: true,
    edit: { editedBy: 'zhouxy', reviewedBy: 'liufang', reason: '与来源单位电话核对', quarantineId: 'q1' },
    version: 2,
  },
  {
    ...shared,
    ...assets,
    index: 2,
    type: 'assets.payment',
    typeLabel: '收支流水',
    recordId: 'PZ-2026-03-0017',
    atMs: at('2026-03-18T10:05:00'),
    role: 'paid',
    roleLabel: '付款',
    title: '支出 · 付中心路工程二期尾款 · 83,925.00 元',
    fields: [field('amountFen', '金额', '83,925.00 元'), field('account', '科目', '在建工程')],
  },
  {
    ...shared,
    ...hotline,
    index: 3,
    recordId: 'XS202604050012',
    atMs: at('2026-04-05T08:41:00'),
    title: '投诉 · 东关村中心路没修好，下雨天积水过膝，小孩上学没法走',
    fields: [
      field(
        'content',
        '诉求内容',
        '家住东关村三组，门口这条路去年说是修好了，钱也付过了，实际上只铺了一半，排水沟根本没挖通，一下雨水就倒灌进家里，村里电话打了好几次都说在协调，希望上级部门能来现场看一看，到底是哪个环节出了问题。',
      ),
      field('callerName', '诉求人', '张**', true),
      field('callerPhone', '联系电话', '138****2210', true),
      field('urgency', '紧急程度', '一般'),
    ],
  },
  {
    ...shared,
    systemLabel: '产权交易',
    unitName: null,
    villageName: '东关村',
    index: 4,
    type: 'trading.deal',
    typeLabel: '成交记录',
    recordId: 'CJ-2026-0088',
    atMs: at('2026-04-22T16:00:00'),
    role: 'deal',
    roleLabel: '成交',
    title: '东关村闲置门面房三间租赁 · 成交价 21,600.00 元/年',
    fields: [field('winner', '成交人', '周**', true), field('termMonths', '期限', '36 月')],
  },
  {
    ...shared,
    ...hotline,
    index: 5,
    recordId: 'XS202605110233',
    atMs: at('2026-05-11T19:30:00'),
    title: '求助 · 中心路路灯杆倾斜，路面塌陷一个大坑',
    fields: [
      field('content', '诉求内容', '东关村小学门口路面塌了一个坑，直径有一米多，晚上没有灯，前两天有老人骑车摔了。', false),
    ],
  },
  {
    ...shared,
    ...hotline,
    index: 6,
    recordId: 'XS202606280871',
    atMs: at('2026-06-28T07:55:00'),
    title: '投诉 · 第三次反映东关村中心路',
    fields: [],
    available: false,
  },
];

const HISTORY: FindingHistoryEntry[] = [
  {
    atMs: NOW_MS - 4e7,
    recordedAtMs: NOW_MS - 4e7,
    kind: 'changed',
    kindLabel: '证据有变化',
    actor: null,
    reason: null,
    verdict: null,
    causes: [{ type: 'hotline.order', typeLabel: '热线工单', recordId: 'XS202606280871', version: 1, edit: null }],
  },
  {
    atMs: NOW_MS - 9e8,
    recordedAtMs: NOW_MS - 9e8,
    kind: 'reopened',
    kindLabel: '重新打开',
    actor: '周晓芸',
    reason: '接到新的反映，需要再次核实',
    verdict: null,
    causes: [],
  },
  {
    atMs: NOW_MS - 1e9,
    recordedAtMs: NOW_MS - 1e9,
    kind: 'dismissed',
    kindLabel: '核实后排除',
    actor: '周晓芸',
    reason: '已现场核实，路面完好，反映的是相邻村道',
    verdict: 'unfounded',
    causes: [],
  },
  {
    atMs: NOW_MS - 4e9,
    recordedAtMs: NOW_MS - 4e9,
    kind: 'opened',
    kindLabel: '发现',
    actor: null,
    reason: null,
    verdict: null,
    causes: [
      { type: 'hotline.order', typeLabel: '热线工单', recordId: 'XS202605110233', version: 1, edit: null },
      { type: 'assets.payment', typeLabel: '收支流水', recordId: 'PZ-2026-03-0017', version: 1, edit: null },
    ],
  },
];

export const RULE_WORDS = [
  '看每个村的每类事项（道路、供水、路灯等）。',
  '村集体为该事项的工程付款合计达到合同价的 80%。',
  '付款达到比例之后 365 天内，同村同类的求助、投诉或举报达到 2 次。',
  '两条都满足时，形成疑点。',
];
export const RULE_SQL = `WITH paid AS (\n  SELECT villageCode, matter, projectId,\n         arraySort(groupArrayIf((atMs, amountFen), atMs <= {now:Int64})) AS payments\n  FROM cur_assets_payment FINAL\n  WHERE direction = 'out'\n  GROUP BY villageCode, matter, projectId\n)\nSELECT villageCode, matter,\n       length(complaints) >= {minComplaints:UInt32} AS hit,\n       arrayMap(c -> c.2, complaints) AS evidence\nFROM paid\nINNER JOIN complaints USING (villageCode, matter)\nWHERE 100 * paidSum >= {paidPercent:UInt32} * contractFen`;

export function findingDetail(n: number): FindingDetail {
  const summary = findingSummary(n);
  return {
    ...summary,
    ruleVersion: 1,
    dueAtMs: NOW_MS + 9e8,
    figures: [
      { name: 'contractFen', label: '合同价', text: '186,500.00 元' },
      { name: 'paidSum', label: '已付', text: '158,525.00 元' },
      { name: 'complaintCount', label: '付款后反映', text: '3 次' },
    ],
    evidence: EVIDENCE,
    evidenceTruncated: false,
    rule: {
      id: summary.ruleId,
      version: 1,
      title: summary.ruleTitle,
      words: RULE_WORDS,
      sql: RULE_SQL,
      newerVersion: 2,
      legalBasis: ['《中华人民共和国农村集体经济组织法》：农村集体资产受法律保护，集体资金应按规定使用、公开并接受监督。'],
    },
    history: HISTORY,
    exemption: null,
    pagedUnits: ['U17'],
    clue: summary.status === 'promoted' ? { id: 'c1', number: '线索〔2026〕0001号', state: 'registered' } : null,
    allowedDecisions: summary.status === 'open' ? ['dismiss', 'promote'] : ['reopen'],
  };
}
