import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { FindingDecisions, FindingQueries, RuleSets, RuleSwitches, ShadowQueries } from '@tianyan/findings';
import { DAY_MS } from '@tianyan/kernel';
import { row, rows } from '@tianyan/postgres';
import { loadPack } from '@tianyan/rules';
import { z } from 'zod';
import { forgetFindings, openDatabases, record, TestWriter, type Databases } from './correlator.test-fixture.js';
import { asTexts, publishReviewed, readRule, startWithRules } from './rule-sets.test-fixture.js';

const START_MS = Date.parse('2026-03-02T09:00:00+08:00');
const NOW_MS = START_MS + 30 * DAY_MS;
const [LIVE] = loadPack().filter(({ id }) => id === 'order-ping-pong');
if (!LIVE) throw new Error('the rule is not shipped');
const [NAME = '', PARAMETER] = Object.entries(LIVE.parameters)[0] ?? [];
if (!PARAMETER) throw new Error('the rule has no parameter');
const STRICTER = { ...LIVE, version: 2, parameters: { ...LIVE.parameters, [NAME]: { ...PARAMETER, value: 4 } } };
const BY = { ruleId: LIVE.id, actor: 'wang.gang', reason: '试过了' };

let databases: Databases;
let writer: TestWriter;
let sets: RuleSets;
beforeAll(async () => {
  databases = await openDatabases();
  writer = new TestWriter(databases.warehouse);
  sets = new RuleSets(databases.pool, { nowMs: () => NOW_MS });
});
afterAll(() => databases.close());
beforeEach(() => forgetFindings(databases));

const returned = (orderId: string, times: number) =>
  Array.from({ length: times }, (_none, n) =>
    record('hotline.order-event', `${orderId}-${n}`, 1, START_MS + n, { orderId, unitId: 'U1', action: 'returned' }),
  );
const shown = async () =>
  (await new FindingQueries(databases.pool).list(WHOLE_COUNTY, {}, {})).items
    .map(({ ruleId, scope, status }) => `${ruleId} ${scope} ${status}`)
    .toSorted();
const inShadow = (ruleId = BY.ruleId) => new ShadowQueries(databases.pool).of(WHOLE_COUNTY, ruleId);

test('in shadow a newer version is judged beside the live one, live and swept; only the page of the rule tells of it', async () => {
  const { pipeline, round, drift } = await startWithRules(databases, [LIVE], NOW_MS);
  await pipeline.landed(await writer.write([...returned('a3', 3), ...returned('a4', 4)]));
  await publishReviewed(databases.pool, STRICTER, 'shadow');
  await round();
  expect(await sets.progress()).toEqual(
    new Map([
      [LIVE.id, 'live'],
      [`${LIVE.id}@shadow`, 'live'],
    ]),
  );
  expect(await inShadow()).toMatchObject({ holds: 1, alsoLive: 1, onlyLive: 1, samples: [{ scope: 'a4' }] });
  await pipeline.landed(await writer.write([...returned('a5', 5)]));
  expect(await inShadow()).toMatchObject({ holds: 2, alsoLive: 2, onlyLive: 1, perMonth: [{ key: '2026-03', count: 2 }] });
  expect(await drift()).toBe(0);
  // What people see is what it was.
  expect(await shown()).toEqual(['a3', 'a4', 'a5'].map((scope) => `${LIVE.id} ${scope} open`));
  expect((await sets.published()).map(({ version }) => version)).toEqual([1]);
});

test('what a rule in shadow finds is in no question of people, decided by nobody, and told to nobody', async () => {
  const { pipeline, round, store, withdrawn } = await startWithRules(databases, [], NOW_MS);
  const heard: string[] = [];
  const commit = store.commit.bind(store);
  store.commit = async (input) => {
    const result = await commit(input);
    heard.push(...Object.keys(result.events));
    return result;
  };
  await publishReviewed(databases.pool, LIVE, 'shadow');
  await round();
  await pipeline.landed(await writer.write(returned('b4', 4)));
  expect(await inShadow()).toMatchObject({ alsoLive: 0, onlyLive: 0 });
  expect((await inShadow()).samples.map(({ scope }) => scope)).toContain('b4');
  const { id } = await row(databases.pool, z.object({ id: z.string() }), `SELECT id FROM finding WHERE scope = 'b4' AND shadow`);
  const queries = new FindingQueries(databases.pool);
  const range = { fromMs: START_MS - DAY_MS, beforeMs: NOW_MS + DAY_MS };
  expect(await queries.list(WHOLE_COUNTY, {}, {})).toMatchObject({ items: [] });
  expect(await queries.get(WHOLE_COUNTY, id)).toBeNull();
  expect(await queries.counts(WHOLE_COUNTY, {})).toMatchObject({ total: 0, byRule: [], bySeverity: [] });
  expect((await queries.trend(WHOLE_COUNTY, {}, range)).filter(({ occurred, opened }) => occurred + opened > 0)).toEqual([]);
  const decisions = new FindingDecisions({ pool: databases.pool, countyClock: { nowMs: () => NOW_MS } });
  const decision = { findingId: id, decision: 'promote', actor: 'li.fen', reason: null } as const;
  await expect(decisions.decide(WHOLE_COUNTY, decision)).rejects.toMatchObject({ code: 'not-found' });
  await sets.endShadow(BY);
  await round();
  expect(await inShadow()).toMatchObject({ holds: 0 });
  expect([heard, withdrawn]).toEqual([[], []]);
});

test('made live, what it finds is new to everybody, and the shadow is gone', async () => {
  const { pipeline, round, drift } = await startWithRules(databases, [], NOW_MS);
  await publishReviewed(databases.pool, LIVE, 'shadow');
  await round();
  await pipeline.landed(await writer.write(returned('c4', 4)));
  await sets.makeLive(BY, readRule);
  await round();
  expect(await shown()).toContain(`${LIVE.id} c4 open`);
  expect(await inShadow()).toMatchObject({ holds: 0 });
  expect(await sets.shadows()).toEqual([]);
  expect(await drift()).toBe(0);
  await expect(sets.makeLive(BY, readRule)).rejects.toMatchObject({ code: 'not-found' });
});

test('a live rule that is switched off leaves its shadow; one that is taken away takes it along', async () => {
  await sets.takeFiles(asTexts([LIVE]));
  await publishReviewed(databases.pool, STRICTER, 'shadow');
  const off = { enabled: false, sources: null, reason: '停用', actor: 'wang.gang', changedAtMs: 1 };
  await new RuleSwitches(databases.pool).set({ kind: 'rule', id: LIVE.id }, off);
  expect((await sets.newest()).rules.map(({ rule, member }) => [rule.id, rule.version, member.shadow])).toEqual([
    [`${LIVE.id}@shadow`, 2, true],
  ]);
  await sets.retire(BY);
  expect((await sets.newest()).rules).toEqual([]);
});

test('a text that stood before stands again, with the reason; files up to the newest version leave it so', async () => {
  await sets.takeFiles(asTexts([LIVE]));
  await publishReviewed(databases.pool, STRICTER);
  const [newest, first] = await sets.versionsOf(LIVE.id);
  await sets.restore({ ...BY, digest: first?.digest ?? '' }, readRule);
  await expect(sets.restore({ ...BY, digest: first?.digest ?? '' }, readRule)).rejects.toMatchObject({ code: 'conflict' });
  await expect(sets.restore({ ...BY, digest: 'none' }, readRule)).rejects.toMatchObject({ code: 'not-found' });
  const standing = async () => (await sets.published()).map(({ version }) => version);
  expect([newest?.version, await standing()]).toEqual([2, [1]]);
  expect(await sets.takeFiles(asTexts([{ ...LIVE, version: 2, title: '别的' }]))).toMatchObject({ left: [LIVE.id] });
  expect(await sets.takeFiles(asTexts([{ ...LIVE, version: 3 }]))).toMatchObject({ published: [LIVE.id] });
  expect(await standing()).toEqual([3]);
});

test('what the table calls a finding in shadow is what the set calls so', async () => {
  const { pipeline, round } = await startWithRules(databases, [LIVE], NOW_MS);
  await publishReviewed(databases.pool, STRICTER, 'shadow');
  await round();
  await pipeline.landed(await writer.write(returned('e4', 4)));
  const schema = z.object({ rule_id: z.string(), shadow: z.boolean() });
  expect(await rows(databases.pool, schema, `SELECT rule_id, shadow FROM finding WHERE scope = 'e4' ORDER BY 1`)).toEqual([
    { rule_id: LIVE.id, shadow: false },
    { rule_id: `${LIVE.id}@shadow`, shadow: true },
  ]);
});
