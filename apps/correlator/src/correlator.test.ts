import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { FindingDecisions, FindingQueries, SweepQueries } from '@tianyan/findings';
import { DAY_MS } from '@tianyan/kernel';
import { execute } from '@tianyan/postgres';
import { TestWriter, forgetFindings, makeCorrelator, openDatabases, record, type Databases } from './correlator.test-fixture.js';
import { returned, threeReturns } from './three-returns.test-fixture.js';

const START_MS = Date.UTC(2026, 2, 2);
let databases: Databases;
let writer: TestWriter;
beforeAll(async () => {
  databases = await openDatabases();
  writer = new TestWriter(databases.warehouse);
});
afterAll(() => databases.close());
beforeEach(() => forgetFindings(databases));

const only = async () => {
  const [summary] = (await new FindingQueries(databases.pool).list(WHOLE_COUNTY, {}, {})).items;
  if (!summary) throw new Error('no finding');
  const detail = await new FindingQueries(databases.pool).get(WHOLE_COUNTY, summary.id);
  if (!detail) throw new Error('no detail');
  return detail;
};

describe('live', () => {
  test('records open a finding; a correction that moves one away withdraws it and names the record', async () => {
    const { pipeline } = makeCorrelator(databases, [threeReturns], START_MS + 10 * DAY_MS);
    await pipeline.landed(await writer.write([1, 2, 3].map((n) => returned(`a${n}`, 'order-a', START_MS + n))));
    expect(await only()).toMatchObject({
      scope: 'order-a',
      status: 'open',
      explanation: '工单 order-a 被退回 3 次。',
      occurredAtMs: START_MS + 3,
    });

    await pipeline.landed(await writer.write([returned('a2', 'order-b', START_MS + 2, 2)]));
    const withdrawn = await only();
    expect(withdrawn).toMatchObject({ status: 'withdrawn', holds: false });
    expect(withdrawn.history.map(({ event }) => event)).toEqual(['withdrawn', 'opened']);
    expect(withdrawn.history[0]?.cause).toMatchObject({ kind: 'records', records: [{ id: 'a2', deleted: true }] });
  });

  test('an announcement that comes again changes nothing', async () => {
    const { pipeline, metrics } = makeCorrelator(databases, [threeReturns], START_MS + 10 * DAY_MS);
    const announcement = await writer.write([1, 2, 3].map((n) => returned(`r${n}`, 'order-r', START_MS + n)));
    await pipeline.landed(announcement);
    await pipeline.landed(announcement);
    expect(metrics.landedBatches).toBe(1);
    expect((await only()).history).toHaveLength(1);
  });
});

test('a wake-up opens a finding when its record comes to be', async () => {
  const { pipeline, clock, wakeUps } = makeCorrelator(databases, [threeReturns], START_MS + DAY_MS);
  await pipeline.landed(await writer.write([1, 2, 9].map((n) => returned(`w${n}`, 'order-w', START_MS + n * DAY_MS - 1))));
  expect(await wakeUps.nextMs()).toBe(START_MS + 2 * DAY_MS - 1);
  for (let day = 2; day <= 9; day++) {
    clock.advanceTo(START_MS + day * DAY_MS);
    while ((await pipeline.wakeDue()) > 0);
  }
  const finding = await only();
  expect(finding).toMatchObject({ status: 'open', firstSeenAtMs: START_MS + 9 * DAY_MS });
  expect(finding.history[0]?.cause).toEqual({ kind: 'time' });
});

test('what a person decided survives every evaluation', async () => {
  const { pipeline, clock } = makeCorrelator(databases, [threeReturns], START_MS + 10 * DAY_MS);
  await pipeline.landed(await writer.write([1, 2, 3].map((n) => returned(`d${n}`, 'order-d', START_MS + n))));
  const decisions = new FindingDecisions({ pool: databases.pool, countyClock: clock });
  const { id } = await only();
  await expect(decisions.decide(WHOLE_COUNTY, { findingId: id, decision: 'dismiss', actor: 'li', reason: ' ' })).rejects.toThrow(
    '请写明理由',
  );
  await decisions.decide(WHOLE_COUNTY, { findingId: id, decision: 'dismiss', actor: 'li', reason: '属于同一批次误转' });
  await expect(decisions.decide(WHOLE_COUNTY, { findingId: id, decision: 'promote', actor: 'li', reason: null })).rejects.toThrow(
    '已被排除',
  );

  await pipeline.landed(await writer.write([record('hotline.order-event', 'd3', 2, START_MS + 3, null)]));
  expect(await only()).toMatchObject({ status: 'dismissed', holds: false });
  await pipeline.landed(await writer.write([returned('d3', 'order-d', START_MS + 3, 3)]));
  const held = await only();
  expect(held).toMatchObject({ status: 'dismissed', holds: true, decisionReason: '属于同一批次误转', decidedBy: 'li' });
  expect(held.history.map(({ event }) => event)).toEqual(['regained-support', 'lost-support', 'dismissed', 'opened']);
  expect(
    (await decisions.decide(WHOLE_COUNTY, { findingId: id, decision: 'reopen', actor: 'wang', reason: '复核' })).status,
  ).toBe('open');
});

describe('overlapping evaluations', () => {
  test('an evaluation that read before a correction cannot overwrite one that read after it', async () => {
    const { pipeline, tickets, evaluator, store } = makeCorrelator(databases, [threeReturns], START_MS + 10 * DAY_MS);
    await writer.write([1, 2, 3].map((n) => returned(`o${n}`, 'order-o', START_MS + n)));
    const old = await tickets.take(START_MS + 10 * DAY_MS, null);
    const stale = await evaluator.scopes(threeReturns, old.nowMs, ['order-o']);
    expect(stale).toHaveLength(1);

    await pipeline.landed(await writer.write([record('hotline.order-event', 'o1', 2, START_MS + 1, null)]));
    const result = await store.commit({
      ticket: old,
      evaluated: [{ group: threeReturns, scopes: ['order-o'], evaluations: stale }],
      causeOf: () => ({ kind: 'time' }),
      offsets: [],
    });
    expect(result).toMatchObject({ events: {}, superseded: 1 });
    expect((await new FindingQueries(databases.pool).list(WHOLE_COUNTY, {}, {})).items).toEqual([]);

    // With nobody under way any more the marker is not needed.
    expect(await tickets.cleanUp()).toBe(1);
  });

  test('an evaluation given up for dead cannot commit', async () => {
    const { tickets, store } = makeCorrelator(databases, [threeReturns], START_MS);
    const ticket = await tickets.take(START_MS, null);
    await execute(databases.pool, `UPDATE finding_evaluation SET taken_at = now() - interval '1 hour'`);
    await tickets.cleanUp();
    await expect(store.commit({ ticket, evaluated: [], causeOf: () => ({ kind: 'time' }), offsets: [] })).rejects.toThrow(
      'given up',
    );
  });

  test('the evaluation clock never goes back', async () => {
    const { tickets } = makeCorrelator(databases, [threeReturns], START_MS);
    const first = await tickets.take(START_MS + DAY_MS, null);
    const second = await tickets.take(START_MS, null);
    expect(second).toEqual({ ticket: first.ticket + 1, nowMs: START_MS + DAY_MS, epoch: null });
  });
});

describe('sweep', () => {
  test('agrees with live, and finds and repairs what was tampered with', async () => {
    const { pipeline, sweeper } = makeCorrelator(databases, [threeReturns], START_MS + 3 * DAY_MS);
    await databases.warehouse.execute({ sql: 'TRUNCATE TABLE cur_hotline_order_event', params: {} });
    await pipeline.landed(
      await writer.write(
        ['s', 't', 'u'].flatMap((order) =>
          [1, 2, 3, 99].map((n) => returned(`${order}${n}`, `order-${order}`, START_MS + n * DAY_MS)),
        ),
      ),
    );
    const sweep = { reason: 'manual', groups: [threeReturns], differencesAre: 'drift' } as const;
    expect(await sweeper.run(sweep)).toMatchObject({ evaluatedScopes: 3, candidates: 0, driftFindings: 0, driftWakeUps: 0 });

    await execute(databases.pool, `UPDATE finding_scope SET due_at_ms = NULL WHERE scope = 'order-s'`);
    await execute(databases.pool, `UPDATE finding SET holds = false, status = 'withdrawn' WHERE scope = 'order-t'`);
    await execute(databases.pool, `DELETE FROM finding_scope WHERE scope = 'order-u'`);
    const found = await sweeper.run(sweep);
    expect(found).toMatchObject({ candidates: 3, driftFindings: 2, driftWakeUps: 1 });
    const items = (await new SweepQueries(databases.pool).drift(WHOLE_COUNTY, found.sweepId, {})).items;
    expect(items.map(({ kind, scope }) => `${kind} ${scope}`).sort()).toEqual([
      'finding order-t',
      'finding order-u',
      'wake-up order-s',
    ]);
    expect(await sweeper.run(sweep)).toMatchObject({ candidates: 0, driftFindings: 0, driftWakeUps: 0 });
    expect((await new SweepQueries(databases.pool).last())?.state).toBe('done');
  });

  test('a difference that live was about to store is no drift', async () => {
    const { pipeline, sweeper, live } = makeCorrelator(databases, [threeReturns], START_MS + 10 * DAY_MS);
    const announcement = await writer.write([1, 2, 3].map((n) => returned(`l${n}`, 'order-l', START_MS + n)));
    live.caughtUp = async () => pipeline.landed(announcement);
    const result = await sweeper.run({ reason: 'scheduled', groups: [threeReturns], differencesAre: 'drift' });
    expect(result.candidates).toBeGreaterThan(0);
    expect((await new FindingQueries(databases.pool).list(WHOLE_COUNTY, { text: 'order-l' }, {})).items).toHaveLength(1);
    expect(
      (await new SweepQueries(databases.pool).drift(WHOLE_COUNTY, result.sweepId, {})).items.filter(
        ({ scope }) => scope === 'order-l',
      ),
    ).toEqual([]);
  });
});
