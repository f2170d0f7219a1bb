import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chinaDayOf, DAY_MS } from '@tianyan/kernel';
import { rows } from '@tianyan/postgres';
import { z } from 'zod';
import { benchSchema, clueDetailSchema, delegationListSchema, findingListSchema, type StepRequest } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, AUDITOR, COUNTY_NOW_MS, LEADER, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { returnedOften } from '../testing/planted-finding.js';

const DEPUTY = { account: 'deputy.manager', password: 'Manager-2026-xyz' };
const reason = '休假，见请假审批';

let fixture: ConsoleFixture;
let analyst: ApiClient;
let leader: ApiClient;
let auditor: ApiClient;
let deputy: ApiClient;
let deputyId = '';
let clueId = '';

const clueFor = async (client: ApiClient) => clueDetailSchema.parse((await client.get(`/api/clues/${clueId}`)).body);
const listFor = async (client: ApiClient) => delegationListSchema.parse((await client.get('/api/delegations')).body);

async function take(client: ApiClient, step: StepRequest, forId?: string) {
  const { revision } = await clueFor(leader);
  return client.post(`/api/clues/${clueId}/steps`, { revision, step, ...(forId !== undefined && { forId }) });
}

beforeAll(async () => {
  fixture = await startConsole();
  await fixture.storeFindings([returnedOften('A', { unitId: 'U1', townshipCode: '320921100' })]);
  const person = {
    ...DEPUTY,
    displayName: '钱进',
    role: 'case-manager',
    townshipCodes: null,
    mustChangePassword: false,
  } as const;
  deputyId = (await fixture.users.create(person))?.id ?? '';
  analyst = await fixture.signedIn(ANALYST);
  leader = await fixture.signedIn(LEADER);
  auditor = await fixture.signedIn(AUDITOR);
  deputy = await fixture.signedIn(DEPUTY);
  const { items } = findingListSchema.parse((await analyst.get('/api/findings')).body);
  const made = await analyst.post('/api/clues', { findingIds: items.map(({ id }) => id) });
  clueId = clueDetailSchema.parse(made.body).id;
});
afterAll(() => fixture.stop());

test('a leader is away: named, confirmed by another, and the deputy approves by both names', async () => {
  const [fromDay, untilDay] = [chinaDayOf(COUNTY_NOW_MS), chinaDayOf(COUNTY_NOW_MS + 3 * DAY_MS)];
  expect((await listFor(leader)).deputies).toContainEqual({ userId: deputyId, name: '钱进', roleLabel: '案件管理人员' });
  const asked = await leader.post('/api/delegations', { deputyId, fromDay, untilDay, reason });
  expect([asked.status, asked.body.stateLabel]).toEqual([200, '待复核']);
  const path = `/api/delegations/${asked.body.id}`;
  for (const step of [
    { step: 'assign', assigneeId: fixture.analyst.id },
    { step: 'verify', verdict: 'confirmed', report: '属实' },
    { step: 'propose', disposal: 'talk-or-letter', reason },
  ] as const)
    expect((await take(step.step === 'assign' ? leader : analyst, step)).status).toBe(200);
  expect((await clueFor(deputy)).deputySteps).toEqual([]);
  expect((await take(deputy, { step: 'approve' }, fixture.leader.id)).status).toBe(409);

  // The leader reviews grants, but not this one.
  expect((await leader.post(`${path}/confirm`, { reason })).status).toBe(403);
  expect((await listFor(auditor)).items).toMatchObject([{ mayReview: true, mayEnd: false, deputyName: '钱进' }]);
  expect((await auditor.post(`${path}/confirm`, { reason })).body.stateLabel).toBe('代理中');
  expect((await clueFor(deputy)).allowedSteps).not.toContain('approve');
  expect((await clueFor(deputy)).deputySteps).toMatchObject([
    { forId: fixture.leader.id, steps: expect.arrayContaining(['approve']) },
  ]);
  expect((await take(analyst, { step: 'approve' }, fixture.leader.id)).status).toBe(409);
  const { waiting } = benchSchema.parse((await deputy.get('/api/bench')).body);
  expect(waiting).toMatchObject([{ id: clueId, step: 'approve', forName: '陈伟' }]);
  const approved = await take(deputy, { step: 'approve', opinion: '同意' }, fixture.leader.id);
  expect(approved.status).toBe(200);
  expect(clueDetailSchema.parse(approved.body).steps.at(-1)?.takerName).toBe('钱进（代陈伟）');
  const entries = await rows(
    fixture.pool,
    z.object({ actor_account: z.string(), object: z.string() }),
    `SELECT actor_account, object FROM access_audit WHERE object LIKE 'clue/' || $1 || '/step/%' ORDER BY id DESC LIMIT 1`,
    [clueId],
  );
  expect(entries).toEqual([{ actor_account: DEPUTY.account, object: expect.stringMatching(/\/for\/chen\.leader$/) }]);
});

test('either of the two withdraws it, and nothing is done by it any more', async () => {
  const { items } = await listFor(deputy);
  expect(items).toMatchObject([{ mayEnd: true, state: 'confirmed' }]);
  const ended = await deputy.post(`/api/delegations/${items[0]?.id}/end`, { reason: '陈伟已回来' });
  expect([ended.status, ended.body.stateLabel, ended.body.answer]).toEqual([200, '已撤回', '陈伟已回来']);
  expect((await clueFor(deputy)).deputySteps).toEqual([]);
  const late = await take(deputy, { step: 'suspend', reason }, fixture.leader.id);
  expect([late.status, late.body.message]).toEqual([409, expect.stringContaining('代理没有生效')]);
  const sql = `SELECT object FROM access_audit WHERE action = 'refused' AND actor_account = $1 ORDER BY id DESC LIMIT 1`;
  const refused = await rows(fixture.pool, z.object({ object: z.string() }), sql, [DEPUTY.account]);
  expect(refused).toEqual([{ object: `clue/${clueId}/suspend` }]);
});
