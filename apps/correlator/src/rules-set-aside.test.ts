import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { FindingQueries, RETRY_AFTER_MS, RuleRunQueries, RuleSetAsideError } from '@tianyan/findings';
import { DAY_MS, RetriableError } from '@tianyan/kernel';
import { rows } from '@tianyan/postgres';
import { loadPack } from '@tianyan/rules';
import type { OpenWarehouse } from '@tianyan/warehouse';
import { z } from 'zod';
import { TestWriter, forgetFindings, openDatabases, record, type Databases } from './correlator.test-fixture.js';
import { haveAdministrator, startWithRules } from './rule-sets.test-fixture.js';

const START_MS = Date.parse('2026-03-02T09:00:00+08:00');
const NOW_MS = START_MS + 30 * DAY_MS;
/** Before the first year of the calendar: a rule that counts working days from it fails, in the process and in SQL. */
const OUTSIDE_CALENDAR_MS = Date.parse('1985-03-04T09:00:00+08:00');
/** Over one scope; the first counts working days. */
const POISONED = 'order-overdue';
const BESIDE = 'overdue-beside';
const overdue = loadPack().filter(({ id }) => id === POISONED);
/** Over the same scope, and the same but for the deadline: whole days need no calendar. */
const beside = overdue.map((rule) => ({
  ...rule,
  ...JSON.parse(JSON.stringify(rule).replaceAll('"workingDays"', '"calendarDays"')),
  id: BESIDE,
}));
const pingPong = loadPack().filter(({ id }) => id === 'order-ping-pong');
const RULES = [...overdue, ...beside, ...pingPong];

let databases: Databases;
let writer: TestWriter;
beforeAll(async () => {
  databases = await openDatabases();
  writer = new TestWriter(databases.warehouse);
});
afterAll(() => databases.close());
beforeEach(() => forgetFindings(databases));

function event(id: string, orderId: string, action: string, atMs = START_MS, version = 1) {
  return record('hotline.order-event', id, version, atMs, { orderId, unitId: 'U1', action });
}
const threeReturns = (order: string) => [1, 2, 3].map((n) => event(`${order}-${n}`, order, 'returned', START_MS + n));

async function open(): Promise<string[]> {
  const { items } = await new FindingQueries(databases.pool).list(WHOLE_COUNTY, {}, { limit: 100 });
  return items
    .map(
      ({ ruleId, scope, status }) =>
        `${ruleId} ${
          scope
            .replaceAll(/[^a-z0-9]+/g, ' ')
            .trim()
            .split(' ')[0]
        } ${status}`,
    )
    .toSorted();
}

describe('a rule that judging fails by', () => {
  test('is set aside alone: the others go on, what it found stays; taken up again, it is filled', async () => {
    const { pipeline, round, drift, setAside, clock, rules, withdrawn } = await startWithRules(databases, RULES, NOW_MS);
    await pipeline.landed(await writer.write([event('a-1', 'a', 'dispatched')]));
    expect(await open()).toEqual([`${POISONED} a open`, `${BESIDE} a open`]);

    // The commit does not pass over it: the batch comes again, and is judged without the rule.
    const poisoned = await writer.write([event('b-1', 'b', 'dispatched', OUTSIDE_CALENDAR_MS), ...threeReturns('c')]);
    await expect(pipeline.landed(poisoned)).rejects.toBeInstanceOf(RuleSetAsideError);
    await pipeline.landed(poisoned);
    await round();
    expect(rules.ruleIds()).not.toContain(POISONED);
    expect([...(await setAside.open()).values()]).toMatchObject([
      { ruleId: POISONED, trouble: 'error', attempt: 1, retryAtMs: NOW_MS + (RETRY_AFTER_MS[0] ?? 0), endedAtMs: null },
    ]);
    expect(await open()).toEqual([`${POISONED} a open`, 'order-ping-pong c open', `${BESIDE} a open`, `${BESIDE} b open`]);
    expect(withdrawn).toEqual([]);

    // What comes meanwhile is judged by the others.
    await pipeline.landed(await writer.write([event('d-1', 'd', 'dispatched')]));
    expect(await open()).toContain(`${BESIDE} d open`);
    expect(await open()).not.toContain(`${POISONED} d open`);
    expect(await drift()).toBe(0);

    // Tried again by itself while the record is still there: set aside again, for longer, and nothing else is held up.
    clock.advanceBy(RETRY_AFTER_MS[0] ?? 0);
    expect(await setAside.takeUpDue()).toEqual([POISONED]);
    await expect(round()).rejects.toBeInstanceOf(RuleSetAsideError);
    await round();
    expect((await setAside.open()).get(POISONED)).toMatchObject({ attempt: 2, round: 1 });

    // The record is corrected; a person lets it run again: it is swept alone, and has missed nothing.
    await pipeline.landed(await writer.write([event('b-1', 'b', 'dispatched', START_MS, 2)]));
    await setAside.takeUp({ ruleId: POISONED, actor: 'wang.gang' });
    await round();
    expect(await setAside.open()).toEqual(new Map());
    expect(await setAside.of(POISONED)).toMatchObject([
      { endedBy: 'wang.gang', filledAtMs: expect.any(Number) },
      { endedBy: null, filledAtMs: expect.any(Number) },
    ]);
    expect((await open()).filter((line) => line.startsWith(POISONED))).toEqual(
      ['a', 'b', 'd'].map((s) => `${POISONED} ${s} open`),
    );
    expect(await drift()).toBe(0);
  });

  test('that takes too long in a sweep is set aside alone, and those who run the platform are told; the others are swept', async () => {
    await haveAdministrator(databases.pool);
    await writer.write([...threeReturns('s'), event('t-4', 't', 'dispatched')]);
    const files = [...RULES, slowRule()];
    const warehouse = slowFor(String(SLOW_VALUE), databases.warehouse);
    // Whatever is published is swept first; the sweep comes back without the slow one.
    await expect(startWithRules({ ...databases, warehouse }, files, NOW_MS)).rejects.toBeInstanceOf(RuleSetAsideError);
    const { round, setAside, rules } = await startWithRules({ ...databases, warehouse }, files, NOW_MS);
    await round();
    expect([...(await setAside.open()).values()]).toMatchObject([{ ruleId: SLOW, trouble: 'time', detail: 'TIMEOUT_EXCEEDED' }]);
    expect(rules.ruleIds()).toEqual(expect.not.arrayContaining([SLOW]));
    expect(await open()).toEqual(expect.arrayContaining(['order-ping-pong s open', `${BESIDE} t open`, `${POISONED} t open`]));
    const notices = await rows(
      databases.pool,
      noticeSchema,
      'SELECT subject_id, title, body FROM notice_delivery WHERE subject_kind = $1',
      ['rule'],
    );
    expect(notices).toMatchObject([{ subject_id: SLOW, body: expect.stringMatching(/用时超过上限.*其他规则照常.*自动重试/) }]);
  });

  test.each([
    ['time', 'TIMEOUT_EXCEEDED'],
    ['memory', 'MEMORY_LIMIT_EXCEEDED'],
  ] as const)('that needs too much %s in live work is found out alone: the others judge the batch', async (trouble, detail) => {
    const files = [...RULES, slowRule()];
    const warehouse = tooMuchFor(String(SLOW_VALUE), trouble === 'time' ? FOREVER : TOO_LARGE, databases.warehouse);
    await startWithRules(databases, files, NOW_MS);
    const { pipeline, setAside, rules, runs } = await startWithRules({ ...databases, warehouse }, files, NOW_MS);
    const order = `l${trouble}`;
    const batch = await writer.write(threeReturns(order));
    await expect(pipeline.landed(batch)).rejects.toBeInstanceOf(RuleSetAsideError);
    await pipeline.landed(batch);
    expect([...(await setAside.open()).values()]).toMatchObject([{ ruleId: SLOW, trouble, detail }]);
    expect(rules.ruleIds()).toEqual(expect.not.arrayContaining([SLOW]));
    expect(await open()).toContain(`order-ping-pong ${order} open`);
    await runs.flush();
    expect((await new RuleRunQueries(databases.pool).last(SLOW)).filter(({ errors }) => errors > 0)).toMatchObject([
      { kind: 'live', errors: 1, lastError: detail },
    ]);
  });

  test('is not blamed for a warehouse that is away', async () => {
    const away = withRows(databases.warehouse, async () => Promise.reject(new RetriableError('away')));
    const { pipeline, setAside } = await startWithRules(databases, RULES, NOW_MS);
    const batch = await writer.write([event('w-1', 'w', 'dispatched')]);
    const other = await startWithRules({ ...databases, warehouse: away }, RULES, NOW_MS);
    await expect(other.pipeline.landed(batch)).rejects.toThrow('away');
    expect(await setAside.open()).toEqual(new Map());
    await pipeline.landed(batch);
    expect(await open()).toContain(`${POISONED} w open`);
  });
});

function slowRule() {
  const [returns] = pingPong;
  if (!returns) throw new Error('the pack has the rule');
  const minReturns = { ...returns.parameters['minReturns'], label: '退回次数', value: SLOW_VALUE };
  return { ...returns, id: SLOW, parameters: { ...returns.parameters, minReturns } };
}

const SLOW = 'slow-rule';
/** Of which no order has so many; it tells the queries of the rule from others. */
const SLOW_VALUE = 98_765;
const noticeSchema = z.object({ subject_id: z.string(), title: z.string(), body: z.string() });
function withRows(warehouse: OpenWarehouse, answer: OpenWarehouse['rows']): OpenWarehouse {
  return new Proxy(warehouse, { get: (target, name) => (name === 'rows' ? answer : bound(target, name)) });
}

/** Queries over everything that hold the word take longer than they may, which ClickHouse itself says. */
function slowFor(word: string, warehouse: OpenWarehouse): OpenWarehouse {
  const stream: OpenWarehouse['stream'] = (query, signal) =>
    warehouse.stream(JSON.stringify(query).includes(word) ? FOREVER : query, signal);
  return new Proxy(warehouse, { get: (target, name) => (name === 'stream' ? stream : bound(target, name)) });
}

/**
 * Scopes are too large for the process, so that queries judge them; those that hold the word are in trouble, which ClickHouse itself
 * says.
 */
function tooMuchFor(word: string, trouble: typeof FOREVER, warehouse: OpenWarehouse): OpenWarehouse {
  return withRows(warehouse, (query) => {
    if (JSON.stringify(query).includes(word)) return warehouse.rows(trouble);
    const isReading = 'keys0' in query.params || ('scopes' in query.params && !query.sql.includes('timeline'));
    return warehouse.rows(isReading ? TOO_LARGE : query);
  });
}

const TOO_LARGE = {
  sql: 'SELECT length(groupArray(number)) AS n FROM numbers(100000000) SETTINGS max_memory_usage = 10000000',
  params: {},
};

const FOREVER = {
  sql: 'SELECT count() AS n FROM numbers(1000000000000) WHERE NOT ignore(cityHash64(number)) SETTINGS max_execution_time = 1',
  params: {},
};

function bound(target: OpenWarehouse, name: string | symbol): unknown {
  const member: unknown = Reflect.get(target, name);
  return typeof member === 'function' ? member.bind(target) : member;
}
