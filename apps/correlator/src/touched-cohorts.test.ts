import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { FindingQueries, RuleRunQueries, RuleSetAsideError, SweepQueries } from '@tianyan/findings';
import { DAY_MS, integerBetween, MINUTE_MS, seededRng } from '@tianyan/kernel';
import { rows } from '@tianyan/postgres';
import { parseRule, type LimitedQuery, type RuleDefinition } from '@tianyan/rules';
import { currentTable, logTable } from '@tianyan/warehouse';
import { z } from 'zod';
import { TestWriter, forgetFindings, openDatabases, record, type Databases } from './correlator.test-fixture.js';
import { startWithRules } from './rule-sets.test-fixture.js';

const START_MS = Date.parse('2026-03-02T09:00:00+08:00');
const NOW_MS = START_MS + DAY_MS;
const EVERY_MS = 10 * MINUTE_MS;

/** Of a unit's orders those that are returned more often than its average. */
const OFTEN = parseRule(`
id: returned-above-own-average
version: 1
title: 退回次数高于本单位平均
class: 形式主义
severity: low
basis: [{ document: 测试, demands: 测试 }]
description: 由测试写下的规则。
explanation: '退回 {times} 次'
scope: [unitId, orderId]
inputs: { returned: { type: hotline.order-event, where: { action: returned } } }
kind: sql
query: |
  WITH each AS (
    SELECT unitId, orderId, count() AS times, max(atMs) AS occurredAtMs, groupArray(id) AS ids FROM returned GROUP BY unitId, orderId
  ), means AS (SELECT unitId, avg(times) AS mean FROM each GROUP BY unitId)
  SELECT e.unitId AS unitId, e.orderId AS orderId, e.times AS times, e.occurredAtMs AS occurredAtMs, e.ids AS ids
  FROM each AS e JOIN means AS m ON e.unitId = m.unitId WHERE e.times > m.mean
evidence: { returned: ids }
numbers: { times: 退回次数 }
group: [unitId]
everyMinutes: 10
examples:
  - name: 任意
    now: '2026-03-02T09:00:00+08:00'
    records: [{ type: hotline.order-event, id: x, at: '2026-03-02T09:00:00+08:00' }]
    expect: []
`);
/** Of the average it forgets that it is a unit's. */
const CROSSING = otherwise('crossing', (query) =>
  query
    .replace('ON e.unitId = m.unitId', 'ON 1 = 1')
    .replace('SELECT unitId, avg(times) AS mean FROM each GROUP BY unitId', 'SELECT avg(times) AS mean FROM each'),
);
/** The same, judged whole. */
const WHOLE = parseRule(JSON.stringify({ ...OFTEN, id: 'judged-whole', group: undefined }));
/** Within a year: the codes of a row without its day do not say it. */
const OF_YEAR = parseRule(
  JSON.stringify({
    ...otherwise('of-year', (query) =>
      query
        .replaceAll('unitId, orderId', 'unitId, orderId, atYear')
        .replace('e.unitId AS unitId', 'e.unitId AS unitId, e.atYear AS atYear'),
    ),
    scope: ['unitId', 'orderId', 'atYear'],
    group: ['unitId', 'atYear'],
  }),
);
/** Units whose share of returned orders of a month lies far above the middle of all of the month, once five days after it are over. */
const AGAINST_PEERS = parseRule(`
id: returns-against-peers
version: 1
title: 退回占比远高于同月各单位
class: 不担当不作为
severity: low
basis: [{ document: 测试, demands: 测试 }]
description: 由测试写下的规则。
explanation: '退回 {part} 张'
scope: [unitId, month]
inputs:
  assigned: { type: hotline.order-event, scope: { month: atMonth } }
  returned: { type: hotline.order-event, scope: { month: atMonth }, where: { action: returned } }
kind: outlier
part: { of: returned }
whole: { of: assigned }
minWhole: 2
among: [month]
is: above
statistic: median
leastDistance: 20
minPeers: 3
decide: closed
grace: { calendarDays: 5 }
everyMinutes: 10
examples:
  - name: 任意
    now: '2026-03-02T09:00:00+08:00'
    records: [{ type: hotline.order-event, id: x, at: '2026-03-02T09:00:00+08:00' }]
    expect: []
`);
/** Its answers are dated two days after what proves them. */
const DATED_LATER = otherwise('dated-later', (query) => query.replace('max(atMs) AS', 'max(atMs) + 172800000 AS'));
/** It looks at the clock. */
const BY_NOW = otherwise('by-now', (query) => `${query.trim()} AND {now} > e.occurredAtMs + 172800000`);

function otherwise(id: string, change: (query: string) => string): RuleDefinition {
  return parseRule(JSON.stringify({ ...OFTEN, id, query: OFTEN.kind === 'sql' ? change(OFTEN.query) : '' }));
}

let databases: Databases;
let writer: TestWriter;
beforeAll(async () => {
  databases = await openDatabases();
  writer = new TestWriter(databases.warehouse);
});
afterAll(() => databases.close());
beforeEach(async () => {
  await forgetFindings(databases);
  const { type, scopes } = builtInCatalogue.get('hotline.order-event');
  const copies = scopes.slice(1).map((fields) => `${currentTable(type)}_by_${fields.join('_')}`);
  for (const table of [logTable(type), currentTable(type), `${currentTable(type)}_by_id`, ...copies])
    await databases.warehouse.execute({ sql: `TRUNCATE TABLE ${table}`, params: {} });
});

const event = (id: string, unitId: string, orderId: string, { version = 1, atMs = START_MS } = {}) =>
  record('hotline.order-event', id, version, atMs, { orderId, unitId, action: 'returned' });
const returned = (unitId: string, orderId: string, times: number) =>
  Array.from({ length: times }, (_none, n) => event(`${orderId}-${n}`, unitId, orderId));
/** A load of two orders that stand out together; of the half that comes first, one alone does. */
const UPLOAD = { kind: 'upload', source: 'county', feed: 'rows.csv', types: ['hotline.order-event'] } as const;
const halfOf = (load: string, orderId: string) => returned('U2', orderId, 9).map((one) => ({ ...one, load }));
/** Two units: in each one order stands out. */
const TWO_UNITS = [...returned('U1', 'a', 1), ...returned('U1', 'b', 3), ...returned('U2', 'c', 1), ...returned('U2', 'd', 3)];

async function open(ruleId = OFTEN.id): Promise<string[]> {
  const { items } = await new FindingQueries(databases.pool).list(WHOLE_COUNTY, { ruleIds: [ruleId] }, { limit: 100 });
  return items
    .filter(({ status }) => status === 'open')
    .map(({ scope }) => scope)
    .toSorted();
}

/** Scopes that each turn has been told of, the newest last. */
async function turns(): Promise<number[]> {
  const schema = z.object({ evaluated_scopes: z.int() });
  const found = await rows(
    databases.pool,
    schema,
    `SELECT evaluated_scopes FROM finding_sweep WHERE reason = 'at-rate' ORDER BY seq`,
  );
  return found.map(({ evaluated_scopes: scopes }) => scopes);
}

async function marks(): Promise<string[]> {
  const schema = z.object({ is_all: z.boolean(), cohort: z.string() });
  const found = await rows(databases.pool, schema, 'SELECT is_all, cohort FROM finding_touched_cohort ORDER BY cohort');
  return found.map(({ is_all: isAll, cohort }) => (isAll ? 'all' : cohort));
}

async function started(rules: readonly RuleDefinition[] = [OFTEN], nowMs = NOW_MS) {
  const correlator = await startWithRules(databases, rules, nowMs);
  const turn = async () => {
    correlator.clock.advanceBy(EVERY_MS);
    return correlator.rateJudge.round();
  };
  return { ...correlator, turn };
}

test('a turn judges the cohorts that were touched, old and new of a record that moved, and no others', async () => {
  await writer.write(TWO_UNITS);
  const { pipeline, turn, drift } = await started();
  expect(await open()).toEqual(['U1|b', 'U2|d']);

  await turn();
  expect(await turns()).toEqual([0]);
  await pipeline.landed(await writer.write(returned('U1', 'e', 9)));
  expect(await marks()).toEqual(['U1']);
  expect(await open()).toEqual(['U1|b', 'U2|d']);
  await turn();
  // Of its own unit one answer; of the other none was asked for.
  expect(await turns()).toEqual([0, 1]);
  expect(await open()).toEqual(['U1|e', 'U2|d']);
  expect(await marks()).toEqual([]);

  // All of what stood out goes to the other unit.
  const moved = Array.from({ length: 9 }, (_none, n) => event(`e-${n}`, 'U2', 'e', { version: 2 }));
  await pipeline.landed(await writer.write(moved));
  expect(await marks()).toEqual(['U1', 'U2']);
  await turn();
  expect(await open()).toEqual(['U1|b', 'U2|e']);

  await pipeline.landed(
    await writer.write(moved.map(({ record: { id } }) => record('hotline.order-event', id, 3, START_MS, null))),
  );
  await turn();
  expect(await open()).toEqual(['U1|b', 'U2|d']);
  expect(await drift()).toBe(0);
});

test('what was touched survives whoever dies before it was judged', async () => {
  await writer.write(TWO_UNITS);
  const first = await started();
  const landed = await writer.write(returned('U1', 'e', 9));
  await first.pipeline.landed(landed);
  // It dies in its turn.
  first.sweeper.giveUp();
  await first.turn();
  expect(await open()).toEqual(['U1|b', 'U2|d']);

  const second = await started([OFTEN], NOW_MS + EVERY_MS);
  // The announcement comes again: it is known by its offset.
  await second.pipeline.landed(landed);
  expect(await marks()).toEqual(['U1']);
  await second.turn();
  expect(await open()).toEqual(['U1|e', 'U2|d']);
  expect((await turns()).at(-1)).toBe(1);
});

test('a sweep finds no drift in what the next turn will judge, and drift in what no turn would', async () => {
  await writer.write(TWO_UNITS);
  const { pipeline, turn, drift } = await started();
  await pipeline.landed(await writer.write(returned('U1', 'e', 9)));
  expect(await drift()).toBe(0);
  expect(await open()).toEqual(['U1|e', 'U2|d']);
  await turn();
  // Landed, and announced to nobody.
  await writer.write(returned('U2', 'f', 9));
  await turn();
  expect(await open()).toEqual(['U1|e', 'U2|d']);
  expect(await drift()).toBe(2);
  expect(await open()).toEqual(['U1|e', 'U2|f']);
});

test('a record that was dated in the future is judged when it exists, though nothing lands', async () => {
  await writer.write([...TWO_UNITS, ...[0, 1, 2, 3].map((n) => event(`g-${n}`, 'U1', 'g', { atMs: NOW_MS + EVERY_MS + 1 }))]);
  const { turn } = await started();
  await turn();
  expect(await open()).toEqual(['U1|b', 'U2|d']);
  await turn();
  expect(await open()).toEqual(['U1|b', 'U1|g', 'U2|d']);
  expect(await turns()).toEqual([0, 2]);
});

test('a turn is remembered as of what it judged, though the clock stepped back after it was asked what had begun', async () => {
  await writer.write(TWO_UNITS);
  const { sweeper, log, activation, clock } = await started();
  const { groups } = await activation.active();
  const touched = { cohorts: ['U1'], nowMs: clock.nowMs() + 5, mark: 0 };
  await sweeper.run({ reason: 'at-rate', groups, differencesAre: 'expected', touched });
  expect(await log.lastJudgedNowMs(OFTEN.id)).toBe(clock.nowMs());
});

test('where it takes more than a judgement may to find what has begun to exist, a turn judges all', async () => {
  await writer.write(TWO_UNITS);
  const { activation, cohorts: touched, cohortReader, clock } = await started();
  const [group] = (await activation.active()).groups;
  const { cohorts } = group ?? {};
  if (!group || !cohorts) throw new Error('the rule has no cohorts');
  const tight = (query: LimitedQuery) => ({ ...query, settings: ['max_rows_to_read = 1'] });
  const narrow: typeof cohorts = {
    ...cohorts,
    begun: (...asked) => tight(cohorts.begun(...asked)),
    sampled: (limit) => tight(cohorts.sampled(limit)),
  };
  // Between one instant and itself nothing begins, and nothing is read.
  clock.advanceBy(DAY_MS);
  const nowMs = clock.nowMs();
  expect(await touched.unjudged(group, nowMs)).toMatchObject({ cohorts: [] });
  expect(await touched.unjudged({ ...group, cohorts: narrow }, nowMs)).toMatchObject({ cohorts: null });
  expect(new Set(await cohortReader.sampled(cohorts, 9))).toEqual(new Set(['U1', 'U2']));
  expect(await cohortReader.sampled(narrow, 9)).toBeNull();
});

test('an answer that was still to come stops no rule, is found by the next sweep, and is no drift', async () => {
  await writer.write(TWO_UNITS);
  const { turn, clock, setAside, drift } = await started([DATED_LATER]);
  await turn();
  expect([...(await setAside.open()).keys()]).toEqual([]);
  expect(await open(DATED_LATER.id)).toEqual([]);
  clock.advanceBy(2 * DAY_MS);
  await turn();
  expect(await open(DATED_LATER.id)).toEqual([]);
  expect(await drift()).toBe(0);
  expect(await open(DATED_LATER.id)).toEqual(['U1|b', 'U2|d']);
});

test('peers are judged when their period and its grace are over, and again when something of theirs lands', async () => {
  const FEBRUARY_MS = Date.parse('2026-02-10T09:00:00+08:00');
  /** Of a unit's orders in the month so many are returned, and two are not. */
  const ordersOf = (unitId: string, back: number, atMs = FEBRUARY_MS) => [
    ...[1, 2].map((n) =>
      record('hotline.order-event', `${unitId}-${atMs}-${n}`, 1, atMs, { orderId: 'o', unitId, action: 'signed' }),
    ),
    ...Array.from({ length: back }, (_none, n) => event(`${unitId}-${atMs}-back-${n}`, unitId, 'o', { atMs })),
  ];
  await writer.write([...ordersOf('U1', 0), ...ordersOf('U2', 0), ...ordersOf('U3', 0), ...ordersOf('U4', 3)]);
  const closedMs = Date.parse('2026-03-06T00:00:00+08:00');
  const { pipeline, turn, drift } = await started([AGAINST_PEERS], closedMs - 2 * EVERY_MS);
  await turn();
  expect(await open(AGAINST_PEERS.id)).toEqual([]);
  await turn();
  expect(await open(AGAINST_PEERS.id)).toEqual(['U4|2026-02']);
  expect(await drift()).toBe(0);

  // Of the month that is not over; its peers are asked about, and none of the other.
  await pipeline.landed(await writer.write(ordersOf('U1', 9, Date.parse('2026-03-02T09:00:00+08:00'))));
  expect(await marks()).toEqual(['2026-03']);
  await turn();
  expect(await turns()).toEqual([0, 1, 0]);
  // It comes late: one more stands out.
  await pipeline.landed(await writer.write(ordersOf('U1', 3).slice(2)));
  expect(await marks()).toEqual(['2026-02']);
  await turn();
  expect(await open(AGAINST_PEERS.id)).toEqual(['U1|2026-02', 'U4|2026-02']);
  expect(await turns()).toEqual([0, 1, 0, 2]);
  expect(await drift()).toBe(0);

  // Landed, and announced to nobody: now they are what most are.
  await writer.write([...ordersOf('U2', 3), ...ordersOf('U3', 3)]);
  await turn();
  expect(await turns()).toEqual([0, 1, 0, 2, 0]);
  expect(await drift()).toBe(2);
  expect(await open(AGAINST_PEERS.id)).toEqual([]);
});

test('a load is judged by the cohorts that it touched; what nobody knows makes a turn judge all', async () => {
  await writer.write(TWO_UNITS);
  const { pipeline, register, loadJudge, turn } = await started();
  const load = await register.begin({ kind: 'upload', source: 'county', feed: 'rows.csv', types: ['hotline.order-event'] });
  await pipeline.landed(await writer.write(returned('U2', 'h', 9).map((one) => ({ ...one, load }))));
  expect(await marks()).toEqual([]);
  await register.end(load);
  // Its end is noted, and then it is judged.
  await loadJudge.round();
  await loadJudge.round();
  expect(await marks()).toEqual(['U2']);
  await turn();
  expect(await open()).toEqual(['U1|b', 'U2|h']);

  await pipeline.landed(
    writer.announcement({ batch: 'of-before', type: 'hotline.order-event', records: 3, firstAppendedAtMs: 0 }),
  );
  expect(await marks()).toEqual(['all']);
  await turn();
  expect(await turns()).toEqual([1, 2]);
  expect(await marks()).toEqual([]);
});

test.each([
  ['beside one that it knows', OFTEN, {}],
  ['with codes that do not say its cohorts', OF_YEAR, { keys: [{ unitId: 'U1', orderId: 'a' }] }],
])('a batch that the log does not know makes a turn judge all: %s', async (_what, rule, codes) => {
  await writer.write(TWO_UNITS);
  const { pipeline } = await started([rule]);
  const known = await writer.write(returned('U1', 'e', 1));
  const unknown = writer.announcement({
    batch: 'of-before',
    type: 'hotline.order-event',
    records: 3,
    firstAppendedAtMs: 0,
    ...codes,
  });
  await pipeline.landed({ ...known, messages: [...known.messages, ...unknown.messages] });
  expect(await marks()).toEqual(['all']);
});

type Started = Awaited<ReturnType<typeof started>>;

/** Its end is noted, and then it is judged. */
async function endLoad({ register, loadJudge }: Pick<Started, 'register' | 'loadJudge'>, load: string): Promise<void> {
  await register.end(load);
  await loadJudge.round();
  await loadJudge.round();
}

test.each([OFTEN, WHOLE])('a sweep leaves out what has half of a load; the next turn judges the whole: $id', async (rule) => {
  await writer.write(TWO_UNITS);
  const correlator = await started([rule]);
  const { pipeline, register, sweeper, activation, turn, drift } = correlator;
  const load = await register.begin(UPLOAD);
  await pipeline.landed(await writer.write(halfOf(load, 'h')));
  const { groups } = await activation.active();
  const swept = await sweeper.run({ reason: 'scheduled', groups, differencesAre: 'drift' });
  expect(swept).toMatchObject({ leftOut: [rule.id], rulesDone: 0, driftFindings: 0 });
  expect(await open(rule.id)).toEqual(['U1|b', 'U2|d']);
  expect(await turn()).toBe(0);

  await pipeline.landed(await writer.write(halfOf(load, 'k')));
  await endLoad(correlator, load);
  expect(await correlator.rateJudge.round()).toBe(1);
  expect(await open(rule.id)).toEqual(['U1|b', 'U2|h', 'U2|k']);
  expect(await drift()).toBe(0);
});

test.each([OFTEN, WHOLE])('a rule published while a load is open is live when that is through: $id', async (rule) => {
  await writer.write(TWO_UNITS);
  const { register } = await started([BY_NOW]);
  const load = await register.begin(UPLOAD);
  await writer.write(halfOf(load, 'h'));
  const correlator = await started([BY_NOW, rule]);
  const { round, sets, activation } = correlator;
  const live = async () => (await activation.active()).groups.flatMap(({ rules }) => rules.map(({ id }) => id));
  expect(await live()).toEqual([BY_NOW.id]);
  expect((await sets.progress()).get(rule.id)).not.toBe('live');
  expect(await open(rule.id)).toEqual([]);

  await writer.write(halfOf(load, 'k'));
  await endLoad(correlator, load);
  await round();
  expect((await sets.progress()).get(rule.id)).toBe('live');
  expect(await open(rule.id)).toEqual(['U1|b', 'U2|h', 'U2|k']);
});

test.each([OFTEN, WHOLE])(
  'a load that begins while a turn reads changes nothing, and nothing is forgotten: $id',
  async (rule) => {
    await writer.write(TWO_UNITS);
    const correlator = await started([rule]);
    const { pipeline, register, evaluator, turn } = correlator;
    await pipeline.landed(await writer.write(returned('U1', 'e', 9)));
    const everything = evaluator.everything.bind(evaluator);
    let load = '';
    evaluator.everything = async function* (...asked) {
      load ||= await register.begin(UPLOAD);
      await writer.write(halfOf(load, 'h'));
      yield* everything(...asked);
    };
    await turn();
    expect(await open(rule.id)).toEqual(['U1|b', 'U2|d']);
    evaluator.everything = everything;

    await writer.write(halfOf(load, 'k'));
    await endLoad(correlator, load);
    expect(await correlator.rateJudge.round()).toBe(1);
    expect(await open(rule.id)).toEqual(['U1|e', 'U2|h', 'U2|k']);
  },
);

test('a load that begins before what differs is stored changes nothing either', async () => {
  await writer.write(TWO_UNITS);
  const correlator = await started([OFTEN]);
  const { pipeline, register, reconciler, turn } = correlator;
  await pipeline.landed(await writer.write(returned('U2', 'e', 9)));
  const reconcile = reconciler.reconcile.bind(reconciler);
  let load = '';
  reconciler.reconcile = async (input) => {
    load ||= await register.begin(UPLOAD);
    await writer.write(halfOf(load, 'h'));
    return reconcile(input);
  };
  await turn();
  expect(load).not.toBe('');
  expect(await open()).toEqual(['U1|b', 'U2|d']);
  expect(await marks()).toEqual(['U2']);
  reconciler.reconcile = reconcile;

  await endLoad(correlator, load);
  await turn();
  expect(await open()).toEqual(['U1|b', 'U2|e', 'U2|h']);
});

test('a rule that reads the records of other cohorts is set aside before anything of it is stored', async () => {
  await writer.write([...TWO_UNITS, ...returned('U3', 'i', 30), ...returned('U3', 'j', 31)]);
  await expect(started([OFTEN, CROSSING])).rejects.toBeInstanceOf(RuleSetAsideError);
  const { round, setAside, rules } = await started([OFTEN, CROSSING]);
  await round();
  expect([...(await setAside.open()).values()]).toMatchObject([
    { ruleId: CROSSING.id, trouble: 'crosses', detail: 'COHORTS_DIFFER' },
  ]);
  expect(rules.ruleIds()).toEqual([OFTEN.id]);
  expect(await open(CROSSING.id)).toEqual([]);
});

test.each([true, false])('what one thread says otherwise than several is no crossing: %s', async (isByOrder) => {
  await writer.write(TWO_UNITS);
  const { evaluator, setAside, drift } = await started();
  const everything = evaluator.everything.bind(evaluator);
  // As if several threads had read rows in another order, or a query crossed whoever reads.
  evaluator.everything = async function* (group, nowMs, signal, how) {
    const isOtherwise = how?.cohorts !== undefined && !(isByOrder && how.isStable);
    for await (const piece of everything(group, nowMs, signal, how))
      yield isOtherwise ? piece.map((one) => ({ ...one, occurredAtMs: (one.occurredAtMs ?? 0) - 1 })) : piece;
  };
  if (isByOrder) expect(await drift()).toBe(0);
  else await expect(drift()).rejects.toBeInstanceOf(RuleSetAsideError);
  expect([...(await setAside.open()).keys()]).toEqual(isByOrder ? [] : [OFTEN.id]);
});

test('a sweep by which a rule is set aside goes on with the others', async () => {
  // Within one unit it crosses nothing.
  await writer.write([...returned('U1', 'a', 1), ...returned('U1', 'b', 3)]);
  const { sweeps, setAside, activation } = await started([OFTEN, CROSSING]);
  expect((await activation.active()).groups.map(({ rules: [rule] }) => rule?.id)).toEqual([CROSSING.id, OFTEN.id]);
  // Landed, and announced to nobody.
  await writer.write([...returned('U3', 'i', 30), ...returned('U3', 'j', 31)]);
  const { sweepId } = await sweeps.start({ ruleIds: null, reason: 'manual' });
  await sweeps.idle();
  expect([...(await setAside.open()).keys()]).toEqual([CROSSING.id]);
  const swept = await new SweepQueries(databases.pool).get(sweepId);
  expect(swept).toMatchObject({ state: 'done', failure: null, rulesDone: 1, driftFindings: 1 });
  expect(await open()).toEqual(['U1|b', 'U3|j']);
  expect(await open(CROSSING.id)).toEqual(['U1|b']);
});

test('judging cohorts alone, to compare, is no run of the rule', async () => {
  await writer.write(TWO_UNITS);
  const { drift, runs } = await started();
  await drift();
  await runs.flush();
  const log = await new RuleRunQueries(databases.pool).last(OFTEN.id);
  expect(new Map(log.map((entry) => [entry.kind, entry.runs]))).toEqual(
    new Map([
      ['publish', 1],
      ['sweep', 1],
    ]),
  );
});

test('where the query looks at the clock, a turn judges all', async () => {
  await writer.write(TWO_UNITS);
  const { turn, clock } = await started([BY_NOW]);
  await turn();
  expect(await open(BY_NOW.id)).toEqual([]);
  clock.advanceBy(2 * DAY_MS);
  await turn();
  expect(await open(BY_NOW.id)).toEqual(['U1|b', 'U2|d']);
});

/** What the rule says, from its words: of each unit's orders those with more events than its average. */
function aboveAverage(events: Iterable<{ unitId: string; orderId: string }>): string[] {
  const byUnit = Map.groupBy(events, ({ unitId }) => unitId);
  return [...byUnit]
    .flatMap(([unitId, of]) => {
      const byOrder = Map.groupBy(of, ({ orderId }) => orderId);
      return [...byOrder].filter(([, own]) => own.length * byOrder.size > of.length).map(([orderId]) => `${unitId}|${orderId}`);
    })
    .toSorted();
}

test.each([1, 2, 3])(
  'random histories with moves, deletions and deaths end as everything judged at once, seed %i',
  async (seed) => {
    const rng = seededRng(seed);
    const pick = <T>(of: readonly [T, ...T[]]): T => of[integerBetween(rng, 0, of.length - 1)] ?? of[0];
    const known = new Map<string, { unitId: string; orderId: string }>();
    const waiting: Awaited<ReturnType<TestWriter['write']>>[] = [];
    let correlator = await started();
    let whole = 0;
    for (let step = 1; step <= 40; step++) {
      const changes = Array.from({ length: integerBetween(rng, 1, 4) }, (_none, n) => {
        const id = `r${(integerBetween(rng, 0, 4) * 4 + n).toString()}`;
        const to = { unitId: pick(['U1', 'U2', 'U3']), orderId: pick(['a', 'b', 'c']) };
        const isDeleted = rng.next() < 0.25;
        if (isDeleted) known.delete(id);
        else known.set(id, to);
        return isDeleted
          ? record('hotline.order-event', id, step, START_MS, null)
          : event(id, to.unitId, to.orderId, { version: step });
      });
      waiting.push(await writer.write(changes));
      if (rng.next() < 0.6) for (const batch of waiting.splice(0)) await correlator.pipeline.landed(batch);
      if (rng.next() < 0.15) {
        correlator.sweeper.giveUp();
        await correlator.turn();
        correlator = await started([OFTEN], correlator.clock.nowMs());
      }
      if (rng.next() > 0.4) continue;
      await correlator.turn();
      if (waiting.length > 0) continue;
      expect({ step, open: await open() }).toEqual({ step, open: aboveAverage(known.values()) });
      whole++;
    }
    expect(whole).toBeGreaterThan(3);
    for (const batch of waiting.splice(0)) await correlator.pipeline.landed(batch);
    await correlator.turn();
    expect(await open()).toEqual(aboveAverage(known.values()));
    expect(await correlator.drift()).toBe(0);
  },
);
