import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { execute, row } from '@tianyan/postgres';
import { z } from 'zod';
import {
  assignedLetterDetailSchema,
  assignmentListSchema,
  clueDetailSchema,
  findingListSchema,
  inboxSchema,
  letterDetailSchema,
  letterListSchema,
  rectificationDetailSchema,
  rectificationTotalsSchema,
} from '../api/index.js';
import { actionOf, ROUTE_NAMES } from '../http/route-table.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, COUNTY_NOW_MS, LEADER, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { returnedOften } from '../testing/planted-finding.js';
import { waterComplaint } from '../testing/planted-orders.js';
import { writeRecords } from '../testing/records.js';

const WATER = { account: 'water', password: 'Liaison-2026-xyz' };
const ROADS = { account: 'roads', password: 'Liaison-2026-xyz' };
const CLASSMAN = { account: 'wu.yue', password: 'Classman-2026-xyz' };
const TITLE = '关于供水工单反复退回的督办';
const CONTENT = { kind: 'supervision-order', unitCode: 'WATER', title: TITLE, text: '请核实退回理由。', replyWorkingDays: 5 };

let fixture: ConsoleFixture;
let analyst: ApiClient;
let leader: ApiClient;
let water: ApiClient;
let roads: ApiClient;
let findingId = '';

beforeAll(async () => {
  fixture = await startConsole();
  await fixture.storeFindings([returnedOften('GD-1', { unitId: 'WATER', townshipCode: '320921100' })]);
  const liaison = { role: 'unit-liaison', townshipCodes: null, mustChangePassword: false } as const;
  await fixture.users.create({ ...WATER, ...liaison, displayName: '水务联络员', unitCodes: ['WATER'] });
  await fixture.users.create({ ...ROADS, ...liaison, displayName: '交通联络员', unitCodes: ['ROADS'] });
  [analyst, leader, water, roads] = (await Promise.all([ANALYST, LEADER, WATER, ROADS].map((one) => fixture.signedIn(one)))) as [
    ApiClient,
    ApiClient,
    ApiClient,
    ApiClient,
  ];
  findingId = findingListSchema.parse((await analyst.get('/api/findings')).body).items[0]?.id ?? '';
});
afterAll(() => fixture.stop());

const draft = async (content: object = CONTENT) =>
  letterDetailSchema.parse((await analyst.post('/api/letters', { origin: { kind: 'finding', id: findingId }, content })).body);
const letterAt = async (id: string, client = analyst) => letterDetailSchema.parse((await client.get(`/api/letters/${id}`)).body);

async function take(client: ApiClient, id: string, step: object) {
  return client.post(`/api/letters/${id}/steps`, { revision: (await letterAt(id)).revision, step });
}
async function unitTakes(client: ApiClient, id: string, step: object) {
  return client.post(`/api/assignments/letters/${id}/steps`, { revision: (await letterAt(id)).revision, step });
}
async function issued(): Promise<string> {
  const { id } = await draft();
  expect((await take(leader, id, { step: 'issue' })).status).toBe(200);
  return id;
}

test('a letter is drafted, issued by another, received, answered and accepted; the ledger holds what follows', async () => {
  const { id } = await draft();
  expect(await letterAt(id)).toMatchObject({ state: 'drafted', number: null, allowedSteps: ['revise'] });
  expect((await letterAt(id, leader)).allowedSteps).toEqual(['return-draft', 'issue', 'withdraw']);
  const own = await take(analyst, id, { step: 'issue' });
  expect([own.status, own.body.message]).toEqual([403, '此操作须由委领导或案件管理人员进行']);
  await take(leader, id, { step: 'issue', opinion: '同意，抓紧' });
  expect((await unitTakes(water, id, { step: 'receive' })).status).toBe(200);
  const answer = {
    step: 'answer',
    measures: '已重办',
    outcome: '四件办结，联系人电话 13812345678',
    documents: ['水函〔2026〕8号'],
  };
  await unitTakes(water, id, answer);
  const early = await unitTakes(water, id, answer);
  expect([early.status, early.body.message]).toEqual([409, expect.stringContaining('现在是“待审核”')]);
  const stale = await leader.post(`/api/letters/${id}/steps`, { revision: 1, step: { step: 'accept' } });
  expect([stale.status, stale.body.message]).toEqual([409, expect.stringContaining('water 已于')]);
  const shown = await letterAt(id);
  expect(shown.steps.at(-1)?.lines.map(({ text }) => text)).toEqual([
    '已重办',
    '四件办结，联系人电话 138****5678',
    '水函〔2026〕8号',
  ]);
  await take(analyst, id, { step: 'accept' });
  const request = { letterId: id, unitCode: 'WATER', problem: '退回理由不成立', responsible: '陈大同', dueDay: '2026-07-20' };
  const item = rectificationDetailSchema.parse((await analyst.post('/api/rectifications', request)).body);
  expect(item).toMatchObject({ responsible: '陈**', state: 'open', unitName: 'WATER' });
  const takeItem = (client: ApiClient, path: string, revision: number, step: object) =>
    client.post(`/api/${path}/${item.id}/steps`, { revision, step });
  const progress = { step: 'progress', measures: '重办', recoveredFen: 5_000, improvement: '退回复核制度' };
  expect((await takeItem(water, 'assignments/rectifications', 1, progress)).status).toBe(200);
  expect((await takeItem(roads, 'assignments/rectifications', 2, { step: 'submit' })).status).toBe(404);
  expect((await takeItem(water, 'assignments/rectifications', 2, { step: 'submit' })).status).toBe(200);
  expect((await takeItem(analyst, 'rectifications', 3, { step: 'accept' })).status).toBe(200);
  const totals = rectificationTotalsSchema.parse((await leader.get('/api/rectifications/totals?unit=WATER')).body);
  expect(totals).toMatchObject({ total: 1, settledPermille: 1_000, recoveredFen: 5_000, improvements: 1, overdue: 0 });
  expect((await letterAt(id)).rectifications.map((one) => one.id)).toEqual([item.id]);
  const reveal = await analyst.post(`/api/rectifications/${item.id}/people/reveal`, { reason: '约谈责任人' });
  expect(reveal.body).toEqual({ responsible: '陈大同', leader: null });
});

test('a text with personal data is refused with the place, and covered where its author agrees', async () => {
  const content = { ...CONTENT, text: '请联系来电人核实，电话 13812345678' };
  const origin = { kind: 'finding', id: findingId };
  const refused = await analyst.post('/api/letters', { origin, content });
  expect([refused.status, refused.body.message]).toEqual([400, expect.stringContaining('138****5678')]);
  const covered = await analyst.post('/api/letters', { origin, content, cover: true });
  expect(letterDetailSchema.parse(covered.body).text).toBe('请联系来电人核实，电话 138****5678');
  const { items } = letterListSchema.parse((await analyst.get(`/api/letters?origin=${findingId}&state=drafted`)).body);
  expect(items.map(({ title }) => title)).toContain(TITLE);
});

test('who stands in the records of a finding that has left the clue, and is of a class out of reach, is not written about', async () => {
  const caller = '欧阳文静';
  const fields = waterComplaint('GD-9', { callerName: caller, townshipCode: '320921100' });
  const record = { id: 'GD-9', atMs: COUNTY_NOW_MS, raw: '{}', fields };
  const evidence = await writeRecords(fixture.warehouse, builtInCatalogue.get('hotline.order'), [record], '');
  const subjects = { unitId: 'WATER', townshipCode: '320921100' };
  await fixture.storeFindings([returnedOften('GD-8', subjects), { ...returnedOften('GD-9', subjects), evidence }]);
  const idOf = async (scope: string) =>
    (await row(fixture.pool, z.object({ id: z.string() }), 'SELECT id FROM finding WHERE scope = $1', [scope])).id;
  const [kept, left] = [await idOf('GD-8'), await idOf('GD-9')];
  const made = clueDetailSchema.parse((await analyst.post('/api/clues', { findingIds: [kept, left] })).body);
  const split = { step: 'split', findingIds: [left], reason: '另案' };
  expect((await analyst.post(`/api/clues/${made.id}/steps`, { revision: made.revision, step: split })).status).toBe(200);
  await execute(fixture.pool, `UPDATE finding SET problem_class = '微腐败' WHERE id = $1`, [left]);
  const person = { displayName: '吴越', role: 'analyst', townshipCodes: null, mustChangePassword: false } as const;
  await fixture.users.create({ ...CLASSMAN, ...person, problemClasses: ['不担当不作为'] });
  const classman = await fixture.signedIn(CLASSMAN);
  const content = { ...CONTENT, text: `${caller}也这么说。` };
  const answer = await classman.post('/api/letters', { origin: { kind: 'clue', id: made.id }, content });
  expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining('个人信息')]);
  expect(answer.body.message).not.toContain(caller);
  // Nothing else in the text is taken for a person.
  expect((await analyst.post('/api/letters', { origin: { kind: 'finding', id: kept }, content })).status).toBe(200);
});

describe('a liaison', () => {
  test('hears of what is given to the unit, and sees it without who did it and what it came from', async () => {
    const id = await issued();
    const { items } = inboxSchema.parse((await water.get('/api/inbox')).body);
    // What the notifier does happens elsewhere: this has not been delivered yet.
    expect(items.map(({ path }) => path)).not.toContain(`/assignments/letters/${id}`);
    const list = assignmentListSchema.parse((await water.get('/api/assignments')).body);
    expect(list.letters.map((letter) => letter.id)).toContain(id);
    const letter = assignedLetterDetailSchema.parse((await water.get(`/api/assignments/letters/${id}`)).body);
    expect(letter).toMatchObject({ title: TITLE, text: CONTENT.text, state: 'issued', allowedSteps: ['receive'] });
    expect(letter.steps).toEqual([expect.objectContaining({ kindLabel: '签发', takerName: '县纪委监委', lines: [] })]);
  });

  test('is answered 404 for a letter of another unit, word for word like for one that is not there', async () => {
    const id = await issued();
    const { id: draftId } = await draft({ ...CONTENT, unitCode: 'ROADS' });
    const absent = await roads.get('/api/assignments/letters/none');
    for (const asked of [id, draftId]) {
      const answer = await roads.get(`/api/assignments/letters/${asked}`);
      expect([answer.status, { ...answer.body, requestId: '' }]).toEqual([404, { ...absent.body, requestId: '' }]);
      const taken = await roads.post(`/api/assignments/letters/${asked}/steps`, { revision: 2, step: { step: 'receive' } });
      expect(taken.status).toBe(404);
    }
  });

  test('learns nothing else from any route', async () => {
    const id = await issued();
    const secrets = [findingId, id, TITLE, '李芬', '陈伟', 'GD-1'];
    let asked = 0;
    for (const route of ROUTE_NAMES) {
      const [method = '', path = ''] = route.split(' ');
      if (route === 'DELETE /api/session' || route === 'GET /api/events') continue;
      for (const value of [findingId, id]) {
        const answer = await roads.send(method, path.replaceAll(/\{[^}]+\}/g, value), method === 'GET' ? undefined : {});
        const text = JSON.stringify(answer.body);
        expect([route, secrets.filter((secret) => text.includes(secret))]).toEqual([route, []]);
        const action = actionOf(route);
        if (action !== null && action !== 'answer-for-unit') expect([route, answer.status]).toEqual([route, 403]);
        asked++;
      }
    }
    expect(asked).toBeGreaterThan(150);
  });
});

describe('whoever has withdrawn from the clue that a letter came from', () => {
  test('is offered no step and told why, alone; others go on, and the unit learns nothing', async () => {
    await fixture.storeFindings([returnedOften('GD-10', { unitId: 'WATER', townshipCode: '320921100' })]);
    const { items } = findingListSchema.parse((await analyst.get('/api/findings')).body);
    const own = items.find(({ scope }) => scope === 'GD-10')?.id;
    const clue = clueDetailSchema.parse((await analyst.post('/api/clues', { findingIds: [own] })).body);
    const origin = { kind: 'clue', id: clue.id };
    const { id } = letterDetailSchema.parse((await analyst.post('/api/letters', { origin, content: CONTENT })).body);
    expect(clue.recused).toBe(false);
    const recuse = { step: 'recuse', userId: fixture.analyst.id, reason: '与被反映人是亲属' };
    const after = await analyst.post(`/api/clues/${clue.id}/steps`, { revision: 1, step: recuse });
    expect(clueDetailSchema.parse(after.body)).toMatchObject({ recused: true, allowedSteps: [] });
    expect(await letterAt(id)).toMatchObject({ recused: true, allowedSteps: [], deputySteps: [] });
    const late = await take(analyst, id, { step: 'revise', ...CONTENT, cover: false });
    expect([late.status, late.body.message]).toEqual([409, expect.stringContaining('须由没有回避的另一人（委领导、分析员')]);
    expect((await analyst.post('/api/letters', { origin, content: CONTENT })).status).toBe(409);
    expect(await letterAt(id, leader)).toMatchObject({ recused: false, allowedSteps: ['return-draft', 'issue', 'withdraw'] });
    expect((await take(leader, id, { step: 'issue' })).status).toBe(200);
    expect(JSON.stringify((await water.get(`/api/assignments/letters/${id}`)).body)).not.toContain('回避');
  });
});

test('a letter that is sent twice under one key is one draft; another content under it is refused', async () => {
  const key = { 'idempotency-key': 'drafting-a-letter-once' };
  const asked = { origin: { kind: 'finding', id: findingId }, content: { ...CONTENT, title: '只拟一次' } };
  const answers = await Promise.all([1, 2].map(() => analyst.post('/api/letters', asked, key)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(answers[1]?.body).toEqual(answers[0]?.body);
  expect((await analyst.post('/api/letters', { ...asked, content: CONTENT }, key)).status).toBe(409);
  const { items } = letterListSchema.parse((await analyst.get('/api/letters?text=只拟一次')).body);
  expect(items).toHaveLength(1);
});
