import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { HOUR_MS, ManualClock, seededRng, sequentialIds } from '@tianyan/kernel';
import { inTransaction, type Pool } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import {
  AlertOutbox,
  DeliveryQueue,
  DeliveryRound,
  noticeMigrations,
  Summaries,
  TeamStore,
  type AlertFinding,
  type ClaimedDelivery,
  type SendOutcome,
} from './index.js';
import { emptyNotices } from './planted-alerts.test-fixture.js';

let postgres: TestPostgres;
let pool: Pool;
let clock: ManualClock;
let outbox: AlertOutbox;
let round: DeliveryRound;
let answers: SendOutcome[];
let sent: string[];

beforeAll(async () => {
  postgres = await startTestPostgres([noticeMigrations]);
  pool = postgres.pool;
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  await emptyNotices(pool);
  clock = new ManualClock(1_800_000_000_000);
  outbox = new AlertOutbox({ clock, settleMs: 0 });
  const teams = new TeamStore({ pool, ids: sequentialIds('t'), clock });
  await teams.setWebhookHosts(['hooks.example.org']);
  const webhookUrl = 'https://hooks.example.org/x';
  await teams.create({ name: '一组', townshipCodes: ['100'], memberIds: [], webhookUrl, minSeverity: 'low' });
  sent = [];
  answers = [];
  const send = async ({ title, text }: ClaimedDelivery): Promise<SendOutcome> => {
    sent.push(`${title} ${text}`);
    return answers.shift() ?? { kind: 'delivered' };
  };
  const queue = new DeliveryQueue({ pool, clock, rng: seededRng(7) });
  round = new DeliveryRound({ queue, summaries: new Summaries({ pool, clock }), channel: { send } });
});

const found = (titles: readonly string[]): AlertFinding[] =>
  titles.map((title, n) => ({
    id: `f${n}`,
    severity: 'medium',
    title,
    explanation: '',
    townshipCode: '100',
    occurredAtMs: n,
    bundle: 'load:1',
  }));
const SIX = ['甲', '甲', '甲', '甲', '乙', '丙'];
const open = (titles: readonly string[]) => inTransaction(pool, (client) => outbox.enqueue(client, found(titles)));
const withdraw = (...ids: string[]) =>
  inTransaction(pool, (client) =>
    outbox.enqueueWithdrawn(
      client,
      ids.map((id) => ({ id })),
    ),
  );
const REFUSED: SendOutcome = { kind: 'again', reason: '对方没有答复' };

test('the next attempt of a summary names nothing that was withdrawn since the last, whose answer was lost', async () => {
  answers = [REFUSED];
  await open(SIX);
  await round.run();
  await withdraw('f4');
  clock.advanceBy(HOUR_MS);
  await round.run();
  expect(sent[0]).toContain('汇总：6 条疑点待核实 来自一次成批载入的数据：甲 4 条，丙 1 条，乙 1 条。');
  expect(sent.slice(1).some((text) => text.startsWith('汇总：5 条疑点待核实') && !text.includes('乙'))).toBe(true);
  expect(sent.slice(1).filter((text) => text.includes('待核实') && text.includes('乙'))).toEqual([]);
  // Who may have had the first attempt hears that a part of it is gone.
  expect(sent.filter((text) => text.startsWith('汇总：1 条疑点已撤回'))).toHaveLength(1);
});

test('of a summary of which nothing stands any more nothing is sent again', async () => {
  answers = [REFUSED];
  await open(SIX);
  await round.run();
  await withdraw('f0', 'f1', 'f2', 'f3', 'f4', 'f5');
  clock.advanceBy(HOUR_MS);
  await round.run();
  expect(sent.filter((text) => text.includes('待核实'))).toHaveLength(1);
  const { rows } = await pool.query(`SELECT state FROM notice_delivery WHERE kind = 'summary'`);
  expect(rows).toEqual([{ state: 'cancelled' }]);
});

test('a finding that is withdrawn while its summary is just being made is not named by it', async () => {
  await pool.query(
    `CREATE FUNCTION await_test() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NEW; END $$`,
  );
  await pool.query(
    `CREATE TRIGGER await_test BEFORE INSERT ON notice_delivery FOR EACH ROW WHEN (NEW.kind = 'summary') EXECUTE FUNCTION await_test()`,
  );
  await open(SIX);
  const holder = await pool.connect();
  await holder.query('SELECT pg_advisory_lock(4711)');
  const waiting = async (count: number) => {
    for (;;) {
      const { rowCount } = await holder.query('SELECT 1 FROM pg_locks WHERE NOT granted');
      if ((rowCount ?? 0) >= count) return;
    }
  };
  const made = new Summaries({ pool, clock }).make();
  await waiting(1);
  const withdrawn = withdraw('f4');
  await waiting(2);
  await holder.query('SELECT pg_advisory_unlock(4711)');
  holder.release();
  await Promise.all([made, withdrawn]);
  await pool.query('DROP TRIGGER await_test ON notice_delivery');
  await pool.query('DROP FUNCTION await_test');
  for (let n = 0; n < 3; n++) await round.run();
  expect(sent.filter((text) => text.includes('乙'))).toEqual([]);
  // Five are told one by one, as those of a load that found little.
  expect(sent).toHaveLength(5);
});
