import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ManualClock, MINUTE_MS, SECOND_MS, seededRng, sequentialIds } from '@tianyan/kernel';
import { execute, inTransaction, rows, type Pool } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { z } from 'zod';
import { AlertOutbox, DeliveryQueue, NoticeOutbox, noticeMigrations, Summaries, TeamStore, type AlertFinding } from './index.js';
import { emptyNotices, urgentFinding } from './planted-alerts.test-fixture.js';

const SETTLE_MS = 30 * SECOND_MS;
const MANY = 8;

let postgres: TestPostgres;
let pool: Pool;
let clock: ManualClock;
let alerts: AlertOutbox;
let outbox: NoticeOutbox;
let summaries: Summaries;
let queue: DeliveryQueue;
beforeAll(async () => {
  postgres = await startTestPostgres([noticeMigrations]);
  pool = postgres.pool;
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  await emptyNotices(pool);
  clock = new ManualClock(1_800_000_000_000);
  alerts = new AlertOutbox({ clock, settleMs: SETTLE_MS });
  outbox = new NoticeOutbox(clock);
  summaries = new Summaries({ pool, clock });
  queue = new DeliveryQueue({ pool, clock, rng: seededRng(7) });
  const teams = new TeamStore({ pool, ids: sequentialIds('t'), clock });
  await teams.ensureDefault(['admin']);
  const settings = { minSeverity: 'low', webhookUrl: null } as const;
  await teams.create({ ...settings, name: '响水组', townshipCodes: ['100'], memberIds: ['gone', 'stays'] });
});

const open = (...found: AlertFinding[]) => inTransaction(pool, (client) => alerts.enqueue(client, found));
const bundled = Array.from({ length: MANY }, (_, n) => urgentFinding(`F${n}`, '100', { bundle: 'load:1' }));
const stop = (...ids: string[]) =>
  inTransaction(pool, (client) =>
    outbox.stopTelling(
      client,
      ['gone'],
      ids.map((id) => ({ kind: 'finding', id }) as const),
    ),
  );
const deliverySchema = z.object({ recipient: z.string(), state: z.string(), title: z.string() });
const deliveries = (condition: string) =>
  rows(pool, deliverySchema, `SELECT recipient, state, title FROM notice_delivery WHERE ${condition} ORDER BY recipient, id`);
const standing = async () =>
  (await deliveries(`kind = 'summary' AND state <> 'cancelled'`)).map(({ recipient, title }) => `${recipient} ${title}`);

test('what settles or waits for a digest is not told to that person, and to the others all the same', async () => {
  await open(urgentFinding('F', '100'), urgentFinding('other', '100'));
  await stop('F');
  clock.advanceBy(SETTLE_MS);
  await queue.deliverInbox();
  const told = await deliveries(`state = 'delivered'`);
  expect(told.map(({ recipient }) => recipient)).toEqual(['gone', 'stays', 'stays']);
  expect(await deliveries(`state = 'cancelled'`)).toMatchObject([{ recipient: 'gone' }]);
});

test('what has arrived stays', async () => {
  await open(urgentFinding('F', '100'));
  clock.advanceBy(SETTLE_MS);
  await queue.deliverInbox();
  await stop('F');
  expect((await deliveries('true')).map(({ state }) => state)).toEqual(['delivered', 'delivered']);
});

test('a summary that has not been sent is made again of what is left of it', async () => {
  await open(...bundled);
  clock.advanceBy(10 * MINUTE_MS);
  await summaries.make();
  const before = await standing();
  expect(before.map((one) => one.split(' ')[0])).toEqual(['gone', 'stays']);
  await stop('F0', 'F1');
  await summaries.make();
  const after = await standing();
  expect(after.find((one) => one.startsWith('stays'))).toBe(before.find((one) => one.startsWith('stays')));
  expect(after.find((one) => one.startsWith('gone'))).toContain(String(MANY - 2));
  expect(before.find((one) => one.startsWith('gone'))).toContain(String(MANY));
});

test('a channel of that person is told no more, a channel of the team is everybody’s', async () => {
  const [team] = await rows(pool, z.object({ id: z.string() }), `SELECT id FROM alert_team WHERE name = '响水组'`);
  const channel = (id: string, userId: string | null) =>
    execute(
      pool,
      `INSERT INTO notice_delivery (subject_kind, subject_id, round, kind, channel, recipient, team_id, severity, title, body, occurred_at_ms, state,
         next_attempt_at_ms, created_at_ms, attempts) SELECT 'finding', 'F', 0, 'opened', 'email', $1, $2, 3, '', '', 1, 'waiting', 1, 1, CASE WHEN $3::text IS NULL THEN 0 ELSE 2 END`,
      [id, team?.id, userId],
    );
  await execute(
    pool,
    `INSERT INTO team_channel (id, team_id, kind, name, shown, sealed_target, min_severity, user_id, created_at_ms)
     SELECT t.id, $1, 'email', t.id, '', '', 1, t.user_id, 1 FROM (VALUES ('own', 'gone'), ('all', NULL)) AS t (id, user_id)`,
    [team?.id],
  );
  await channel('own', 'gone');
  await channel('all', null);
  await stop('F');
  expect(await deliveries(`subject_id = 'F'`)).toMatchObject([
    { recipient: 'all', state: 'waiting' },
    { recipient: 'own', state: 'cancelled' },
  ]);
});
