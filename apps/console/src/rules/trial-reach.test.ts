import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { DAY_MS } from '@tianyan/kernel';
import { execute } from '@tianyan/postgres';
import { shippedText } from '@tianyan/rules/testing';
import { draftDetailSchema, findingListSchema, MAX_KNOWN_CASES, startedTrialSchema, type RuleTrial } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, COUNTY_NOW_MS, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { endedTrial } from '../testing/ended-trial.js';
import { writeRecords } from '../testing/records.js';

const [NEAR, FAR] = ['320921100', '320921200'];
const TOWNSMAN = { account: 'tian.jia', password: 'Operator-2026-abc' };
const NEIGHBOUR = { account: 'ding.yi', password: 'Operator-2026-abd' };

let fixture: ConsoleFixture;
let countyman: ApiClient;
let townsman: ApiClient;
let neighbour: ApiClient;
beforeAll(async () => {
  fixture = await startConsole();
  const { users, warehouse } = fixture;
  const person = { role: 'analyst', mustChangePassword: false } as const;
  await users.create({ ...TOWNSMAN, ...person, displayName: '田甲', townshipCodes: [NEAR] });
  await users.create({ ...NEIGHBOUR, ...person, displayName: '丁乙', townshipCodes: [FAR] });
  countyman = await fixture.signedIn(ANALYST);
  townsman = await fixture.signedIn(TOWNSMAN);
  neighbour = await fixture.signedIn(NEIGHBOUR);
  const places = { 'near-1': NEAR, 'near-2': NEAR, 'far-1': FAR, 'far-2': FAR, nowhere: null };
  const events = Object.keys(places).flatMap((orderId) =>
    Array.from({ length: 3 }, (_none, n) => ({
      id: `${orderId}-${n}`,
      atMs: COUNTY_NOW_MS - (10 - n) * DAY_MS,
      raw: '{}',
      fields: { orderId, action: 'returned', unitId: `U-${orderId}` },
    })),
  );
  await writeRecords(warehouse, builtInCatalogue.get('hotline.order-event'), events, '');
  const orders = Object.entries(places).map(([orderId, townshipCode]) => ({
    id: orderId,
    atMs: COUNTY_NOW_MS - 60 * DAY_MS,
    raw: '{}',
    fields: {
      orderId,
      title: '路灯不亮',
      content: '路灯不亮',
      channel: '电话',
      category: 'complaint',
      matter: 'road',
      urgency: 'normal',
      status: 'open',
      townshipCode,
      confidential: false,
    },
  }));
  await writeRecords(warehouse, builtInCatalogue.get('hotline.order'), orders, '');
  const stands = (scope: string, townshipCode: string | null) => ({
    ruleId: 'order-ping-pong',
    scope,
    hit: true,
    occurredAtMs: COUNTY_NOW_MS - DAY_MS,
    dueAtMs: null,
    evidence: [],
    figures: { returns: 3 },
    subjects: { orderId: scope, ...(townshipCode === null ? {} : { townshipCode }) },
  });
  await fixture.storeFindings([
    stands('near-1', NEAR),
    stands('near-gone', NEAR),
    stands('far-1', FAR),
    stands('far-gone', FAR),
    // It was taken for one of the township, and is found elsewhere by now.
    stands('far-2', NEAR),
  ]);
});
afterAll(() => fixture.stop());

const shipped = shippedText('order-ping-pong').yaml;
const own = shipped.replace(/^version:.*$/m, 'version: 2').trim();

async function tried(
  client: ApiClient,
  yaml = own,
  how: object = {},
): Promise<RuleTrial & { result: NonNullable<RuleTrial['result']> }> {
  const { id } = startedTrialSchema.parse((await client.post('/api/rules/trials', { yaml, ...how })).body);
  const { result, ...trial } = await endedTrial(client, id);
  if (!result) throw new Error(trial.failure ?? trial.state);
  return { ...trial, result };
}

test('all that a trial tells is of the reach of whoever tried it', async () => {
  const { result } = await tried(townsman);
  expect(result.hits).toBe(2);
  expect(result.perTownship.map(({ key, count }) => [key, count])).toEqual([[NEAR, 2]]);
  expect(result.perMonth.reduce((sum, { count }) => sum + count, result.earlier)).toBe(2);
  expect(result.samples.map(({ scope }) => scope).toSorted()).toEqual(['near-1', 'near-2']);
  expect(result.changes).toMatchObject({ standing: 3, gained: 1, lost: 1 });
  expect(result.changes?.gainedSamples.map(({ scope }) => scope)).toEqual(['near-2']);
  expect(result.changes?.lostSamples.map(({ scope }) => scope)).toEqual(['near-gone']);
  // Steps of orders name no township; where something may be due one day is not known today.
  expect([result.scopes, result.due]).toEqual([null, null]);
  expect(result.inputs.map(({ input, records, passing }) => [input, records, passing])).toEqual([
    ['returned', null, null],
    ['assigned', null, null],
    ['order', 2, 2],
  ]);
  expect(JSON.stringify(result)).not.toMatch(/far-|nowhere/);
});

test('of the whole county everything is told, as ever', async () => {
  const { result } = await tried(countyman);
  expect(result).toMatchObject({ hits: 5, scopes: 5, due: 0, changes: { standing: 5, gained: 2, lost: 2 } });
  expect(result.perTownship.map(({ key, count }) => [key, count])).toEqual([
    [NEAR, 2],
    [FAR, 2],
    ['', 1],
  ]);
});

test('a text that calls something else a township finds nothing for whoever sees some townships alone', async () => {
  const made = own.replace('townshipCode: order.townshipCode', 'townshipCode: order.villageCode');
  const { result } = await tried(townsman, made.replace('villageCode: order.villageCode\n', 'villageCode: order.townshipCode\n'));
  expect([result.hits, result.samples, result.changes?.gained]).toEqual([0, [], 0]);
  expect(result.nothing).toContain('没有写明疑点在哪个乡镇');
});

test('what stays with a draft is read by nobody who sees less than who tried it', async () => {
  const draft = draftDetailSchema.parse((await townsman.post('/api/rules/drafts', { yaml: own, basedOn: null })).body);
  const path = `/api/rules/drafts/${draft.id}`;
  const seen = async (client: ApiClient) => draftDetailSchema.parse((await client.get(path)).body).trial?.hits ?? null;
  const kept = await townsman.post(`${path}/trial`, { trialId: (await tried(townsman)).id, revision: 1 });
  expect(kept.status).toBe(200);
  expect([await seen(townsman), await seen(countyman), await seen(neighbour)]).toEqual([2, 2, null]);
  await countyman.post(`${path}/trial`, { trialId: (await tried(countyman)).id, revision: 1 });
  expect([await seen(townsman), await seen(countyman), await seen(neighbour)]).toEqual([null, 5, null]);
});

test('known cases are told within reach: what people confirmed by whichever rule, what they decided, and numbers typed in', async () => {
  await fixture.storeFindings([
    {
      ruleId: 'order-ping-pong',
      scope: 'missed',
      hit: true,
      occurredAtMs: COUNTY_NOW_MS - DAY_MS,
      dueAtMs: null,
      evidence: [],
      figures: {},
      subjects: { orderId: 'missed', townshipCode: NEAR },
    },
  ]);
  // As if another rule had found it.
  await execute(fixture.pool, `UPDATE finding SET rule_id = 'closed-in-minutes' WHERE scope = 'missed'`);
  const { items } = findingListSchema.parse((await countyman.get('/api/findings')).body);
  const decide = async (scope: string, body: object) => {
    const id = items.find((item) => item.scope === scope)?.id ?? '';
    expect((await countyman.post(`/api/findings/${id}/decisions`, body)).status).toBe(200);
  };
  for (const scope of ['near-1', 'far-1', 'missed']) await decide(scope, { decision: 'promote' });
  await decide('near-gone', { decision: 'dismiss', verdict: 'unfounded', reason: '核实没有退回' });
  const known = ['near-2', 'far-2', 'none-such', 'near-2'];
  const { result } = await tried(townsman, own, { known });
  expect(result.known).toEqual({ hit: ['near-2'], missed: ['far-2', 'none-such'] });
  expect(result.confirmed).toEqual({ subjects: 2, hit: 1, missed: ['missed'] });
  const none = { confirmed: 0, unfounded: 0, permitted: 0, 'data-error': 0, unclassed: 0, open: 0 };
  expect(result.changes?.decided).toEqual({
    standing: { ...none, confirmed: 1, unfounded: 1, open: 1 },
    gained: { ...none, open: 1 },
    lost: { ...none, unfounded: 1 },
  });
  expect((await tried(countyman)).result).toMatchObject({ confirmed: { subjects: 3, hit: 2, missed: ['missed'] }, known: null });
  const before = await tried(countyman, own, { from: '2025-01-01', to: '2025-12-31' });
  expect(before.result.confirmed).toEqual({ subjects: 0, hit: 0, missed: [] });
  const many = { yaml: own, known: Array.from({ length: MAX_KNOWN_CASES + 1 }, (_none, n) => `n${n}`) };
  expect((await countyman.post('/api/rules/trials', many)).status).toBe(400);
});

test('a text over findings tells nothing to whoever sees findings of some classes alone, not even how many units have one', async () => {
  const person = { account: 'he.bing', password: 'Operator-2026-abe' };
  const problemClasses = ['形式主义'];
  await fixture.users.create({
    ...person,
    displayName: '何丙',
    role: 'analyst',
    mustChangePassword: false,
    townshipCodes: null,
    problemClasses,
  });
  const found = ['U1', 'U2'].map((unitId) => ({
    id: `found-${unitId}`,
    atMs: COUNTY_NOW_MS - DAY_MS,
    raw: '{}',
    fields: { ruleId: 'order-ping-pong', severity: 'high', problemClass: '官僚主义', unitId },
  }));
  await writeRecords(fixture.warehouse, builtInCatalogue.get('platform.finding'), found, '');
  const yaml = `id: probing
version: 1
title: 打听
class: 形式主义
severity: low
basis: [{ document: 《试行办法》, demands: 试用。 }]
description: 单位有别类的疑点。
scope: [unitId]
inputs: { found: { type: platform.finding, where: { problemClass: 官僚主义 } } }
kind: match
of: found
explanation: '{unitId:单位名} 有疑点。'
roles: { found: 疑点 }
examples: [{ name: 没有, now: '2026-06-01T09:00:00+08:00', records: [{ type: platform.finding, id: f1, at: '2026-03-02T09:00:00+08:00' }], expect: [] }]
`;
  const { result } = await tried(await fixture.signedIn(person), yaml);
  expect(result).toMatchObject({ hits: 0, samples: [], scopes: null, due: null, inputs: [{ records: null, passing: null }] });
  expect(result.nothing).toContain('别类的疑点');
  expect((await tried(countyman, yaml)).result).toMatchObject({ hits: 2, scopes: 2, inputs: [{ records: 2, passing: 2 }] });
});
