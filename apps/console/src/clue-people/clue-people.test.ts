import { rows } from '@tianyan/postgres';
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
    expect((await search(await fixture.signedIn(MANAGER), NAME)).status).toBe(403);
    expect((await leader.post('/api/clue-people/search', { name: NAME })).status).toBe(400);
    const before = (await audited('search-clue-people')).length;
    await search(leader, '没有这样的人');
    const asked = (await audited('search-clue-people')).slice(before);
    expect(asked).toEqual([{ object: 'clue-people', reason: '核对是否有以前的线索' }]);
    expect(JSON.stringify(await audited('search-clue-people'))).not.toContain(NAME);
  });
});

describe('at naming somebody', () => {
  test('whoever handles the clue is shown those of the same name; nobody else is', async () => {
    const { items } = findingListSchema.parse((await analyst.get('/api/findings?limit=100')).body);
    const findingIds = items.filter((item) => item.scope === 'GD-4').map(({ id }) => id);
    clues.set('GD-4', clueDetailSchema.parse((await analyst.post('/api/clues', { findingIds, reason: '核对属实' })).body));
    await take(leader, 'GD-4', { step: 'assign', assigneeId: fixture.analyst.id });
    const ask = (client: ApiClient) => client.post(`/api/clues/${clueOf('GD-4').id}/people/same-name`, { name: NAME });
    expect((await ask(townsman)).status).toBe(409);
    const known = knownPeopleSchema.parse((await ask(analyst)).body);
    expect(known.items.map(({ entries: all }) => all.length)).toEqual([3]);
    // Counted as a look at the people of each clue that was found.
    const looks = (await audited('read-clue-people')).map(({ object }) => object);
    for (const scope of ['GD-1', 'GD-2', 'GD-3']) expect(looks).toContain(`clue/${clueOf(scope).id}/people`);

    const { id, revision } = clueOf('GD-4');
    const step = { step: 'add-person', name: NAME, unit: '东河镇' };
    const unsaid = await analyst.post(`/api/clues/${id}/steps`, { revision, step });
    expect([unsaid.status, unsaid.body.message]).toEqual([409, expect.stringContaining('“同一人”或“另一人”')]);
    await take(analyst, 'GD-4', { step: 'add-person', name: NAME, unit: '东河镇', sameAsId: null });
    entries.set('GD-4', clueOf('GD-4').people[0]?.id ?? '');
    expect((await pageFor(analyst, 'GD-4')).clues.map((clue) => clue.id)).toEqual([id]);
    // What was said stands in the log, and not below the clue, whose dossier would tell of another.
    const said = (await audited('identify-clue-person')).map(({ object }) => object);
    expect(said.at(-1)).toBe(`clue-person/clue-step/${id}/${revision + 1}/another`);
    expect(said.filter((object) => object.includes('/same-as/'))).toHaveLength(2);
    expect(said.every((object) => object.startsWith('clue-person/'))).toBe(true);
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
