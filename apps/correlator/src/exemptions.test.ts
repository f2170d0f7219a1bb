import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { Exemptions, FindingQueries } from '@tianyan/findings';
import { DAY_MS } from '@tianyan/kernel';
import { loadPack } from '@tianyan/rules';
import { TestWriter, forgetFindings, openDatabases, record, type Databases } from './correlator.test-fixture.js';
import { startWithRules } from './rule-sets.test-fixture.js';

const START_MS = Date.parse('2026-03-02T09:00:00+08:00');
const NOW_MS = START_MS + 30 * DAY_MS;
const RULES = loadPack().filter(({ id }) => id === 'completion-rejected-twice');

let databases: Databases;
let writer: TestWriter;
beforeAll(async () => {
  databases = await openDatabases();
  writer = new TestWriter(databases.warehouse);
});
afterAll(() => databases.close());
beforeEach(async () => {
  await forgetFindings(databases);
  await databases.pool.query('TRUNCATE finding_exemption');
});

const rejected = (orderId: string, unitId: string) =>
  [1, 2].map((n) =>
    record('hotline.order-event', `${orderId}-${n}`, 1, START_MS + n, { orderId, unitId, action: 'completion-rejected' }),
  );

test('what is set aside is judged and stored as ever, live and swept alike; nobody is told of it until it expires', async () => {
  const { pipeline, round, drift, told, clock } = await startWithRules(databases, RULES, NOW_MS);
  const queries = new FindingQueries(databases.pool);
  const exemptions = new Exemptions({ pool: databases.pool, countyClock: clock });
  const scopes = async (aside: 'only' | 'without') =>
    (await queries.list(WHOLE_COUNTY, { aside }, {})).items.map(({ scope }) => scope).toSorted();
  await pipeline.landed(await writer.write(rejected('x1', 'U1')));
  expect(told).toEqual(['x1']);

  const [first] = (await queries.list(WHOLE_COUNTY, {}, {})).items;
  const ask = { findingId: first?.id ?? '', subjectKind: 'unitId', reason: '补录中', document: null, actor: 'li' };
  await exemptions.add(WHOLE_COUNTY, { ...ask, kind: 'snooze', expiresAtMs: NOW_MS + DAY_MS });
  await pipeline.landed(await writer.write([...rejected('x2', 'U1'), ...rejected('x3', 'U2')]));
  expect(told).toEqual(['x1', 'x3']);
  expect([await scopes('only'), await scopes('without')]).toEqual([['x1', 'x2'], ['x3']]);
  expect(await drift()).toBe(0);

  clock.advanceBy(DAY_MS);
  await round();
  expect([await scopes('only'), await scopes('without')]).toEqual([[], ['x1', 'x2', 'x3']]);
  await pipeline.landed(await writer.write(rejected('x4', 'U1')));
  expect(told).toEqual(['x1', 'x3', 'x4']);
  expect(await drift()).toBe(0);
});
