import { builtInCatalogue } from '@tianyan/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AuditLog, Reach, UserStore } from '@tianyan/access';
import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { PlaceClues } from '@tianyan/cases';
import { StatisticsQueries } from '@tianyan/dossier';
import { NamedOrders } from '@tianyan/findings';
import { DAY_MS, RefusedError, startOfChinaDayMs, uuidSource } from '@tianyan/kernel';
import { NoticeOutbox } from '@tianyan/notices';
import { row, rows } from '@tianyan/postgres';
import { CampaignReminders, CampaignWatch, PICK_TOO_SLOW } from '@tianyan/supervision';
import { z } from 'zod';
import { campaignTaskDetailSchema, clueDetailSchema, letterDetailSchema, rectificationDetailSchema } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, COUNTY_NOW_MS, LEADER, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { waterComplaint } from '../testing/planted-orders.js';
import { writeRecords } from '../testing/records.js';

const EAST = '320921100';
const WEST = '320921101';
const CALLER = '欧阳文静';
const EASTERN = { account: 'wu.fang', password: 'Eastern-2026-xyz' };
const WESTERN = { account: 'qian.xi', password: 'Western-2026-xyz' };
const LIAISON = { account: 'water', password: 'Liaison-2026-xyz' };
const CAMPAIGN = '7f8f0c1e-5d53-4a0e-8f0e-1a2b3c4d5f01';
const WEEKLY = '7f8f0c1e-5d53-4a0e-8f0e-1a2b3c4d5f02';
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');

let fixture: ConsoleFixture;
let leader: ApiClient;
let analyst: ApiClient;
let eastern: ApiClient;
let easternId = '';
let taskId = '';
/** Of the task before a letter was drafted. */
let letterRevision = 0;

beforeAll(async () => {
  fixture = await startConsole();
  await writeOrders(
    ['GD-1', 'GD-2', 'GD-3'].map((orderId) => ({ orderId, townshipCode: EAST })),
    1,
  );
  const role = { role: 'analyst', mustChangePassword: false } as const;
  easternId = (await fixture.users.create({ ...EASTERN, ...role, displayName: '吴芳', townshipCodes: [EAST] }))?.id ?? '';
  await fixture.users.create({ ...WESTERN, ...role, displayName: '钱西', townshipCodes: [WEST] });
  const liaison = { ...LIAISON, role: 'unit-liaison', mustChangePassword: false } as const;
  await fixture.users.create({ ...liaison, displayName: '水务联络员', townshipCodes: null, unitCodes: ['WATER'] });
  leader = await fixture.signedIn(LEADER);
  analyst = await fixture.signedIn(ANALYST);
  eastern = await fixture.signedIn(EASTERN);
  expect((await leader.post('/api/campaigns', asked({}))).status).toBe(200);
});
afterAll(() => fixture.stop());

const writeOrders = (orders: readonly { orderId: string; townshipCode: string }[], version: number) =>
  writeRecords(
    fixture.warehouse,
    builtInCatalogue.get('hotline.order'),
    orders.map(({ orderId, townshipCode }) => ({
      id: orderId,
      atMs: COUNTY_NOW_MS - 5 * DAY_MS,
      version,
      raw: '{}',
      fields: waterComplaint(orderId, { callerName: CALLER, leadUnitId: 'WATER', townshipCode }),
    })),
    '',
  );
const asked = (of: object) => ({
  id: CAMPAIGN,
  name: '每周回访',
  basis: '县纪委 2026 年监督计划',
  beginsOn: '2026-07-01',
  endsOn: '2026-07-07',
  leadId: fixture.analyst.id,
  pick: { by: 'list', orderIds: ['GD-1', 'GD-2'] },
  checklist: ['虚假办结'],
  ...of,
});
const detail = async () => campaignTaskDetailSchema.parse((await leader.get(`/api/campaign-tasks/${taskId}`)).body);
const post = async (client: ApiClient, place: string, body: object, revision?: number) =>
  client.post(`/api/campaign-tasks/${taskId}/${place}`, { revision: revision ?? (await detail()).revision, ...body });
const take = (client: ApiClient, step: object) => post(client, 'steps', { step });
const upload = async (client: ApiClient, id: string, address = 'proofs') => {
  const form = new FormData();
  form.set('id', id);
  form.set('file', new Blob([new Uint8Array(PDF)]), '现场.pdf');
  const headers = { origin: fixture.baseUrl, cookie: client.cookie ?? '' };
  const path = `${fixture.baseUrl}/api/${address}/campaign-tasks/${taskId}/files`;
  return (await fetch(path, { method: 'POST', headers, body: form })).status;
};
const told = async (kind: string) =>
  rows(
    fixture.pool,
    z.object({ recipient: z.string(), body: z.string() }),
    'SELECT recipient, body FROM notice_delivery WHERE kind = $1 ORDER BY id',
    [kind],
  );
const BAD = {
  step: 'report',
  method: 'unannounced-visit',
  place: '幸福路口',
  onDay: '2026-07-02',
  result: 'problem',
  kinds: ['虚假办结'],
  words: '现场没有人来修过',
};
const LETTER = {
  content: {
    kind: 'supervision-order',
    unitCode: 'WATER',
    title: '关于停水的督办',
    text: '请说明停水工单的办理情况',
    replyWorkingDays: 5,
  },
};

/** The tests are one story, in order. */
describe('what was seen of an order', () => {
  test('whoever is given orders is told of them once, also where the campaign is seen by others alone', async () => {
    const give = await leader.post(`/api/campaigns/${CAMPAIGN}/assignments`, { inspectorIds: [easternId] });
    expect(give.body).toEqual({ given: 2, left: 0 });
    expect(await told('campaign-assigned')).toEqual([{ recipient: easternId, body: expect.stringContaining('2 件') }]);
    taskId = (await eastern.get('/api/campaign-tasks')).body.items[0].id;
  });

  test('is kept as files of the person who has it, and stands in the result with its SHA-256', async () => {
    const id = uuidSource.next();
    const western = await fixture.signedIn(WESTERN);
    expect([await upload(analyst, uuidSource.next()), await upload(western, uuidSource.next())]).toEqual([409, 404]);
    // What is seen of an order is nothing of a unit's.
    const liaison = await fixture.signedIn(LIAISON);
    expect(await upload(liaison, uuidSource.next(), 'assignments')).toBe(403);
    const before = (await detail()).revision;
    expect([await upload(eastern, id), await upload(eastern, id)]).toEqual([200, 200]);
    // A page that was open before the photograph was handed in has missed nothing.
    expect((await post(eastern, 'steps', { step: BAD }, before)).status).toBe(200);
    const { files, steps, mayAttach, state } = await detail();
    expect([files.length, files[0]?.fault, mayAttach, state]).toEqual([1, null, false, 'awaiting-confirmation']);
    const lines = steps.flatMap((step) => step.lines);
    expect(lines).toEqual(
      expect.arrayContaining([
        { label: '校验值', text: files[0]?.sha256 },
        { label: '附件', text: '现场.pdf' },
      ]),
    );
    expect(await upload(eastern, uuidSource.next())).toBe(409);
  });

  test('a result that waits is told to whoever leads, and to its finder where it is sent back', async () => {
    expect((await told('campaign-task-reported')).map(({ recipient }) => recipient)).toEqual([fixture.analyst.id]);
    expect((await take(analyst, { step: 'dispute', reason: '照片看不清' })).status).toBe(200);
    expect((await told('campaign-task-returned')).map(({ recipient }) => recipient)).toEqual([easternId]);
    expect((await take(eastern, BAD)).status).toBe(200);
    expect((await post(analyst, 'clues', { clue: { reason: '先转线索' } })).status).toBe(409);
    expect((await take(analyst, { step: 'confirm' })).status).toBe(200);
  });
});

describe('a confirmed problem', () => {
  test('becomes an item of the ledger once, however often it is sent', async () => {
    const { revision } = await detail();
    const item = { problem: '没有维修，却报已办结', dueDay: '2026-08-01' };
    const answers = [
      await post(analyst, 'rectifications', { item }, revision),
      await post(analyst, 'rectifications', { item }, revision),
    ];
    expect(answers.map(({ status, body }) => [status, body.rectificationIds.length])).toEqual([
      [200, 1],
      [200, 1],
    ]);
    const other = await post(analyst, 'rectifications', { item: { ...item, problem: '另一个问题' } }, revision);
    expect(other.status).toBe(409);
    const [id] = (await detail()).rectificationIds;
    const shown = rectificationDetailSchema.parse((await analyst.get(`/api/rectifications/${id}`)).body);
    expect(shown.campaignTask).toEqual({ id: taskId, orderId: (await detail()).orderId });
  });

  test('becomes a letter that names nobody, is sent within reach, and leads back', async () => {
    const named = { content: { ...LETTER.content, text: `${CALLER}反映停水` } };
    expect((await post(analyst, 'letters', { letter: named })).body.message).toContain('个人信息');
    const { revision } = await detail();
    const drafts = await Promise.all([1, 2].map(() => post(eastern, 'letters', { letter: LETTER }, revision)));
    expect(drafts.map(({ status }) => status)).toEqual([200, 200]);
    const { letters, mayDraftLetter, allowedSteps } = await detail();
    expect([letters.length, mayDraftLetter, allowedSteps]).toEqual([1, false, []]);
    const letter = letterDetailSchema.parse((await eastern.get(`/api/letters/${letters[0]?.id}`)).body);
    expect(letter.origin).toEqual({ kind: 'campaign-task', id: taskId });
    const western = await fixture.signedIn(WESTERN);
    expect((await western.get(`/api/letters/${letter.id}`)).status).toBe(404);
    expect((await western.post(`/api/campaign-tasks/${taskId}/letters`, { revision: 1, letter: LETTER })).status).toBe(404);
    expect((await post(analyst, 'letters', { letter: LETTER })).body.message).toContain('已发督办函');
    letterRevision = revision;
    const direct = { origin: { kind: 'campaign-task', id: taskId }, ...LETTER };
    expect((await analyst.post('/api/letters', direct)).status).toBe(400);
  });

  test('is made a clue by nobody who sees some classes of problems alone, and would not see it', async () => {
    const limited = { account: 'sun.lei', password: 'Classes-2026-xyz' };
    const role = { role: 'analyst', townshipCodes: null, problemClasses: ['不作为'], mustChangePassword: false } as const;
    await fixture.users.create({ ...limited, ...role, displayName: '孙类' });
    const client = await fixture.signedIn(limited);
    const refused = await post(client, 'clues', { clue: { reason: '须查清是谁所为' } });
    expect([refused.status, refused.body.message]).toEqual([409, expect.stringContaining('能看全部问题类别的分析员')]);
    expect((await client.get(`/api/campaign-tasks/${taskId}`)).body.mayRegisterClue).toBe(false);
  });

  test('becomes a clue without a finding, which is seen, counted and exported like any other', async () => {
    const { revision } = await detail();
    expect((await post(analyst, 'clues', { clue: { reason: `${CALLER}说的` } })).body.message).toContain('个人信息');
    expect((await post(leader, 'clues', { clue: { reason: '须查清是谁所为' } })).status).toBe(403);
    const sent = [1, 2].map(() => post(analyst, 'clues', { clue: { reason: '须查清是谁所为' } }, revision));
    expect((await Promise.all(sent)).map(({ status }) => status)).toEqual([200, 200]);
    // Her letter was drafted before; where the answer was lost it is sent again, and nothing else comes of it.
    expect((await post(eastern, 'letters', { letter: LETTER }, letterRevision)).status).toBe(200);
    expect((await detail()).letters).toHaveLength(1);
    const { clues, orderId, mayRegisterClue } = await detail();
    expect([clues.length, mayRegisterClue]).toEqual([1, false]);
    const path = `/api/clues/${clues[0]?.id}`;
    const clue = clueDetailSchema.parse((await eastern.get(path)).body);
    expect(clue).toMatchObject({
      title: '专项复查：虚假办结',
      findings: [],
      campaignTask: { id: taskId, orderId },
      townshipNames: [EAST],
    });
    expect(clue.allowedSteps).not.toContain('merge');
    expect((await (await fixture.signedIn(WESTERN)).get(path)).status).toBe(404);
    const dossier = await leader.post(`${path}/dossier`, { reason: '归档', uncovered: false });
    expect(dossier.status).toBe(200);
    const period = { fromMs: 0, beforeMs: fixture.countyClock.nowMs() + DAY_MS };
    const statistics = await new StatisticsQueries(fixture.pool).clues(Reach.of({ user: fixture.leader }), {
      ...period,
      townshipCode: EAST,
    });
    expect(statistics.registered).toBe(1);
    const ofPlace = async (kind: 'unit' | 'township', code: string, orderIds: readonly string[]) => {
      const place = { kind, code, except: new NamedOrders({ orderIds, recordKeys: [] }) };
      return (await new PlaceClues(fixture.pool).list(Reach.of({ user: fixture.leader }), place, { ...period, limit: 9 })).length;
    };
    // Of an order that was told in confidence the place must not be learnt.
    expect([
      await ofPlace('unit', 'WATER', []),
      await ofPlace('township', EAST, []),
      await ofPlace('unit', 'WATER', [orderId]),
    ]).toEqual([1, 1, 0]);
  });

  test('is not looked at anew while it is worked on', async () => {
    const reopened = await take(leader, { step: 'reopen', reason: '再看一次' });
    expect([reopened.status, (await detail()).allowedSteps]).toEqual([409, []]);
  });
});

describe('time', () => {
  test('reminds, a working day before and after the last day, whoever has orders and whoever leads; once', async () => {
    const { pool, countyClock } = fixture;
    const users = new UserStore({ pool, ids: uuidSource, clock: countyClock });
    const parts = { pool, countyClock, users, outbox: new NoticeOutbox(countyClock) };
    const reminders = new CampaignReminders({ ...parts, calendar: new WorkingCalendar(builtInHolidays()) });
    expect(await reminders.round()).toBe(0);
    countyClock.advanceBy(Date.parse('2026-07-07T12:00:00+08:00') - countyClock.nowMs());
    expect([await reminders.round(), await reminders.round()]).toEqual([1, 0]);
    const soon = await told('campaign-due-soon');
    expect(soon.map(({ recipient }) => recipient).toSorted()).toEqual([easternId, fixture.analyst.id].toSorted());
    expect(soon.find(({ recipient }) => recipient === easternId)?.body).toContain('还有 1 件');
    countyClock.advanceBy(DAY_MS);
    expect([await reminders.round(), await reminders.round()]).toEqual([1, 0]);
    expect((await told('campaign-overdue')).map(({ recipient }) => recipient)).toContain(fixture.leader.id);
  });

  test('tells whoever may open campaigns that a weekly one stops, since nobody is left in whose name it is drawn', async () => {
    const { pool, countyClock, users } = fixture;
    const pick = { by: 'sample', condition: { fromDay: '2026-06-20', toDay: '2026-06-30' }, size: 1, per: 'all' };
    const opened = await leader.post('/api/campaigns', asked({ id: WEEKLY, pick, weekly: true }));
    expect(opened.status).toBe(200);
    const outbox = new NoticeOutbox(countyClock);
    const campaigns = { open: () => Promise.reject(new Error('nobody may open it')) };
    const failed: unknown[] = [];
    const onFailed = (_: string, error: unknown) => failed.push(error);
    const gone = new Set([fixture.leader.id, fixture.analyst.id]);
    const left = { list: async () => (await users.list()).filter(({ id }) => !gone.has(id)) };
    const second = { account: 'sun.guan', password: 'Manager-2026-xyz', role: 'case-manager', displayName: '孙管' } as const;
    const manager = await users.create({ ...second, townshipCodes: null, mustChangePassword: false });
    const audit = new AuditLog(pool, countyClock);
    const watch = new CampaignWatch({ pool, campaigns, users: left, countyClock, audit, outbox, onFailed });
    expect([await watch.round(), await watch.round(), failed]).toEqual([0, 0, []]);
    expect(await told('campaign-stopped')).toEqual([
      { recipient: manager?.id, body: expect.stringContaining('发起人和负责人都已停用') },
    ]);
  });

  test('tells them, once, that the pick of a week has been too slow for a day; it is tried again all the same', async () => {
    const { pool, countyClock, users } = fixture;
    const outbox = new NoticeOutbox(countyClock);
    const audit = new AuditLog(pool, countyClock);
    let tries = 0;
    const campaigns = {
      open: () => {
        tries++;
        return Promise.reject(new RefusedError('too-many', PICK_TOO_SLOW));
      },
    };
    const failed: unknown[] = [];
    const onFailed = (_: string, error: unknown) => failed.push(error);
    const watch = new CampaignWatch({ pool, campaigns, users, countyClock, audit, outbox, onFailed });
    const slow = async () => (await told('campaign-stopped')).filter(({ body }) => body.includes('规定时间内选完'));
    const { begins } = await row(
      pool,
      z.object({ begins: z.string() }),
      'SELECT begins_on::text AS begins FROM supervision_campaign WHERE id = $1',
      [WEEKLY],
    );
    const firstDayMs = startOfChinaDayMs(begins) + 14 * DAY_MS;
    countyClock.advanceBy(firstDayMs + DAY_MS - 1 - countyClock.nowMs());
    expect([await watch.round(), await slow()]).toEqual([0, []]);
    countyClock.advanceBy(1);
    expect([await watch.round(), await watch.round()]).toEqual([0, 0]);
    expect((await slow()).map(({ recipient }) => recipient)).toContain(fixture.leader.id);
    const once = new Set((await slow()).map(({ recipient }) => recipient)).size;
    expect([(await slow()).length, tries, failed.length]).toEqual([once, 3, 3]);
  });
});

// At the end: the order stays where it has moved to.
test('a circular of the letter opens also once the order has moved out of reach, and is then mended by nobody who cannot read that', async () => {
  const { letters, orderId } = await detail();
  const content = { title: '关于停水的通报', text: '请举一反三。', unitCodes: ['WATER'], audience: 'named' };
  const drafted = await eastern.post('/api/circulars', { origins: [{ kind: 'letter', id: letters[0]?.id }], content });
  expect(drafted.status).toBe(200);
  await writeOrders([{ orderId, townshipCode: WEST }], 2);
  const path = `/api/circulars/${drafted.body.id}`;
  expect([(await eastern.get(path)).status, (await leader.get(path)).status]).toEqual([200, 200]);
  const mended = await eastern.post(`${path}/steps`, { revision: 1, step: { step: 'revise', ...content, text: '另一种写法' } });
  expect([mended.status, mended.body.message]).toEqual([409, expect.stringContaining('无法核对有没有个人信息')]);
});
