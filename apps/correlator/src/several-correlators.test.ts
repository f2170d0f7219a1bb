import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { FindingQueries, RuleRegistry, SweepLog, type Finding, type Traced } from '@tianyan/findings';
import { DAY_MS, HOUR_MS, seededRng, startOfChinaDayMs, uuidSource } from '@tianyan/kernel';
import { NamedLock } from '@tianyan/runtime';
import { pino } from 'pino';
import { makeCorrelator, openDatabases, TestWriter, type Databases } from './correlator.test-fixture.js';
import { RuleActivation, type FirstLoad } from './rule-activation.js';
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
beforeEach(async () => {
  await databases.pool.query(
    `TRUNCATE finding, finding_history, finding_scope, finding_evaluation, finding_offset, finding_rule, finding_active_rule,
       finding_sweep, finding_drift; UPDATE finding_clock SET ticket = 0, now_ms = 0`,
  );
});

const nothingPending: FirstLoad = { pendingTypes: async () => new Set() };

/** One process: its pipeline judges what the store says is active. */
function makeProcess(nowMs: number, firstLoad: FirstLoad = nothingPending) {
  const made = makeCorrelator(databases, [threeReturns], nowMs);
  const registry = new RuleRegistry(databases.pool);
  const names = { readNow: async () => {} };
  const activation = new RuleActivation({
    groups: [threeReturns],
    firstLoad,
    registry,
    sweeper: made.sweeper,
    names,
    logger,
  });
  made.activate(() => activation.active());
  const { sweeper, metrics, clock } = made;
  const log = new SweepLog(databases.pool);
  const clocks = { countyClock: clock, machineClock: clock };
  const lock = new NamedLock(databases.pool);
  const sweeps = new Sweeps({ activation, sweeper, log, lock, metrics, ids: uuidSource, ...clocks, logger });
  return { ...made, activation, registry, sweeps };
}

async function openScopes(): Promise<string[]> {
  const { items } = await new FindingQueries(databases.pool).list({ statuses: ['open'] }, {});
  return items.map(({ scope }) => scope).toSorted();
}

const sweepCount = async () =>
  (await databases.pool.query<{ reason: string }>('SELECT reason FROM finding_sweep ORDER BY seq')).rows.map(
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

test('a sweep whose process died is ended by another; one that lives is left alone', async () => {
  const { activation, sweeps, sweeper } = makeProcess(START_MS + 10 * DAY_MS);
  await activation.activateReady();
  await databases.pool.query(
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
  const { rows } = await databases.pool.query<{ id: string; state: string }>(
    `SELECT id, state FROM finding_sweep WHERE id = 'alive' OR id LIKE '%-dead' ORDER BY id`,
  );
  expect(rows).toEqual([
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
  const { rows } = await databases.pool.query<{ id: string; state: string }>(
    `SELECT id, state, failure FROM finding_sweep WHERE reason = 'manual' ORDER BY seq`,
  );
  expect(rows).toMatchObject([
    { id: 'too-early', state: 'failed', failure: expect.stringContaining('首次载入') },
    { id: 'promised', state: 'done', failure: null },
  ]);
});

/** Odd, so that rounds end with the finding open and withdrawn in turn. */
const VERSIONS_PER_ROUND = 3;

/**
 * The race: corrections open and close the same scopes again and again; two correlators are told of them in turn, and each
 * evaluation that has read waits a random number of steps before it may commit. Without tickets the older answer of a
 * slower process would often be the last one written.
 */
test('two that evaluate the same scopes at once end with what the data say', async () => {
  const rng = seededRng(20_260_701);
  const processes = [0, 1].map(() => {
    const made = makeCorrelator(databases, [threeReturns], START_MS + 10 * DAY_MS);
    const commit = made.store.commit.bind(made.store);
    made.store.commit = async (input) => {
      const steps = Math.floor(rng.next() * 6);
      for (let step = 0; step < steps; step++) await databases.pool.query('SELECT 1');
      return commit(input);
    };
    return made;
  });
  const scopes = ['order-x', 'order-y', 'order-z'];
  let version = 0;
  let partition = 0;
  for (let round = 0; round < 6; round++) {
    const handled: Promise<void>[] = [];
    for (let step = 0; step < VERSIONS_PER_ROUND; step++) {
      version++;
      for (const scope of scopes) {
        // The third return moves away and comes back: the finding opens and is withdrawn in turn.
        const third = returned(`${scope}-3`, version % 2 === 1 ? scope : `${scope}-elsewhere`, START_MS + 3, version);
        const others = version === 1 ? [1, 2].map((n) => returned(`${scope}-${n}`, scope, START_MS + n)) : [];
        const announced = await writer.write([...others, third]);
        // Not waited for: evaluations of several versions are under way together. Each stands in a partition of its own,
        // because within one they would come one after the other.
        for (const { pipeline } of processes) handled.push(pipeline.landed({ ...announced, partition: ++partition }));
      }
    }
    await Promise.all(handled);
    expect((await openScopes()).filter((scope) => scopes.includes(scope))).toEqual(version % 2 === 1 ? scopes : []);
  }
  const superseded = processes.reduce((sum, { metrics }) => sum + metrics.superseded, 0);
  // Otherwise nothing ever raced, and the test proves nothing.
  expect(superseded).toBeGreaterThan(0);
});

test('the traces of a batch stand in the history of what it changed, and go out with the alert', async () => {
  const told: Traced<Pick<Finding, 'id'>>[] = [];
  const { pipeline } = makeCorrelator(databases, [threeReturns], START_MS + 10 * DAY_MS, {
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
  const [summary] = (await queries.list({ text: 'order-t' }, {})).items;
  const detail = summary && (await queries.get(summary.id));
  expect(detail?.history.map(({ event, cause }) => [event, cause.kind === 'records' && cause.traces])).toEqual([
    ['withdrawn', ['page-3']],
    ['opened', ['page-1', 'page-2']],
  ]);
  expect(told.map(({ traces }) => traces)).toEqual([['page-1', 'page-2'], ['page-3']]);
});
