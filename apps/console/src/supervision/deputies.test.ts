import { builtInCatalogue } from '@tianyan/contracts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chinaDayOf, DAY_MS, uuidSource } from '@tianyan/kernel';
import { rows } from '@tianyan/postgres';
import exceljs from 'exceljs';
import { z } from 'zod';
import { circularDetailSchema } from '../api/circulars.js';
import {
  campaignDetailSchema,
  campaignTaskDetailSchema,
  campaignTaskListSchema,
  findingListSchema,
  letterDetailSchema,
  ownCampaignTasksSchema,
  proofFilesSchema,
  rectificationDetailSchema,
} from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, AUDITOR, COUNTY_NOW_MS, LEADER, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { returnedOften } from '../testing/planted-finding.js';
import { waterComplaint } from '../testing/planted-orders.js';
import { writeRecords } from '../testing/records.js';

const EAST = '320921100';
const DEPUTY = { account: 'zhao.min', password: 'Member-2026-xyz' };
const WATER = { account: 'water', password: 'Liaison-2026-xyz' };
const CAMPAIGN = '7f8f0c1e-5d53-4a0e-8f0e-1a2b3c4d5e41';
const GIVEN_OUT = '7f8f0c1e-5d53-4a0e-8f0e-1a2b3c4d5e42';
const PDF = Buffer.from('%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n');
const BOTH = '赵敏（代陈伟）';
const reason = '休假，见请假审批';

let fixture: ConsoleFixture;
let analyst: ApiClient;
let leader: ApiClient;
let deputy: ApiClient;
let water: ApiClient;
let delegation = '';
let findingId = '';

beforeAll(async () => {
  fixture = await startConsole();
  await fixture.storeFindings([returnedOften('GD-1', { unitId: 'WATER', townshipCode: EAST })]);
  await writeRecords(
    fixture.warehouse,
    builtInCatalogue.get('hotline.order'),
    [{ id: 'GD-1', atMs: COUNTY_NOW_MS - 5 * DAY_MS, raw: '{}', fields: waterComplaint('GD-1', { townshipCode: EAST }) }],
    '',
  );
  const member = { displayName: '赵敏', role: 'team-member', townshipCodes: null, mustChangePassword: false } as const;
  const deputyId = (await fixture.users.create({ ...DEPUTY, ...member }))?.id ?? '';
  const liaison = { displayName: '水务联络员', role: 'unit-liaison', townshipCodes: null, unitCodes: ['WATER'] } as const;
  await fixture.users.create({ ...WATER, ...liaison, mustChangePassword: false });
  analyst = await fixture.signedIn(ANALYST);
  leader = await fixture.signedIn(LEADER);
  deputy = await fixture.signedIn(DEPUTY);
  water = await fixture.signedIn(WATER);
  const auditor = await fixture.signedIn(AUDITOR);
  findingId = findingListSchema.parse((await analyst.get('/api/findings')).body).items[0]?.id ?? '';
  const [fromDay, untilDay] = [chinaDayOf(COUNTY_NOW_MS), chinaDayOf(COUNTY_NOW_MS + 30 * DAY_MS)];
  const made = await leader.post('/api/delegations', { deputyId, fromDay, untilDay, reason });
  delegation = `/api/delegations/${made.body.id}`;
  await auditor.post(`${delegation}/confirm`, { reason });
});
afterAll(() => fixture.stop());

const forId = () => fixture.leader.id;
/** Of the photograph that was handed in, as if its answer had been lost; and of another. */
let uploadLate: (id: string) => Promise<{ status: number; body: unknown }>;
const PHOTO = uuidSource.next();
/** The last entry of the log about a step of it, with who is named. */
async function lastEntry(noun: string, id: string) {
  const sql = `SELECT actor_account, object FROM access_audit WHERE object LIKE $1 ORDER BY id DESC LIMIT 1`;
  return rows(fixture.pool, z.object({ actor_account: z.string(), object: z.string() }), sql, [`${noun}/${id}/step/%`]);
}
async function lastRefused(): Promise<string | undefined> {
  const sql = `SELECT object FROM access_audit WHERE action = 'refused' AND NOT succeeded ORDER BY id DESC LIMIT 1`;
  return (await rows(fixture.pool, z.object({ object: z.string() }), sql))[0]?.object;
}
const BOTH_ON_RECORD = [{ actor_account: DEPUTY.account, object: expect.stringMatching(/@[0-9a-f]{64}\/for\/chen\.leader$/) }];

/** Cells of a workbook that the person exports, sheet by sheet. */
async function exported(client: ApiClient, path: string): Promise<string[]> {
  const headers = { 'content-type': 'application/json', origin: fixture.baseUrl, cookie: client.cookie ?? '' };
  const response = await fetch(fixture.baseUrl + path, { method: 'POST', headers, body: JSON.stringify({ reason: '上会材料' }) });
  expect(response.status).toBe(200);
  const workbook = new exceljs.Workbook();
  // The types of exceljs are of an older Buffer.
  await workbook.xlsx.load(Buffer.from(await response.arrayBuffer()) as unknown as ArrayBuffer);
  return workbook.worksheets.flatMap((sheet) =>
    (sheet.getSheetValues() as unknown[][]).flatMap((cells) => (cells ?? []).map((cell) => String(cell))),
  );
}

test('a letter is issued and closed, and what came of it accepted, in the place of the leader: on the page, in the log, in the ledger', async () => {
  const content = { kind: 'supervision-order', unitCode: 'WATER', title: '督办', text: '请核实。', replyWorkingDays: 5 };
  const { id } = letterDetailSchema.parse(
    (await analyst.post('/api/letters', { origin: { kind: 'finding', id: findingId }, content })).body,
  );
  const at = async (client: ApiClient) => letterDetailSchema.parse((await client.get(`/api/letters/${id}`)).body);
  const take = async (client: ApiClient, step: object, of: object = {}) =>
    client.post(`/api/letters/${id}/steps`, { revision: (await at(leader)).revision, step, ...of });
  const shown = await at(deputy);
  expect(shown.allowedSteps).not.toContain('issue');
  expect(shown.deputySteps).toEqual([
    { forId: forId(), forName: '陈伟', steps: expect.arrayContaining(['issue', 'return-draft', 'withdraw']) },
  ]);
  expect((await at(analyst)).deputySteps).toEqual([]);
  // Neither by the own role, nor for somebody for whom nobody acts.
  expect((await take(deputy, { step: 'issue' })).status).toBe(403);
  expect((await take(deputy, { step: 'issue' }, { forId: fixture.analyst.id })).status).toBe(409);
  const issued = await take(deputy, { step: 'issue' }, { forId: forId() });
  expect(issued.status).toBe(200);
  expect(letterDetailSchema.parse(issued.body)).toMatchObject({ issuerName: BOTH, unbroken: true });
  expect((await at(analyst)).steps.at(-1)?.takerName).toBe(BOTH);
  expect(await lastEntry('letter', id)).toEqual(BOTH_ON_RECORD);
  expect(await exported(leader, '/api/letters/export')).toContain(BOTH);
  // The unit is told of the office, and of nobody in it.
  const assigned = (await water.get(`/api/assignments/letters/${id}`)).body;
  expect(JSON.stringify(assigned)).not.toMatch(/赵敏|陈伟/);
  const answer = { step: 'answer', measures: '重办', outcome: '办结', documents: [] };
  for (const step of [{ step: 'receive' }, answer])
    await water.post(`/api/assignments/letters/${id}/steps`, { revision: (await at(leader)).revision, step });
  expect((await take(analyst, { step: 'accept' })).status).toBe(200);
  const item = { letterId: id, unitCode: 'WATER', problem: '没有维修', dueDay: '2026-09-30' };
  const made = rectificationDetailSchema.parse((await analyst.post('/api/rectifications', item)).body);
  const path = `/api/rectifications/${made.id}`;
  const unitPath = `/api/assignments/rectifications/${made.id}/steps`;
  const progress = { step: 'progress', measures: '重办', recoveredFen: 0 };
  expect((await water.post(unitPath, { revision: 1, step: progress })).status).toBe(200);
  expect((await water.post(unitPath, { revision: 2, step: { step: 'submit' } })).body.deputySteps).toEqual([]);
  const accepted = await deputy.post(`${path}/steps`, { revision: 3, step: { step: 'accept' }, forId: forId() });
  expect(rectificationDetailSchema.parse(accepted.body)).toMatchObject({ state: 'settled', unbroken: true });
  expect(rectificationDetailSchema.parse((await leader.get(path)).body).steps.at(-1)?.takerName).toBe(BOTH);
  expect(await lastEntry('rectification', made.id)).toEqual(BOTH_ON_RECORD);
  expect((await take(deputy, { step: 'close' }, { forId: forId() })).body.state).toBe('closed');
});

test('a circular is issued by both names, and said so in its list', async () => {
  const content = { title: '通报', text: '举一反三。', unitCodes: ['WATER'], audience: 'named', reportWorkingDays: 5 };
  const made = await analyst.post('/api/circulars', { origins: [{ kind: 'finding', id: findingId }], content });
  const { id } = circularDetailSchema.parse(made.body);
  const at = async (client: ApiClient) => circularDetailSchema.parse((await client.get(`/api/circulars/${id}`)).body);
  expect((await at(deputy)).deputySteps).toMatchObject([{ forName: '陈伟', steps: expect.arrayContaining(['issue']) }]);
  const body = { revision: 1, step: { step: 'issue', despite: false }, forId: forId() };
  expect(circularDetailSchema.parse((await deputy.post(`/api/circulars/${id}/steps`, body)).body).issuerName).toBe(BOTH);
  expect((await at(leader)).steps.at(-1)?.takerName).toBe(BOTH);
  expect(await lastEntry('circular', id)).toEqual(BOTH_ON_RECORD);
  expect(await exported(leader, '/api/circulars/export')).toContain(BOTH);
});

test('an order that was given to the leader is looked at by the deputy, with photographs, and the campaign is ended by both names', async () => {
  const asked = {
    id: CAMPAIGN,
    name: '回访专项',
    basis: '年度计划',
    beginsOn: '2026-07-01',
    endsOn: '2026-07-31',
    leadId: forId(),
    pick: { by: 'list', orderIds: ['GD-1'] },
    checklist: ['虚假办结'],
    questions: [],
  };
  expect((await leader.post('/api/campaigns', asked)).status).toBe(200);
  // With an order of the own there the deputy ends it for nobody, and is offered no such step.
  const deputyId = (await fixture.users.list()).find(({ account }) => account === DEPUTY.account)?.id;
  const stepsOfCampaign = async () =>
    campaignDetailSchema.parse((await deputy.get(`/api/campaigns/${CAMPAIGN}`)).body).deputySteps.length;
  expect(await stepsOfCampaign()).toBe(1);
  const assign = (of: object) => leader.post(`/api/campaigns/${CAMPAIGN}/assignments`, of);
  await assign({ inspectorIds: [deputyId] });
  expect(await stepsOfCampaign()).toBe(0);
  const given = ownCampaignTasksSchema.parse((await deputy.get('/api/campaign-tasks')).body).items;
  await assign({ inspectorIds: [forId()], taskIds: given.map(({ id }) => id) });
  const own = ownCampaignTasksSchema.parse((await deputy.get('/api/campaign-tasks')).body);
  expect([own.items.length, own.forNames]).toEqual([1, ['陈伟']]);
  const taskId = own.items[0]?.id ?? '';
  const path = `/api/campaign-tasks/${taskId}`;
  const at = async (client: ApiClient) => campaignTaskDetailSchema.parse((await client.get(path)).body);
  expect(await at(deputy)).toMatchObject({
    allowedSteps: [],
    deputySteps: [{ forId: forId(), steps: ['report'] }],
    mayAttach: true,
    attachFor: { forName: '陈伟' },
  });
  const upload = async (of: Record<string, string>) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ id: uuidSource.next(), ...of })) form.set(name, value);
    form.set('file', new Blob([new Uint8Array(PDF)]), '现场.pdf');
    const headers = { origin: fixture.baseUrl, cookie: deputy.cookie ?? '' };
    const response = await fetch(`${fixture.baseUrl}/api/proofs/campaign-tasks/${taskId}/files`, {
      method: 'POST',
      headers,
      body: form,
    });
    return { status: response.status, body: await response.json() };
  };
  expect((await upload({})).status).toBe(409);
  const attached = await upload({ id: PHOTO, forId: forId() });
  uploadLate = (id) => upload({ id, forId: forId() });
  expect([attached.status, proofFilesSchema.parse(attached.body).files.length]).toEqual([200, 1]);
  expect(await lastEntry('campaign-task', taskId)).toEqual(BOTH_ON_RECORD);
  const report = { step: 'report', method: 'desk', onDay: '2026-07-01', result: 'no-problem' };
  const revision = (await at(deputy)).revision;
  const sent = { revision, step: { ...report, kinds: [], answers: [] }, forId: forId() };
  expect((await deputy.post(`${path}/steps`, sent)).status).toBe(200);
  expect(await at(leader)).toMatchObject({ state: 'done', inspectorName: BOTH, unbroken: true });
  const tasks = campaignTaskListSchema.parse((await leader.get(`/api/campaigns/${CAMPAIGN}/tasks`)).body);
  expect(tasks.items.map(({ inspectorName }) => inspectorName)).toEqual([BOTH]);
  expect(await exported(leader, `/api/campaigns/${CAMPAIGN}/export`)).toContain(BOTH);
  const close = { revision: 1, step: { step: 'close' } };
  expect((await deputy.post(`/api/campaigns/${CAMPAIGN}/steps`, close)).status).toBe(403);
  const closed = await deputy.post(`/api/campaigns/${CAMPAIGN}/steps`, { ...close, forId: forId() });
  expect(campaignDetailSchema.parse(closed.body)).toMatchObject({ state: 'closed', unbroken: true });
  expect(closed.body.steps.at(-1).takerName).toBe(BOTH);
  expect(await lastEntry('campaign', CAMPAIGN)).toEqual(BOTH_ON_RECORD);
});

test('orders are given out in the place of the lead: on the page, by both names, on record', async () => {
  const days = { beginsOn: '2026-07-01', endsOn: '2026-07-31' };
  const what = { pick: { by: 'list', orderIds: ['GD-1'] }, checklist: ['虚假办结'], questions: [] };
  const asked = { id: GIVEN_OUT, name: '再次回访', basis: '年度计划', ...days, leadId: forId(), ...what };
  expect((await leader.post('/api/campaigns', asked)).status).toBe(200);
  const path = `/api/campaigns/${GIVEN_OUT}`;
  const at = async (client: ApiClient) => campaignDetailSchema.parse((await client.get(path)).body);
  const deputyId = (await fixture.users.list()).find(({ account }) => account === DEPUTY.account)?.id;
  const shown = await at(deputy);
  expect(shown.assignFor).toEqual({ forId: forId(), forName: '陈伟' });
  expect(shown.inspectors.map(({ id }) => id)).toContain(fixture.analyst.id);
  expect(shown.inspectors.map(({ id }) => id)).not.toContain(deputyId);
  expect((await at(leader)).assignFor).toBeNull();
  // Whoever neither leads nor stands in for anybody is offered nothing, and in the own name the deputy gives nothing out.
  expect(await at(analyst)).toMatchObject({ inspectors: [], assignFor: null });
  const give = (of: object) => deputy.post(`${path}/assignments`, { inspectorIds: [fixture.analyst.id], ...of });
  expect((await give({})).status).toBe(409);
  expect((await give({ forId: fixture.analyst.id })).status).toBe(409);
  expect(await lastRefused()).toBe(`campaign/${GIVEN_OUT}/assign`);
  expect((await give({ forId: forId() })).body).toEqual({ given: 1, left: 0 });
  const [task] = campaignTaskListSchema.parse((await leader.get(`${path}/tasks`)).body).items;
  expect(task?.inspectorName).toBe('李芬');
  const detail = campaignTaskDetailSchema.parse((await leader.get(`/api/campaign-tasks/${task?.id}`)).body);
  expect([detail.steps.at(-1)?.takerName, detail.unbroken]).toEqual([BOTH, true]);
  expect(await lastEntry('campaign-task', task?.id ?? '')).toEqual(BOTH_ON_RECORD);
  const sql = `SELECT object FROM access_audit WHERE action = 'assign-campaign-tasks' AND object LIKE 'campaign/%' ORDER BY id DESC LIMIT 1`;
  expect(await rows(fixture.pool, z.object({ object: z.string() }), sql, [])).toEqual([
    { object: `campaign/${GIVEN_OUT}/tasks/1/for/chen.leader` },
  ]);
});

test('what the other may not do is refused and on record; withdrawn between the page and the click, it is refused with the reason', async () => {
  const content = { kind: 'work-reminder', unitCode: 'WATER', title: '提醒', text: '请核实。', replyWorkingDays: 5 };
  const draft = { origin: { kind: 'finding', id: findingId }, content };
  const { id } = letterDetailSchema.parse((await analyst.post('/api/letters', draft)).body);
  const body = { revision: 1, step: { step: 'issue' }, forId: forId() };
  const page = letterDetailSchema.parse((await deputy.get(`/api/letters/${id}`)).body);
  expect(page.deputySteps).toHaveLength(1);
  await leader.post(`${delegation}/end`, { reason: '提前回来' });
  const late = await deputy.post(`/api/letters/${id}/steps`, body);
  expect([late.status, late.body.message]).toEqual([409, expect.stringContaining('代理没有生效、已到期或已撤回')]);
  expect(letterDetailSchema.parse((await deputy.get(`/api/letters/${id}`)).body).deputySteps).toEqual([]);
  expect(await lastRefused()).toBe(`letter/${id}/issue`);
  // What the server has is not refused; another is, and on record.
  const again = await uploadLate(PHOTO);
  expect([again.status, proofFilesSchema.parse(again.body).files.length]).toEqual([200, 1]);
  expect((await uploadLate(uuidSource.next())).status).toBe(409);
  expect(await lastRefused()).toMatch(/^campaign-task\/[^/]+\/file$/);
  // Of an analyst for whom the deputy acts: that one's role issues nothing.
  const [fromDay, untilDay] = [chinaDayOf(COUNTY_NOW_MS), chinaDayOf(COUNTY_NOW_MS + DAY_MS)];
  const deputyId = (await fixture.users.list()).find(({ account }) => account === DEPUTY.account)?.id;
  const asked = await analyst.post('/api/delegations', { deputyId, fromDay, untilDay, reason });
  expect((await leader.post(`/api/delegations/${asked.body.id}/confirm`, { reason })).status).toBe(200);
  const others = letterDetailSchema.parse((await leader.post('/api/letters', draft)).body);
  const refused = await deputy.post(`/api/letters/${others.id}/steps`, { ...body, forId: fixture.analyst.id });
  expect([refused.status, refused.body.message]).toEqual([403, expect.stringContaining('您不能代办')]);
  expect(await lastRefused()).toBe(`letter/${others.id}/issue`);
});
