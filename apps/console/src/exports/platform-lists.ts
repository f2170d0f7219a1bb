import { Reach, ROLE_LABELS } from '@tianyan/access';
import { z } from 'zod';
import {
  auditQuerySchema,
  DELIVERY_STATE_LABELS,
  deliveryQuerySchema,
  GRANT_STATE_LABELS,
  grantQuerySchema,
  QUARANTINE_STATE_LABELS,
  quarantineGroupQuerySchema,
  quarantineQuerySchema,
  SEVERITY_LABELS,
  SOURCE_STATE_LABELS,
} from '../api/index.js';
import { exportedList, pagedRows, type ExportedList } from './exported-list.js';

const instantOf = (atMs: number | null) => (atMs === null ? null : { atMs });
const yesOrNo = (is: boolean) => (is ? '是' : '否');
const classesText = (classes: readonly string[] | null) => classes?.join('、') ?? '全部';
const NO_FILTER = z.object({});
const PAGE = { cursor: true, limit: true } as const;
const PERCENT = 100;

const rules = exportedList({
  path: 'rules',
  title: '规则',
  query: NO_FILTER,
  filters: {},
  rows: async ({ ruleCases }, actor) => (await ruleCases.list(actor)).items,
  columns: [
    { title: '编号', width: 28, cell: ({ id }) => id },
    { title: '名称', width: 36, cell: ({ title }) => title },
    { title: '版本', width: 8, cell: ({ version }) => version },
    { title: '类别', width: 16, cell: ({ classLabel }) => classLabel },
    { title: '严重程度', width: 10, cell: ({ severity }) => SEVERITY_LABELS[severity] },
    { title: '种类', width: 16, cell: ({ kindLabel }) => kindLabel },
    { title: '读取的数据', width: 40, cell: ({ reads }) => reads.join('、') },
    { title: '在运行', width: 8, cell: ({ runs }) => yesOrNo(runs) },
    { title: '试运行版本', width: 10, cell: ({ shadowVersion }) => shadowVersion },
    { title: '待处理疑点（条）', width: 14, cell: ({ openFindings }) => openFindings },
    { title: '已核实（条）', width: 12, cell: ({ precision }) => precision?.checked ?? null },
    { title: '属实率（%）', width: 12, cell: ({ precision }) => (precision?.share ? precision.share.value * PERCENT : null) },
    { title: '限定的来源', width: 24, cell: ({ limitedTo }) => limitedTo?.join('、') ?? '不限' },
  ],
});

const sweeps = exportedList({
  path: 'sweeps',
  title: '巡检',
  query: NO_FILTER,
  filters: {},
  rows: ({ sweepCases }) =>
    pagedRows(
      (at) => sweepCases.list(at),
      ({ id }) => id,
    ),
  columns: [
    { title: '编号', width: 24, cell: ({ id }) => id },
    { title: '起因', width: 20, cell: ({ reason }) => reason },
    { title: '状态', width: 10, cell: ({ state }) => ({ running: '进行中', done: '完成', failed: '失败' })[state] },
    { title: '开始', width: 18, cell: ({ startedAtMs }) => instantOf(startedAtMs) },
    { title: '结束', width: 18, cell: ({ endedAtMs }) => instantOf(endedAtMs) },
    { title: '规则（完成）', width: 12, cell: ({ rulesDone }) => rulesDone },
    { title: '规则（总数）', width: 12, cell: ({ rulesTotal }) => rulesTotal },
    { title: '判断对象', width: 12, cell: ({ evaluatedScopes }) => evaluatedScopes },
    { title: '疑点漂移', width: 10, cell: ({ driftFindings, looksForDrift }) => (looksForDrift ? driftFindings : '不比较') },
    { title: '唤醒漂移', width: 10, cell: ({ driftWakeUps, looksForDrift }) => (looksForDrift ? driftWakeUps : '不比较') },
    { title: '错误', width: 50, cell: ({ error }) => error },
  ],
});

const sources = exportedList({
  path: 'sources',
  title: '数据源',
  query: NO_FILTER,
  filters: {},
  rows: async ({ sourceCases }, actor) => (await sourceCases.list(Reach.of(actor))).items,
  columns: [
    { title: '名称', width: 28, cell: ({ label }) => label },
    { title: '系统', width: 20, cell: ({ systemLabel }) => systemLabel },
    { title: '接入方式', width: 14, cell: ({ kindLabel }) => kindLabel },
    { title: '数据', width: 36, cell: ({ types }) => types.map(({ label }) => label).join('、') },
    { title: '状态', width: 10, cell: ({ state }) => SOURCE_STATE_LABELS[state] },
    { title: '最近读取', width: 18, cell: ({ lastRunAtMs }) => instantOf(lastRunAtMs) },
    { title: '收下（条）', width: 12, cell: ({ acceptedCount }) => acceptedCount },
    { title: '重复（条）', width: 12, cell: ({ repeatedCount }) => repeatedCount },
    { title: '隔离（条）', width: 12, cell: ({ quarantinedCount }) => quarantinedCount },
    { title: '最近的错误', width: 60, cell: ({ lastError }) => lastError },
  ],
});

const quarantine = exportedList({
  path: 'quarantine',
  title: '隔离记录',
  query: quarantineQuerySchema.omit(PAGE),
  filters: {
    source: { label: '数据源' },
    type: { label: '数据' },
    state: { label: '状态', values: QUARANTINE_STATE_LABELS },
    group: { label: '组' },
  },
  rows: ({ quarantineCases }, actor, query) =>
    pagedRows(
      (at) => quarantineCases.list(actor, { ...query, ...at }),
      ({ id }) => id,
    ),
  columns: [
    { title: '编号', width: 12, cell: ({ id }) => id },
    { title: '数据源', width: 24, cell: ({ sourceLabel }) => sourceLabel },
    { title: '数据', width: 20, cell: ({ typeLabel }) => typeLabel },
    { title: '记录编号', width: 28, cell: ({ recordId }) => recordId },
    { title: '字段', width: 18, cell: ({ fieldLabel }) => fieldLabel },
    { title: '原因', width: 60, cell: ({ reason }) => reason },
    { title: '状态', width: 10, cell: ({ state }) => QUARANTINE_STATE_LABELS[state] },
    { title: '隔离时间', width: 18, cell: ({ quarantinedAtMs }) => instantOf(quarantinedAtMs) },
  ],
});

const quarantineGroups = exportedList({
  path: 'quarantine/groups',
  title: '隔离记录分组',
  query: quarantineGroupQuerySchema,
  filters: { source: { label: '数据源' } },
  rows: async ({ mendCases }, actor, query) => (await mendCases.groups(actor, query)).items,
  columns: [
    { title: '数据源', width: 24, cell: ({ sourceLabel }) => sourceLabel },
    { title: '数据', width: 20, cell: ({ typeLabel }) => typeLabel },
    { title: '字段', width: 28, cell: ({ fieldLabels }) => fieldLabels.join('、') },
    { title: '原因', width: 60, cell: ({ reason }) => reason },
    { title: '条数', width: 10, cell: ({ count }) => count },
    { title: '最早', width: 18, cell: ({ firstSeenAtMs }) => instantOf(firstSeenAtMs) },
    { title: '最近', width: 18, cell: ({ lastSeenAtMs }) => instantOf(lastSeenAtMs) },
  ],
});

const deliveries = exportedList({
  path: 'deliveries',
  title: '通知送达',
  query: deliveryQuerySchema.omit(PAGE),
  filters: { state: { label: '状态', values: DELIVERY_STATE_LABELS } },
  rows: ({ noticeCases }, actor, query) =>
    pagedRows(
      (at) => noticeCases.deliveries(actor, { ...query, ...at }),
      ({ id }) => id,
    ),
  columns: [
    { title: '编号', width: 14, cell: ({ id }) => id },
    { title: '通知', width: 20, cell: ({ kindLabel }) => kindLabel },
    { title: '对象', width: 40, cell: ({ path }) => path },
    { title: '通道', width: 14, cell: ({ channelLabel }) => channelLabel },
    { title: '监督组', width: 18, cell: ({ teamName }) => teamName },
    { title: '收件人', width: 12, cell: ({ personName }) => personName },
    { title: '状态', width: 10, cell: ({ state }) => DELIVERY_STATE_LABELS[state] },
    { title: '尝试（次）', width: 10, cell: ({ attempts }) => attempts },
    { title: '产生时间', width: 18, cell: ({ createdAtMs }) => instantOf(createdAtMs) },
    { title: '送达时间', width: 18, cell: ({ deliveredAtMs }) => instantOf(deliveredAtMs) },
    { title: '最近的错误', width: 50, cell: ({ lastError }) => lastError },
  ],
});

const people = exportedList({
  path: 'people',
  title: '人员',
  query: NO_FILTER,
  filters: {},
  rows: async ({ peopleCases }, actor) => (await peopleCases.list(actor)).items,
  columns: [
    { title: '账号', width: 18, cell: ({ account }) => account },
    { title: '姓名', width: 12, cell: ({ displayName }) => displayName },
    { title: '科室或单位', width: 24, cell: ({ office }) => office },
    { title: '角色', width: 16, cell: ({ role }) => ROLE_LABELS[role] },
    { title: '乡镇代码', width: 28, cell: ({ townshipCodes }) => townshipCodes?.join('、') ?? '全县' },
    { title: '问题类别', width: 28, cell: ({ problemClasses }) => classesText(problemClasses) },
    { title: '单位代码', width: 28, cell: ({ unitCodes }) => unitCodes.join('、') },
    { title: '建立时间', width: 18, cell: ({ createdAtMs }) => instantOf(createdAtMs) },
    { title: '停用时间', width: 18, cell: ({ lockedAtMs }) => instantOf(lockedAtMs) },
    { title: '停用理由', width: 36, cell: ({ lockReason }) => lockReason },
    { title: '最近使用', width: 18, cell: ({ lastSeenAtMs }) => instantOf(lastSeenAtMs) },
  ],
});

const grants = exportedList({
  path: 'grants',
  title: '授权',
  query: grantQuerySchema.omit(PAGE),
  filters: { state: { label: '状态', values: GRANT_STATE_LABELS } },
  rows: ({ peopleCases }, actor, query) =>
    pagedRows(
      (at) => peopleCases.grants(actor, { ...query, ...at }),
      ({ id }) => id,
    ),
  columns: [
    { title: '种类', width: 14, cell: ({ kindLabel }) => kindLabel },
    { title: '账号', width: 18, cell: ({ account }) => account },
    { title: '姓名', width: 12, cell: ({ after }) => after.displayName },
    { title: '角色', width: 16, cell: ({ after }) => ROLE_LABELS[after.role] },
    { title: '原来的角色', width: 16, cell: ({ before }) => (before === null ? null : ROLE_LABELS[before.role]) },
    { title: '问题类别', width: 28, cell: ({ after }) => classesText(after.problemClasses) },
    {
      title: '原来的问题类别',
      width: 28,
      cell: ({ before }) => (before === null ? null : classesText(before.problemClasses)),
    },
    { title: '理由', width: 40, cell: ({ reason }) => reason },
    { title: '提出人', width: 16, cell: ({ proposedBy }) => proposedBy },
    { title: '提出时间', width: 18, cell: ({ proposedAtMs }) => instantOf(proposedAtMs) },
    { title: '状态', width: 10, cell: ({ state }) => GRANT_STATE_LABELS[state] },
    { title: '复核人', width: 16, cell: ({ settledBy }) => settledBy },
    { title: '复核时间', width: 18, cell: ({ settledAtMs }) => instantOf(settledAtMs) },
    { title: '复核理由', width: 40, cell: ({ settleReason }) => settleReason },
  ],
});

const audit = exportedList({
  path: 'audit',
  title: '操作日志',
  query: auditQuerySchema.omit(PAGE),
  filters: {
    account: { label: '账号' },
    action: { label: '操作' },
    text: { label: '文字' },
    from: { label: '自' },
    to: { label: '至' },
    failed: { label: '只看未成功的', values: { true: '是', false: '否' } },
  },
  rows: ({ peopleCases }, actor, query) =>
    pagedRows(
      (at) => peopleCases.audit(actor, { ...query, ...at }),
      ({ id }) => id,
    ),
  columns: [
    { title: '时间', width: 18, cell: ({ atMs }) => instantOf(atMs) },
    { title: '账号', width: 18, cell: ({ account }) => account },
    { title: '地址', width: 18, cell: ({ address }) => address },
    { title: '操作', width: 20, cell: ({ actionLabel }) => actionLabel },
    { title: '对象', width: 60, cell: ({ object }) => object },
    { title: '理由', width: 50, cell: ({ reason }) => reason },
    { title: '成功', width: 8, cell: ({ succeeded }) => yesOrNo(succeeded) },
  ],
});

export const PLATFORM_LISTS: readonly ExportedList[] = [
  rules,
  sweeps,
  sources,
  quarantine,
  quarantineGroups,
  deliveries,
  people,
  grants,
  audit,
];
