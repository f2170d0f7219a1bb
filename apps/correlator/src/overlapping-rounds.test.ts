import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { CauseFinder, FindingQueries, Reconciler, type Evaluator } from '@tianyan/findings';
import { DAY_MS, RetriableError } from '@tianyan/kernel';
import { rows } from '@tianyan/postgres';
import { z } from 'zod';
import { forgetFindings, makeCorrelator, openDatabases, TestWriter, type Databases } from './correlator.test-fixture.js';
import { returned, threeReturns } from './three-returns.test-fixture.js';

const START_MS = Date.UTC(2026, 2, 2);
const ORDERS = ['order-a', 'order-b', 'order-c', 'order-d', 'order-e'];
const OFFSETS = [{ topic: 'batches.landed', partition: 0, nextOffset: 7 }];
const WORK = {
  work: [{ group: threeReturns, scopes: ORDERS }],
  occasion: { kind: 'time' },
  epoch: null,
  offsets: OFFSETS,
} as const;

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases();
  const writer = new TestWriter(databases.warehouse);
  await writer.write(ORDERS.flatMap((order) => [1, 2, 3].map((n) => returned(`${order}-${n}`, order, START_MS + n))));
});
afterAll(() => databases.close());
beforeEach(() => forgetFindings(databases));

/** Two scopes a round; before a round is judged, `before` is told which one it is, from 0. */
function reconcilerWith(before: (round: number) => Promise<void>) {
  const { evaluator, tickets, store, waiting, clock } = makeCorrelator(databases, [threeReturns], START_MS + 10 * DAY_MS);
  let begun = 0;
  const scopes: Evaluator['scopes'] = async (...asked) => {
    await before(begun++);
    return evaluator.scopes(...asked);
  };
  const causes = new CauseFinder({ warehouse: databases.warehouse, store });
  return new Reconciler({ evaluator: { scopes }, tickets, store, causes, waiting, countyClock: clock, scopesPerRound: 2 });
}

async function stored() {
  const { items } = await new FindingQueries(databases.pool).list(WHOLE_COUNTY, { statuses: ['open'] }, {});
  const underWay = await rows(databases.pool, z.object({ ticket: z.int() }), 'SELECT ticket FROM finding_evaluation');
  const offsets = await rows(databases.pool, z.object({ next_offset: z.int() }), 'SELECT next_offset FROM finding_offset');
  return {
    open: items.map(({ scope }) => scope).toSorted(),
    underWay: underWay.length,
    offsets: offsets.map(({ next_offset: nextOffset }) => nextOffset),
  };
}

test('while a round is judged the next one is read, and no third', async () => {
  const begun: number[] = [];
  const second = Promise.withResolvers<void>();
  const seen: number[][] = [];
  const reconciler = reconcilerWith(async (round) => {
    begun.push(round);
    if (round === 1) second.resolve();
    if (round !== 0) return;
    // Without the second under way this would wait for ever.
    await second.promise;
    seen.push([...begun]);
  });
  const { evaluatedScopes, events } = await reconciler.reconcile(WORK);
  expect([seen, evaluatedScopes, events]).toEqual([[[0, 1]], 5, { opened: 5 }]);
  expect(await stored()).toEqual({ open: ORDERS, underWay: 0, offsets: [7] });
});

test('a round that fails takes the next one with it, and what is under way is given up', async () => {
  let isAway = true;
  const reconciler = reconcilerWith(async (round) => {
    if (isAway && round === 0) throw new RetriableError('no warehouse');
  });
  await expect(reconciler.reconcile(WORK)).rejects.toThrow('no warehouse');
  expect(await stored()).toEqual({ open: [], underWay: 0, offsets: [] });
  isAway = false;
  await reconciler.reconcile(WORK);
  expect(await stored()).toEqual({ open: ORDERS, underWay: 0, offsets: [7] });
});

test('a later round that fails leaves what was before it stored, and the offsets where they were', async () => {
  const reconciler = reconcilerWith(async (round) => {
    if (round === 1) throw new RetriableError('no warehouse');
  });
  await expect(reconciler.reconcile(WORK)).rejects.toThrow('no warehouse');
  expect(await stored()).toEqual({ open: ['order-a', 'order-b'], underWay: 0, offsets: [] });
});

test('a round that was given up for dead begins anew, with the next one under way', async () => {
  let dead = 0;
  const killed = Promise.withResolvers<void>();
  const reconciler = reconcilerWith(async (round) => {
    if (round === 0) await killed.promise;
    if (round !== 1) return;
    dead = (await rows(databases.pool, z.object({ ticket: z.int() }), 'DELETE FROM finding_evaluation RETURNING ticket')).length;
    killed.resolve();
  });
  await reconciler.reconcile(WORK);
  expect(dead).toBe(2);
  expect(await stored()).toEqual({ open: ORDERS, underWay: 0, offsets: [7] });
});
