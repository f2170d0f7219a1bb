import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { FindingQueries, RuleSwitches, type RuleSwitch } from '@tianyan/findings';
import { DAY_MS } from '@tianyan/kernel';
import { loadPack } from '@tianyan/rules';
import { TestWriter, forgetFindings, openDatabases, record, type Databases } from './correlator.test-fixture.js';
import { startWithRules } from './rule-sets.test-fixture.js';

const START_MS = Date.parse('2026-03-02T09:00:00+08:00');
const NOW_MS = START_MS + 30 * DAY_MS;
/** Over one scope, so that switching one off leaves the other to be judged by another query. */
const RULES = loadPack().filter(({ id }) => ['order-ping-pong', 'completion-rejected-twice'].includes(id));

let databases: Databases;
let writer: TestWriter;
beforeAll(async () => {
  databases = await openDatabases();
  writer = new TestWriter(databases.warehouse);
});
afterAll(() => databases.close());
beforeEach(() => forgetFindings(databases));

function event(id: string, orderId: string, action: string, source = 'hotline') {
  const made = record('hotline.order-event', id, 1, START_MS + Number(id.split('-').at(-1)), { orderId, unitId: 'U1', action });
  return { ...made, record: { ...made.record, source } };
}
const threeReturns = (order: string, source?: string) => [1, 2, 3].map((n) => event(`${order}-${n}`, order, 'returned', source));
const twoRejections = (order: string) => [4, 5].map((n) => event(`${order}-${n}`, order, 'completion-rejected'));

async function switchTo(id: string, to: Partial<Pick<RuleSwitch, 'enabled' | 'sources'>>, kind: 'pack' | 'rule' = 'rule') {
  const rest = { enabled: true, sources: null, reason: '试验', actor: 'wang.gang', changedAtMs: 1 };
  await new RuleSwitches(databases.pool).set({ kind, id }, { ...rest, ...to });
}

async function statuses(): Promise<string[]> {
  const { items } = await new FindingQueries(databases.pool).list(WHOLE_COUNTY, {}, {});
  return items.map(({ ruleId, scope, status }) => `${ruleId} ${scope} ${status}`).toSorted();
}

describe('rules switched while correlators run', () => {
  test('off: what it had found is withdrawn with those words, nothing more is found; on again: swept, and open again', async () => {
    const { pipeline, round, drift, withdrawn } = await startWithRules(databases, RULES, NOW_MS);
    await pipeline.landed(await writer.write([...threeReturns('s1'), ...twoRejections('s1')]));
    expect(await statuses()).toEqual(['completion-rejected-twice s1 open', 'order-ping-pong s1 open']);

    await switchTo('order-ping-pong', { enabled: false });
    await round();
    expect(await statuses()).toEqual(['completion-rejected-twice s1 open', 'order-ping-pong s1 withdrawn']);
    const { items } = await new FindingQueries(databases.pool).list(WHOLE_COUNTY, { ruleIds: ['order-ping-pong'] }, {});
    const detail = await new FindingQueries(databases.pool).get(WHOLE_COUNTY, items[0]?.id ?? '');
    expect(detail?.history[0]).toMatchObject({ event: 'withdrawn', reason: '规则已停用', cause: { kind: 'rule-retired' } });
    expect(withdrawn).toEqual([detail?.id]);

    // Live work goes on with the other.
    await pipeline.landed(await writer.write([...threeReturns('s2'), ...twoRejections('s2')]));
    expect(await statuses()).toEqual([
      'completion-rejected-twice s1 open',
      'completion-rejected-twice s2 open',
      'order-ping-pong s1 withdrawn',
    ]);
    expect(await drift()).toBe(0);

    await switchTo('order-ping-pong', { enabled: true });
    await round();
    expect((await statuses()).filter((line) => line.startsWith('order-ping-pong'))).toEqual([
      'order-ping-pong s1 open',
      'order-ping-pong s2 open',
    ]);
    expect(await drift()).toBe(0);
  });

  test('limited to sources: only their records make a problem, live and swept alike', async () => {
    const { pipeline, round, drift } = await startWithRules(databases, RULES, NOW_MS);
    await pipeline.landed(await writer.write([...threeReturns('l1'), ...threeReturns('l2', 'import-boston')]));
    expect((await statuses()).filter((line) => / l\d open/.test(line))).toHaveLength(2);
    await switchTo('shipped', { sources: ['hotline'] }, 'pack');
    await round();
    await pipeline.landed(await writer.write([...threeReturns('l3'), ...threeReturns('l4', 'import-boston')]));
    expect((await statuses()).filter((line) => / l\d /.test(line))).toEqual([
      'order-ping-pong l1 open',
      'order-ping-pong l2 withdrawn',
      'order-ping-pong l3 open',
    ]);
    expect(await drift()).toBe(0);
    // A rule may be limited further than its pack, to nothing too: then it does not run.
    await switchTo('order-ping-pong', { sources: ['import-boston'] });
    await round();
    expect((await statuses()).filter((line) => / l\d open/.test(line))).toEqual([]);
    expect(await drift()).toBe(0);
  });

  test('a whole pack off: no rule is left, and the correlator goes on', async () => {
    const { pipeline, round } = await startWithRules(databases, RULES, NOW_MS);
    await pipeline.landed(await writer.write(threeReturns('p1')));
    await switchTo('shipped', { enabled: false }, 'pack');
    await round();
    const batch = await writer.write(threeReturns('p2'));
    await pipeline.landed(batch);
    expect((await statuses()).filter((line) => / p\d /.test(line))).toEqual(['order-ping-pong p1 withdrawn']);
    await switchTo('shipped', { enabled: true }, 'pack');
    await round();
    expect((await statuses()).filter((line) => / p\d open/.test(line))).toHaveLength(2);
  });
});

describe('several correlators', () => {
  test('one that has not heard of a switch stores nothing by the old rules, and does the same batch by the new ones', async () => {
    const [first, second] = [await startWithRules(databases, RULES, NOW_MS), await startWithRules(databases, RULES, NOW_MS)];
    await first.round();
    const batch = await writer.write(threeReturns('m1'));
    // The second has read what it will judge by; then a person switches, and the first takes it over.
    const commit = second.store.commit.bind(second.store);
    second.store.commit = async (input) => {
      second.store.commit = commit;
      await switchTo('order-ping-pong', { enabled: false });
      await first.round();
      return commit(input);
    };
    await expect(second.pipeline.landed(batch)).rejects.toMatchObject({ name: 'OtherEpochError', kind: 'retriable' });
    expect((await statuses()).filter((line) => line.includes('m1'))).toEqual([]);
    expect(await second.store.offsets(batch.topic)).toEqual(new Map());
    // As the transport repeats it.
    await second.pipeline.landed(batch);
    expect((await statuses()).filter((line) => line.includes('m1'))).toEqual([]);
    expect(await second.store.offsets(batch.topic)).not.toEqual(new Map());

    await switchTo('order-ping-pong', { enabled: true });
    await second.round();
    await first.round();
    expect((await statuses()).filter((line) => line.includes('m1'))).toEqual(['order-ping-pong m1 open']);
    expect([await first.drift(), await second.drift()]).toEqual([0, 0]);
  });

  test('a rule that was switched off during its own first sweep is swept anew when it comes back', async () => {
    await writer.write(threeReturns('n1'));
    const one = await startWithRules(databases, RULES, NOW_MS);
    const run = one.sweeper.run.bind(one.sweeper);
    await switchTo('order-ping-pong', { enabled: false });
    await one.round();
    await switchTo('order-ping-pong', { enabled: true });
    one.sweeper.run = async (request, id) => {
      one.sweeper.run = run;
      const result = await run(request, id);
      await switchTo('order-ping-pong', { enabled: false });
      return result;
    };
    await expect(one.round()).rejects.toMatchObject({ name: 'OtherEpochError' });
    await one.round();
    expect((await statuses()).filter((line) => line.includes('n1') && line.includes('ping-pong'))).toEqual([
      'order-ping-pong n1 withdrawn',
    ]);
    await switchTo('order-ping-pong', { enabled: true });
    await one.round();
    expect((await statuses()).filter((line) => line.includes('n1') && line.includes('ping-pong'))).toEqual([
      'order-ping-pong n1 open',
    ]);
  });

  test('a switch stays when the correlator starts again', async () => {
    await switchTo('order-ping-pong', { enabled: false });
    const { pipeline } = await startWithRules(databases, RULES, NOW_MS);
    await pipeline.landed(await writer.write([...threeReturns('o1'), ...twoRejections('o1')]));
    expect((await statuses()).filter((line) => line.includes('o1'))).toEqual(['completion-rejected-twice o1 open']);
  });
});
