import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { LoadRegister } from '@tianyan/sources';
import { uuidSource } from '@tianyan/kernel';
import { loadListSchema, overviewSchema } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, COUNTY_NOW_MS, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { writeRecords } from '../testing/records.js';

const ORDERS = { source: 'hotline-12345', types: ['hotline.order'] } as const;

let fixture: ConsoleFixture;
let register: LoadRegister;
let client: ApiClient;
beforeAll(async () => {
  fixture = await startConsole();
  register = new LoadRegister(fixture.pool, uuidSource);
  client = await fixture.signedIn(ANALYST);
});
afterAll(() => fixture.stop());

const loads = async () => loadListSchema.parse((await client.get('/api/loads')).body).items;
const onOverview = async () => overviewSchema.parse((await client.get('/api/overview')).body).loads;
/** Lets the load be older than it is, with the last sign of life and its end so long ago. */
const age = (id: string, ago: { began: string; alive: string; ended?: string }) =>
  fixture.pool.query(
    `UPDATE finding_load SET began_at = clock_timestamp() - $2::interval, alive_at = clock_timestamp() - $3::interval,
       ended_at = clock_timestamp() - $4::interval WHERE id = $1`,
    [id, ago.began, ago.alive, ago.ended ?? null],
  );

const orderOf = (id: string) => ({
  id,
  atMs: COUNTY_NOW_MS,
  raw: '{}',
  fields: {
    orderId: id,
    title: '路面破损',
    content: '路面破损',
    channel: '电话',
    category: 'complaint',
    matter: 'road',
    confidential: false,
    urgency: 'normal',
    status: 'open',
  },
});

test('only a person who is signed in is told of loads; without any there are none', async () => {
  expect((await fixture.client().get('/api/loads')).status).toBe(401);
  expect(await loads()).toEqual([]);
  expect(await onOverview()).toEqual({ open: 0, troubled: 0 });
});

test('a load is told with its source, since when, and how many of its records have landed; not in its first seconds', async () => {
  const id = await register.begin({ kind: 'first-pull', feed: 'orders', ...ORDERS });
  expect(await loads()).toEqual([]);
  await age(id, { began: '2 minutes', alive: '1 second' });
  const order = builtInCatalogue.get('hotline.order');
  const records = ['L1', 'L2', 'L3'].map(orderOf);
  await writeRecords(fixture.warehouse, order, records, 'order', id);
  await writeRecords(fixture.warehouse, order, [orderOf('other')], 'order');
  expect(await loads()).toMatchObject([
    {
      id,
      source: ORDERS.source,
      typeLabels: ['热线工单'],
      kindLabel: '首次读取',
      state: 'receiving',
      recordCount: 3,
      trouble: null,
    },
  ]);
  expect(await onOverview()).toEqual({ open: 1, troubled: 0 });
});

test('one that has come whole waits for the other feeds of its source, and is gone when it is judged', async () => {
  const [orders] = await loads();
  const events = await register.begin({
    kind: 'first-pull',
    feed: 'events',
    source: ORDERS.source,
    types: ['hotline.order-event'],
  });
  await age(events, { began: '1 minute', alive: '1 second', ended: '1 second' });
  expect((await loads()).map(({ feed, state }) => [feed, state])).toEqual([
    ['orders', 'receiving'],
    ['events', 'waiting'],
  ]);
  await register.end(orders?.id ?? '');
  expect((await loads()).map(({ state }) => state)).toEqual(['landing', 'landing']);
  await fixture.pool.query('UPDATE finding_load SET closed_ticket = 1');
  expect((await loads()).map(({ state }) => state)).toEqual(['judging', 'judging']);
  await fixture.pool.query('UPDATE finding_load SET judged_at = clock_timestamp()');
  expect(await loads()).toEqual([]);
});

test.each([
  ['quiet', { began: '8 minutes', alive: '7 minutes' }, /已有 7 分钟没有新数据。满 15 分钟就不再等/],
  ['long', { began: '7 hours', alive: '1 second' }, /已经载入 7 小时。满 12 小时就不再等/],
  ['beyond its limit, and nobody gives it up', { began: '3 hours', alive: '20 minutes' }, /可能没有运行.*\/readyz/],
  ['whole and not judged', { began: '2 hours', alive: '40 minutes', ended: '40 minutes' }, /40 分钟前已经收完，还没有研判完/],
])('one that is %s is told, with what to do', async (_name, ago, told) => {
  const id = await register.begin({ kind: 'upload', feed: 'orders', ...ORDERS });
  await age(id, ago);
  expect((await loads()).map(({ trouble }) => trouble)).toEqual([expect.stringMatching(told)]);
  expect(await onOverview()).toEqual({ open: 1, troubled: 1 });
  await fixture.pool.query('DELETE FROM finding_load WHERE id = $1', [id]);
});
