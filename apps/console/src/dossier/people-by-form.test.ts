import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DAY_MS } from '@tianyan/kernel';
import exceljs from 'exceljs';
import {
  clueDetailSchema,
  findingListSchema,
  knownPeopleSchema,
  statisticsSchema,
  type ClueDetail,
  type StepRequest,
} from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, LEADER, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { returnedOften } from '../testing/planted-finding.js';

/** The first moment of the period, in which all that follows happens. */
const AUGUST_MS = Date.parse('2026-08-01T00:00:00+08:00');
const EAST = '320921100';
const WEST = '320921200';
const CLUES = ['village', 'station', 'before', 'again', 'other', 'west', 'secret', 'early', 'late'] as const;
type Name = (typeof CLUES)[number];
type Form = 'first' | 'second' | 'third' | 'fourth';

let fixture: ConsoleFixture;
let analyst: ApiClient;
let leader: ApiClient;
const clues = new Map<Name, ClueDetail>();

beforeAll(async () => {
  fixture = await startConsole();
  await fixture.storeFindings(
    CLUES.map((scope) => returnedOften(scope, { unitId: 'U1', townshipCode: scope === 'west' ? WEST : EAST })),
  );
  analyst = await fixture.signedIn(ANALYST);
  leader = await fixture.signedIn(LEADER);
});
afterAll(() => fixture.stop());

const clueOf = (name: Name): ClueDetail => {
  const clue = clues.get(name);
  if (!clue) throw new Error(`${name} is not registered`);
  return clue;
};
async function register(name: Name): Promise<void> {
  const { items } = findingListSchema.parse((await analyst.get('/api/findings?limit=100')).body);
  const findingIds = items.filter(({ scope }) => scope === name).map(({ id }) => id);
  clues.set(name, clueDetailSchema.parse((await analyst.post('/api/clues', { findingIds, reason: '核对属实' })).body));
}
async function take(client: ApiClient, name: Name, step: StepRequest): Promise<ClueDetail> {
  const { id, revision } = clueOf(name);
  const { status, body } = await client.post(`/api/clues/${id}/steps`, { revision, step });
  expect([step.step, status, body.message]).toEqual([step.step, 200, undefined]);
  const clue = clueDetailSchema.parse(body);
  clues.set(name, clue);
  return clue;
}
/** Up to where forms are found. */
async function lead(name: Name): Promise<void> {
  await take(leader, name, { step: 'assign', assigneeId: fixture.analyst.id });
  await take(analyst, name, { step: 'verify', verdict: 'confirmed', report: '情况属实' });
  await take(analyst, name, { step: 'propose', disposal: 'talk-or-letter', reason: '一般性问题' });
  await take(leader, name, { step: 'approve' });
}
async function begin(name: Name): Promise<void> {
  await register(name);
  await lead(name);
}
/** Whoever names somebody says that it is the one of this name and unit, where there is one. */
async function sameAs(clue: Name, name: string, unit: string): Promise<{ sameAsId?: string | null }> {
  const { body } = await analyst.post(`/api/clues/${clueOf(clue).id}/people/same-name`, { name });
  const { items } = knownPeopleSchema.parse(body);
  if (items.length === 0) return {};
  return { sameAsId: items.find(({ entries }) => entries.some((entry) => entry.unit === unit))?.personId ?? null };
}
/** The form of these, each entered in the clue; the number makes the name. */
async function form(name: Name, numbers: readonly number[], found: Form, unit = '东河镇'): Promise<string[]> {
  const ids: string[] = [];
  for (const number of numbers) {
    const known = new Set(clueOf(name).people.map(({ id }) => id));
    const who = `陈第${number}`;
    const { people } = await take(analyst, name, { step: 'add-person', name: who, unit, ...(await sameAs(name, who, unit)) });
    const personId = people.find(({ id }) => !known.has(id))?.id ?? '';
    await correct(name, personId, found);
    ids.push(personId);
  }
  return ids;
}
const correct = (name: Name, personId: string, found: Form) =>
  take(analyst, name, { step: 'set-form', personId, form: found, measure: '提醒谈话' });
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

async function forms(client: ApiClient, query = 'from=2026-08-01&to=2026-08-31') {
  const { groups } = statisticsSchema.parse((await client.get(`/api/statistics?${query}`)).body);
  const figures = groups.find(({ key }) => key === 'forms')?.figures ?? [];
  const valueOf = (label: string) => figures.find((figure) => figure.label === label)?.value;
  return { people: valueOf('第一种形态'), times: valueOf('第一种形态，人次'), second: valueOf('第二种形态') };
}

test('73 people by the first form are 73, however often and wherever they were entered', async () => {
  // The last moment before the period begins: they do not count in August, unless a form is found anew.
  fixture.countyClock.advanceTo(AUGUST_MS - 1);
  await begin('before');
  const [corrected = ''] = await form('before', [71, 900, 901], 'first');
  fixture.countyClock.advanceTo(AUGUST_MS);
  expect(await forms(leader)).toEqual({ people: 0, times: 0, second: 0 });
  expect(await forms(leader, 'from=2026-07-31&to=2026-07-31')).toEqual({ people: 3, times: 3, second: 0 });

  // One clue, many people; two of them entered a second time; one of the same name in another unit is somebody else.
  await begin('village');
  await form('village', range(1, 40), 'first');
  await form('village', [1, 2], 'first');
  await form('village', [1], 'first', '西河镇');
  expect(await forms(leader)).toEqual({ people: 41, times: 41, second: 0 });

  // Another clue: five who were in the first one too, and some whose form was corrected, either way.
  await begin('station');
  await form('station', range(36, 60), 'first');
  const mistaken = await form('station', [61, 62, 63], 'first');
  for (const id of mistaken) await correct('station', id, 'second');
  const raised = await form('station', [64, 65, 66, 67], 'second');
  for (const id of raised) await correct('station', id, 'first');
  expect(await forms(leader)).toEqual({ people: 65, times: 70, second: 3 });

  // Of the month before, one was found anew.
  await correct('before', corrected, 'first');
  expect(await forms(leader)).toEqual({ people: 66, times: 71, second: 3 });
  expect(await forms(leader, 'from=2026-07-31&to=2026-07-31')).toEqual({ people: 2, times: 2, second: 0 });

  // Closed, reopened, and made part of another clue, where one of them is named again.
  await begin('again');
  await form('again', [72, 73, 74, 75, 76], 'first');
  await take(analyst, 'again', { step: 'report', outcome: 'conclude', report: '已谈话提醒' });
  await take(leader, 'again', { step: 'close', report: '办结' });
  await take(analyst, 'again', { step: 'ask-reopening', reason: '又有反映' });
  await take(leader, 'again', { step: 'approve-reopening' });
  expect(await forms(leader)).toEqual({ people: 71, times: 76, second: 3 });
  await register('other');
  await take(leader, 'other', { step: 'assign', assigneeId: fixture.analyst.id });
  await take(leader, 'again', { step: 'assign', assigneeId: fixture.analyst.id });
  await take(analyst, 'again', { step: 'merge', intoId: clueOf('other').id, reason: '同一件事' });
  expect(await forms(leader)).toEqual({ people: 71, times: 76, second: 3 });
  clues.set('other', clueDetailSchema.parse((await analyst.get(`/api/clues/${clueOf('other').id}`)).body));
  await take(analyst, 'other', { step: 'verify', verdict: 'confirmed', report: '情况属实' });
  await take(analyst, 'other', { step: 'propose', disposal: 'talk-or-letter', reason: '一般性问题' });
  await take(leader, 'other', { step: 'approve' });
  await form('other', [76], 'first');
  expect(await forms(leader)).toEqual({ people: 71, times: 76, second: 3 });

  // In the west, and in a clue that the analyst is not in the know of.
  await begin('west');
  await form('west', [77], 'first', '西乡');
  await begin('secret');
  await form('secret', [78], 'first');
  expect(await forms(leader)).toEqual({ people: 73, times: 78, second: 3 });
}, 120_000);

test('count what lies within reach and circle of who asks, in the period and the township asked for', async () => {
  const person = { account: 'zhao.west', password: 'Manager-2026-xyz' };
  await fixture.users.create({
    ...person,
    displayName: '赵敏',
    role: 'case-manager',
    townshipCodes: [WEST],
    mustChangePassword: false,
  });
  expect(await forms(await fixture.signedIn(person))).toEqual({ people: 1, times: 1, second: 0 });
  expect(await forms(leader, `from=2026-08-01&to=2026-08-31&township=${EAST}`)).toEqual({ people: 72, times: 77, second: 3 });
  expect(await forms(leader, 'from=2026-08-02&to=2026-08-31')).toEqual({ people: 0, times: 0, second: 0 });
  const reader = { account: 'zhou.reader', password: 'Manager-2026-xyz' };
  await fixture.users.create({
    ...reader,
    displayName: '周青',
    role: 'case-manager',
    townshipCodes: null,
    mustChangePassword: false,
  });
  const outside = await fixture.signedIn(reader);
  expect(await forms(outside)).toEqual({ people: 73, times: 78, second: 3 });
  await take(leader, 'secret', { step: 'restrict', userIds: [fixture.leader.id], reason: '涉及保密' });
  expect(await forms(outside)).toEqual({ people: 72, times: 77, second: 3 });
  expect(await forms(leader)).toEqual({ people: 73, times: 78, second: 3 });
});

test('the same 73 stand in the workbook', async () => {
  const response = await fetch(`${fixture.baseUrl}/api/statistics/export?from=2026-08-01&to=2026-08-31`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: fixture.baseUrl, cookie: leader.cookie ?? '' },
    body: JSON.stringify({ reason: '月度简报' }),
  });
  const workbook = new exceljs.Workbook();
  await workbook.xlsx.load(await response.arrayBuffer());
  const rows = workbook.getWorksheet('统计')?.getSheetValues() ?? [];
  const first = rows.find((row) => Array.isArray(row) && row[2] === '第一种形态');
  expect(first).toContain(73);
});

test('one of whom two forms were found, in two clues or in one, is one person: by the form found last', async () => {
  fixture.countyClock.advanceTo(AUGUST_MS + 40 * DAY_MS);
  const september = () => forms(leader, 'from=2026-09-01&to=2026-09-30');
  await begin('early');
  const [early = ''] = await form('early', [81], 'first');
  await begin('late');
  await form('late', [81], 'second');
  expect(await september()).toEqual({ people: 0, times: 1, second: 1 });
  await correct('early', early, 'first');
  expect(await september()).toEqual({ people: 1, times: 1, second: 0 });
  await form('early', [82], 'second');
  await form('early', [82], 'first');
  expect(await september()).toEqual({ people: 2, times: 2, second: 0 });
}, 60_000);
