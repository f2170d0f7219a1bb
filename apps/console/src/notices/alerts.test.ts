import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { awaitingPeople } from '@tianyan/findings';
import { DAY_MS, HOUR_MS, seededRng } from '@tianyan/kernel';
import { DeliveryQueue, EscalationWatch } from '@tianyan/notices';
import type { Evaluation } from '@tianyan/rules';
import {
  acknowledgeResultSchema,
  deliveryListSchema,
  findingAlertListSchema,
  findingListSchema,
  inboxSchema,
  routingPreviewSchema,
  teamSchema,
} from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ADMINISTRATOR, ANALYST, COUNTY_NOW_MS, LEADER, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';

const TOWNSHIP = '320921100';
let fixture: ConsoleFixture;
let analyst: ApiClient;
let administrator: ApiClient;
let leader: ApiClient;
const ids = new Map<string, string>();

const evaluationOf = (scope: string): Evaluation => ({
  ruleId: 'order-ping-pong',
  scope,
  hit: true,
  dueAtMs: null,
  occurredAtMs: COUNTY_NOW_MS - HOUR_MS,
  evidence: [],
  figures: { returns: 3 },
  subjects: { orderId: scope, townshipCode: TOWNSHIP },
});

beforeAll(async () => {
  fixture = await startConsole();
  administrator = await fixture.signedIn(ADMINISTRATOR);
  analyst = await fixture.signedIn(ANALYST);
  leader = await fixture.signedIn(LEADER);
  await fixture.teams.ensureDefault([fixture.analyst.id]);
  await fixture.storeFindings(['O1', 'O2', 'O3'].map(evaluationOf));
  const { items } = findingListSchema.parse((await analyst.get('/api/findings')).body);
  for (const { id, explanation } of items) ids.set(explanation.slice(3, 5), id);
});
afterAll(() => fixture.stop());

const idOf = (scope: string) => ids.get(scope) ?? '';
const acknowledge = (client: ApiClient, scope: string) => client.post(`/api/findings/${idOf(scope)}/alerts/acknowledge`, {});
const settings = () => ({
  name: '监督组（默认）',
  townshipCodes: [],
  memberIds: [fixture.analyst.id],
  webhookUrl: null,
  minSeverity: 'low',
});
const save = async (changes: object) => {
  const [team] = await fixture.teams.list();
  return administrator.send('PUT', `/api/teams/${team?.id}`, { ...settings(), ...changes });
};

test('whom an escalation tells is named by an administrator, stays where it is not said, and must be able to look', async () => {
  const escalation = { minSeverity: 'high', officeHours: 4, firstIds: [fixture.leader.id], secondIds: [] };
  const saved = await save({ escalation });
  expect(teamSchema.parse(saved.body).escalation).toEqual(escalation);
  expect(teamSchema.parse((await save({})).body).escalation).toEqual(escalation);
  expect((await save({ escalation: { ...escalation, firstIds: [] } })).status).toBe(400);
  const blind = await save({ escalation: { ...escalation, secondIds: [fixture.auditor.id] } });
  expect([blind.status, blind.body.message]).toEqual([400, expect.stringContaining('不看疑点')]);
});

test('a team is told of classes and units that an administrator names; the change is tried before it is made', async () => {
  const [team] = await fixture.teams.list();
  const asked = { id: team?.id, townshipCodes: [], problemClasses: [], unitIds: [], minSeverity: 'low' };
  const preview = async (changes: object) =>
    routingPreviewSchema.parse((await administrator.post('/api/teams/preview', { ...asked, ...changes })).body);
  expect(await preview({})).toMatchObject({ days: 30, before: { team: 3 }, after: { team: 3, fallback: 3 } });
  const other = { id: null, townshipCodes: [TOWNSHIP], problemClasses: ['不担当不作为'] };
  expect(await preview(other)).toMatchObject({ before: { team: 0, fallback: 3 }, after: { team: 3, fallback: 0 } });
  const saved = teamSchema.parse((await save({ problemClasses: ['微腐败'], unitIds: ['U1'] })).body);
  expect([saved.problemClasses, saved.unitIds]).toEqual([['微腐败'], ['U1']]);
  expect(teamSchema.parse((await save({})).body).unitIds).toEqual(['U1']);
});

test('members must be able to open what the team is told, also by conditions that stay since they are not said', async () => {
  const rest = { password: 'Member-2026-xyz', displayName: '赵敏', mustChangePassword: false } as const;
  const near = await fixture.users.create({ ...rest, account: 'zhao.min', role: 'team-member', townshipCodes: [TOWNSHIP] });
  const team = { name: '微腐败组', townshipCodes: [], memberIds: [fixture.analyst.id], webhookUrl: null, minSeverity: 'low' };
  const made = teamSchema.parse((await administrator.post('/api/teams', { ...team, problemClasses: ['微腐败'] })).body);
  const change = (changes: object) => administrator.send('PUT', `/api/teams/${made.id}`, { ...team, ...changes });
  // It is told of the whole county, as before.
  const refused = await change({ memberIds: [near?.id] });
  expect([refused.status, refused.body.message]).toEqual([400, expect.stringContaining('收到预警也打不开')]);
  expect((await change({ memberIds: [near?.id], townshipCodes: [TOWNSHIP] })).status).toBe(200);
  expect((await administrator.send('DELETE', `/api/teams/${made.id}`)).status).toBeLessThan(300);
});

test('a member takes note of an alert with one click, once; everybody who sees the finding sees who it was', async () => {
  const refused = await acknowledge(administrator, 'O1');
  expect([refused.status, refused.body.message]).toEqual([403, '只有收到这条预警的监督组成员才能签收']);
  expect((await acknowledge(analyst, 'O1')).status).toBe(200);
  expect((await acknowledge(analyst, 'O1')).status).toBe(409);
  const { items } = findingAlertListSchema.parse((await leader.get(`/api/findings/${idOf('O1')}/alerts`)).body);
  expect(items).toMatchObject([{ teamName: '监督组（默认）', acknowledgedByName: '李芬', mayAcknowledge: false, rung: 0 }]);
});

test('what was decided on goes up to nobody; what nobody took note of does, and is shown in inbox and deliveries', async () => {
  const reason = '已向乡镇核实，按规定办理';
  const decided = await analyst.post(`/api/findings/${idOf('O2')}/decisions`, {
    decision: 'dismiss',
    verdict: 'permitted',
    reason,
  });
  expect(decided.status).toBe(200);
  const { items: over } = findingAlertListSchema.parse((await analyst.get(`/api/findings/${idOf('O2')}/alerts`)).body);
  expect(over).toMatchObject([{ acknowledgedAtMs: null, endedAtMs: expect.any(Number) }]);
  const { pool, machineClock: clock } = fixture;
  clock.advanceBy(14 * DAY_MS);
  const calendar = new WorkingCalendar(builtInHolidays());
  const officeHours = [{ fromMs: 9 * HOUR_MS, toMs: 17 * HOUR_MS }];
  const watch = new EscalationWatch({ pool, clock, calendar, officeHours, stillWaiting: awaitingPeople });
  expect(await watch.round()).toBe(1);
  await pool.query(`UPDATE notice_delivery SET bundle = NULL WHERE kind = 'escalated'`);
  await new DeliveryQueue({ pool, clock, rng: seededRng(1) }).deliverInbox();
  leader = await fixture.signedIn(LEADER);
  administrator = await fixture.signedIn(ADMINISTRATOR);
  const inbox = async () => inboxSchema.parse((await leader.get('/api/inbox')).body).items;
  const [entry] = await inbox();
  expect(entry).toMatchObject({
    kindLabel: '无人签收',
    path: `/findings/${idOf('O3')}`,
    text: expect.stringContaining('4 个办公小时内没有人签收'),
    acknowledgement: { waiting: 1, byName: null, mayAcknowledge: true },
  });
  const { items } = deliveryListSchema.parse((await administrator.get('/api/deliveries')).body);
  expect(items.find(({ kind }) => kind === 'escalated')).toMatchObject({ personName: '陈伟', state: 'delivered' });
  const done = await leader.post('/api/inbox/acknowledge', { ids: [entry?.id] });
  expect(acknowledgeResultSchema.parse(done.body)).toEqual({ acknowledged: 1 });
  expect((await inbox())[0]?.acknowledgement).toMatchObject({ waiting: 0, byName: '陈伟', mayAcknowledge: false });
});
