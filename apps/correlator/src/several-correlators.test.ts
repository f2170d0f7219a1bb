import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { FindingQueries, noAlerts, SweepLog, type EvaluationGroup, type Finding, type Traced } from '@tianyan/findings';
import { DAY_MS, HOUR_MS, seededRng, startOfChinaDayMs, uuidSource } from '@tianyan/kernel';
import { execute, NamedLock, rows } from '@tianyan/postgres';
import type { StreamBatch } from '@tianyan/stream';
import { pino } from 'pino';
import { z } from 'zod';
import { TestWriter, forgetFindings, makeCorrelator, openDatabases, type Databases } from './correlator.test-fixture.js';
import { RuleActivation, type FirstLoad } from './rule-activation.js';
import type { AskedSweep } from '@tianyan/runtime';
import { Sweeps } from './sweeps.js';
import { returned, threeReturns } from './three-returns.test-fixture.js';

const START_MS = startOfChinaDayMs('2026-03-02');
const logger = pino({ level: 'silent' });

let databases: Databases;
let writer: TestWriter;
beforeAll(async () => {
  databases = await openDatabases();
  writer = new TestWriter(databases.warehouse);
});
afterAll(() => databases.close());
beforeEach(() => forgetFindings(databases));

const nothingPending: FirstLoad = { pendingTypes: async () => new Set() };

/** One process: its pipeline judges what the store says is active. */
function makeProcess(nowMs: number, firstLoad: FirstLoad = nothingPending) {
  const made = makeCorrelator(databases, [threeReturns], nowMs);
  const { registry, setAside } = made;
  const names = { readNow: async () => {} };
  const activation = new RuleActivation({
    rules: made.rules,
    firstLoad,
    registry,
    setAside,
    sweeper: made.sweeper,
    names,
    logger,
  });
  made.activate(() => activation.active());
  const { sweeper, metrics, clock } = made;
  const log = new SweepLog(databases.pool);
  const clocks = { countyClock: clock, machineClock: clock };
  const lock = new NamedLock(databases.pool);
  const kept: AskedSweep[] = [];
  const repeatLater = async (asked: AskedSweep) => void kept.push(asked);
  const takeOverRules = async () => {};
  const how = { takeOverRules, repeatLater, log, lock, metrics, ids: uuidSource, ...clocks, logger };
  const sweeps = new Sweeps({ activation, sweeper, ...how });
  return { ...made, activation, registry, sweeps, kept };
}

async function openScopes(): Promise<string[]> {
  const { items } = await new FindingQueries(databases.pool).list(WHOLE_COUNTY, { statuses: ['open'] }, {});
  return items.map(({ scope }) => scope).toSorted();
}

const sweepCount = async () =>
  (await rows(databases.pool, z.object({ reason: z.string() }), 'SELECT reason FROM finding_sweep ORDER BY seq')).map(
    ({ reason }) => reason,
  );

test('a batch that one handled before another made the rule active is found by the sweep of the other', async () => {
  const [first, second] = [makeProcess(START_MS + 10 * DAY_MS), makeProcess(START_MS + 10 * DAY_MS)];
  await second.pipeline.landed(await writer.write([1, 2, 3].map((n) => returned(`b${n}`, 'order-b', START_MS + n))));
  expect(await openScopes()).toEqual([]);
  await first.activation.activateReady();
  expect(await openScopes()).toEqual(['order-b']);

  // From now on the other judges too, without a sweep of its own.
  await second.pipeline.landed(await writer.write([1, 2, 3].map((n) => returned(`c${n}`, 'order-c', START_MS + n))));
  expect(await openScopes()).toEqual(['order-b', 'order-c']);
  await second.activation.activateReady();
  expect(await sweepCount()).toEqual(['changed-rules']);
});

test('a first sweep that failed is made again, by whichever correlator', async () => {
  const [first, second] = [makeProcess(START_MS + 10 * DAY_MS), makeProcess(START_MS + 10 * DAY_MS)];
  await writer.write([1, 2, 3].map((n) => returned(`f${n}`, 'order-f', START_MS + n)));
  const run = first.sweeper.run.bind(first.sweeper);
  first.sweeper.run = () => Promise.reject(new Error('killed in the middle'));
  await expect(first.activation.activateReady()).rejects.toThrow('killed');
  first.sweeper.run = run;
  await second.activation.activateReady();
  await first.activation.activateReady();
  expect(await openScopes()).toEqual(expect.arrayContaining(['order-f']));
  expect(await sweepCount()).toEqual(['changed-rules']);
});

test('one nightly sweep a day, however many processes look', async () => {
  const nightMs = START_MS + 10 * DAY_MS + 4 * HOUR_MS;
  const processes = [makeProcess(nightMs), makeProcess(nightMs)];
  await processes[0]?.activation.activateReady();
  for (const { sweeps } of [...processes, ...processes]) {
    await sweeps.startNightlyIfDue();
    await sweeps.idle();
  }
  expect(await sweepCount()).toEqual(['changed-rules', 'scheduled']);
  for (const { clock, sweeps } of processes) {
    clock.advanceTo(nightMs + DAY_MS);
    await sweeps.startNightlyIfDue();
    await sweeps.idle();
  }
  expect(await sweepCount()).toEqual(['changed-rules', 'scheduled', 'scheduled']);
});

test('the nightly sweep waits for rules that are judged for the first time', async () => {
  const nowMs = START_MS + 10 * DAY_MS + 4 * HOUR_MS;
  const { activation, sweeps } = makeProcess(nowMs);
  await activation.activateReady();
  const log = new SweepLog(databases.pool);
  await log.begin({ id: 'of-others', reason: 'changed-rules', ruleIds: [], startedAtMs: nowMs, nowMs });
  await sweeps.startNightlyIfDue();
  await sweeps.idle();
  expect(await sweepCount()).toEqual(['changed-rules', 'changed-rules']);
  await log.end('of-others', { finishedAtMs: nowMs, failure: null });
  await sweeps.startNightlyIfDue();
  await sweeps.idle();
  expect(await sweepCount()).toEqual(['changed-rules', 'changed-rules', 'scheduled']);
});

test('a sweep whose process died is ended by another; one that lives is left alone', async () => {
  const { activation, sweeps, sweeper } = makeProcess(START_MS + 10 * DAY_MS);
  await activation.activateReady();
  await execute(
    databases.pool,
    `INSERT INTO finding_sweep (id, reason, rule_ids, started_at_ms, now_ms, state)
     SELECT reason || '-dead', reason, '{}', 0, 0, 'running' FROM unnest(ARRAY['scheduled', 'manual', 'changed-rules']) AS reason`,
  );
  const other = makeProcess(START_MS + 10 * DAY_MS).sweeps;
  const run = sweeper.run.bind(sweeper);
  sweeper.run = async (request, id) => {
    const running = run(request, id);
    await other.endDead();
    return running;
  };
  await sweeps.runRequested({ sweepId: 'alive', ruleIds: null });
  const found = await rows(
    databases.pool,
    z.object({ id: z.string(), state: z.string() }),
    `SELECT id, state FROM finding_sweep WHERE id = 'alive' OR id LIKE '%-dead' ORDER BY id`,
  );
  expect(found).toEqual([
    { id: 'alive', state: 'done' },
    { id: 'changed-rules-dead', state: 'failed' },
    { id: 'manual-dead', state: 'failed' },
    { id: 'scheduled-dead', state: 'failed' },
  ]);
  // The county's night of a sweep that failed is not over.
  expect(await new SweepLog(databases.pool).lastNowMs('scheduled')).toBeNull();
});

test('a sweep asked for elsewhere runs under the promised id, and again under it if the process dies', async () => {
  const { activation, sweeps } = makeProcess(START_MS + 10 * DAY_MS);
  await sweeps.runRequested({ sweepId: 'too-early', ruleIds: null });
  await activation.activateReady();
  for (let attempt = 0; attempt < 2; attempt++) await sweeps.runRequested({ sweepId: 'promised', ruleIds: null });
  const asked = await rows(
    databases.pool,
    z.object({ id: z.string(), state: z.string(), failure: z.string().nullable() }),
    `SELECT id, state, failure FROM finding_sweep WHERE reason = 'manual' ORDER BY seq`,
  );
  expect(asked).toMatchObject([
    { id: 'too-early', state: 'failed', failure: expect.stringContaining('首次载入') },
    { id: 'promised', state: 'done', failure: null },
  ]);
});

/** A correlator whose commits wait at a gate after it has read what it judges by. */
function makeSlow() {
  const made = makeCorrelator(databases, [threeReturns], START_MS + 10 * DAY_MS);
  const commit = made.store.commit.bind(made.store);
  let gate = { hasRead: () => {}, mayCommit: Promise.resolve() };
  made.store.commit = async (input) => {
    gate.hasRead();
    await gate.mayCommit;
    return commit(input);
  };
  /** Resolves when it has read; what it returns lets it commit and waits for that. */
  const readAndWait = async (batch: StreamBatch): Promise<() => Promise<void>> => {
    const read = Promise.withResolvers<void>();
    const open = Promise.withResolvers<void>();
    gate = { hasRead: read.resolve, mayCommit: open.promise };
    const done = made.pipeline.landed(batch);
    await read.promise;
    return async () => {
      open.resolve();
      await done;
    };
  };
  return { ...made, readAndWait };
}

/**
 * The race, forced: a correlator reads, then stands still; corrections land that turn the answer round, and another
 * correlator stores what they mean; only then the first may commit. Without tickets its older answer would be the last.
 */
test('an evaluation on older data that commits later does not overwrite a newer one', async () => {
  const rng = seededRng(20_260_701);
  const [slow, quick] = [makeSlow(), makeCorrelator(databases, [threeReturns], START_MS + 10 * DAY_MS)];
  // One partition each, as the stream shares them out.
  const at = (batch: StreamBatch, partition: number): StreamBatch => ({ ...batch, partition });
  await quick.pipeline.landed(at(await writer.write([1, 2].map((n) => returned(`x-${n}`, 'order-x', START_MS + n))), 1));
  let version = 0;
  let isHit = false;
  const turnRound = () => {
    isHit = !isHit;
    return writer.write([returned('x-3', isHit ? 'order-x' : 'order-elsewhere', START_MS + 3, ++version)]);
  };
  const rounds = 12;
  for (let round = 1; round <= rounds; round++) {
    const letCommit = await slow.readAndWait(at(await turnRound(), 2));
    for (let newer = 1 + Math.floor(rng.next() * 3); newer > 0; newer--) await quick.pipeline.landed(at(await turnRound(), 1));
    await letCommit();
    expect([round, await openScopes()]).toEqual([round, isHit ? ['order-x'] : []]);
    // The older answer was there and was left out: otherwise nothing raced, and the test proves nothing.
    expect(slow.metrics.superseded).toBeGreaterThanOrEqual(round);
  }
});

test('the traces of a batch stand in the history of what it changed, and go out with the alert', async () => {
  const told: Traced<Pick<Finding, 'id'>>[] = [];
  const { pipeline } = makeCorrelator(databases, [threeReturns], START_MS + 10 * DAY_MS, {
    ...noAlerts,
    enqueue: async (_client, findings) => void told.push(...findings),
    enqueueWithdrawn: async (_client, findings) => void told.push(...findings),
  });
  await pipeline.landed(
    await writer.write(
      [1, 2, 3].map((n) => returned(`t${n}`, 'order-t', START_MS + n)),
      ['page-1', 'page-2'],
    ),
  );
  await pipeline.landed(await writer.write([returned('t2', 'order-u', START_MS + 2, 2)], ['page-3']));
  const queries = new FindingQueries(databases.pool);
  const [summary] = (await queries.list(WHOLE_COUNTY, { text: 'order-t' }, {})).items;
  const detail = summary && (await queries.get(WHOLE_COUNTY, summary.id));
  expect(detail?.history.map(({ event, cause }) => [event, cause.kind === 'records' && cause.traces])).toEqual([
    ['withdrawn', ['page-3']],
    ['opened', ['page-1', 'page-2']],
  ]);
  expect(told.map(({ traces }) => traces)).toEqual([['page-1', 'page-2'], ['page-3']]);
});

test('a finding that holds and comes to belong to another township concerns other teams: they hear of it', async () => {
  // Three returns: township 100; with the fourth, 200.
  const moving: EvaluationGroup = {
    ...threeReturns,
    parseRow: (row) =>
      threeReturns.parseRow(row).map((answer) => ({
        ...answer,
        subjects: { ...answer.subjects, townshipCode: answer.evidence.length > 3 ? '200' : '100' },
      })),
  };
  const told: string[] = [];
  const { pipeline } = makeCorrelator(databases, [moving], START_MS + 10 * DAY_MS, {
    ...noAlerts,
    enqueue: async (_client, findings) => void told.push(...findings.map((f) => `opened ${f.townshipCode}`)),
    enqueueMoved: async (_client, findings) =>
      void told.push(...findings.map((f) => `moved ${f.townshipCode} ${f.traces?.join(',')}`)),
  });
  await pipeline.landed(await writer.write([1, 2, 3].map((n) => returned(`m${n}`, 'order-m', START_MS + n))));
  await pipeline.landed(await writer.write([returned('m4', 'order-m', START_MS + 4)], ['page-4']));
  await pipeline.landed(await writer.write([returned('m5', 'order-m', START_MS + 5)]));
  expect(told).toEqual(['opened 100', 'moved 200 page-4']);
});
