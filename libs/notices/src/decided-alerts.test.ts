import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ManualClock, sequentialIds } from '@tianyan/kernel';
import { inTransaction, type Pool } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { AlertOutbox, DecidedAlerts, MAX_ALERTS_PER_LOOK, noticeMigrations, TeamAlerts, TeamStore } from './index.js';
import { emptyNotices } from './planted-alerts.test-fixture.js';

let postgres: TestPostgres;
let pool: Pool;
let clock: ManualClock;
let alerts: TeamAlerts;
let decided: Set<string>;

beforeAll(async () => {
  postgres = await startTestPostgres([noticeMigrations]);
  pool = postgres.pool;
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  await emptyNotices(pool);
  clock = new ManualClock(1_800_000_000_000);
  alerts = new TeamAlerts(pool, clock);
  decided = new Set();
  const teams = new TeamStore({ pool, ids: sequentialIds('t'), clock });
  // No escalation: nobody would ever look.
  await teams.create({ name: '一组', townshipCodes: ['100'], memberIds: ['u1'], webhookUrl: null, minSeverity: 'low' });
});

const open = (ids: readonly string[]) =>
  inTransaction(pool, (client) =>
    new AlertOutbox({ clock, settleMs: 0 }).enqueue(
      client,
      ids.map((id) => ({ id, severity: 'low', title: '久拖不办', explanation: '', townshipCode: '100', occurredAtMs: 1 })),
    ),
  );
const watch = () =>
  new DecidedAlerts({ pool, clock, stillWaiting: async (_, ids) => new Set(ids.filter((id) => !decided.has(id))) });
const stands = async (id: string) => (await alerts.ofFinding(id, 'u1')).map(({ endedAtMs }) => endedAtMs === null);

test('what is decided on ends in the transaction of the decision, or not at all; what somebody took note of stays as it was', async () => {
  await open(['f1', 'f2', 'noted']);
  await alerts.acknowledgeFinding('u1', 'noted');
  const failed = inTransaction(pool, async (client) => {
    await alerts.endDecided(client, 'f1');
    throw new Error('killed');
  });
  await expect(failed).rejects.toThrow('killed');
  expect(await stands('f1')).toEqual([true]);
  for (const id of ['f1', 'noted']) await inTransaction(pool, (client) => alerts.endDecided(client, id));
  expect([await stands('f1'), await stands('f2'), await stands('noted')]).toEqual([[false], [true], [true]]);
  await expect(alerts.acknowledgeFinding('u1', 'f1')).rejects.toThrow('不用再签收');
});

test('what waits for nobody otherwise is ended by the next look, however many there are and whoever looks', async () => {
  const ids = Array.from({ length: 1_203 }, (_, n) => `f${n}`);
  await open(ids);
  decided = new Set(ids.filter((_, n) => n % 3 !== 0));
  const ended = await Promise.all([watch().round(), watch().round()]);
  // What one held the other passed over: together they may have left some to the next look, and ended none twice.
  expect(ended[0] + ended[1] + (await watch().round())).toBe(decided.size);
  const { rows } = await pool.query('SELECT count(*)::int AS open FROM team_alert WHERE ended_at_ms IS NULL');
  expect(rows).toEqual([{ open: ids.length - decided.size }]);
  expect(await watch().round()).toBe(0);
});

test('one look asks about some thousands and holds none of them; the next one goes on, and then from the beginning', async () => {
  await pool.query(
    `INSERT INTO team_alert (finding_id, team_id, severity, title, body, occurred_at_ms, opened_at_ms)
     SELECT 'f' || n, 't', 1, '', '', 1, 1 FROM generate_series(1, $1) AS n ORDER BY n`,
    [MAX_ALERTS_PER_LOOK + 2],
  );
  const last = `f${MAX_ALERTS_PER_LOOK + 2}`;
  const asked: string[] = [];
  const looking = new DecidedAlerts({
    pool,
    clock,
    stillWaiting: async (_, ids) => {
      await pool.query('SELECT id FROM team_alert FOR UPDATE NOWAIT');
      asked.push(...ids);
      return new Set(ids.filter((id) => id !== last));
    },
  });
  const look = async () => [await looking.round(), asked.splice(0).length];
  expect([await look(), await look(), await look()]).toEqual([
    [0, MAX_ALERTS_PER_LOOK],
    [1, 2],
    [0, MAX_ALERTS_PER_LOOK],
  ]);
});
