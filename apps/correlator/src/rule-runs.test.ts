import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { RuleRunQueries, RUN_DAYS_KEPT_MS, RUN_HOURS_KEPT_MS, RUN_LOG_FLUSH_MS, shadowIdOf } from '@tianyan/findings';
import { DAY_MS, HOUR_MS } from '@tianyan/kernel';
import { loadPack } from '@tianyan/rules';
import { TestWriter, forgetFindings, openDatabases, record, type Databases } from './correlator.test-fixture.js';
import { publishReviewed, startWithRules } from './rule-sets.test-fixture.js';

const START_MS = Date.parse('2026-03-02T09:00:00+08:00');
const NOW_MS = START_MS + 30 * DAY_MS;
const RULE = 'order-ping-pong';
const RULES = loadPack().filter(({ id }) => id === RULE);

let databases: Databases;
let writer: TestWriter;
let log: RuleRunQueries;
beforeAll(async () => {
  databases = await openDatabases();
  writer = new TestWriter(databases.warehouse);
  log = new RuleRunQueries(databases.pool);
});
afterAll(() => databases.close());
beforeEach(() => forgetFindings(databases));

function event(id: string, orderId: string, action = 'returned', version = 1) {
  return record('hotline.order-event', id, version, START_MS + Number(id.split('-')[1]), { orderId, unitId: 'U1', action });
}
const threeReturns = (order: string) => [1, 2, 3].map((n) => event(`${order}-${n}`, order));

describe('the log of what judging a rule took and brought', () => {
  test('live work of an hour is one row, with what it read and found; sweeps and the first one stand apart', async () => {
    const { pipeline, runs, drift, clock } = await startWithRules(databases, RULES, NOW_MS);
    await pipeline.landed(await writer.write([...threeReturns('a'), event('b-1', 'b')]));
    await pipeline.landed(await writer.write([event('a-3', 'a', 'signed', 2)]));
    expect(await drift()).toBe(0);
    // Nothing is written before it is time.
    await runs.flushIfDue();
    expect(await log.last(RULE)).toEqual([]);
    clock.advanceBy(RUN_LOG_FLUSH_MS);
    await runs.flushIfDue();
    const byKind = new Map((await log.last(RULE)).map((entry) => [entry.kind, entry]));
    expect(byKind.get('publish')).toMatchObject({ runs: 1, gained: 0, errors: 0 });
    // Two orders of three records and one; then one order of two records that it looks at: the third, which is signed, is not read.
    expect(byKind.get('live')).toMatchObject({ runs: 2, scopes: 3, records: 6, gained: 1, lost: 1, changed: 0 });
    expect(byKind.get('live')?.spentMs).toBeGreaterThan(0);
    expect(byKind.get('sweep')).toMatchObject({ runs: 1, gained: 0, lost: 0 });
    // What queries read is theirs alone: the first one found nothing to read, the sweep has read the four records, and their older versions perhaps.
    expect([byKind.get('live')?.readRows, byKind.get('publish')?.readRows]).toEqual([0, 0]);
    expect(byKind.get('sweep')?.readRows).toBeGreaterThanOrEqual(4);
    expect(await log.slowest(NOW_MS - DAY_MS)).toMatchObject([{ ruleId: RULE, runs: 4 }]);
  });

  test('another process adds to the same row; what could not be written stays for the next time', async () => {
    const { runs } = await startWithRules(databases, RULES, NOW_MS);
    const other = (await startWithRules(databases, RULES, NOW_MS)).runs;
    runs.add(RULE, 'live', { runs: 1, spentMs: 5, scopes: 2 });
    other.add(RULE, 'live', { runs: 1, spentMs: 7, scopes: 1 });
    other.failed(RULE, 'live', 'TIMEOUT_EXCEEDED');
    await Promise.all([runs.flush(), other.flush()]);
    await databases.pool.query('ALTER TABLE finding_rule_run RENAME TO finding_rule_run_away');
    runs.add(RULE, 'live', { runs: 1, spentMs: 1 });
    await expect(runs.flush()).rejects.toThrow();
    await databases.pool.query('ALTER TABLE finding_rule_run_away RENAME TO finding_rule_run');
    await runs.flush();
    const [live] = (await log.last(RULE)).filter(({ kind }) => kind === 'live');
    expect(live).toMatchObject({ runs: 3, spentMs: 13, slowestMs: 7, scopes: 3, errors: 1, lastError: 'TIMEOUT_EXCEEDED' });
  });

  test('a rule in shadow stands under the name of its author, and apart', async () => {
    const { runs, round } = await startWithRules(databases, RULES, NOW_MS);
    const [rule] = RULES;
    if (!rule) throw new Error('the rule has gone');
    await publishReviewed(databases.pool, { ...rule, version: rule.version + 1, title: '换个标题' }, 'shadow');
    await round();
    await runs.flush();
    expect((await log.last(RULE)).map(({ kind }) => kind)).toContain('shadow');
    expect(await log.last(shadowIdOf(RULE))).toEqual([]);
  });

  test('old hours become days, old days go', async () => {
    const { runs, clock } = await startWithRules(databases, RULES, NOW_MS);
    await runs.flush();
    await databases.pool.query('TRUNCATE finding_rule_run');
    runs.add(RULE, 'live', { runs: 1, scopes: 2 });
    await runs.flush();
    clock.advanceBy(HOUR_MS);
    runs.add(RULE, 'live', { runs: 1, scopes: 3 });
    await runs.flush();
    expect(await log.last(RULE)).toHaveLength(2);
    await runs.rollUp(clock.nowMs() + RUN_HOURS_KEPT_MS + HOUR_MS);
    const dayMs = Date.parse('2026-04-01T00:00:00+08:00');
    expect(await log.last(RULE)).toMatchObject([{ grain: 'day', fromMs: dayMs, runs: 2, scopes: 5 }]);
    expect(await log.perDay(RULE, dayMs)).toMatchObject([{ dayMs, runs: 2 }]);
    await runs.rollUp(clock.nowMs() + RUN_DAYS_KEPT_MS + DAY_MS);
    expect(await log.last(RULE)).toEqual([]);
  });
});
