import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ManualClock, seededRng, sequentialIds } from '@tianyan/kernel';
import { inTransaction, migrate, type Pool } from '@tianyan/postgres';
import { migrationsBefore, startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import {
  AlertOutbox,
  DeliveryQueries,
  DeliveryQueue,
  DeliveryRound,
  noticeMigrations,
  Summaries,
  TeamAlerts,
  TeamStore,
  WebhookChannel,
  type SendWebhook,
} from './index.js';

/** The first migration that knows of other notices than alerts. */
const NOTICES = '030_notices.sql';
const NOW_MS = 1_800_000_000_000;
const logger = { debug: () => undefined };

let postgres: TestPostgres;
let pool: Pool;
let before: Awaited<ReturnType<typeof migrationsBefore>>;
beforeAll(async () => {
  postgres = await startTestPostgres();
  pool = postgres.pool;
  before = await migrationsBefore(noticeMigrations, NOTICES);
});
afterAll(async () => {
  await postgres.stop();
  await before.remove();
});

/** As an earlier version stored them: told, told in a summary, on the way, given up, and waiting to be summed up. */
async function storeAsBefore(): Promise<void> {
  await pool.query(
    `INSERT INTO alert_team (id, name, is_default, min_severity, webhook_url, webhook_key_version, created_at_ms)
     VALUES ('t', '一组', true, 1, 'https://hooks.example.org/x', 1, 0)`,
  );
  await pool.query(`INSERT INTO alert_team_member VALUES ('t', 'u1')`);
  await pool.query(`INSERT INTO alert_webhook_host VALUES ('hooks.example.org')`);
  const rows = [
    ['told', 'opened', 'inbox', 'u1', 'delivered', 1, null, null],
    ['told', 'opened', 'webhook', 't', 'delivered', 1, null, null],
    ['tried', 'opened', 'webhook', 't', 'waiting', 3, null, null],
    ['given-up', 'opened', 'webhook', 't', 'dead', 12, null, null],
    ['summary:1', 'summary', 'inbox', 'u1', 'delivered', 1, null, '/findings?status=open'],
    ...Array.from({ length: 7 }, (_, n) => [`old${n}`, 'opened', 'inbox', 'u1', 'waiting', 0, 'old', null]),
  ];
  for (const row of rows) {
    await pool.query(
      `INSERT INTO alert_delivery (finding_id, round, kind, channel, recipient, team_id, severity, title, body, township_code, occurred_at_ms,
         state, attempts, next_attempt_at_ms, created_at_ms, bundle, path)
       VALUES ($1, 0, $2, $3, $4, 't', 3, '工单踢皮球', '被退回三次', '100', 1, $5, $6, ${NOW_MS - 1}, ${NOW_MS - 1}, $7, $8)`,
      row,
    );
  }
  await pool.query(
    `INSERT INTO alert_delivery (finding_id, round, kind, channel, recipient, team_id, severity, title, body, occurred_at_ms, state,
       next_attempt_at_ms, created_at_ms, bundled_into, township_code)
     SELECT 'bundled', 0, 'opened', 'inbox', 'u1', 't', 3, 'x', 'x', 1, 'bundled', 1, 1, id, '100' FROM alert_delivery WHERE kind = 'summary'`,
  );
}

test('what an earlier version had stored is told, summed up and taken back as it would have been', async () => {
  await migrate({ databaseUrl: postgres.databaseUrl, sets: [before.set], logger });
  await storeAsBefore();
  await migrate({ databaseUrl: postgres.databaseUrl, sets: [noticeMigrations], logger });

  const clock = new ManualClock(NOW_MS);
  const teams = new TeamStore({ pool, ids: sequentialIds('t'), clock });
  const keys: (string | undefined)[] = [];
  const send: SendWebhook = async ({ headers }) => {
    keys.push(headers['idempotency-key']);
    return { status: 204 };
  };
  const round = new DeliveryRound({
    queue: new DeliveryQueue({ pool, clock, rng: seededRng(1) }),
    summaries: new Summaries({ pool, clock }),
    channel: new WebhookChannel({ teams, send, clock, secret: 'installation' }),
  });
  await round.run();
  // Under the key under which the receiver may have it already.
  expect(keys).toEqual(['tried:0:opened:t']);

  const queries = new DeliveryQueries(pool, clock);
  const inbox = async () =>
    (await queries.inbox(WHOLE_COUNTY, 'u1', { limit: 50, unreadOnly: false })).items.map(
      ({ subject, kind, title, path }) => `${kind} ${kind === 'summary' ? title : subject.id} ${path}`,
    );
  expect(await inbox()).toEqual([
    'summary 汇总：7 条疑点待核实 /findings?status=open&township=100',
    'summary 工单踢皮球 /findings?status=open',
    'opened told /findings/told',
  ]);

  const outbox = new AlertOutbox({ clock, settleMs: 0 });
  // It is another by its severity alone: whoever has it is not asked to acknowledge it, and nobody is told that nobody did.
  const of = {
    title: '工单踢皮球',
    explanation: '被退回三次',
    townshipCode: '100',
    occurredAtMs: 1,
    severity: 'medium',
  } as const;
  await inTransaction(pool, (client) => outbox.enqueueMoved(client, [{ ...of, id: 'told' }]));
  await inTransaction(pool, (client) => outbox.enqueue(client, [{ ...of, id: 'new' }]));
  const alerts = new TeamAlerts(pool, clock);
  expect([await alerts.ofFinding('told', 'u1'), await alerts.ofFinding('new', 'u1')]).toMatchObject([
    [],
    [{ mayAcknowledge: true }],
  ]);

  const gone = ['told', 'tried', 'given-up', 'new'].map((id) => ({ id }));
  await inTransaction(pool, (client) => outbox.enqueueWithdrawn(client, gone));
  await round.run();
  await round.run();
  expect((await inbox())[0]).toBe('withdrawn told /findings/told');
  expect(new Set(keys.slice(1))).toEqual(new Set(['told:0:withdrawn:t', 'tried:0:withdrawn:t']));
  expect((await teams.list())[0]).toMatchObject({ name: '一组', platformNotices: false });
});
