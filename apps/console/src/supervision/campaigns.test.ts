import { builtInCatalogue, type FieldValues } from '@tianyan/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AuditLog, Reach } from '@tianyan/access';
import { DAY_MS, secretToken, sha256Hex, uuidSource } from '@tianyan/kernel';
import { NoticeOutbox } from '@tianyan/notices';
import { rows } from '@tianyan/postgres';
import { Campaigns, CampaignWatch, OrderPopulation } from '@tianyan/supervision';
import { z } from 'zod';
import {
  campaignDetailSchema,
  campaignTaskDetailSchema,
  campaignTaskListSchema,
  openCampaignSchema,
  ownCampaignTasksSchema,
  rectificationDetailSchema,
  type CampaignTask,
} from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, COUNTY_NOW_MS, LEADER, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { returnedOften } from '../testing/planted-finding.js';
import { waterComplaint } from '../testing/planted-orders.js';
import { writeRecords } from '../testing/records.js';

const EAST = '320921100';
const WEST = '320921101';
const MEMBER = { account: 'zhao.min', password: 'Member-2026-xyz' };
const EASTERN = { account: 'wu.fang', password: 'Eastern-2026-xyz' };
const OF_OTHER_CLASS = { account: 'wu.yue', password: 'Classman-2026-xyz' };
const TOWNSMAN = { account: 'zhou.jie', password: 'Township-2026-xyz' };
/** The west has fewer orders than the sample; WATER has all of the returned ones. */
const ORDERS = 60;
const CALLER = '欧阳文静';
const PICKED = 47;
const CAMPAIGN = '7f8f0c1e-5d53-4a0e-8f0e-1a2b3c4d5e01';

let fixture: ConsoleFixture;
let leader: ApiClient;
let analyst: ApiClient;
let member: ApiClient;
let townsman: ApiClient;
const ids: Record<string, string> = {};

const orderId = (i: number) => `GD-${String(i).padStart(3, '0')}`;
const order = (i: number) =>
  waterComplaint(orderId(i), {
    callerName: CALLER,
    leadUnitId: i % 2 === 0 ? 'WATER' : 'ROADS',
    townshipCode: i % 5 === 0 ? WEST : EAST,
  });

beforeAll(async () => {
  fixture = await startConsole();
  const { warehouse, users } = fixture;
  const numbers = Array.from({ length: ORDERS }, (_, i) => i);
  const atMs = COUNTY_NOW_MS - 5 * DAY_MS;
  await writeRecords(
    warehouse,
    builtInCatalogue.get('hotline.order'),
    numbers.map((i) => ({ id: orderId(i), atMs, raw: '{}', fields: order(i) })),
    '',
  );
  const returned = numbers.filter((i) => i % 20 === 0);
  await writeRecords(
    warehouse,
    builtInCatalogue.get('hotline.order-event'),
    returned.map((i) => ({
      id: `E-${i}`,
      atMs,
      raw: '{}',
      fields: { orderId: orderId(i), unitId: 'WATER', action: 'returned' },
    })),
    '',
  );
  const member1 = {
    ...MEMBER,
    displayName: '赵敏',
    role: 'team-member',
    townshipCodes: null,
    mustChangePassword: false,
  } as const;
  const town = {
    ...TOWNSMAN,
    displayName: '周杰',
    role: 'team-member',
    townshipCodes: [EAST],
    mustChangePassword: false,
  } as const;
  ids['member'] = (await users.create(member1))?.id ?? '';
  ids['townsman'] = (await users.create(town))?.id ?? '';
  ids['analyst'] = fixture.analyst.id;
  leader = await fixture.signedIn(LEADER);
  analyst = await fixture.signedIn(ANALYST);
  member = await fixture.signedIn(MEMBER);
  townsman = await fixture.signedIn(TOWNSMAN);
});
afterAll(() => fixture.stop());

const CONDITION = { fromDay: '2026-06-20', toDay: '2026-06-30' };
const asked = (of: object) => ({
  id: CAMPAIGN,
  name: '不实办结专项复查',
  basis: '县纪委 2026 年监督计划',
  beginsOn: '2026-07-01',
  endsOn: '2026-07-31',
  leadId: ids['analyst'],
  pick: { by: 'sample', condition: CONDITION, size: PICKED, per: 'all' },
  checklist: ['未联系群众', '虚假办结'],
  questions: [
    { kind: 'yes-no', text: '问题解决了吗' },
    { kind: 'scale', text: '满意几分' },
    { kind: 'text', text: '还有什么要说' },
  ],
  ...of,
});
const detail = async (id = CAMPAIGN, client = leader) =>
  campaignDetailSchema.parse((await client.get(`/api/campaigns/${id}`)).body);
const tasksOf = async (id = CAMPAIGN, query = '') =>
  campaignTaskListSchema.parse((await leader.get(`/api/campaigns/${id}/tasks?limit=200${query}`)).body).items;
const taskAt = async (id: string) => campaignTaskDetailSchema.parse((await leader.get(`/api/campaign-tasks/${id}`)).body);
const take = async (client: ApiClient, id: string, step: object) =>
  client.post(`/api/campaign-tasks/${id}/steps`, { revision: (await taskAt(id)).revision, step });
const clientOf = ({ inspectorName }: CampaignTask) =>
  inspectorName === '赵敏' ? member : inspectorName === '周杰' ? townsman : analyst;
const FINE = { step: 'report', method: 'desk', onDay: '2026-07-02', result: 'no-problem' };
const BAD = {
  step: 'report',
  method: 'unannounced-visit',
  place: '幸福路口',
  onDay: '2026-07-02',
  result: 'problem',
  kinds: ['虚假办结'],
  words: '现场没有人来修过',
};

/** Steps that the audit log holds a second time. */
const logged = async (object: string) =>
  rows(fixture.pool, z.object({ object: z.string() }), 'SELECT object FROM access_audit WHERE object LIKE $1', [object]);

/** The tests are one story, in order. */
describe('a campaign over 47 orders', () => {
  test('is opened once however often it is sent, and its draw can be repeated by anybody', async () => {
    const population = await leader.post('/api/campaigns/population', { pick: asked({}).pick });
    expect(population.body).toEqual({ population: ORDERS });
    const [first, second] = [await leader.post('/api/campaigns', asked({})), await leader.post('/api/campaigns', asked({}))];
    expect([first.status, second.status, first.body.seed === second.body.seed]).toEqual([200, 200, true]);
    const { seed, population: drawnFrom, results } = await detail();
    const ranks = Array.from({ length: ORDERS }, (_, i) => [sha256Hex(`${seed}:${orderId(i)}`), orderId(i)] as const);
    const lowest = ranks.toSorted(([a], [b]) => (a < b ? -1 : 1)).slice(0, PICKED);
    expect((await tasksOf()).map((task) => task.orderId)).toEqual(lowest.map(([, number]) => number).toSorted());
    expect([drawnFrom, results.picked, results.problemPermille]).toEqual([ORDERS, PICKED, null]);
  });

  test('is given out evenly, and to nobody what is out of his reach', async () => {
    const own = await member.post(`/api/campaigns/${CAMPAIGN}/assignments`, { inspectorIds: [ids['member']] });
    expect([own.status, own.body.message]).toEqual([409, expect.stringContaining('负责人')]);
    const inspectorIds = [ids['analyst'], ids['member'], ids['townsman']];
    const { body } = await analyst.post(`/api/campaigns/${CAMPAIGN}/assignments`, { inspectorIds });
    expect(body).toEqual({ given: PICKED, left: 0 });
    // Named, and sent again where the answer was lost: everything lies with the same people already.
    const taskIds = (await tasksOf()).map(({ id }) => id);
    const again = await analyst.post(`/api/campaigns/${CAMPAIGN}/assignments`, { inspectorIds, taskIds });
    expect(again.body).toEqual({ given: 0, left: 0 });
    const notices = `SELECT recipient FROM notice_delivery WHERE kind = 'campaign-assigned' AND subject_id = $1`;
    expect(await rows(fixture.pool, z.object({ recipient: z.string() }), notices, [CAMPAIGN])).toHaveLength(2);
    const counts = Map.groupBy(await tasksOf(), ({ inspectorName }) => inspectorName);
    expect([...counts.values()].map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([15, 16, 16]);
    expect(await logged('campaign-task/%/step/1@%')).toHaveLength(PICKED);
    const { items } = ownCampaignTasksSchema.parse((await townsman.get('/api/campaign-tasks')).body);
    expect(items.every(({ townshipName }) => townshipName === EAST)).toBe(true);
    // The campaign itself holds orders of other townships.
    expect((await townsman.get(`/api/campaigns/${CAMPAIGN}`)).status).toBe(404);
  });

  test('a recusal frees the order, and nothing of its unit is given to that person again', async () => {
    const [first] = await tasksOf(CAMPAIGN, `&inspector=${ids['townsman']}`);
    expect(first).toBeDefined();
    const id = first?.id ?? '';
    expect((await take(townsman, id, { step: 'recuse', reason: '亲属在该单位任职' })).status).toBe(200);
    const to = (name: string) =>
      analyst.post(`/api/campaigns/${CAMPAIGN}/assignments`, { inspectorIds: [ids[name]], taskIds: [id] });
    expect((await to('townsman')).body).toEqual({ given: 0, left: 1 });
    expect((await to('member')).body).toEqual({ given: 1, left: 0 });
    // Nor does he judge what others find there, or what was in his hands before.
    expect((await take(member, id, BAD)).status).toBe(200);
    const confirmed = await take(townsman, id, { step: 'confirm' });
    expect([confirmed.status, confirmed.body.message]).toEqual([409, expect.stringContaining('申请回避')]);
    expect((await take(leader, id, { step: 'dispute', reason: '照片不清' })).status).toBe(200);
    const held = await tasksOf(CAMPAIGN, `&inspector=${ids['townsman']}&unit=${first?.unitCode}`);
    expect(held.length).toBeGreaterThan(0);
    expect((await take(townsman, held[0]?.id ?? '', FINE)).body.message).toContain('申请回避');
    expect((await townsman.get(`/api/campaign-tasks/${held[0]?.id}`)).body.allowedSteps).toEqual(['recuse']);
    const taskIds = held.map((task) => task.id);
    const moved = await analyst.post(`/api/campaigns/${CAMPAIGN}/assignments`, { inspectorIds: [ids['member']], taskIds });
    expect(moved.body).toEqual({ given: held.length, left: 0 });
  });

  test('a report that names the caller, or does not fit the checklist, is refused', async () => {
    const [first] = await tasksOf(CAMPAIGN, `&inspector=${ids['member']}`);
    const send = (of: object) => take(member, first?.id ?? '', { ...BAD, ...of });
    const named = await send({ words: `${CALLER}说没有人来过` });
    expect([named.status, named.body.message]).toEqual([400, expect.stringContaining('个人信息')]);
    expect((await send({ kinds: ['别的'] })).body.message).toContain('清单里没有“别的”');
    expect((await send({ place: undefined })).status).toBe(400);
    expect((await send({ answers: [3] })).body.message).toContain('第 1 题');
    expect((await take(analyst, first?.id ?? '', FINE)).body.message).toContain('分给了别人');
  });

  test('seven problems are found, each confirmed by another; none counts before', async () => {
    const tasks = await tasksOf();
    for (const [i, task] of tasks.entries()) {
      const step = i < 7 ? { ...BAD, answers: [false, 2, null] } : { ...FINE, answers: i < 12 ? [true, 5, '来得很快'] : [] };
      expect((await take(clientOf(task), task.id, step)).status).toBe(200);
    }
    expect((await detail()).results).toMatchObject({ verified: 40, problems: 0, problemPermille: 0 });
    const waiting = await tasksOf(CAMPAIGN, '&state=awaiting-confirmation');
    expect(waiting).toHaveLength(7);
    for (const task of waiting) {
      expect((await take(clientOf(task), task.id, { step: 'confirm' })).body.message).toContain('须由另一人确认');
      expect((await take(leader, task.id, { step: 'confirm' })).status).toBe(200);
    }
    const { results, allowedSteps } = await detail();
    expect(results).toMatchObject({ picked: PICKED, verified: PICKED, problems: 7, unverifiable: 0, problemPermille: 149 });
    expect(results.byKind).toEqual([
      { label: '未联系群众', count: 0 },
      { label: '虚假办结', count: 7 },
    ]);
    expect(results.byUnit.reduce((sum, { problems }) => sum + problems, 0)).toBe(7);
    expect(results.questions.map(({ answered, split }) => [answered, split?.map(({ count }) => count) ?? null])).toEqual([
      [12, [5, 7]],
      [12, [0, 7, 0, 0, 5]],
      [5, null],
    ]);
    expect(allowedSteps).toEqual(['close', 'cancel']);
  });

  test('sent twice a step is taken once; two at once, the second sees who was quicker', async () => {
    const [task] = await tasksOf(CAMPAIGN, '&result=no-problem');
    const id = task?.id ?? '';
    const { revision } = await taskAt(id);
    const path = `/api/campaign-tasks/${id}/steps`;
    const step = { step: 'reopen', reason: '换人再看' };
    const answers = await Promise.all([1, 2].map(() => leader.post(path, { revision, step })));
    expect(answers.map(({ status, body }) => [status, body.revision])).toEqual([
      [200, revision + 1],
      [200, revision + 1],
    ]);
    const late = await leader.post(path, { revision, step: { ...step, reason: '别的理由' } });
    expect([late.status, late.body.message]).toEqual([409, expect.stringContaining('chen.leader 已于')]);
    expect((await take(task ? clientOf(task) : analyst, id, FINE)).status).toBe(200);
  });

  test('what was found goes to the unit as an item of the ledger, once', async () => {
    const [problem] = await tasksOf(CAMPAIGN, '&result=problem');
    const id = problem?.id ?? '';
    const rectify = async () =>
      leader.post(`/api/campaign-tasks/${id}/rectifications`, {
        revision: (await taskAt(id)).revision,
        item: { problem: '现场没有维修，却报已办结', dueDay: '2026-08-01' },
      });
    const { rectificationIds, mayRectify } = campaignTaskDetailSchema.parse((await rectify()).body);
    expect([rectificationIds.length, mayRectify]).toEqual([1, false]);
    const item = rectificationDetailSchema.parse((await leader.get(`/api/rectifications/${rectificationIds[0]}`)).body);
    expect(item).toMatchObject({ unitCode: problem?.unitCode, state: 'open' });
    expect(await logged(`rectification/${item.id}/step/1@%`)).toHaveLength(1);
    // Whom the order names, no later step tells the unit either.
    const step = { step: 'progress', measures: `已向${CALLER}说明` };
    const named = await leader.post(`/api/rectifications/${item.id}/steps`, { revision: item.revision, step });
    expect([named.status, named.body.message]).toEqual([400, expect.stringContaining('个人信息')]);
    const reopened = await take(leader, id, { step: 'reopen', reason: '再看一次' });
    expect([reopened.status, reopened.body.message]).toEqual([409, expect.stringContaining('整改台账')]);
  });

  test('closed, it takes no more reports; what was picked stays, whatever becomes of the orders', async () => {
    const { revision } = await detail();
    const close = (opinion: string) =>
      leader.post(`/api/campaigns/${CAMPAIGN}/steps`, { revision, step: { step: 'close', opinion } });
    expect((await close('已完成')).body.state).toBe('closed');
    // Sent again it is the same step; another is refused.
    expect((await close('已完成')).status).toBe(200);
    expect(await logged(`campaign/${CAMPAIGN}/step/%`)).toHaveLength(1);
    expect((await close('另一种意见')).status).toBe(409);
    const [task] = await tasksOf();
    expect((await take(analyst, task?.id ?? '', FINE)).body.message).toContain('已经结束');
    await expect(fixture.pool.query('DELETE FROM supervision_campaign_task')).rejects.toThrow('never changed');
    await expect(fixture.pool.query(`UPDATE supervision_campaign_task SET order_id = 'x'`)).rejects.toThrow('never changed');
  });
});

describe('orders are picked', () => {
  const open = (id: string, of: object) =>
    leader.post('/api/campaigns', asked({ id: `7f8f0c1e-5d53-4a0e-8f0e-1a2b3c4d5e${id}`, ...of }));

  test('by what was done with them', async () => {
    const pick = { by: 'condition', condition: { ...CONDITION, minReturns: 1, finished: 'no', unitCode: 'WATER' } };
    const { body } = await open('02', { pick });
    expect((await tasksOf(body.id)).map((task) => [task.orderId, task.returns])).toEqual([
      ['GD-000', 1],
      ['GD-020', 1],
      ['GD-040', 1],
    ]);
    expect([body.seed, body.townshipNames]).toEqual([null, [WEST]]);
  });

  test('so many of each township', async () => {
    const { body } = await open('03', { pick: { by: 'sample', condition: CONDITION, size: 4, per: 'township' } });
    const places = Map.groupBy(await tasksOf(body.id), ({ townshipName }) => townshipName);
    expect([...places].map(([name, { length }]) => `${name} ${length}`).toSorted()).toEqual([`${EAST} 4`, `${WEST} 4`]);
  });

  test('by number; one that is not there is named', async () => {
    const { status, body } = await open('04', { pick: { by: 'list', orderIds: ['GD-001', 'GD-999'] } });
    expect([status, body.message]).toEqual([400, expect.stringContaining('GD-999')]);
  });

  test('one that two systems have given to two townships and units is of neither, also where one of them is asked for', async () => {
    const { warehouse } = fixture;
    const atMs = COUNTY_NOW_MS - 60 * DAY_MS;
    const of = (at: FieldValues) => ({ ...order(0), orderId: 'GD-TWICE', ...at });
    const records = [of({ townshipCode: EAST, leadUnitId: 'WATER' }), of({ townshipCode: WEST, leadUnitId: 'ROADS' })];
    await writeRecords(
      warehouse,
      builtInCatalogue.get('hotline.order'),
      records.map((fields, i) => ({ id: `TWICE-${i}`, atMs, raw: '{}', fields })),
      '',
    );
    const condition = { fromDay: '2026-04-20', toDay: '2026-05-10', townshipCode: EAST, unitCode: 'WATER' };
    const { body } = await open('07', { pick: { by: 'condition', condition } });
    expect((await tasksOf(body.id)).map((task) => [task.orderId, task.townshipName, task.unitCode])).toEqual([
      ['GD-TWICE', null, null],
    ]);
    // Of no unit, a recusal is from the order itself.
    const [task] = await tasksOf(body.id);
    const give = (name: string) => leader.post(`/api/campaigns/${body.id}/assignments`, { inspectorIds: [ids[name]] });
    expect((await give('member')).body).toEqual({ given: 1, left: 0 });
    expect((await take(member, task?.id ?? '', { step: 'recuse', reason: '当事人是亲属' })).status).toBe(200);
    expect((await give('member')).body).toEqual({ given: 0, left: 1 });
  });

  test('and one that has moved out of reach since is written about by nobody who cannot read it', async () => {
    const { warehouse } = fixture;
    const record = { id: 'MOVED', atMs: COUNTY_NOW_MS - 60 * DAY_MS, raw: '{}' };
    const write = (version: number, townshipCode: string) =>
      writeRecords(
        warehouse,
        builtInCatalogue.get('hotline.order'),
        [{ ...record, version, fields: { ...order(1), orderId: 'GD-MOVED', townshipCode } }],
        '',
      );
    await write(1, EAST);
    const { body } = await open('15', { pick: { by: 'list', orderIds: ['GD-MOVED'] } });
    await leader.post(`/api/campaigns/${body.id}/assignments`, { inspectorIds: [ids['analyst']] });
    const [task] = await tasksOf(body.id);
    await write(2, WEST);
    await fixture.users.create({
      ...EASTERN,
      displayName: '吴芳',
      role: 'analyst',
      townshipCodes: [EAST],
      mustChangePassword: false,
    });
    const eastern = await fixture.signedIn(EASTERN);
    expect((await take(analyst, task?.id ?? '', BAD)).status).toBe(200);
    const blind = await take(eastern, task?.id ?? '', { step: 'confirm', opinion: `${CALLER}也这么说` });
    expect([blind.status, blind.body.message]).toEqual([409, expect.stringContaining('无法核对有没有个人信息')]);
  });

  test('and given out anew where whoever had them has been locked', async () => {
    const { body } = await open('16', { pick: { by: 'list', orderIds: ['GD-001'] } });
    const gone = { account: 'sun.gone', password: 'Leaving-2026-xyz', displayName: '孙离', role: 'team-member' } as const;
    const leaver = await fixture.users.create({ ...gone, townshipCodes: null, mustChangePassword: false });
    const give = (id: string | undefined) => leader.post(`/api/campaigns/${body.id}/assignments`, { inspectorIds: [id] });
    expect((await give(leaver?.id)).body).toEqual({ given: 1, left: 0 });
    expect((await give(ids['member'])).body).toEqual({ given: 0, left: 0 });
    await fixture.pool.query('UPDATE access_user SET locked_at_ms = 1 WHERE id = $1', [leaver?.id]);
    expect((await give(ids['member'])).body).toEqual({ given: 1, left: 0 });
  });

  test('and not for somebody to lead who does not see them', async () => {
    const pick = { by: 'condition', condition: { ...CONDITION, townshipCode: WEST } };
    const { status, body } = await open('08', { pick, leadId: ids['townsman'] });
    expect([status, body.message]).toEqual([400, expect.stringContaining('负责人看不到')]);
    expect((await open('09', { pick: { by: 'list', orderIds: ['GD-001'] }, leadId: ids['townsman'] })).status).toBe(200);
  });

  test('nor with an option, or ended with a reason, that names somebody', async () => {
    const pick = { by: 'list', orderIds: ['GD-001'] };
    const questions = [{ kind: 'choice', text: '谁来过', options: ['没有人', '13812345678'] }];
    expect((await open('10', { pick, questions })).body.message).toContain('选项里有');
    const { body } = await open('11', { pick });
    const step = { step: 'cancel', reason: '来电人 13812345678 不同意' };
    const cancelled = await leader.post(`/api/campaigns/${body.id}/steps`, { revision: 1, step });
    expect([cancelled.status, cancelled.body.message]).toEqual([400, expect.stringContaining('138****5678')]);
  });

  test('once by two who send it at once, while both are picking', async () => {
    const pick = { by: 'sample', condition: CONDITION, size: 5, per: 'all' };
    const answers = await Promise.all([1, 2, 3].map(() => open('12', { pick })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.seed)).size).toBe(1);
  });

  test('by a rule, which is told to who sees its class', async () => {
    await fixture.storeFindings([returnedOften('GD-001', { orderId: 'GD-001', townshipCode: EAST })]);
    const { status, body } = await open('17', {
      pick: { by: 'condition', condition: { ...CONDITION, ruleId: 'order-ping-pong' } },
    });
    expect([status, body.picked]).toEqual([200, 1]);
    const other = {
      ...OF_OTHER_CLASS,
      displayName: '吴越',
      role: 'analyst',
      townshipCodes: null,
      mustChangePassword: false,
    } as const;
    await fixture.users.create({ ...other, problemClasses: ['微腐败'] });
    expect((await detail(body.id)).pickLines.map(({ label }) => label)).toEqual(['选取方式', '受理日期', '有疑点']);
    const shown = await (await fixture.signedIn(OF_OTHER_CLASS)).get(`/api/campaigns/${body.id}`);
    expect(campaignDetailSchema.parse(shown.body).pickLines.map(({ label }) => label)).toEqual(['选取方式', '受理日期']);
    expect(JSON.stringify(shown.body)).not.toContain('order-ping-pong');
  });

  test('and not where nothing fits', async () => {
    const pick = { by: 'condition', condition: { ...CONDITION, minReturns: 9 } };
    expect((await open('05', { pick })).body.message).toContain('没有符合条件的工单');
  });
});

test('what cannot be put on record does not happen', async () => {
  const { pool, warehouse, countyClock, leader: taker } = fixture;
  const outbox = new NoticeOutbox(countyClock);
  const population = new OrderPopulation({ pool, warehouse });
  const campaigns = new Campaigns({ pool, ids: uuidSource, countyClock, population, seeds: secretToken, outbox });
  const full = () => Promise.reject(new Error('the log is full'));
  const reach = Reach.of({ user: taker });
  const id = '7f8f0c1e-5d53-4a0e-8f0e-1a2b3c4d5e97';
  const opened = openCampaignSchema.parse(asked({ id, pick: { by: 'list', orderIds: ['GD-001'] } }));
  await expect(campaigns.open({ reach, taker, lead: taker }, opened, full)).rejects.toThrow('the log is full');
  expect((await leader.get(`/api/campaigns/${id}`)).status).toBe(404);
  await campaigns.open({ reach, taker, lead: taker }, opened);
  const given = { id, inspectors: [taker], ableIds: [taker.id], taskIds: undefined };
  await expect(campaigns.assign(reach, taker, given, full)).rejects.toThrow('the log is full');
  expect((await tasksOf(id)).map(({ state }) => state)).toEqual(['unassigned']);
  const cancelled = { id, revision: 1, request: { step: 'cancel', reason: '计划有变' } } as const;
  await expect(campaigns.take(reach, taker, cancelled, full)).rejects.toThrow('the log is full');
  expect((await detail(id)).state).toBe('running');
  await campaigns.take(reach, taker, cancelled);
  expect((await detail(id)).state).toBe('cancelled');
});

test('a weekly campaign is drawn anew each week by itself, once, until it is ended', async () => {
  const { pool, warehouse, users, countyClock } = fixture;
  const population = new OrderPopulation({ pool, warehouse });
  const outbox = new NoticeOutbox(countyClock);
  const campaigns = new Campaigns({ pool, ids: uuidSource, countyClock, population, seeds: secretToken, outbox });
  const audit = new AuditLog(pool, countyClock);
  const failed: string[] = [];
  const onFailed = (seriesId: string) => failed.push(seriesId);
  const watch = new CampaignWatch({ pool, campaigns, users, countyClock, audit, outbox, onFailed });
  // The orders lie in both weeks: the first ends, and the second begins, with their day.
  const week = { name: '每周回访', beginsOn: '2026-07-01', endsOn: '2026-07-07', weekly: true };
  const id = '7f8f0c1e-5d53-4a0e-8f0e-1a2b3c4d5e06';
  const pick = { by: 'sample', condition: { fromDay: '2026-06-19', toDay: '2026-06-26' }, size: 5, per: 'all' };
  const first = await leader.post('/api/campaigns', asked({ id, ...week, pick }));
  expect([first.status, await watch.round()]).toEqual([200, 0]);
  countyClock.advanceBy(7 * DAY_MS);
  expect([await watch.round(), await watch.round()]).toEqual([1, 0]);
  const { items } = (await leader.get('/api/campaigns?state=running')).body;
  const drawn = items.filter(({ name, id: other }: { name: string; id: string }) => name === week.name && other !== id);
  expect(drawn).toEqual([expect.objectContaining({ beginsOn: '2026-07-08', endsOn: '2026-07-14', picked: 5 })]);
  // In the log too, with the hash of the pick, as if the opener had opened it.
  const opened = `SELECT actor_account, object FROM access_audit WHERE action = 'open-campaign' ORDER BY id DESC LIMIT 1`;
  const [entry] = await rows(pool, z.object({ actor_account: z.string(), object: z.string() }), opened, []);
  expect(entry).toEqual({
    actor_account: LEADER.account,
    object: expect.stringMatching(new RegExp(`^campaign/${drawn[0].id}@[0-9a-f]{64}$`)),
  });
  const { revision } = await detail(id);
  const step = { step: 'end-repetition', reason: '改为每月一次' };
  expect((await leader.post(`/api/campaigns/${id}/steps`, { revision, step })).body.weekly).toBe(false);
  countyClock.advanceBy(7 * DAY_MS);
  expect(await watch.round()).toBe(0);
  expect(failed).toEqual([]);
});

test('one series that cannot be drawn holds back no other, and is told', async () => {
  const { pool, users, countyClock } = fixture;
  const week = { name: '另一项每周回访', beginsOn: '2026-07-15', endsOn: '2026-07-21', weekly: true };
  const pick = { by: 'sample', condition: { fromDay: '2026-06-20', toDay: '2026-06-30' }, size: 5, per: 'all' };
  const series = ['13', '14'].map((no) => `7f8f0c1e-5d53-4a0e-8f0e-1a2b3c4d5e${no}`);
  for (const id of series) expect((await leader.post('/api/campaigns', asked({ id, ...week, pick }))).status).toBe(200);
  countyClock.advanceBy(14 * DAY_MS);
  const tried: string[] = [];
  const failed: string[] = [];
  const breaking = new Error('the warehouse broke off');
  const watch = new CampaignWatch({
    pool,
    campaigns: {
      open: ({ seriesId = '' }) => {
        tried.push(seriesId);
        return seriesId === series[0] ? Promise.reject(breaking) : Promise.resolve(null);
      },
    },
    users,
    countyClock,
    audit: new AuditLog(pool, countyClock),
    outbox: new NoticeOutbox(countyClock),
    onFailed: (seriesId) => failed.push(seriesId),
  });
  await expect(watch.round()).rejects.toBe(breaking);
  expect([tried, failed]).toEqual([series, [series[0]]]);
});
