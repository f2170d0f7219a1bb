import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { FindingQueries, RuleSets, RuleSwitches, SweepQueries } from '@tianyan/findings';
import { DAY_MS } from '@tianyan/kernel';
import { execute } from '@tianyan/postgres';
import { loadPack, type RuleDefinition } from '@tianyan/rules';
import { TestWriter, forgetFindings, openDatabases, record, type Databases } from './correlator.test-fixture.js';
import { asTexts, publishReviewed, startWithRules } from './rule-sets.test-fixture.js';
import type { FirstLoad } from './rule-activation.js';

const START_MS = Date.parse('2026-03-02T09:00:00+08:00');
const NOW_MS = START_MS + 30 * DAY_MS;
const pack = new Map(loadPack().map((rule) => [rule.id, rule]));
const REJECTED = ruleOf('completion-rejected-twice');
const PING_PONG = ruleOf('order-ping-pong');

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

function ruleOf(id: string): RuleDefinition {
  const rule = pack.get(id);
  if (!rule) throw new Error(`no rule ${id} is shipped`);
  return rule;
}

function event(id: string, orderId: string, action: string) {
  return record('hotline.order-event', id, 1, START_MS + Number(id.split('-').at(-1)), { orderId, unitId: 'U1', action });
}
const threeReturns = (order: string) => [1, 2, 3].map((n) => event(`${order}-${n}`, order, 'returned'));
const twoRejections = (order: string) => [4, 5].map((n) => event(`${order}-${n}`, order, 'completion-rejected'));

const publish = (rule: RuleDefinition) => publishReviewed(databases.pool, rule);
async function retire(ruleId: string): Promise<void> {
  await sets.retire({ ruleId, actor: 'wang.gang', reason: '不再适用' });
}

async function statuses(like = ''): Promise<string[]> {
  const { items } = await new FindingQueries(databases.pool).list(WHOLE_COUNTY, {}, {});
  return items
    .map(({ ruleId, scope, status }) => `${ruleId} ${scope} ${status}`)
    .filter((line) => line.includes(like))
    .toSorted();
}
const sweptRules = async () => (await new SweepQueries(databases.pool).runs({})).items.map(({ ruleIds }) => ruleIds);

describe('a rule that is published', () => {
  test('is evaluated over everything before it is live; the rules beside it are not swept again and go on', async () => {
    const { pipeline, round, drift, activation } = await startWithRules(databases, [REJECTED], NOW_MS);
    await pipeline.landed(await writer.write([...threeReturns('a1'), ...twoRejections('a1')]));
    expect(await sets.progress()).toEqual(new Map([[REJECTED.id, 'live']]));

    await publish(PING_PONG);
    expect((await sets.progress()).get(PING_PONG.id)).toBe('waiting');
    // A batch that comes before its first sweep is judged by the rules that are live.
    await pipeline.landed(await writer.write([...threeReturns('a2'), ...twoRejections('a2')]));
    expect(await statuses(' a')).toEqual(['completion-rejected-twice a1 open', 'completion-rejected-twice a2 open']);
    expect((await activation.active()).groups.flatMap(({ rules }) => rules.map(({ id }) => id))).toEqual([REJECTED.id]);

    await round();
    expect(await statuses('ping-pong a')).toEqual(['order-ping-pong a1 open', 'order-ping-pong a2 open']);
    expect((await sets.progress()).get(PING_PONG.id)).toBe('live');
    expect(await sweptRules()).toEqual([[PING_PONG.id], [REJECTED.id]]);
    await pipeline.landed(await writer.write([...threeReturns('a3'), ...twoRejections('a3')]));
    expect(await statuses(' a3')).toHaveLength(2);
    expect(await drift()).toBe(0);
  });

  test('in a newer version takes the place of the older, whose text is kept and named by what it found', async () => {
    const { pipeline, round, drift } = await startWithRules(databases, [PING_PONG], NOW_MS);
    await pipeline.landed(await writer.write(threeReturns('b1')));
    const queries = new FindingQueries(databases.pool);
    const [found] = (await queries.list(WHOLE_COUNTY, {}, {})).items.filter(({ scope }) => scope === 'b1');
    const before = await queries.get(WHOLE_COUNTY, found?.id ?? '');
    const five = { ...PING_PONG, version: 2, title: '退回五次', parameters: { ...PING_PONG.parameters, ...raised(5) } };
    await publish(five);
    await round();
    expect(await statuses('b1')).toEqual(['order-ping-pong b1 withdrawn']);
    // It says what found it, not what would judge it today.
    const text = await sets.version(before?.ruleDigest ?? '');
    expect([text?.version, text?.rule?.title, text?.isPublished]).toEqual([1, PING_PONG.title, false]);
    expect((await queries.get(WHOLE_COUNTY, found?.id ?? ''))?.title).toBe(PING_PONG.title);
    expect((await sets.versionsOf(PING_PONG.id)).map(({ version, publishedBy }) => [version, publishedBy])).toEqual([
      [2, 'wang.gang'],
      [1, null],
    ]);
    expect(await drift()).toBe(0);
    await expect(publish({ ...PING_PONG, version: 2 })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('改为 3'),
    });
  });

  test('whose history is still on its way waits alone', async () => {
    const pending = new Set<string>();
    const firstLoad: FirstLoad = { pendingTypes: async (types) => new Set(types.filter((type) => pending.has(type))) };
    const { pipeline, round } = await startWithRules(databases, [REJECTED], NOW_MS, { firstLoad });
    for (const { type } of Object.values(PING_PONG.inputs)) pending.add(type);
    await publish(PING_PONG);
    await round();
    await pipeline.landed(await writer.write([...threeReturns('c1'), ...twoRejections('c1')]));
    expect(await statuses(' c1')).toEqual(['completion-rejected-twice c1 open']);
    expect(await sets.progress()).toEqual(
      new Map([
        [REJECTED.id, 'live'],
        [PING_PONG.id, 'waiting'],
      ]),
    );
    pending.clear();
    await round();
    expect(await statuses(' c1')).toHaveLength(2);
  });

  test('during an evaluation makes it be repeated, also where this very process has taken the new rules over meanwhile', async () => {
    const made = await startWithRules(databases, [PING_PONG], NOW_MS);
    const batch = await writer.write(threeReturns('d1'));
    const commit = made.store.commit.bind(made.store);
    made.store.commit = async (input) => {
      made.store.commit = commit;
      await retire(PING_PONG.id);
      // The time loop of this process.
      await made.round();
      return commit(input);
    };
    await expect(made.pipeline.landed(batch)).rejects.toMatchObject({ name: 'OtherEpochError', kind: 'retriable' });
    expect(await statuses(' d1')).toEqual([]);
    await made.pipeline.landed(batch);
    expect(await statuses(' d1')).toEqual([]);
  });

  test('and retired during its first sweep, then published again as it was, is swept anew', async () => {
    const made = await startWithRules(databases, [REJECTED], NOW_MS);
    await publish(PING_PONG);
    const run = made.sweeper.run.bind(made.sweeper);
    made.sweeper.run = async (request, id) => {
      made.sweeper.run = run;
      const result = await run(request, id);
      await retire(PING_PONG.id);
      return result;
    };
    await expect(made.round()).rejects.toMatchObject({ name: 'OtherEpochError' });
    await made.round();
    // Not judged meanwhile.
    await made.pipeline.landed(await writer.write(threeReturns('e1')));
    await publish({ ...PING_PONG, version: 2 });
    await made.round();
    expect(await statuses(' e1')).toEqual(['order-ping-pong e1 open']);
  });
});

test('a rule that is retired is judged no more, and what it found is withdrawn with the reason', async () => {
  const { pipeline, round, withdrawn } = await startWithRules(databases, [PING_PONG, REJECTED], NOW_MS);
  await pipeline.landed(await writer.write([...threeReturns('f1'), ...twoRejections('f1')]));
  await retire(PING_PONG.id);
  await round();
  expect(await statuses(' f1')).toEqual(['completion-rejected-twice f1 open', 'order-ping-pong f1 withdrawn']);
  expect(withdrawn.length).toBeGreaterThan(0);
  await expect(retire(PING_PONG.id)).rejects.toMatchObject({ code: 'not-found' });
});

describe('files of rules', () => {
  const publishedVersions = async () =>
    (await sets.published()).map(({ ruleId, version, origin }) => `${ruleId} ${version} ${origin}`);

  test('are taken once, replace files, and go with them; what a person published stays until a file is newer', async () => {
    await sets.takeFiles(asTexts([PING_PONG, REJECTED]));
    const epoch = await sets.epoch();
    await sets.takeFiles(asTexts([PING_PONG, REJECTED]));
    expect(await sets.epoch()).toBe(epoch);

    await publish({ ...PING_PONG, version: 3 });
    const left = await sets.takeFiles(asTexts([{ ...PING_PONG, version: 2 }], 'folder'));
    expect(left).toEqual({ published: [], retired: [REJECTED.id], left: [PING_PONG.id] });
    expect(await publishedVersions()).toEqual(['order-ping-pong 3 console']);

    await sets.takeFiles(asTexts([{ ...PING_PONG, version: 4 }, REJECTED], 'folder'));
    // An older file: a change was taken back.
    await sets.takeFiles(asTexts([PING_PONG, REJECTED], 'shipped'));
    expect(await publishedVersions()).toEqual(['completion-rejected-twice 1 shipped', 'order-ping-pong 1 shipped']);
  });

  test('do not bring back what a person has retired, but in a newer version', async () => {
    await sets.takeFiles(asTexts([PING_PONG]));
    await retire(PING_PONG.id);
    expect(await sets.takeFiles(asTexts([PING_PONG]))).toMatchObject({ published: [], left: [PING_PONG.id] });
    expect(await sets.takeFiles(asTexts([{ ...PING_PONG, version: 2 }]))).toMatchObject({ published: [PING_PONG.id] });
  });

  test('in other words only are the same rule: nothing is swept, and it is live under the newer text', async () => {
    await startWithRules(databases, [PING_PONG], NOW_MS);
    await startWithRules(databases, [{ ...PING_PONG, description: '换一种说法，研判的还是同一件事。' }], NOW_MS);
    expect(await sweptRules()).toEqual([[PING_PONG.id]]);
    expect(await sets.progress()).toEqual(new Map([[PING_PONG.id, 'live']]));
  });
});

test('a switch begins an epoch as well, and its set says what is left', async () => {
  await sets.takeFiles(asTexts([PING_PONG, REJECTED]));
  const before = await sets.epoch();
  const to = { enabled: true, sources: ['hotline'], reason: '只看热线', actor: 'wang.gang', changedAtMs: 1 };
  await new RuleSwitches(databases.pool).set({ kind: 'rule', id: PING_PONG.id }, to);
  const set = await sets.newest();
  expect(set.epoch).toBe(before + 1);
  expect(set.rules.map(({ rule, member }) => [rule.id, rule.sources, member.sources])).toEqual([
    [REJECTED.id, undefined, null],
    [PING_PONG.id, ['hotline'], ['hotline']],
  ]);
});

test('a rule that this program cannot read stops it, and says what to do', async () => {
  await sets.takeFiles(asTexts([PING_PONG]));
  await execute(databases.pool, `UPDATE finding_rule_version SET yaml = '{"id":"order-ping-pong","kind":"of tomorrow"}'`);
  const fresh = new RuleSets(databases.pool, { nowMs: () => NOW_MS });
  await expect(fresh.newest()).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining('更新的版本') });
  expect(await fresh.published()).toMatchObject([{ rule: null, version: 1 }]);
});

/** The parameter of the rule that says how many returns are too many. */
function raised(to: number): RuleDefinition['parameters'] {
  const [[name, parameter] = ['', undefined]] = Object.entries(PING_PONG.parameters);
  return parameter ? { [name]: { ...parameter, value: to } } : {};
}
