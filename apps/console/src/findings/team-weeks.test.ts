import type { Evaluation } from '@tianyan/rules';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findingListSchema, teamSchema, teamWeekListSchema } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ADMINISTRATOR, ANALYST, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { returnedOften } from '../testing/planted-finding.js';

let fixture: ConsoleFixture;
let analyst: ApiClient;
let administrator: ApiClient;
let teamId: string;

const TEAM = { name: '东镇组', townshipCodes: ['E'], webhookUrl: null, minSeverity: 'low' };

beforeAll(async () => {
  fixture = await startConsole();
  analyst = await fixture.signedIn(ANALYST);
  administrator = await fixture.signedIn(ADMINISTRATOR);
  const scopes = [...[1, 2, 3, 4].map((n) => ['E', `E${n}`] as const), ['W', 'W1'] as const];
  await fixture.storeFindings(
    scopes.map(([townshipCode, scope]): Evaluation => returnedOften(scope, { orderId: scope, townshipCode })),
  );
  const made = await administrator.post('/api/teams', { ...TEAM, memberIds: [fixture.analyst.id], weeklyBudget: 3 });
  teamId = teamSchema.parse(made.body).id;
});
afterAll(() => fixture.stop());

const weeks = async (client: ApiClient) => teamWeekListSchema.parse((await client.get('/api/findings/weeks')).body).items;
const scopes = async (query: string) =>
  findingListSchema
    .parse((await analyst.get(`/api/findings?status=open&order=risk&team=${teamId}${query}`)).body)
    .items.map(({ scope }) => scope)
    .toSorted();

test('a team sees what it takes on this week, and how much stands behind, also of red ones; the rest is a link away', async () => {
  const [week] = await weeks(analyst);
  // Severe findings of a rule that nobody has checked are red.
  expect(week).toMatchObject({ teamName: '东镇组', own: true, weeklyBudget: 3, open: 3, behind: 1, behindRed: 1 });
  const taken = await scopes('&place=week');
  const behind = await scopes('&place=behind');
  expect(taken).toHaveLength(3);
  expect([...taken, ...behind].toSorted()).toEqual(['E1', 'E2', 'E3', 'E4']);
  expect(await scopes('')).toEqual(['E1', 'E2', 'E3', 'E4']);
  expect(await weeks(analyst)).toEqual([week]);
});

test('a budget that is not said stays, one that is taken away leaves nothing behind', async () => {
  const save = async (changes: object) =>
    teamSchema.parse(
      (await administrator.send('PUT', `/api/teams/${teamId}`, { ...TEAM, memberIds: [fixture.analyst.id], ...changes })).body,
    ).weeklyBudget;
  expect(await save({})).toBe(3);
  expect(await save({ weeklyBudget: null })).toBeNull();
  expect(await weeks(analyst)).toEqual([]);
  expect(await scopes('&place=behind')).toEqual(['E1', 'E2', 'E3', 'E4']);
  expect(await save({ weeklyBudget: 2 })).toBe(2);
});

test.each([0, 1_001, 1.5])('a budget of %d is refused in plain words', async (weeklyBudget) => {
  const answer = await administrator.send('PUT', `/api/teams/${teamId}`, { ...TEAM, memberIds: [], weeklyBudget });
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).toContain('每周名额');
});

test("who is not in the team does not see its week, but for whoever manages teams; what it shows lies within one's reach", async () => {
  await fixture.users.create({
    account: 'sun.li',
    password: 'a-long-password-for-tests',
    displayName: '孙丽',
    role: 'analyst',
    townshipCodes: ['W'],
    mustChangePassword: false,
  });
  const other = await fixture.signedIn({ account: 'sun.li', password: 'a-long-password-for-tests' });
  expect(await weeks(other)).toEqual([]);
  expect((await other.get(`/api/findings?team=${teamId}`)).status).toBe(404);
  expect((await analyst.get('/api/findings?team=none')).status).toBe(404);
  expect(await weeks(administrator)).toMatchObject([{ own: false, open: 3, behind: 1 }]);
});
