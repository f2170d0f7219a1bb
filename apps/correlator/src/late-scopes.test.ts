import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { FindingQueries, noAlerts, type EvaluationGroup } from '@tianyan/findings';
import { DAY_MS, SECOND_MS } from '@tianyan/kernel';
import { TestWriter, forgetFindings, makeCorrelator, openDatabases, record, type Databases } from './correlator.test-fixture.js';
import { StreamLiveProgress } from './live-progress.js';
import { returned, threeReturns } from './three-returns.test-fixture.js';

const START_MS = Date.UTC(2026, 2, 2);
const PACE_MS = 15 * SECOND_MS;
/** Of some scopes the period is over. */
const someClosed: EvaluationGroup = { ...threeReturns, canWait: (scope) => scope.startsWith('late') };

let databases: Databases;
let writer: TestWriter;
beforeAll(async () => {
  databases = await openDatabases();
  writer = new TestWriter(databases.warehouse);
});
afterAll(() => databases.close());
beforeEach(() => forgetFindings(databases));

const made = () => makeCorrelator(databases, [someClosed], START_MS + 10 * DAY_MS, noAlerts, 'engine', PACE_MS);
const found = async () =>
  (await new FindingQueries(databases.pool).list(WHOLE_COUNTY, {}, {})).items
    .filter(({ holds }) => holds)
    .map(({ scope }) => scope);
const three = (orderId: string) => [1, 2, 3].map((n) => returned(`${orderId}-${n}`, orderId, START_MS + n));
const another = (orderId: string, n: number) => returned(`${orderId}-${n}`, orderId, START_MS + n);

test('a scope whose period is over is judged at the pace, any other at once; the finding names its records', async () => {
  const { pipeline, clock, metrics } = made();
  await pipeline.landed(await writer.write([...three('late-a'), ...three('open-a')], ['trace-1']));
  await pipeline.landed(await writer.write([another('late-z', 1)], ['trace-2']));
  expect(await found()).toEqual(['open-a']);
  clock.advanceBy(PACE_MS - 1);
  expect(await pipeline.judgeLate()).toBe(0);
  clock.advanceBy(1);
  expect(await pipeline.judgeLate()).toBe(2);
  expect(await found()).toEqual(expect.arrayContaining(['late-a', 'open-a']));
  expect(await pipeline.judgeLate()).toBe(0);
  expect(metrics.lateScopes).toBe(2);
  const queries = new FindingQueries(databases.pool);
  const late = (await queries.list(WHOLE_COUNTY, {}, {})).items.find(({ scope }) => scope === 'late-a');
  const detail = await queries.get(WHOLE_COUNTY, late?.id ?? '');
  // Of all that came meanwhile, what touched it.
  expect(detail?.history[0]?.cause).toMatchObject({ kind: 'records', traces: ['trace-1'], records: [{}, {}, {}] });
});

test('what waits with the first that is due is judged with it: a second each would make a round each', async () => {
  const { pipeline, clock, metrics } = made();
  await pipeline.landed(await writer.write(three('late-j')));
  clock.advanceBy(PACE_MS - 1);
  await pipeline.landed(await writer.write(three('late-k')));
  expect(await pipeline.judgeLate()).toBe(0);
  clock.advanceBy(1);
  expect(await pipeline.judgeLate()).toBe(2);
  expect(metrics.lateScopes).toBe(2);
  expect(await found()).toEqual(expect.arrayContaining(['late-j', 'late-k']));
  clock.advanceBy(PACE_MS);
  expect(await pipeline.judgeLate()).toBe(0);
});

test('of a period that is not over nothing is decided, and its scopes can wait as well', async () => {
  const undecided: EvaluationGroup = { ...threeReturns, canWait: (scope) => scope.startsWith('week') };
  const { pipeline, clock } = makeCorrelator(databases, [undecided], START_MS + 10 * DAY_MS, noAlerts, 'engine', PACE_MS);
  await pipeline.landed(await writer.write([...three('week-a'), ...three('open-b')]));
  expect(await found()).toEqual(['open-b']);
  clock.advanceBy(PACE_MS);
  expect(await pipeline.judgeLate()).toBe(1);
  expect(await found()).toEqual(expect.arrayContaining(['week-a', 'open-b']));
});

test('what comes again does not put it off further; what comes while it is judged waits anew', async () => {
  const { pipeline, clock, tickets, evaluator, store, late } = made();
  await pipeline.landed(await writer.write(three('late-b').slice(0, 2)));
  clock.advanceBy(PACE_MS - 1);
  await pipeline.landed(await writer.write(three('late-b').slice(2)));
  clock.advanceBy(1);
  const nowMs = clock.nowMs();
  expect(await late.due(nowMs, ['three-returns'])).toMatchObject([{ scope: 'late-b', sinceMs: nowMs - PACE_MS }]);

  // Judged from what had been read before one more return came.
  const ticket = await tickets.take(nowMs, null);
  const evaluations = await evaluator.scopes(someClosed, ticket.nowMs, ['late-b']);
  await pipeline.landed(await writer.write([another('late-b', 4)]));
  await store.commit({
    ticket,
    evaluated: [{ group: someClosed, scopes: ['late-b'], evaluations }],
    causeOf: () => ({ kind: 'time' }),
    offsets: [],
    late: { kind: 'judged', sinceMs: nowMs, dueAtMs: nowMs + PACE_MS },
  });
  const count = async () => (await new FindingQueries(databases.pool).list(WHOLE_COUNTY, {}, {})).items[0]?.explanation;
  expect(await count()).toContain('3 次');
  expect(await pipeline.judgeLate()).toBe(0);
  clock.advanceBy(PACE_MS);
  expect(await pipeline.judgeLate()).toBe(1);
  expect(await count()).toContain('4 次');
  expect(await late.landed()).toEqual([]);
});

test('where a round takes long, the next waits longer', async () => {
  let takesMs = 0;
  const slow: EvaluationGroup = {
    ...someClosed,
    evaluate(question) {
      correlator.clock.advanceBy(takesMs);
      return someClosed.evaluate(question);
    },
  };
  const correlator = makeCorrelator(databases, [slow], START_MS + 10 * DAY_MS, noAlerts, 'engine', PACE_MS);
  const { pipeline, clock } = correlator;
  await pipeline.landed(await writer.write(three('late-g')));
  clock.advanceBy(PACE_MS);
  takesMs = PACE_MS;
  expect(await pipeline.judgeLate()).toBe(1);
  await pipeline.landed(await writer.write(three('late-h')));
  clock.advanceBy(10 * PACE_MS - 1);
  expect(await pipeline.judgeLate()).toBe(0);
  clock.advanceBy(1);
  expect(await pipeline.judgeLate()).toBe(1);
});

test('of two that put the same off, the one that commits last forgets nothing; another clock makes nothing wait', async () => {
  const { pipeline, clock, tickets, store, late } = made();
  const nowMs = clock.nowMs();
  const [first, second] = [await tickets.take(nowMs, null), await tickets.take(nowMs, null)];
  const putOff = async (ticket: typeof first, batch: string) =>
    store.commit({
      ticket,
      evaluated: [],
      causeOf: () => ({ kind: 'time' }),
      offsets: [],
      late: {
        kind: 'put-off',
        scopes: [{ rules: someClosed.rules, scopes: ['late-f'] }],
        landed: [{ batch, type: 'hotline.order-event' }],
        // As a machine whose clock is hours ahead says it.
        sinceMs: nowMs + DAY_MS,
        dueAtMs: nowMs + DAY_MS + PACE_MS,
      },
    });
  await putOff(second, 'b2');
  await putOff(first, 'b1');
  await late.cleanUp();
  expect((await late.landed()).map(({ batch }) => batch)).toEqual(['b1', 'b2']);
  expect(await late.due(nowMs, ['three-returns'])).toMatchObject([{ scope: 'late-f' }]);
  expect(await pipeline.judgeLate()).toBe(1);
  expect(await late.landed()).toEqual([]);
});

test('a process that dies before the pace is over leaves the note to the next', async () => {
  const first = made();
  await first.pipeline.landed(await writer.write(three('late-c')));
  const next = made();
  next.clock.advanceBy(PACE_MS);
  expect(await next.pipeline.judgeLate()).toBe(1);
  expect(await found()).toEqual(['late-c']);
});

/** @param pause what goes on while somebody waits */
function progressOf({ landing, wakeUps, late, tickets, clock }: ReturnType<typeof made>, pause: () => Promise<void>) {
  const [ruleIds, activeRuleIds] = [() => ['three-returns'], async () => ['three-returns']];
  return new StreamLiveProgress({ admin: landing, wakeUps, late, tickets, ruleIds, activeRuleIds, clock, pause });
}

test('a sweep waits for what was put off instead of taking it for drift', async () => {
  const correlator = made();
  const { pipeline, sweeper, live } = correlator;
  // What other tests have written is found before.
  await sweeper.run({ reason: 'manual', groups: [someClosed], differencesAre: 'expected' });
  await pipeline.landed(await writer.write(three('late-d')));
  // While the sweep waits the loop of the process goes on.
  const progress = progressOf(correlator, async () => void (await pipeline.judgeLate()));
  live.caughtUp = (signal) => progress.caughtUp(signal);
  const sweep = await sweeper.run({ reason: 'manual', groups: [someClosed], differencesAre: 'drift' });
  expect(sweep).toMatchObject({ candidates: 1, driftFindings: 0, driftWakeUps: 0 });
  expect(await found()).toContain('late-d');
});

test('nor is it failed by a round that was under way, and puts off at a long pace what was touched meanwhile', async () => {
  const correlator = made();
  const { pipeline, clock, tickets, store, evaluator, late } = correlator;
  const closed = { group: someClosed, scopes: ['late-i'] };
  await pipeline.landed(await writer.write(three('late-i')));
  const nowMs = clock.nowMs();
  const ticket = await tickets.take(nowMs, null);
  const evaluations = await evaluator.scopes(someClosed, ticket.nowMs, closed.scopes);
  await pipeline.landed(await writer.write([another('late-i', 4)]));
  const judged = { kind: 'judged', sinceMs: nowMs, dueAtMs: nowMs + DAY_MS } as const;
  const commit = () =>
    store.commit({
      ticket,
      evaluated: [{ ...closed, evaluations }],
      causeOf: () => ({ kind: 'time' }),
      offsets: [],
      late: judged,
    });
  let looks = 0;
  const progress = progressOf(correlator, async () => {
    if (++looks > 50) throw new Error('it is never judged');
    await (looks === 1 ? commit() : pipeline.judgeLate());
  });
  await progress.caughtUp(new AbortController().signal);
  expect(await late.waits(Number.MAX_SAFE_INTEGER, ['three-returns'])).toBe(false);
});

test('a correction that empties a scope whose period is over withdraws what was found there', async () => {
  const { pipeline, clock } = made();
  await pipeline.landed(await writer.write(three('late-e')));
  clock.advanceBy(PACE_MS);
  await pipeline.judgeLate();
  expect(await found()).toEqual(['late-e']);
  await pipeline.landed(await writer.write([record('hotline.order-event', 'late-e-3', 2, START_MS + 3, null)]));
  clock.advanceBy(PACE_MS);
  await pipeline.judgeLate();
  expect(await found()).toEqual([]);
});
