import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { evaluationGroups, FindingQueries, LOADER_SILENT_MINUTES } from '@tianyan/findings';
import { DAY_MS, HOUR_MS, startOfChinaDayMs } from '@tianyan/kernel';
import { execute, rows } from '@tianyan/postgres';
import { loadPack } from '@tianyan/rules';
import { pino } from 'pino';
import { z } from 'zod';
import { TestWriter, forgetFindings, makeCorrelator, openDatabases, record, type Databases } from './correlator.test-fixture.js';
import { LoadJudge } from './load-judge.js';

const TYPE = 'hotline.order-event';
const SIGNED_MS = startOfChinaDayMs('2026-03-02') + 9 * HOUR_MS;
const NOW_MS = SIGNED_MS + 10 * DAY_MS;
const UPLOAD = { kind: 'upload', source: 'history', feed: 'steps', types: [TYPE] } as const;

const groups = evaluationGroups({
  rules: loadPack().filter(({ id }) => id === 'no-contact-in-time'),
  catalogue: builtInCatalogue,
  calendarFingerprint: '1',
  explain: () => '未联系',
});

let databases: Databases;
let writer: TestWriter;
beforeAll(async () => {
  databases = await openDatabases();
});
afterAll(() => databases.close());
beforeEach(async () => {
  writer = new TestWriter(databases.warehouse);
  await forgetFindings(databases);
  for (const table of ['log_hotline_order_event', 'cur_hotline_order_event', 'cur_hotline_order_event_by_id'])
    await databases.warehouse.execute({ sql: `TRUNCATE TABLE ${table}`, params: {} });
});

const make = (nowMs = NOW_MS) => makeCorrelator(databases, groups, nowMs);
const step = (order: string, action: 'signed' | 'contacted', load?: string, version = 1) => ({
  ...record(TYPE, `${order}-${action}`, version, SIGNED_MS + (action === 'signed' ? 0 : HOUR_MS), {
    orderId: order,
    unitId: 'U1',
    action,
  }),
  ...(load === undefined ? {} : { load }),
});
const orders = (from: number, count: number) => Array.from({ length: count }, (_, n) => `order-${from + n}`);

async function open(): Promise<string[]> {
  const { items } = await new FindingQueries(databases.pool).list(WHOLE_COUNTY, { statuses: ['open'] }, { limit: 200 });
  return items.map(({ scope }) => scope.replace('|U1', '')).toSorted();
}

/** Every change that any finding has ever seen. */
async function events(): Promise<Record<string, number>> {
  const counts = await rows(
    databases.pool,
    z.object({ event: z.string(), n: z.int() }),
    'SELECT event, count(*) AS n FROM finding_history GROUP BY event ORDER BY event',
  );
  return Object.fromEntries(counts.map(({ event, n }) => [event, n]));
}

async function drift(made: ReturnType<typeof make>): Promise<number> {
  const swept = await made.sweeper.run({ reason: 'manual', groups, differencesAre: 'drift' });
  return swept.driftFindings + swept.driftWakeUps;
}

test('history uploaded in pages, the answer in a later one: nothing is opened that the whole would not open', async () => {
  const made = make();
  const load = await made.register.begin(UPLOAD);
  for (let page = 0; page < 4; page++) {
    await made.pipeline.landed(await writer.write(orders(page * 10, 10).map((order) => step(order, 'signed', load))));
    expect(await made.pipeline.wakeDue()).toBe(0);
    expect(await drift(made)).toBe(0);
    expect(await made.loadJudge.round()).toBe(0);
  }
  expect(await events()).toEqual({});
  await made.pipeline.landed(await writer.write(orders(0, 38).map((order) => step(order, 'contacted', load))));
  await made.register.end(load);
  expect(await made.loadJudge.round()).toBe(1);
  expect(await open()).toEqual(['order-38', 'order-39']);
  expect(await events()).toEqual({ opened: 2 });
  expect(await drift(made)).toBe(0);
  expect(await made.loadJudge.round()).toBe(0);
});

test('the last row has landed when the writers have got to where the stream ended, not before', async () => {
  const made = make();
  const load = await made.register.begin(UPLOAD);
  await made.pipeline.landed(await writer.write([step('order-1', 'signed', load)]));
  await made.register.end(load);
  made.landing.hasLanded = false;
  expect(await made.loadJudge.round()).toBe(0);
  expect(await open()).toEqual([]);
  made.landing.hasLanded = true;
  expect(await made.loadJudge.round()).toBe(1);
  expect(await open()).toEqual(['order-1']);
});

test('ordinary live work goes on meanwhile, also for records that were written together with those of the load', async () => {
  const made = make();
  const load = await made.register.begin(UPLOAD);
  await made.pipeline.landed(await writer.write([step('live', 'signed'), step('loaded', 'signed', load)]));
  expect(await open()).toEqual(['live']);
  await made.pipeline.landed(await writer.write([step('live', 'contacted')]));
  expect(await open()).toEqual([]);
  await made.pipeline.landed(await writer.write([step('later', 'signed')]));
  expect(await open()).toEqual(['later']);
});

test('a scope with records of an open load waits, whoever touches it, and is then judged with all of them', async () => {
  const made = make();
  await made.pipeline.landed(await writer.write([step('found', 'signed')]));
  const load = await made.register.begin(UPLOAD);
  // The load brings the answer to what stands open, and the question to what live answers.
  await made.pipeline.landed(await writer.write([step('found', 'contacted', load), step('both', 'signed', load)]));
  await made.pipeline.landed(await writer.write([step('found', 'contacted', undefined, 2)]));
  expect(await open()).toEqual(['found']);
  await made.pipeline.landed(await writer.write([step('both', 'contacted')]));
  expect(made.metrics.held).toBeGreaterThan(0);
  await made.register.end(load);
  await made.loadJudge.round();
  expect(await open()).toEqual([]);
  expect(await events()).toEqual({ opened: 1, withdrawn: 1 });
  expect(await drift(made)).toBe(0);
});

test('a wake-up that comes while its scope waits is neither lost nor asked again and again', async () => {
  const made = make(SIGNED_MS);
  await made.pipeline.landed(await writer.write([step('order-1', 'signed')]));
  const load = await made.register.begin(UPLOAD);
  await made.pipeline.landed(await writer.write([step('order-1', 'signed', load, 2)]));
  made.clock.advanceTo(NOW_MS);
  expect(await made.pipeline.wakeDue()).toBe(1);
  expect(await made.pipeline.wakeDue()).toBe(0);
  expect(await open()).toEqual([]);
  await made.register.end(load);
  await made.loadJudge.round();
  expect(await open()).toEqual(['order-1']);
  expect(await made.pipeline.wakeDue()).toBe(0);
  expect(await drift(made)).toBe(0);
});

test('two loads at once: a scope waits for both; sources that end together are judged together', async () => {
  const made = make();
  const orderLoad = await made.register.begin({ ...UPLOAD, feed: 'orders' });
  const stepLoad = await made.register.begin({ ...UPLOAD, source: 'another' });
  const own = await made.register.begin({ ...UPLOAD, feed: 'more-steps' });
  await made.pipeline.landed(
    await writer.write([
      step('a', 'signed', orderLoad),
      step('a', 'contacted', stepLoad),
      step('b', 'signed', orderLoad),
      step('c', 'signed', orderLoad),
      step('c', 'signed', stepLoad, 2),
    ]),
  );
  await made.register.end(orderLoad);
  // Another feed of the same source is still being read.
  expect(await made.loadJudge.round()).toBe(0);
  await made.register.end(own);
  expect(await made.loadJudge.round()).toBe(2);
  expect(await open()).toEqual(['b']);
  await made.pipeline.landed(await writer.write([step('c', 'contacted', stepLoad)]));
  await made.register.end(stepLoad);
  await made.loadJudge.round();
  expect(await events()).toEqual({ opened: 1 });
  expect(await drift(made)).toBe(0);
});

test('an evaluation that read a part of a load and commits after its end changes nothing', async () => {
  const [slow, quick] = [make(), make()];
  const load = await quick.register.begin(UPLOAD);
  const loaded = await writer.write([step('order-1', 'signed', load)]);
  const read = Promise.withResolvers<void>();
  const mayGoOn = Promise.withResolvers<void>();
  const scopes = slow.evaluator.scopes.bind(slow.evaluator);
  slow.evaluator.scopes = async (...input) => {
    const answers = await scopes(...input);
    read.resolve();
    await mayGoOn.promise;
    return answers;
  };
  // A record of the same order by itself: it is evaluated at once, and sees what the load has brought so far.
  const going = slow.pipeline.landed(await writer.write([step('order-1', 'signed', undefined, 2)]));
  await read.promise;
  await quick.pipeline.landed(loaded);
  await quick.pipeline.landed(await writer.write([step('order-1', 'contacted', load)]));
  await quick.register.end(load);
  expect(await quick.loadJudge.round()).toBe(1);
  mayGoOn.resolve();
  await going;
  expect(await events()).toEqual({});
  expect(await drift(quick)).toBe(0);
});

test('a correlator that dies while it judges: another judges again', async () => {
  const [dying, other] = [make(), make()];
  const load = await other.register.begin(UPLOAD);
  await dying.pipeline.landed(await writer.write([step('order-1', 'signed', load)]));
  await other.register.end(load);
  dying.store.commit = () => Promise.reject(new Error('killed in the middle'));
  await expect(dying.loadJudge.round()).rejects.toThrow('killed');
  expect(await open()).toEqual([]);
  expect(await other.loadJudge.round()).toBe(1);
  expect(await open()).toEqual(['order-1']);
});

test('a load whose loader died is given up after a while, and what had come is judged; its later records are ordinary', async () => {
  const made = make();
  const load = await made.register.begin(UPLOAD);
  await made.pipeline.landed(await writer.write([step('order-1', 'signed', load)]));
  expect(await made.loadJudge.round()).toBe(0);
  await execute(databases.pool, 'UPDATE finding_load SET alive_at = alive_at - make_interval(mins => $1)', [
    LOADER_SILENT_MINUTES,
  ]);
  expect(await made.loadJudge.round()).toBe(1);
  expect(await open()).toEqual(['order-1']);
  expect(await made.register.isOpen(load)).toBe(false);
  const loadSchema = z.object({ given_up: z.boolean(), judged: z.boolean() });
  const found = await rows(databases.pool, loadSchema, 'SELECT given_up, judged_at IS NOT NULL AS judged FROM finding_load');
  expect(found).toEqual([{ given_up: true, judged: true }]);
  await made.pipeline.landed(await writer.write([step('order-1', 'contacted', load)]));
  expect(await open()).toEqual([]);
});

test('a restarted loader goes on with its load', async () => {
  const { register } = make();
  const pull = { ...UPLOAD, kind: 'first-pull' } as const;
  const load = await register.begin(pull);
  expect(await register.resume({ ...pull, types: [TYPE, 'hotline.order'] })).toBe(load);
  expect(await register.resume({ ...pull, feed: 'other' })).toBeNull();
  await register.end(load);
  expect(await register.resume(pull)).toBeNull();
});

test('a load that touched more scopes than it pays to name is judged by a pass over everything', async () => {
  const made = make();
  const { loads, loadScopes, landing: admin, reconciler, sweeper, register, pipeline } = made;
  const active = async () => ({ epoch: null, groups });
  const judge = new LoadJudge({ loads, loadScopes, admin, active, reconciler, sweeper, logger: pino({ level: 'silent' }) }, 5);
  const load = await register.begin(UPLOAD);
  await pipeline.landed(await writer.write(orders(0, 20).map((order) => step(order, 'signed', load))));
  await register.end(load);
  expect(await judge.round()).toBe(1);
  expect(await open()).toHaveLength(20);
  const sweepSchema = z.object({ reason: z.string(), state: z.string() });
  const sweeps = await rows(databases.pool, sweepSchema, 'SELECT reason, state FROM finding_sweep');
  expect(sweeps).toEqual([{ reason: 'first-load', state: 'done' }]);
});
