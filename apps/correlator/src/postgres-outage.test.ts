import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FindingQueries, noAlerts, type FindingAlerts } from '@tianyan/findings';
import { DAY_MS, seededRng } from '@tianyan/kernel';
import type { Pool } from '@tianyan/postgres';
import { openOperationalStore } from '@tianyan/runtime';
import { pino } from 'pino';
import { makeCorrelator, openDatabases, TestWriter, type Databases } from './correlator.test-fixture.js';
import { nothingPending, RuleActivation } from './rule-activation.js';
import { returned, threeReturns } from './three-returns.test-fixture.js';
import { TimeLoop } from './time-loop.js';

const START_MS = Date.UTC(2026, 2, 2);
const logger = pino({ level: 'silent' });
let databases: Databases;
let pool: Pool;

beforeEach(async () => {
  databases = await openDatabases();
  // As in the processes; failures are classified by it.
  pool = openOperationalStore({ url: databases.postgresUrl, logger });
});
afterEach(async () => {
  await pool.end();
  await databases.close();
});

function activationWith(alerts: FindingAlerts): RuleActivation {
  const correlator = makeCorrelator({ pool, warehouse: databases.warehouse }, [threeReturns], START_MS + 10 * DAY_MS, alerts);
  const { sweeper, registry, setAside, rules } = correlator;
  const names = { readNow: async () => {} };
  return new RuleActivation({ rules, firstLoad: nothingPending, registry, setAside, sweeper, names, logger });
}

/** The loop over the activation of rules; resolves with what ended it, or with null once a round has gone through. */
async function runUntilDone(activation: RuleActivation, onRetry: () => void): Promise<unknown> {
  await activation.resume();
  const outcome = Promise.withResolvers<unknown>();
  const warned = pino({ level: 'warn' }, { write: onRetry });
  const round = async (): Promise<number> => {
    await activation.activateReady();
    outcome.resolve(null);
    return 0;
  };
  const loop = new TimeLoop({ round, onFatal: outcome.resolve, rng: seededRng(1), logger: warned });
  loop.start();
  const ended = await outcome.promise;
  await loop.stop();
  return ended;
}

test('PostgreSQL goes away in a sweep of the timed round: the round is repeated when it is back, and the process lives', async () => {
  await new TestWriter(databases.warehouse).write([1, 2, 3].map((n) => returned(`p${n}`, 'order-p', START_MS + n)));
  let outages = 0;
  let retries = 0;
  let back: Promise<void> = Promise.resolve();
  const activation = activationWith({
    ...noAlerts,
    // Inside the transaction that stores the finding; ending the sweep's own entry fails then, too.
    async enqueue() {
      if (outages++ === 0) await databases.stopPostgres();
    },
  });
  const ended = await runUntilDone(activation, () => {
    if (retries++ === 0) back = databases.startPostgres();
  });
  expect(ended).toBeNull();
  await back;
  expect(retries).toBeGreaterThan(0);
  const { items } = await new FindingQueries(pool).list(WHOLE_COUNTY, { statuses: ['open'] }, {});
  expect(items.map(({ scope }) => scope)).toEqual(['order-p']);
});

test('an unknown error in the timed round ends the process, also when its sweep cannot be recorded as failed any more', async () => {
  await new TestWriter(databases.warehouse).write([1, 2, 3].map((n) => returned(`q${n}`, 'order-q', START_MS + n)));
  const activation = activationWith({
    ...noAlerts,
    async enqueue() {
      await databases.stopPostgres();
      throw new TypeError('a mistake in the program');
    },
  });
  expect(await runUntilDone(activation, () => undefined)).toMatchObject({ message: 'a mistake in the program' });
});
