import {
  actionsOf,
  changePasswordRequestSchema,
  checkedRuleSchema,
  checkRuleRequestSchema,
  consoleEventSchema,
  deliveryListSchema,
  coverageGapsSchema,
  dictionarySchema,
  divisionListSchema,
  doneSchema,
  draftDetailSchema,
  draftListSchema,
  driftListSchema,
  dutyMonthSchema,
  findingCountsSchema,
  findingDetailSchema,
  findingListSchema,
  figureListSchema,
  figureRecordsSchema,
  importAnswerSchema,
  inboxSchema,
  loadListSchema,
  mappingListSchema,
  mendDetailSchema,
  mendListSchema,
  mendSchema,
  advisoriesSchema,
  overviewSchema,
  planPreviewSchema,
  problemSchema,
  quarantineDetailSchema,
  quarantineGroupDetailSchema,
  quarantineGroupListSchema,
  quarantineListSchema,
  rawEvidenceSchema,
  replayResultSchema,
  ruleCoverageSchema,
  ruleDetailSchema,
  ruleExportSchema,
  ruleFormSchema,
  ruleListSchema,
  exemptionListSchema,
  ruleParametersSchema,
  rulePausesSchema,
  rulePrecisionSchema,
  ruleRunsSchema,
  ruleShadowSchema,
  ruleVersionListSchema,
  scorecardListSchema,
  scorecardSchema,
  sessionSchema,
  secondFactorSchema,
  signedOutSchema,
  signInBlockListSchema,
  signInRequestSchema,
  signInWaysSchema,
  slowestRulesSchema,
  sourceDetailSchema,
  sourceListSchema,
  startSweepResultSchema,
  surgeListSchema,
  surgeOrdersSchema,
  sweepListSchema,
  teamChannelListSchema,
  teamListSchema,
  teamWeekListSchema,
  unitListSchema,
  uploadResultSchema,
  webhookHostsSchema,
  webhookKeySchema,
  type ConsoleEvent,
} from '@tianyan/console-app/api';
import { z } from 'zod';
import * as areas from './fixture-areas.js';
import * as quarantine from './fixture-quarantine.js';
import * as ruleForm from './fixture-rule-form.js';
import * as rules from './fixture-rules.js';
import * as scorecards from './fixture-scorecards.js';
import * as teams from './fixture-teams.js';
import { findingDetail, findingSummary, NOW_MS, TOWNSHIPS, UNITS } from './fixture-findings.js';

interface Answer {
  status: number;
  body: unknown;
}

const ok = (schema: z.ZodType, body: unknown): Answer => ({ status: 200, body: schema.parse(body) });
const refuse = (status: number, body: z.input<typeof problemSchema>): Answer => ({ status, body: problemSchema.parse(body) });
const done = () => ok(doneSchema, { done: true });

const TOTAL = 240;
let signedIn = false;
let mustChangePassword = true;
let failures = 0;
let newest = 0;

const session = () => ({
  userId: 'u1',
  account: 'zhouxy',
  displayName: '周晓芸',
  role: 'system-administrator',
  townshipCodes: null,
  problemClasses: null,
  unitCodes: [],
  mustChangePassword,
  mustEnrolSecondFactor: false,
  signedInBy: 'password',
  may: actionsOf('system-administrator'),
  expiresAtMs: NOW_MS,
});

type Route = (input: { url: URL; body: unknown; parts: string[] }) => Answer;

const ROUTES: Readonly<Record<string, Route>> = {
  'GET session': () => (signedIn ? ok(sessionSchema, session()) : refuse(401, { code: 'unauthenticated', message: '请先登录' })),
  'POST session': ({ body }) => signIn(signInRequestSchema.parse(body)),
  'GET session/ways': () => ok(signInWaysSchema, { identityService: true, awaitsCode: false, passkeyOffered: false }),
  'GET session/second-factor': () => ok(secondFactorSchema, { required: false, passwordNeeded: true, enrolled: null }),
  'DELETE session': () => {
    signedIn = false;
    return ok(signedOutSchema, { done: true, endSessionUrl: null });
  },
  'POST session/password': ({ body }) => {
    changePasswordRequestSchema.parse(body);
    mustChangePassword = false;
    return done();
  },
  'GET sign-in-blocks': () => ok(signInBlockListSchema, teams.SIGN_IN_BLOCKS),
  'POST sign-in-blocks/unlock': () => done(),
  'GET overview': () => ok(overviewSchema, areas.overview(newest)),
  'GET findings': ({ url }) => findings(url),
  'GET findings/weeks': () => ok(teamWeekListSchema, { items: teams.WEEKS }),
  'GET findings/counts': () => ok(findingCountsSchema, areas.counts()),
  'GET findings/*': ({ parts }) => ok(findingDetailSchema, findingDetail(Number(parts[1]?.slice(2)))),
  'GET findings/*/evidence/*/raw': ({ url }) =>
    ok(rawEvidenceSchema, areas.rawEvidence(url.searchParams.get('unmask') === 'true')),
  'POST findings/*/decisions': () => done(),
  'GET scorecards/figures': () => ok(figureListSchema, scorecards.FIGURES),
  'GET scorecards/*': ({ parts }) => ok(scorecardListSchema, scorecards.scorecardList(parts[1] ?? '')),
  'GET scorecards/*/*': ({ parts }) => ok(scorecardSchema, scorecards.scorecard(parts[1] ?? '', parts[2] ?? '')),
  'GET scorecards/*/*/figures/*/records': () => ok(figureRecordsSchema, scorecards.FIGURE_RECORDS),
  'GET surges': ({ url }) => ok(surgeListSchema, scorecards.surges(url.searchParams.get('days') ?? '7')),
  'GET surges/orders': () => ok(surgeOrdersSchema, scorecards.SURGE_ORDERS),
  'GET sources': () => ok(sourceListSchema, { items: areas.SOURCES }),
  'GET loads': () => ok(loadListSchema, { items: areas.LOADS }),
  'GET sources/*': ({ parts }) => ok(sourceDetailSchema, areas.sourceDetail(parts[1] ?? '')),
  'GET quarantine': () => ok(quarantineListSchema, { items: quarantine.QUARANTINE, nextCursor: null }),
  'GET quarantine/groups': () => ok(quarantineGroupListSchema, { items: quarantine.GROUPS }),
  'GET quarantine/groups/*': ({ parts }) => ok(quarantineGroupDetailSchema, quarantine.groupDetail(parts[2] ?? '')),
  'POST quarantine/groups/*/preview': () => ok(planPreviewSchema, quarantine.PREVIEW),
  'POST quarantine/groups/*/mends': () => ok(mendSchema, quarantine.MENDS[0]),
  'GET quarantine/mends': ({ url }) =>
    ok(mendListSchema, {
      items: quarantine.MENDS.filter(({ groupKey }) => [null, groupKey].includes(url.searchParams.get('group'))),
    }),
  'GET quarantine/mends/*': ({ parts }) => ok(mendDetailSchema, quarantine.mendDetail(parts[2] ?? '')),
  'POST quarantine/*/corrections': () => ok(mendSchema, quarantine.MENDS[0]),
  'GET quarantine/*': ({ parts }) => ok(quarantineDetailSchema, quarantine.quarantineDetail(parts[1] ?? '')),
  'POST quarantine/*/replay': () =>
    ok(replayResultSchema, { accepted: false, reason: '“派单时间”不是有效的日期，请写成 2026-03-05 14:20', field: 'atMs' }),
  'POST quarantine/*/discard': () => done(),
  'GET uploads/mappings': () => ok(mappingListSchema, { items: areas.MAPPINGS }),
  'POST uploads': () => ok(uploadResultSchema, areas.UPLOAD_RESULT),
  'GET sweeps': () => ok(sweepListSchema, { items: areas.SWEEPS, nextCursor: null }),
  'POST sweeps': () => ok(startSweepResultSchema, { sweepId: 's9' }),
  'GET sweeps/*/drift': ({ parts }) => ok(driftListSchema, { items: parts[1] === 's3' ? areas.DRIFT : [], nextCursor: null }),
  'GET rules': () => ok(ruleListSchema, rules.ruleList()),
  'GET advisories': () => ok(advisoriesSchema, areas.advisories()),
  'GET rules/drafts': () => ok(draftListSchema, rules.draftList()),
  'POST rules/drafts': () => ok(draftDetailSchema, rules.draftDetail('d3')),
  'POST rules/drafts/import': () => ok(importAnswerSchema, { items: [] }),
  'GET rules/export': () => ok(ruleExportSchema, { yaml: 'id: order-ping-pong\n', count: 1 }),
  'GET rules/drafts/*': ({ parts }) => ok(draftDetailSchema, rules.draftDetail(parts[2] ?? '')),
  'PUT rules/drafts/*': ({ parts }) => ok(draftDetailSchema, rules.draftDetail(parts[2] ?? '')),
  'POST rules/drafts/*/submit': () => ok(draftDetailSchema, rules.draftDetail('d1')),
  'POST rules/drafts/*/review': () => ok(draftDetailSchema, rules.draftDetail('d2')),
  'GET rules/*/shadow': () => ok(ruleShadowSchema, rules.ruleShadow()),
  'GET rule-form': () => ok(ruleFormSchema, ruleForm.RULE_FORM),
  'POST rules/check': ({ body }) => ok(checkedRuleSchema, ruleForm.checked(checkRuleRequestSchema.parse(body).yaml)),
  'GET rules/*/versions': () => ok(ruleVersionListSchema, rules.ruleVersions()),
  'GET rules/*/pauses': () => ok(rulePausesSchema, rules.rulePauses()),
  'GET rules/*/runs': () => ok(ruleRunsSchema, rules.ruleRuns()),
  'GET rules/runs/slowest': () => ok(slowestRulesSchema, rules.slowestRules()),
  'GET rules/*/coverage': () => ok(ruleCoverageSchema, rules.ruleCoverage()),
  'POST rules/*/coverage': () => ok(ruleCoverageSchema, rules.ruleCoverage()),
  'GET rules/coverage/gaps': () => ok(coverageGapsSchema, rules.coverageGaps()),
  'GET exemptions': () => ok(exemptionListSchema, { items: [], subjectKinds: [{ kind: 'scope', label: '判断对象' }] }),
  'GET rules/*/precision': () => ok(rulePrecisionSchema, rules.rulePrecision()),
  'GET rules/*/parameters': () => ok(ruleParametersSchema, rules.ruleParameters()),
  'GET rules/*': ({ parts }) => ok(ruleDetailSchema, rules.ruleDetail(parts[1] ?? '')),
  'GET inbox': () => ok(inboxSchema, areas.inbox()),
  'POST inbox/read': () => ok(z.object({ unreadCount: z.int() }), { unreadCount: 0 }),
  'GET teams': () => ok(teamListSchema, teams.TEAMS),
  'POST teams': () => done(),
  'PUT teams/*': () => done(),
  'POST teams/*/webhook-key': () => ok(webhookKeySchema, { webhookKey: 'k7Qx-2fMv9-Tn4e-0Zpb-Lw83-hRyd' }),
  'DELETE teams/*': () => done(),
  'GET teams/*/duty': () => ok(dutyMonthSchema, teams.DUTY),
  'PUT teams/*/duty': () => done(),
  'PUT teams/*/duty/hours': () => done(),
  'GET team-channels': () => ok(teamChannelListSchema, teams.CHANNELS),
  'POST teams/*/channels': () => ok(teamChannelListSchema, teams.CHANNELS),
  'DELETE team-channels/*': () => ok(teamChannelListSchema, teams.CHANNELS),
  'POST team-channels/*/test': () => ok(teamChannelListSchema, teams.CHANNELS),
  'GET webhook-hosts': () => ok(webhookHostsSchema, { hosts: ['oa.example.gov.cn'] }),
  'PUT webhook-hosts': ({ body }) => ok(webhookHostsSchema, body),
  'GET deliveries': () => ok(deliveryListSchema, { items: teams.DELIVERIES, nextCursor: null }),
  'POST deliveries/*/retry': () => done(),
  'GET divisions': () =>
    ok(divisionListSchema, {
      items: TOWNSHIPS.map((name, n) => ({ code: `32092110${n}`, name, level: 'township', parentCode: '320921' })),
    }),
  'GET units': () => ok(unitListSchema, { items: UNITS.map((name, n) => ({ unitId: `U${n}`, name, kindLabel: '县直部门' })) }),
  'GET dictionary': () => ok(dictionarySchema, teams.DICTIONARY),
};

export function answerOf(method: string, url: URL, body: unknown): Answer {
  const parts = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
  const path = parts.join('/');
  const key = Object.keys(ROUTES).find((route) => matches(route, method, path));
  const route = key === undefined ? undefined : ROUTES[key];
  return route ? route({ url, body, parts }) : refuse(404, { code: 'not-found', message: '没有找到您要的内容，可能已被删除。' });
}

function matches(route: string, method: string, path: string): boolean {
  const [verb, pattern = ''] = route.split(' ');
  return (
    verb === method &&
    new RegExp(`^${pattern.replaceAll('*', '[^/]+')}$`).test(path) &&
    !(pattern === 'findings/*' && (path === 'findings/counts' || path === 'findings/weeks'))
  );
}

function signIn(request: { account: string; password: string }): Answer {
  if (request.password !== 'wrong') {
    signedIn = true;
    return ok(sessionSchema, session());
  }
  failures += 1;
  if (failures > 3) return refuse(429, { code: 'too-many', message: '尝试次数过多，请 5 分钟后再试' });
  return refuse(401, { code: 'unauthenticated', message: '账号或密码不正确，请检查大小写' });
}

function findings(url: URL): Answer {
  const limit = Number(url.searchParams.get('limit') ?? 30);
  const from = Number(url.searchParams.get('cursor') ?? 0);
  if (url.searchParams.get('text') === '无') return ok(findingListSchema, { items: [], nextCursor: null });
  if (url.searchParams.get('text') === '错')
    return refuse(503, { code: 'unavailable', message: '数据库正在重启，请一分钟后重试。', requestId: 'r-7f31' });
  const status = url.searchParams.get('status')?.split(',');
  const all = Array.from({ length: TOTAL }, (_, n) => findingSummary(n - newest + 12)).filter(
    (finding) => !status || status.includes(finding.status),
  );
  const items = all.slice(from, from + limit);
  return ok(findingListSchema, { items, nextCursor: from + limit < all.length ? String(from + limit) : null });
}

export function nextEvent(): ConsoleEvent {
  newest = Math.min(newest + 1, 12);
  return consoleEventSchema.parse({
    kind: 'finding',
    change: 'opened',
    id: `f-new-${newest}-${Math.random()}`,
    ruleId: 'order-ping-pong',
    severity: 'high',
  });
}
