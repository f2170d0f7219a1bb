import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RuleSwitches } from '@tianyan/findings';
import { rows } from '@tianyan/postgres';
import { z } from 'zod';
import { ruleDetailSchema, ruleListSchema } from '../api/index.js';
import type { SourceStatus } from '@tianyan/sources';
import type { ApiClient } from '../testing/api-client.js';
import { ADMINISTRATOR, ANALYST, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';

let fixture: ConsoleFixture;
let administrator: ApiClient;
let analyst: ApiClient;
beforeAll(async () => {
  fixture = await startConsole();
  administrator = await fixture.signedIn(ADMINISTRATOR);
  analyst = await fixture.signedIn(ANALYST);
  fixture.standIns.sourceRows = [source('hotline', '12345 热线'), source('assets', '三资平台')];
});
afterAll(() => fixture.stop());

function source(name: string, label: string): SourceStatus {
  const totals = { acceptedTotal: 0, repeatedTotal: 0, refusedTotal: 0, quarantineOpen: 0 };
  const times = { lastRunAtMs: null, lastSuccessAtMs: null, lastPageAtMs: null, lastRecordAtMs: null };
  return {
    name,
    label,
    kind: 'http-pull',
    enabled: true,
    state: 'idle',
    error: null,
    heldLists: [],
    ...totals,
    ...times,
  };
}

const RULE = '/api/rules/order-ping-pong/switch';
const off = { enabled: false, sources: null, reason: '本县由市里督办' };
const audit = () =>
  rows(
    fixture.pool,
    z.object({ actor_account: z.string(), object: z.string(), reason: z.string().nullable(), succeeded: z.boolean() }),
    "SELECT actor_account, object, reason, succeeded FROM access_audit WHERE action IN ('switch-rule', 'refused') ORDER BY id",
  );

test('an administrator switches a rule with a reason; correlators see it, and it is written down who did', async () => {
  const before = ruleDetailSchema.parse((await analyst.get('/api/rules/order-ping-pong')).body);
  expect([before.runs, before.limitedTo, before.switch]).toEqual([true, null, { enabled: true, sources: null, setBy: null }]);

  const answer = await administrator.send('PUT', RULE, off);
  expect(answer.status).toBe(200);
  const after = ruleDetailSchema.parse(answer.body);
  expect(after).toMatchObject({
    runs: false,
    switch: { enabled: false, setBy: { account: 'wang.gang', reason: '本县由市里督办' } },
  });
  const state = await new RuleSwitches(fixture.pool).read();
  expect(state.rules.get('order-ping-pong')?.enabled).toBe(false);
  expect(await fixture.sets.newest()).toMatchObject({ epoch: 2, rules: [] });
  expect((await audit()).at(-1)).toEqual({
    actor_account: 'wang.gang',
    object: 'rule/order-ping-pong/off/all',
    reason: '本县由市里督办',
    succeeded: true,
  });

  await administrator.send('PUT', RULE, { enabled: true, sources: ['hotline'], reason: '只看热线' });
  const limited = ruleDetailSchema.parse((await analyst.get('/api/rules/order-ping-pong')).body);
  expect([limited.runs, limited.limitedTo]).toEqual([true, ['12345 热线']]);
});

test('a pack switched off stops all its rules at once, whatever their own switches say; to let it run again asks for a look, or why not', async () => {
  const path = '/api/rules/packs/shipped/switch';
  const answer = await administrator.send('PUT', path, off);
  const list = ruleListSchema.parse(answer.body);
  expect(list.packs).toMatchObject([{ pack: 'shipped', ruleCount: 1, switch: { enabled: false } }]);
  expect(list.items).toMatchObject([{ runs: false, switch: { enabled: true } }]);
  expect((await audit()).at(-1)).toMatchObject({
    object: 'pack/shipped/off/all',
    reason: '本县由市里督办',
  });
  const unseen = await administrator.send('PUT', path, { ...off, enabled: true });
  expect([unseen.status, JSON.stringify(unseen.body)]).toEqual([409, expect.stringContaining('写明为什么不看')]);
  await administrator.send('PUT', path, { ...off, enabled: true, unseenReason: '恢复' });
  expect((await audit()).at(-1)).toMatchObject({ reason: '本县由市里督办（没有先看会增减哪些疑点：恢复）' });
});

test.each([
  ['an analyst', () => analyst, off, 403, /管理员/],
  ['no reason', () => administrator, { ...off, reason: ' ' }, 400, /理由/],
  ['an unknown source', () => administrator, { ...off, sources: ['elsewhere'] }, 400, /没有数据源 elsewhere/],
  ['no source at all', () => administrator, { ...off, sources: [] }, 400, /至少选一个数据源/],
])('is refused: %s', async (_name, client, body, status, words) => {
  const before = await fixture.sets.epoch();
  const answer = await client().send('PUT', RULE, body);
  expect([answer.status, JSON.stringify(answer.body)]).toEqual([status, expect.stringMatching(words)]);
  expect(await fixture.sets.epoch()).toBe(before);
});

test('a rule that does not exist is not found', async () => {
  expect((await administrator.send('PUT', '/api/rules/none/switch', off)).status).toBe(404);
});
