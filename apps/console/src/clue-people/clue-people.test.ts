import { AuditLog } from '@tianyan/access';
import { chinaDayOf } from '@tianyan/kernel';
import { execute, row, rows } from '@tianyan/postgres';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import {
  clueDetailSchema,
  findingListSchema,
  knownPeopleSchema,
  personPageSchema,
  type ClueDetail,
  type StepRequest,
} from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, LEADER, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { returnedOften } from '../testing/planted-finding.js';
import { namesPerson } from './person-events.js';

const EAST = '320921100';
const WEST = '320921101';
const NAME = '单于红';
const TOWNSMAN = { account: 'zhou.jie', password: 'Township-2026-xyz' };
const MANAGER = { account: 'zhao.min', password: 'Manager-2026-xyz' };
const LIAISON = { account: 'water', password: 'Liaison-2026-xyz' };

let fixture: ConsoleFixture;
let analyst: ApiClient;
let leader: ApiClient;
let townsman: ApiClient;
const clues = new Map<string, ClueDetail>();
const entries = new Map<string, string>();

const clueOf = (scope: string): ClueDetail => {
  const clue = clues.get(scope);
  if (!clue) throw new Error(`${scope} is not registered`);
  return clue;
};
async function take(client: ApiClient, scope: string, step: StepRequest): Promise<void> {
  const { id, revision } = clueOf(scope);
  const { status, body } = await client.post(`/api/clues/${id}/steps`, { revision, step });
  expect([step.step, status, body.message]).toEqual([step.step, 200, undefined]);
  clues.set(scope, clueDetailSchema.parse(body));
}
/** In the analyst's hands, found to be true, its disposal approved; it names the person. */
async function lead(scope: string, sameAsId?: string): Promise<void> {
  const { items } = findingListSchema.parse((await analyst.get('/api/findings?limit=100')).body);
  const findingIds = items.filter((item) => item.scope === scope).map(({ id }) => id);
  clues.set(scope, clueDetailSchema.parse((await analyst.post('/api/clues', { findingIds, reason: '核对属实' })).body));
  await take(leader, scope, { step: 'assign', assigneeId: fixture.analyst.id });
  await take(analyst, scope, { step: 'add-person', name: NAME, unit: '东河镇', post: '站长', ...(sameAsId && { sameAsId }) });
  entries.set(scope, clueOf(scope).people[0]?.id ?? '');
  await take(analyst, scope, { step: 'verify', verdict: 'confirmed', report: `${NAME}承认收受购物卡` });
  await take(analyst, scope, { step: 'propose', disposal: 'talk-or-letter', reason: '一般性问题' });
  await take(leader, scope, { step: 'approve', opinion: '同意' });
}
const pathOf = (scope: string) => `/api/clues/${clueOf(scope).id}/people/${entries.get(scope)}`;
async function pageFor(client: ApiClient, scope: string) {
  const { status, body } = await client.get(pathOf(scope));
  expect([scope, status]).toEqual([scope, 200]);
  return personPageSchema.parse(body);
}
const audited = async (action: string) =>
  rows(
    fixture.pool,
    z.object({ object: z.string(), reason: z.string().nullable() }),
    'SELECT object, reason FROM access_audit WHERE action = $1 AND succeeded ORDER BY id',
    [action],
  );

const log = () => new AuditLog(fixture.pool, fixture.machineClock);
const refusals = async () => {
  const sql = `SELECT object FROM access_audit WHERE action = 'refused' ORDER BY id`;
  return (await rows(fixture.pool, z.object({ object: z.string().nullable() }), sql, [])).map(({ object }) => object);
};
/** More of one name than are listed. */
async function bearName(count: number, whose: string): Promise<void> {
  const sql = `INSERT INTO clue_person (id, clue_id, name, unit, identity_id, counted_as) SELECT $1 || n, $2, $1, '东河镇', $1 || n, $1 || n
    FROM generate_series(1, $3::int) n`;
  await execute(fixture.pool, sql, [whose, clueOf('GD-1').id, count]);
}
async function useLooks(userId: string, count: number): Promise<void> {
  const sql = `INSERT INTO access_reveal (user_id, china_day, object, at_ms)
    SELECT $1, $3, 'x/' || n, 0 FROM generate_series(1, $2::int) n`;
  await execute(fixture.pool, sql, [userId, count, chinaDayOf(fixture.machineClock.nowMs())]);
}

beforeAll(async () => {
  fixture = await startConsole();
  const mustChangePassword = false;
  const make = (person: { account: string; password: string }, more: object) =>
    fixture.users.create({
      ...person,
      displayName: person.account,
      role: 'analyst',
      townshipCodes: null,
      mustChangePassword,
      ...more,
    });
  await make(TOWNSMAN, { townshipCodes: [EAST] });
  await make(MANAGER, { role: 'case-manager' });
  await make(LIAISON, { role: 'unit-liaison', unitCodes: ['U1'] });
  await fixture.storeFindings([
    ...['GD-1', 'GD-2'].map((scope) => returnedOften(scope, { orderId: scope, unitId: 'U1', townshipCode: EAST })),
    returnedOften('GD-3', { orderId: 'GD-3', unitId: 'U1', townshipCode: WEST }),
    returnedOften('GD-4', { orderId: 'GD-4', unitId: 'U1', townshipCode: EAST }),
  ]);
  analyst = await fixture.signedIn(ANALYST);
  leader = await fixture.signedIn(LEADER);
  townsman = await fixture.signedIn(TOWNSMAN);
  await lead('GD-1');
  const known = entries.get('GD-1') ?? '';
  await lead('GD-2', known);
  await lead('GD-3', known);
}, 120_000);
afterAll(() => fixture.stop());

describe('the page of a person', () => {
  test('gathers all clues in the order in which it happened, with forms, and what was written and put right', async () => {
    const personId = entries.get('GD-1') ?? '';
    await take(analyst, 'GD-1', { step: 'set-form', personId, form: 'first', measure: `对${NAME}提醒谈话` });
    const origin = { kind: 'clue', id: clueOf('GD-1').id };
    const content = { kind: 'supervision-order', unitCode: 'U1', title: '督办退回工单', text: '请整改', replyWorkingDays: 5 };
    const letter = (await analyst.post('/api/letters', { origin, content, cover: true })).body;
    expect((await leader.post(`/api/letters/${letter.id}/steps`, { revision: 1, step: { step: 'issue' } })).status).toBe(200);
    const liaison = await fixture.signedIn(LIAISON);
    const answer = { step: 'answer', measures: '已重新办理', outcome: '已办结' };
    for (const [revision, step] of [
      [2, { step: 'receive' }],
      [3, answer],
    ] as const)
      expect((await liaison.post(`/api/assignments/letters/${letter.id}/steps`, { revision, step })).status).toBe(200);
    const item = { letterId: letter.id, unitCode: 'U1', problem: '退回理由不成立', dueDay: '2026-07-20' };
    const register = async (responsible: string): Promise<string> => {
      const { status, body } = await analyst.post('/api/rectifications', { ...item, responsible });
      expect([status, body.message]).toEqual([200, undefined]);
      return body.id;
    };
    const mine = await register(NAME);
    await register(`${NAME}梅`);
    await take(analyst, 'GD-1', { step: 'report', outcome: 'conclude', report: '已谈话' });
    await take(leader, 'GD-1', { step: 'close', report: '整改到位' });

    const page = await pageFor(leader, 'GD-2');
    expect(page).toMatchObject({ name: '单**', truncated: false, mayIdentify: false });
    expect(page.entries.map(({ clueNumber, form }) => [clueNumber, form])).toEqual([
      [clueOf('GD-2').number, null],
      [clueOf('GD-3').number, null],
      [clueOf('GD-1').number, 'first'],
    ]);
    expect(page.entries[2]?.formAtMs).toBe(fixture.countyClock.nowMs());
    expect(page.clues).toHaveLength(3);
    const ofFirst = page.events.filter(({ id, kind }) => kind === 'clue' && id === clueOf('GD-1').id);
    expect(ofFirst.map(({ title }) => title)).toEqual([
      '登记',
      '登记涉及人员',
      '核实',
      '提出处置意见',
      '审批同意',
      '认定形态',
      '报告办理情况',
      '办结',
    ]);
    expect(page.events.filter(({ kind }) => kind === 'letter').map(({ id, title }) => [id, title])).toEqual([
      [letter.id, '签发'],
    ]);
    // Whose name only begins alike is somebody else.
    expect(page.events.filter(({ kind }) => kind === 'rectification').map(({ id }) => id)).toEqual([mine]);
    // How long a rebound is watched for has not come yet, and stands last.
    expect(page.events.at(-1)).toMatchObject({ kind: 'watch', id: clueOf('GD-1').id, ahead: true });
    expect(JSON.stringify(page)).not.toContain(NAME);
  });

  test('relates the person with clues, findings, and what these are about', async () => {
    const { net } = await pageFor(leader, 'GD-1');
    const idsOf = (kind: string) => net.nodes.filter((node) => node.kind === kind).map(({ code, name }) => code ?? name);
    expect(idsOf('clue').toSorted()).toEqual(['GD-1', 'GD-2', 'GD-3'].map((scope) => clueOf(scope).id).toSorted());
    expect(idsOf('order').toSorted()).toEqual(['GD-1', 'GD-2', 'GD-3']);
    // One unit is one node, joined with the findings of all three.
    expect(idsOf('unit')).toHaveLength(1);
    expect(net.edges.filter(({ to }) => to === 'unit U1')).toHaveLength(3);
  });

  test('is of what whoever asks may see, and each look is on record with the clue that it is taken for', async () => {
    const before = (await audited('read-clue-person')).length;
    const page = await pageFor(townsman, 'GD-1');
    expect(page.clues.map(({ id }) => id).toSorted()).toEqual([clueOf('GD-1').id, clueOf('GD-2').id].toSorted());
    expect(JSON.stringify(page)).not.toContain('GD-3');
    const looks = (await audited('read-clue-person')).slice(before);
    expect(looks).toEqual([{ object: `clue/${clueOf('GD-1').id}/people/${entries.get('GD-1')}`, reason: null }]);
  });

  test('answers whoever sees no clue of them word for word as of somebody who is not there', async () => {
    const far = await townsman.get(pathOf('GD-3'));
    const absent = await townsman.get(`/api/clues/none/people/none`);
    const otherwise = await townsman.get(`/api/clues/${clueOf('GD-1').id}/people/${entries.get('GD-3')}`);
    expect([far.status, absent.status, otherwise.status]).toEqual([404, 404, 404]);
    for (const { body } of [far, otherwise]) expect({ ...body, requestId: '' }).toEqual({ ...absent.body, requestId: '' });
  });

  test('covers names also for whoever leads handling and may see none; a liaison has no such page', async () => {
    const manager = await fixture.signedIn(MANAGER);
    expect(JSON.stringify(await pageFor(manager, 'GD-1'))).not.toContain(NAME);
    expect((await (await fixture.signedIn(LIAISON)).get(pathOf('GD-1'))).status).toBe(403);
  });
});

describe('a search by the whole name', () => {
  const search = (client: ApiClient, name: string, reason = '核对是否有以前的线索') =>
    client.post('/api/clue-people/search', { name, reason });

  test('finds whom the clues within reach name, one line for each person; part of a name nobody', async () => {
    const { items } = knownPeopleSchema.parse((await search(leader, NAME)).body);
    expect(items.map(({ name, entries: all }) => [name, all.length])).toEqual([[NAME, 3]]);
    const near = knownPeopleSchema.parse((await search(townsman, NAME)).body);
    expect(near.items[0]?.entries.map(({ clueId }) => clueId).toSorted()).toEqual(
      [clueOf('GD-1').id, clueOf('GD-2').id].toSorted(),
    );
    expect((await search(leader, NAME.slice(0, 2))).body.items).toEqual([]);
    // The box for everything finds no name.
    expect((await leader.post('/api/search', { text: NAME })).body.groups).toEqual([]);
  });

  test('is for who may see names, with a reason; on record without the name', async () => {
    // Before anything is looked for, and on record.
    await bearName(60, '同名多');
    expect((await search(await fixture.signedIn(MANAGER), '同名多')).status).toBe(403);
    expect((await search(leader, '同名多')).status).toBe(429);
    expect(await refusals()).toContain('clue-people/search');
    expect((await leader.post('/api/clue-people/search', { name: NAME })).status).toBe(400);
    const before = (await audited('search-clue-people')).length;
    await search(leader, '没有这样的人');
    const asked = (await audited('search-clue-people')).slice(before);
    expect(asked).toEqual([{ object: 'clue-people/search', reason: '核对是否有以前的线索' }]);
    expect(JSON.stringify(await audited('search-clue-people'))).not.toContain(NAME);
  });

  test('stands in the log outside of the clues that it finds: who reads their dossiers is not told of another clue', async () => {
    const { id } = clueOf('GD-1');
    const about = async () => (await log().about(`clue/${id}`, 1000)).filter(({ action }) => action === 'read-clue-people');
    expect(await about()).toEqual([]);
    await search(leader, NAME, '核对某人');
    expect((await audited('read-clue-people')).at(-1)?.object).toMatch(/^clue-people\/found\//);
    expect(await about()).toEqual([]);
    // As they were entered at first.
    const enter = (action: 'read-clue-people' | 'search-clue-people', object: string, why: string) =>
      log().record({ account: LEADER.account, address: null }, { action, object, reason: why });
    await enter('read-clue-people', `clue/${id}/people`, '核对某人');
    await enter('read-clue-people', `clue/${clueOf('GD-2').id}/people`, '核对某人');
    await enter('search-clue-people', 'clue-people', '核对某人');
    await enter('read-clue-people', `clue/${id}/people`, '登记涉及人员，核对同名');
    expect(await about()).toEqual([]);
    // A look of its own stays.
    await leader.post(`/api/clues/${id}/people/reveal`, { reason: '核对某人' });
    await search(leader, NAME, '核对某人');
    expect((await about()).map(({ reason }) => reason)).toEqual(['核对某人']);
  });

  test('costs a look by itself; at the limit it is refused alike, whoever is known', async () => {
    const lookCount = async () => {
      const sql = 'SELECT count(*)::int AS count FROM access_reveal WHERE user_id = $1';
      return (await row(fixture.pool, z.object({ count: z.int() }), sql, [fixture.leader.id])).count;
    };
    await execute(fixture.pool, 'DELETE FROM access_reveal', []);
    await search(leader, '没有这样的人');
    await search(leader, '没有这样的人');
    expect(await lookCount()).toBe(2);
    await useLooks(fixture.leader.id, 97);
    // The last one finds whom it finds, so that its answer says nothing by a refusal.
    expect((await search(leader, NAME)).body.items).toHaveLength(1);
    expect(await lookCount()).toBe(103);
    const [known, unknown] = [await search(leader, NAME), await search(leader, '没有这样的人')];
    expect([known.status, unknown.status]).toEqual([429, 429]);
    expect(known.body.message).toBe(unknown.body.message);
    expect(known.body.message).not.toMatch(/\d/);
    // What was seen can be seen again.
    expect((await leader.post(`/api/clues/${clueOf('GD-1').id}/people/reveal`, { reason: '制作谈话通知' })).status).toBe(200);
    await execute(fixture.pool, 'DELETE FROM access_reveal', []);
  });
});

describe('at naming somebody', () => {
  const looksAt = async (scope: string) => {
    const sql = 'SELECT user_id FROM access_reveal WHERE object = $1';
    const looks = await rows(fixture.pool, z.object({ user_id: z.string() }), sql, [`clue/${clueOf(scope).id}/people`]);
    return looks.map(({ user_id: userId }) => userId);
  };

  test('whoever handles the clue is shown those of the same name; nobody else is', async () => {
    const { items } = findingListSchema.parse((await analyst.get('/api/findings?limit=100')).body);
    const findingIds = items.filter((item) => item.scope === 'GD-4').map(({ id }) => id);
    clues.set('GD-4', clueDetailSchema.parse((await analyst.post('/api/clues', { findingIds, reason: '核对属实' })).body));
    await take(leader, 'GD-4', { step: 'assign', assigneeId: fixture.analyst.id });
    const ask = (client: ApiClient) => client.post(`/api/clues/${clueOf('GD-4').id}/people/same-name`, { name: NAME });
    expect((await ask(townsman)).status).toBe(409);
    expect((await looksAt('GD-3')).length).toBe(0);
    const known = knownPeopleSchema.parse((await ask(analyst)).body);
    expect(known.items.map(({ entries: all }) => all.length)).toEqual([3]);
    // Counted as a look at the people of each clue that was found.
    for (const scope of ['GD-1', 'GD-2', 'GD-3']) expect(await looksAt(scope)).toEqual([fixture.analyst.id]);

    const { id, revision } = clueOf('GD-4');
    const step = { step: 'add-person', name: NAME, unit: '东河镇' };
    const unsaid = await analyst.post(`/api/clues/${id}/steps`, { revision, step });
    expect([unsaid.status, unsaid.body.message]).toEqual([409, expect.stringContaining('“同一人”或“另一人”')]);
    // It tells that the name is known: on record, and not below the clue.
    expect((await refusals()).at(-1)).toBe(`clue-people/same-name/${id}`);
    // At the limit the check is refused, and nobody is held up by that.
    await useLooks(fixture.analyst.id, 100);
    const refused = await ask(analyst);
    expect([refused.status, refused.body.message]).toEqual([429, expect.stringContaining('可以先按“另一人”登记')]);
    await take(analyst, 'GD-4', { step: 'add-person', name: NAME, unit: '东河镇', sameAsId: null });
    entries.set('GD-4', clueOf('GD-4').people[0]?.id ?? '');
    expect((await pageFor(analyst, 'GD-4')).clues.map((clue) => clue.id)).toEqual([id]);
    // What was said stands in the log, and not below the clue, whose dossier would tell of another.
    const said = (await audited('identify-clue-person')).map(({ object }) => object);
    expect(said.at(-1)).toBe(`clue-person/clue-step/${id}/${revision + 1}/another`);
    expect(said.filter((object) => object.includes('/same-as/'))).toHaveLength(2);
    expect(said.every((object) => object.startsWith('clue-person/'))).toBe(true);
  });

  test('is not checked where nobody may be named; what is put right is, of the name that the person bears', async () => {
    await execute(fixture.pool, 'DELETE FROM access_reveal', []);
    expect(clueOf('GD-1').state).toBe('closed');
    const ask = (body: object) => analyst.post(`/api/clues/${clueOf('GD-1').id}/people/same-name`, body);
    const closed = await ask({ name: NAME });
    expect([closed.status, closed.body.message]).toEqual([409, expect.stringContaining('不能“登记涉及人员”')]);
    const personId = entries.get('GD-1') ?? '';
    const known = knownPeopleSchema.parse((await ask({ name: NAME, personId })).body);
    expect(known.items.flatMap(({ entries: all }) => all)).toHaveLength(4);
    const other = await ask({ name: '没有这样的人', personId });
    expect([other.status, other.body.message]).toEqual([400, expect.stringContaining('与这条线索里登记的不同')]);
    expect((await ask({ name: NAME, personId: entries.get('GD-2') })).status).toBe(404);
  });

  test('a mistake is put right by whoever handles the clue, with a reason', async () => {
    const page = await pageFor(analyst, 'GD-4');
    expect(page.mayIdentify).toBe(true);
    const put = (client: ApiClient, body: object) => client.post(`${pathOf('GD-4')}/identity`, body);
    const sameAsId = entries.get('GD-1') ?? '';
    expect((await put(townsman, { sameAsId, reason: '确认是同一人' })).status).toBe(409);
    expect((await put(analyst, { sameAsId })).status).toBe(400);
    const after = personPageSchema.parse((await put(analyst, { sameAsId, reason: '确认是同一人' })).body);
    expect(after.clues).toHaveLength(4);
    expect((await audited('identify-clue-person')).at(-1)).toEqual({
      object: `clue-person/${entries.get('GD-4')}/same-as/${sameAsId}`,
      reason: '确认是同一人',
    });
  });
});

test('a text of the ledger names somebody by the whole name alone', () => {
  expect(namesPerson('单于红', '单于红')).toBe(true);
  expect(namesPerson('站长 单于红、王刚（副站长）', '单于红')).toBe(true);
  expect(namesPerson('单于红梅', '单于红')).toBe(false);
  expect(namesPerson(null, '单于红')).toBe(false);
});
