import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { FindingQueries, SweepGivenUpError, SweepLog, SweepQueries, type EvaluationGroup } from '@tianyan/findings';
import { DAY_MS, uuidSource } from '@tianyan/kernel';
import { NamedLock } from '@tianyan/postgres';
import { IDS, jobsOnPostgres, SweepRequests, SweepRequestsModule, type AskedSweep } from '@tianyan/runtime';
import { Global, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { pino } from 'pino';
import 'reflect-metadata';
import { TestWriter, forgetFindings, makeCorrelator, openDatabases, type Databases } from './correlator.test-fixture.js';
import { nothingPending, RuleActivation } from './rule-activation.js';
import { SweepRequestProcessor } from './sweep-request-processor.js';
import { Sweeps } from './sweeps.js';
import { returned, threeReturns } from './three-returns.test-fixture.js';

const START_MS = Date.UTC(2026, 2, 2);
const logger = pino({ level: 'silent' });
let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases();
  await new TestWriter(databases.warehouse).write([1, 2, 3].map((n) => returned(`g${n}`, 'order-g', START_MS + n)));
});
afterAll(() => databases.close());
beforeEach(() => forgetFindings(databases));

const second: EvaluationGroup = {
  ...threeReturns,
  groupId: 'second',
  rules: threeReturns.rules.map((rule) => ({ ...rule, id: 'second' })),
  // A compiled group answers in the name of its own rules.
  parseRow: (row) => threeReturns.parseRow(row).map((evaluation) => ({ ...evaluation, ruleId: 'second' })),
};

/** One process. `stopInSweep`: its stop comes while the first rule is being evaluated by a sweep, as if it took long. */
function makeProcess(options: { stopInSweep: boolean }) {
  const stopping = { ...threeReturns, evaluate: evaluateAndStop };
  const groups = [stopping, second];
  const made = makeCorrelator(databases, groups, START_MS + 10 * DAY_MS);
  let isStopped = false;
  function evaluateAndStop(input: Parameters<EvaluationGroup['evaluate']>[0]) {
    if (isStopped) made.sweeper.giveUp();
    return threeReturns.evaluate(input);
  }
  const { registry, setAside } = made;
  const names = { readNow: async () => {} };
  const { sweeper, metrics, clock } = made;
  const activation = new RuleActivation({
    rules: made.rules,
    firstLoad: nothingPending,
    registry,
    setAside,
    sweeper,
    names,
    logger,
  });
  const kept: AskedSweep[] = [];
  const sweeps = new Sweeps({
    activation,
    sweeper,
    takeOverRules: async () => {},
    repeatLater: async (asked) => void kept.push(asked),
    log: new SweepLog(databases.pool),
    lock: new NamedLock(databases.pool),
    metrics,
    ids: uuidSource,
    countyClock: clock,
    machineClock: clock,
    logger,
  });
  const stopInNextSweep = () => {
    isStopped = true;
  };
  if (options.stopInSweep) stopInNextSweep();
  return { activation, sweeps, kept, stopInNextSweep };
}

const sweepsOf = async () => (await new SweepQueries(databases.pool).runs({})).items;

test('the first sweep of rules is given up between two steps, recorded as interrupted, and repeated at the next start', async () => {
  const stopped = makeProcess({ stopInSweep: true });
  await expect(stopped.activation.activateReady()).rejects.toThrow(SweepGivenUpError);
  // What is asked for after that does not begin.
  await expect(stopped.activation.activateReady()).rejects.toThrow(SweepGivenUpError);
  expect(await sweepsOf()).toMatchObject([{ state: 'failed', rulesDone: 0, failure: '程序中途停止，巡检没有完成。' }]);

  const next = makeProcess({ stopInSweep: false });
  await next.activation.resume();
  await next.activation.activateReady();
  expect((await sweepsOf()).map(({ state, rulesDone }) => [state, rulesDone])).toEqual([
    ['done', 2],
    ['failed', 0],
  ]);
  expect((await new FindingQueries(databases.pool).list(WHOLE_COUNTY, { statuses: ['open'] }, {})).items).toHaveLength(2);
});

test('a sweep that a person started is kept for the next start, under the id that was promised', async () => {
  const first = makeProcess({ stopInSweep: false });
  await first.activation.activateReady();
  first.stopInNextSweep();
  const { sweepId } = await first.sweeps.start({ ruleIds: null, reason: 'manual' });
  await first.sweeps.idle();
  expect(first.kept).toEqual([{ sweepId, ruleIds: null }]);
  expect(await new SweepQueries(databases.pool).get(sweepId)).toMatchObject({ state: 'failed' });

  const next = makeProcess({ stopInSweep: false });
  expect(await next.sweeps.runRequested({ sweepId, ruleIds: null })).toBe('ended');
  expect(await new SweepQueries(databases.pool).get(sweepId)).toMatchObject({ state: 'done', rulesDone: 2, failure: null });
});

/** The queue as in a process; resolves `ran` when its correlator has handled a job. */
async function openQueue(sweeps: Sweeps): Promise<{ app: INestApplicationContext; ran: Promise<unknown> }> {
  const run = Promise.withResolvers<unknown>();
  const runRequested = sweeps.runRequested.bind(sweeps);
  sweeps.runRequested = async (asked) => {
    const outcome = await runRequested(asked);
    run.resolve(outcome);
    return outcome;
  };
  @Global()
  @Module({ providers: [{ provide: IDS, useValue: uuidSource }], exports: [IDS] })
  class IdsModule {}
  @Module({
    imports: [IdsModule, jobsOnPostgres(databases.postgresUrl), SweepRequestsModule],
    providers: [SweepRequestProcessor, { provide: Sweeps, useValue: sweeps }],
  })
  class QueueModule {}
  return { app: await NestFactory.createApplicationContext(QueueModule, { logger: false }), ran: run.promise };
}

test('a sweep asked for in another process goes back to the queue, and the correlator that starts next runs it', async () => {
  const first = makeProcess({ stopInSweep: false });
  await first.activation.activateReady();
  first.stopInNextSweep();
  const stopped = await openQueue(first.sweeps);
  const { sweepId } = await stopped.app.get(SweepRequests, { strict: false }).start({ ruleIds: null });
  expect(await stopped.ran).toBe('given-up');
  await stopped.app.close();
  expect(await new SweepQueries(databases.pool).get(sweepId)).toMatchObject({ state: 'failed' });

  const next = await openQueue(makeProcess({ stopInSweep: false }).sweeps);
  expect(await next.ran).toBe('ended');
  await next.app.close();
  expect(await new SweepQueries(databases.pool).get(sweepId)).toMatchObject({ state: 'done', rulesDone: 2 });
});
