import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { RuleSwitches } from '@tianyan/findings';
import { DAY_MS } from '@tianyan/kernel';
import { row, rows } from '@tianyan/postgres';
import { shippedText } from '@tianyan/rules/testing';
import { z } from 'zod';
import { startedTrialSchema, type RuleTrial } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ADMINISTRATOR, ANALYST, COUNTY_NOW_MS, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { endedTrial } from '../testing/ended-trial.js';
import { writeRecords } from '../testing/records.js';

const COLLEAGUE = { account: 'sun.li', password: 'Operator-2026-abc' };

let fixture: ConsoleFixture;
let administrator: ApiClient;
beforeAll(async () => {
  fixture = await startConsole();
  administrator = await fixture.signedIn(ADMINISTRATOR);
  const { warehouse } = fixture;
  const event = (id: string, orderId: string, action: string, daysAgo: number, unitId: string | null) => ({
    id,
    atMs: COUNTY_NOW_MS - daysAgo * DAY_MS,
    raw: '{}',
    fields: { orderId, action, unitId },
  });
  const returned = (orderId: string, times: number, daysAgo: number) =>
    Array.from({ length: times }, (_none, n) => event(`${orderId}-${n}`, orderId, 'returned', daysAgo - n, null));
  // A and B are found, C is not; of B nothing is known but its steps. D was long ago.
  const events = [...returned('A', 3, 40), ...returned('B', 3, 10), ...returned('C', 2, 10), ...returned('D', 3, 1000)];
  await writeRecords(
    warehouse,
    builtInCatalogue.get('hotline.order-event'),
    [...events, event('A-u', 'A', 'dispatched', 41, 'U1')],
    '',
  );
  const order = {
    title: '路灯不亮',
    content: '路灯不亮',
    channel: '电话',
    category: 'complaint',
    matter: 'road',
    urgency: 'normal',
    status: 'open',
    townshipCode: '320921100',
  };
  const orders = ['A', 'C'].map((orderId) => ({
    id: orderId,
    atMs: COUNTY_NOW_MS - 60 * DAY_MS,
    raw: '{}',
    fields: { ...order, orderId, confidential: false },
  }));
  await writeRecords(warehouse, builtInCatalogue.get('hotline.order'), orders, '');
  const township = { divisionCode: '320921100', name: '响水镇', level: 'township' };
  await writeRecords(
    warehouse,
    builtInCatalogue.get('directory.division'),
    [{ id: 't', atMs: 1, raw: '{}', fields: township }],
    '',
  );
});
afterAll(() => fixture.stop());

const shipped = shippedText('order-ping-pong').yaml;
const begin = (yaml: string, client = administrator) => client.post('/api/rules/trials', { yaml });

async function tried(yaml: string, how: object = {}): Promise<RuleTrial> {
  const { status, body } = await administrator.post('/api/rules/trials', { yaml, ...how });
  expect([status, body]).toEqual([202, { id: expect.any(String) }]);
  return endedTrial(administrator, startedTrialSchema.parse(body).id);
}

test('says what a rule would find, when, where and of whom, and what is gained and lost against what stands', async () => {
  const finding = (scope: string) => ({
    ruleId: 'order-ping-pong',
    scope,
    hit: true,
    occurredAtMs: COUNTY_NOW_MS - DAY_MS,
    dueAtMs: null,
    evidence: [],
    figures: { returns: 3 },
    subjects: { orderId: scope },
  });
  await fixture.storeFindings([finding('A'), finding('gone')]);
  const trial = await tried(shipped.replace(/^version:.*$/m, 'version: 2'));
  expect(trial).toMatchObject({ state: 'done', progress: 1, failure: null });
  const { result } = trial;
  expect(result).toMatchObject({ rule: { id: 'order-ping-pong', version: 2 }, nowMs: COUNTY_NOW_MS, scopes: 4, hits: 3, due: 0, standingVersion: 1 }); // prettier-ignore
  expect(result?.examples.length).toBeGreaterThan(2);
  expect(result?.examples.flatMap(({ differences }) => differences)).toEqual([]);
  expect(result?.perMonth.length).toBe(24);
  expect(result?.perMonth.filter(({ count }) => count > 0)).toEqual([
    { key: '2026-05', label: '2026-05', count: 1 },
    { key: '2026-06', label: '2026-06', count: 1 },
  ]);
  expect(result?.perMonth.at(-1)?.key).toBe('2026-07');
  expect(result?.earlier).toBe(1);
  expect(result?.perTownship).toEqual([
    { key: '', label: '（没有乡镇）', count: 2 },
    { key: '320921100', label: '响水镇', count: 1 },
  ]);
  expect(result?.perUnit).toEqual([{ key: 'U1', label: 'U1', count: 1 }]);
  expect(result?.samples.map(({ scope }) => scope)).toEqual(['B', 'A', 'D']);
  expect(result?.samples[1]).toMatchObject({
    explanation: expect.stringContaining('工单 A 从'),
    evidenceCount: 3,
    evidence: expect.arrayContaining([
      { typeLabel: '工单流转记录', recordId: 'A-0', atMs: COUNTY_NOW_MS - 40 * DAY_MS, roleLabel: '退回' },
    ]),
  });
  expect(result?.changes).toMatchObject({ standing: 2, gained: 2, lost: 1 });
  expect(result?.changes?.gainedSamples.map(({ scope }) => scope)).toEqual(['B', 'D']);
  expect(result?.changes?.lostSamples.map(({ scope }) => scope)).toEqual(['gone']);
});

test('what a switch would bring is counted over the sources to which it would limit the rule, whatever it is limited to now', async () => {
  const hits = async (how: object) => {
    const { state, result, failure } = await tried(shipped, how);
    return [state, result?.hits ?? failure, result?.changes?.standing];
  };
  const all = await hits({});
  expect(all).toEqual(['done', 3, 2]);
  expect(await hits({ limitedTo: ['elsewhere'] })).toEqual(['done', 0, 2]);
  expect(await hits({ limitedTo: ['elsewhere', 'test'] })).toEqual(all);
  const switchTo = (sources: readonly string[] | null) =>
    new RuleSwitches(fixture.pool).set(
      { kind: 'rule', id: 'order-ping-pong' },
      { enabled: true, sources, reason: '核对口径', actor: ADMINISTRATOR.account, changedAtMs: COUNTY_NOW_MS },
    );
  await switchTo(['elsewhere']);
  expect(await hits({})).toEqual(['done', 0, 2]);
  expect(await hits({ limitedTo: null })).toEqual(all);
  await switchTo(null);
  const limited = shipped.replace(/^class:/m, 'sources: [test]\nclass:');
  const { state, failure } = await tried(limited, { limitedTo: ['elsewhere'] });
  expect([state, failure]).toEqual(['failed', expect.stringContaining('没有一个是共同的')]);
  expect((await administrator.post('/api/rules/trials', { yaml: shipped, limitedTo: [] })).status).toBe(400);
});

test('of nothing found it says where the records are lost; of an example that fails, what came instead', async () => {
  const yaml = shipped
    .replace(/^id:.*$/m, 'id: own-rule')
    .replace('where: { action: returned }', 'where: { action: returned, unitId: U7 }');
  const { result } = await tried(yaml.replace(/minUnits: (.*) value: 3/, 'minUnits: $1 value: 9'));
  expect(result).toMatchObject({ hits: 0, changes: null, standingVersion: null });
  expect(result?.inputs[0]).toEqual({
    input: 'returned',
    typeLabel: '工单流转记录',
    records: 12,
    passing: 0,
    fields: [
      { field: 'action', label: '环节', empty: 0 },
      { field: 'unitId', label: expect.any(String), empty: 11 },
      { field: 'orderId', label: expect.any(String), empty: 0 },
    ],
  });
  expect(result?.examples[0]?.differences.join()).toMatch(/判断对象 A1：应为命中，实际没有命中/);
});

describe('why nothing was found is said in a sentence', () => {
  const strict = shipped
    .replace(/^id:.*$/m, 'id: own-rule')
    .replace(/minReturns: (.*) value: 3/, 'minReturns: $1 value: 5')
    .replace(/minUnits: (.*) value: 3/, 'minUnits: $1 value: 9');

  test('by how far the nearest has come', async () => {
    const { result } = await tried(strict);
    expect(result).toMatchObject({ hits: 0 });
    expect(result?.nothing).toMatch(
      /^没有一个判断对象达到标准：“退回”最多的一个是 3 次，要 5 次才算；“派单或改派”涉及的.*最多的一个是 1 个，要 9 个才算。$/,
    );
  });

  test('within a window by the greatest number that one reaches', async () => {
    // Of three returns on three days two lie within two days.
    const windowed = strict.replace(
      'atLeast: { parameter: minReturns, region: townshipCode, day: atMs }, details: order }',
      'atLeast: { parameter: minReturns }, within: { days: 2 } }',
    );
    expect((await tried(windowed)).result?.nothing).toMatch(/“退回”最多的一个是 2 次，要 5 次才算/);
  });

  test('by what there is outside of the period; and of hits nothing is said', async () => {
    const period = { from: '2025-01-01', to: '2025-12-31' };
    const { result } = await tried(shipped, period);
    expect([result?.hits, result?.nothing]).toEqual([0, '所选日期里一条也没有；所选日期以外有 3 条。']);
    expect((await tried(shipped)).result?.nothing).toBeNull();
  });
});

const findingsAndSets = () =>
  row(
    fixture.pool,
    z.object({ findings: z.int(), epoch: z.int(), rules: z.int() }),
    `SELECT (SELECT count(*) FROM finding) AS findings, (SELECT epoch FROM finding_rule_epoch) AS epoch,
       (SELECT count(*) FROM finding_rule_version) AS rules`,
  );

test('nothing is published or stored by it, and the audit log says who tried what', async () => {
  const before = await findingsAndSets();
  await tried(shipped.replace(/^version:.*$/m, 'version: 3'));
  expect(await findingsAndSets()).toEqual(before);
  const entries = await rows(
    fixture.pool,
    z.object({ actor_account: z.string(), object: z.string() }),
    `SELECT actor_account, object FROM access_audit WHERE action = 'try-rule' ORDER BY id DESC LIMIT 1`,
  );
  expect(entries).toEqual([{ actor_account: ADMINISTRATOR.account, object: 'rule/order-ping-pong@3' }]);
});

test('one that is cancelled stays so; one of the same person that is begun meanwhile takes its place', async () => {
  const first = startedTrialSchema.parse((await begin(shipped.replace('退回三次', '退回三次（甲）'))).body).id;
  const second = startedTrialSchema.parse((await begin(shipped.replace('退回三次', '退回三次（乙）'))).body).id;
  expect(await endedTrial(administrator, first)).toMatchObject({ state: 'cancelled', result: null });
  expect((await administrator.send('DELETE', `/api/rules/trials/${second}`)).status).toBe(204);
  expect(await endedTrial(administrator, second)).toMatchObject({ state: 'cancelled', result: null });
  expect(await tried(shipped)).toMatchObject({ state: 'done' });
  expect((await administrator.send('DELETE', '/api/rules/trials/none')).status).toBe(404);
});

test('it is seen by whoever asked for it, and not for ever; one whose process is gone has failed', async () => {
  const { users, machineClock } = fixture;
  await users.create({
    ...COLLEAGUE,
    displayName: '孙立',
    role: 'system-administrator',
    townshipCodes: null,
    mustChangePassword: false,
  });
  const colleague = await fixture.signedIn(COLLEAGUE);
  const analyst = await fixture.signedIn(ANALYST);
  const { id } = await tried(shipped);
  expect((await colleague.get(`/api/rules/trials/${id}`)).status).toBe(404);
  expect((await colleague.send('DELETE', `/api/rules/trials/${id}`)).status).toBe(404);
  expect((await analyst.get(`/api/rules/trials/${id}`)).status).toBe(404);
  expect((await begin(shipped, analyst)).status).toBe(202);
  await fixture.pool.query(`UPDATE finding_trial SET state = 'running', result = NULL WHERE id = $1`, [id]);
  machineClock.advanceBy(31_000);
  expect(await endedTrial(administrator, id)).toMatchObject({ state: 'failed', failure: expect.stringContaining('停止') });
  machineClock.advanceBy(30 * 60_000);
  expect((await administrator.get(`/api/rules/trials/${id}`)).status).toBe(404);
});

test('a text of one’s own class is not compared with a published rule of another: all of it would seem new', async () => {
  const classman = { account: 'wu.yue', password: 'Operator-2026-xyz' };
  const person = { displayName: '吴越', role: 'analyst', townshipCodes: null, mustChangePassword: false } as const;
  await fixture.users.create({ ...classman, ...person, problemClasses: ['微腐败'] });
  const client = await fixture.signedIn(classman);
  const own = shipped.replace(/^class:.*$/m, 'class: 微腐败').replace(/^version:.*$/m, 'version: 2');
  const refused = await begin(own, client);
  expect([refused.status, refused.body.message]).toEqual([403, expect.stringContaining('不担当不作为')]);
  expect((await begin(own.replace(/^id:.*$/m, 'id: of-own-class'), client)).status).toBe(202);
});

test('a text that is no rule is refused with its line', async () => {
  const answer = await begin(shipped.replace(/^severity/m, 'severty'));
  expect([answer.status, JSON.stringify(answer.body)]).toEqual([400, expect.stringMatching(/第 \d+ 行，severty/)]);
});
