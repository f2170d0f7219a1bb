import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { COVERAGE_STALE_MS } from '@tianyan/findings';
import { DAY_MS } from '@tianyan/kernel';
import { loadPack } from '@tianyan/rules';
import { TestWriter, forgetFindings, openDatabases, record, type Databases } from './correlator.test-fixture.js';
import { startWithRules } from './rule-sets.test-fixture.js';

const START_MS = Date.parse('2026-03-02T09:00:00+08:00');
const NOW_MS = START_MS + 30 * DAY_MS;
const RULES = loadPack().filter(({ id }) => id === 'order-overdue' || id === 'order-ping-pong');

let databases: Databases;
let writer: TestWriter;
beforeAll(async () => {
  databases = await openDatabases();
  writer = new TestWriter(databases.warehouse);
});
afterAll(() => databases.close());
beforeEach(() => forgetFindings(databases));

const event = (id: string, orderId: string, action: string) =>
  record('hotline.order-event', id, 1, START_MS, { orderId, unitId: 'U1', action });

describe('what rules can judge', () => {
  test('is counted rule after rule, kept with its time, and counted anew after a day or for another rule', async () => {
    await writer.write([event('a-1', 'a', 'dispatched'), event('b-1', 'b', 'dispatched')]);
    const { coverages, sets, clock } = await startWithRules(databases, RULES, NOW_MS);
    const rules = (await sets.newest()).rules.map(({ rule }) => rule);
    const counted = new Set([await coverages.countNext(rules), await coverages.countNext(rules)]);
    expect(counted).toEqual(new Set(['order-ping-pong', 'order-overdue']));
    expect(await coverages.countNext(rules)).toBeNull();
    // Nobody tells that an order is completed: whoever is accused of it may have done it.
    expect((await coverages.of('order-overdue'))?.coverage?.awaited).toEqual([
      { of: 'dispatched', expect: ['completed'], sources: [{ source: 'test', begun: 2, answered: 0, told: 0 }] },
    ]);

    await writer.write([event('a-2', 'a', 'completed')]);
    const changed = rules.map((rule) => (rule.id === 'order-overdue' ? { ...rule, sources: ['test'] } : rule));
    expect(await coverages.countNext(changed)).toBe('order-overdue');
    expect(await coverages.countNext(changed)).toBeNull();
    const [awaited] = (await coverages.of('order-overdue'))?.coverage?.awaited ?? [];
    expect(awaited?.sources).toEqual([{ source: 'test', begun: 2, answered: 1, told: 1 }]);
    clock.advanceBy(COVERAGE_STALE_MS);
    expect(await coverages.countNext(changed)).not.toBeNull();
    expect(await coverages.of('order-overdue')).toMatchObject({ countedAtMs: expect.any(Number), failure: null });

    // What is gone is forgotten.
    await coverages.countNext(changed.filter(({ id }) => id !== 'order-overdue'));
    expect(await coverages.of('order-overdue')).toBeNull();
  });

  test('a count that fails is noted by name, and what was counted stays', async () => {
    const { coverages } = await startWithRules(databases, RULES, NOW_MS);
    const [rule] = RULES;
    if (!rule) throw new Error('the rule has gone');
    await coverages.count(rule);
    const before = await coverages.of(rule.id);
    await coverages.count({ ...rule, inputs: { gone: { type: 'hotline.order-event', where: { noSuchField: 'x' } } } });
    expect(await coverages.of(rule.id)).toMatchObject({ coverage: before?.coverage, failure: expect.any(String) });
  });
});
