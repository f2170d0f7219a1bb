import type {
  CoverageGaps,
  RuleCoverage,
  RuleParameters,
  RulePauses,
  RulePrecision,
  RuleRuns,
  SlowestRules,
} from '@tianyan/console-app/api';
import { NOW_MS, RULE_SQL, RULE_WORDS, RULES } from './fixture-findings.js';

const SWITCHED = {
  enabled: false,
  sources: null,
  setBy: { account: 'wang.gang', reason: '本县这类工单由市里直接督办，不在本平台核实', atMs: NOW_MS },
};

/** Three of twenty. */
const PRECISION = {
  checked: 20,
  confirmed: 3,
  permitted: 4,
  dataErrors: 2,
  share: { value: 0.15, low: 0.052, high: 0.36 },
};

export const RULE_SUMMARIES = RULES.map((rule, n) => ({
  id: rule.id,
  version: 1,
  title: rule.title,
  class: rule.class,
  classLabel: rule.class,
  severity: rule.severity,
  kind: 'join',
  kindLabel: rule.kind,
  about: `${rule.title}。`,
  reads: rule.reads,
  openFindings: 400 - n * 53,
  precision: PRECISION,
  pack: 'shipped' as const,
  switch: n === 2 ? SWITCHED : { enabled: true, sources: null, setBy: null },
  runs: n !== 2,
  shadowVersion: n === 0 ? 3 : null,
  progress: n === 2 ? ('off' as const) : n === 3 ? ('sweeping' as const) : ('live' as const),
  limitedTo: n === 1 ? ['12345 热线', '三资平台'] : null,
}));

export function ruleVersions() {
  const shipped = {
    title: null,
    yaml: 'id: order-ping-pong\nversion: 1\n',
    origin: '随产品',
    publishedBy: null,
    untriedReason: null,
    publishedAtMs: NOW_MS,
  };
  return {
    items: [
      {
        ...shipped,
        digest: 'b',
        version: 2,
        origin: '控制台发布',
        publishedBy: 'wang.gang',
        reason: '按县委专项整治方案，退回三次改为两次',
        isPublished: true,
      },
      { ...shipped, digest: 'a', version: 1, reason: '程序启动时载入规则文件', isPublished: false },
    ],
  };
}

export const RULE_SOURCES = [
  { name: 'hotline-12345', label: '12345 热线' },
  { name: 'assets', label: '三资平台' },
];

export function ruleList() {
  const on = { enabled: true, sources: null, setBy: null };
  return {
    items: RULE_SUMMARIES,
    retired: [],
    inShadow: [{ id: 'own-slow-reply', version: 1, title: '答复超过七日' }],
    packs: [
      { pack: 'shipped' as const, label: '随产品的规则', ruleCount: 12, switch: on },
      { pack: 'county' as const, label: '本县自定的规则', ruleCount: 2, switch: SWITCHED },
    ],
    sources: RULE_SOURCES,
  };
}

export function ruleDetail(id: string) {
  const found = RULE_SUMMARIES.find((rule) => rule.id === id) ?? RULE_SUMMARIES[0];
  return {
    ...found,
    openFindings: 87,
    retired: null,
    isShadowOnly: false,
    words: RULE_WORDS,
    meaning: [
      '判断标准：对每条“工程项目”：“工程付款”的金额合计达到“工程项目”的合同价的 80%，并且其后 365 天内有“群众反映”至少 2 条。',
      '其中：',
      '· “工程付款”：收支流水，方向为支出',
      '· “群众反映”：热线工单，类型为求助、投诉、举报之一',
    ],
    sql: RULE_SQL,
    sources: RULE_SOURCES,
    parameters: [
      { name: 'paidPercent', label: '付款比例', text: '80%' },
      { name: 'minComplaints', label: '反映次数', text: '2 次' },
      { name: 'windowDays', label: '付款后统计期', text: '365 天' },
    ],
    legalBasis: ['《中华人民共和国农村集体经济组织法》：农村集体资产受法律保护。'],
    exampleCount: 6,
    findingsByStatus: { open: 87, withdrawn: 12, dismissed: 9, promoted: 4 },
  };
}

export function rulePrecision(): RulePrecision {
  return { all: PRECISION, versions: [{ version: 2, precision: PRECISION }] };
}

export function rulePauses(): RulePauses {
  const trouble = '研判时程序出错，多半是某条记录或规则的写法不合常规';
  const beganAtMs = Date.parse('2026-10-26T09:12:00+08:00');
  const first = { trouble, detail: 'OutsideCalendarError', beganAtMs, currentUntilMs: beganAtMs, retryAtMs: null };
  return { items: [{ ...first, endedAtMs: beganAtMs + 600_000, endedBy: null, filledAtMs: beganAtMs + 640_000 }] };
}

const WARNING = '可能误报：来源“热线旧系统”从未报过“签收”，它的 412 条“派单”都可能因此被当成没有做。';
const COUNTED_MS = Date.parse('2026-10-26T04:12:00+08:00');

export function ruleCoverage(): RuleCoverage {
  const share = (key: string, label: string, records: number, judged: number) => ({ key, label, records, judged });
  const sources = [share('hotline', '12345 热线', 3_200, 3_120), share('old', '热线旧系统', 800, 0)];
  const counts = { records: 4_000, judged: 3_120, empty: [{ field: 'contactedAt', label: '联系时间', count: 880 }] };
  const input = { input: 'orders', label: '工单', typeLabel: '工单', ...counts, bySource: sources, byTownship: [] };
  return { countedAtMs: COUNTED_MS, failure: null, inputs: [input], awaited: [], warnings: [WARNING] };
}

export function coverageGaps(): CoverageGaps {
  const gap = { mayAccuse: true, warnings: [WARNING], countedAtMs: COUNTED_MS };
  return { counted: 60, items: [{ ...gap, ruleId: 'order-ping-pong', title: '工单在部门间来回退' }] };
}

export function ruleRuns(): RuleRuns {
  const fromMs = Date.parse('2026-10-26T09:00:00+08:00');
  const counts = { scopes: 812, records: 9_420, readRows: null, gained: 3, lost: 1, changed: 2 };
  const live = { runs: 140, spentMs: 2_310, slowestMs: 96, errors: 0, counts };
  return {
    items: [
      { ...live, kind: 'live', kindLabel: '实时研判', grain: 'hour', fromMs, lastError: null },
      {
        ...live,
        counts: { ...counts, records: null, readRows: 1_204_300 },
        kind: 'sweep',
        kindLabel: '巡检',
        runs: 1,
        slowestMs: 2_310,
        grain: 'hour',
        fromMs,
        lastError: null,
      },
    ],
    perDay: Array.from({ length: 14 }, (_none, i) => ({
      ...live,
      spentMs: 20_000 + ((i * 7_919) % 9_000),
      day: `2026-10-${13 + i}`,
    })),
    flushSeconds: 30,
  };
}

export function slowestRules(): SlowestRules {
  const figures = { runs: 980, spentMs: 91_000, slowestMs: 4_100, errors: 0, counts: null };
  return { days: 7, items: [{ ...figures, ruleId: 'order-ping-pong', title: '工单在部门间来回退' }] };
}

export function ruleParameters(): RuleParameters {
  const basis = { document: '响水县〔2026〕1号', demands: '重点乡镇七个工作日办结' };
  return {
    parameters: [
      {
        name: 'handlingDays',
        label: '办理时限',
        unit: '个工作日',
        least: 0,
        most: 3660,
        byRegion: true,
        byDay: true,
        cases: [{ when: { category: 'consult' }, label: '诉求类型为咨询' }],
        rows: [
          { applies: '响水镇（320921100）', value: 7, basis },
          { applies: '诉求类型为咨询', value: 3, basis: null },
          { applies: '其余', value: 5, basis: null },
        ],
      },
    ],
    settings: [{ parameter: 'handlingDays', region: '320921100', value: 7, ...basis }],
    digest: 'd1',
    misfits: [],
    history: [{ account: 'wang.gang', reason: '按县里文件', atMs: NOW_MS, lines: ['办理时限：响水镇，7 个工作日'] }],
  };
}

const DRAFT_TEXT = (value: number) =>
  `id: order-ping-pong\nversion: ${value === 3 ? 1 : 2}\ntitle: 工单踢皮球\nparameters:\n  minReturns: { label: 退回次数, unit: 次, value: ${value} }\n`;
const DRAFT = {
  id: 'd1',
  ruleId: 'order-ping-pong',
  title: '工单踢皮球',
  revision: 3,
  createdBy: 'li.fen',
  createdAtMs: NOW_MS - 86_400_000,
  changedBy: 'li.fen',
  changedAtMs: NOW_MS - 3_600_000,
  hasPassed: true,
  isTried: true,
  isTriedWhole: true,
};

export function draftList() {
  return {
    items: [
      { ...DRAFT, state: 'submitted' as const },
      { ...DRAFT, id: 'd2', title: '答复超过七日', ruleId: 'own-slow-reply', state: 'approved' as const },
      {
        ...DRAFT,
        id: 'd3',
        title: '',
        ruleId: '',
        state: 'draft' as const,
        hasPassed: false,
        isTried: false,
        isTriedWhole: false,
      },
      {
        ...DRAFT,
        id: 'd4',
        title: '满意却再投诉',
        ruleId: 'own-again',
        state: 'returned' as const,
        isTried: false,
        isTriedWhole: false,
      },
      { ...DRAFT, id: 'd5', state: 'published' as const },
    ],
  };
}

export function draftDetail(id: string) {
  const found = draftList().items.find((draft) => draft.id === id) ?? draftList().items[0];
  const of = { isOfThisText: true, reason: null, untriedReason: null };
  return {
    ...found,
    yaml: DRAFT_TEXT(2),
    problem: null,
    standing: { version: 1, yaml: DRAFT_TEXT(3) },
    trial: null,
    events: [
      { ...of, event: 'created', actor: 'li.fen', atMs: DRAFT.createdAtMs, isOfThisText: false },
      { ...of, event: 'edited', actor: 'sun.li', atMs: DRAFT.changedAtMs },
      { ...of, event: 'passed', actor: 'li.fen', atMs: DRAFT.changedAtMs + 60_000 },
      { ...of, event: 'submitted', actor: 'li.fen', atMs: DRAFT.changedAtMs + 120_000, reason: '县里专项整治，退回两次就看' },
    ],
    mayReview: found?.state === 'submitted',
  };
}

export function ruleShadow() {
  return {
    version: 3,
    title: '工单踢皮球',
    progress: 'live' as const,
    actor: 'wang.gang',
    reason: '退回两次先看两周',
    sinceMs: NOW_MS - 6 * 86_400_000,
    findings: {
      holds: 41,
      alsoLive: 28,
      onlyLive: 3,
      perMonth: [
        { key: '2026-06', label: '2026-06', count: 23 },
        { key: '2026-05', label: '2026-05', count: 18 },
      ],
      perTownship: [
        { key: '320921100', label: '响水镇', count: 29 },
        { key: '320921101', label: '陈家港镇', count: 12 },
      ],
      samples: [],
    },
  };
}
