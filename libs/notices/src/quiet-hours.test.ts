import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { HOUR_MS, ManualClock, seededRng, sequentialIds } from '@tianyan/kernel';
import { inTransaction, type Pool } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import {
  AlertOutbox,
  DeliveryQueue,
  minuteOfDay,
  noticeMigrations,
  Summaries,
  TeamChannels,
  TeamStore,
  type QuietHours,
} from './index.js';
import { emptyNotices } from './planted-alerts.test-fixture.js';

let postgres: TestPostgres;
let pool: Pool;
let clock: ManualClock;
let queue: DeliveryQueue;
let channels: TeamChannels;
let channelId: string;
/** 2027-01-15 in China, midnight. */
const MIDNIGHT_MS = Date.parse('2027-01-15T00:00:00+08:00');
const NIGHT: QuietHours = { fromMinute: 22 * 60, toMinute: 7 * 60, exceptHigh: true };
const NOON: QuietHours = { fromMinute: 12 * 60, toMinute: 14 * 60, exceptHigh: true };

beforeAll(async () => {
  postgres = await startTestPostgres([noticeMigrations]);
  pool = postgres.pool;
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  await emptyNotices(pool);
});

/** A team that hears of everything by webhook, and by e-mail of what is medium or high. */
async function at(hour: number, quietHours: QuietHours | null): Promise<void> {
  clock = new ManualClock(MIDNIGHT_MS + hour * HOUR_MS);
  const teams = new TeamStore({ pool, ids: sequentialIds('t'), clock });
  queue = new DeliveryQueue({ pool, clock, rng: seededRng(7) });
  channels = new TeamChannels({ pool, ids: sequentialIds('c'), clock, secret: 'installation' });
  await teams.setWebhookHosts(['hooks.example.org']);
  const settings = { name: '一组', townshipCodes: ['100'], memberIds: ['u1'], minSeverity: 'low' } as const;
  const team = await teams.create({ ...settings, webhookUrl: 'https://hooks.example.org/x', quietHours });
  expect((await teams.find(team.id))?.quietHours).toEqual(quietHours);
  const target = { kind: 'email', address: 'duty@example.gov.cn' } as const;
  channelId = await channels.add(team.id, { name: '邮箱', minSeverity: 'medium', target });
  const words = { title: '工单踢皮球', explanation: '被退回三次', townshipCode: '100', occurredAtMs: 1 };
  const findings = (['low', 'medium', 'high'] as const).map((severity) => ({ id: severity, severity, ...words }));
  await inTransaction(pool, (client) => new AlertOutbox({ clock, settleMs: 0 }).enqueue(client, findings));
}
const leaves = async () =>
  (await queue.claim(10)).map(({ channel, subject }) => `${channel} ${subject.id}`).toSorted((a, b) => (a < b ? -1 : 1));
const SEVERE = ['email high', 'webhook high'];
const REST = ['email medium', 'webhook low', 'webhook medium'];
const ALL = [...SEVERE, ...REST].toSorted((a, b) => (a < b ? -1 : 1));

test('minutes of the day are those of China', () => {
  expect([0, 7, 23.5].map((hour) => minuteOfDay(MIDNIGHT_MS + hour * HOUR_MS))).toEqual([0, 420, 1_410]);
});

describe('what comes in quiet hours waits for their end, except what is severe', () => {
  test.each([
    [23, NIGHT, 8],
    [3, NIGHT, 4],
    [12, NOON, 2],
  ])('at %i o’clock', async (hour, quietHours, hoursLeft) => {
    await at(hour, quietHours);
    expect(await leaves()).toEqual(SEVERE);
    clock.advanceBy(hoursLeft * HOUR_MS - 1);
    // Severe ones were leased and not answered for: they come again. The rest waits until the last minute.
    expect(await leaves()).toEqual(SEVERE);
    clock.advanceBy(1);
    expect(await leaves()).toEqual(REST);
  });

  test.each([
    [7, NIGHT],
    [21, NIGHT],
    [11, NOON],
    [14, NOON],
    [3, null],
  ])('at %i o’clock it is none', async (hour, quietHours) => {
    await at(hour, quietHours);
    expect(await leaves()).toEqual(ALL);
  });

  test('where the team says so, what is severe waits, too', async () => {
    await at(23, { ...NIGHT, exceptHigh: false });
    expect(await leaves()).toEqual([]);
    clock.advanceBy(8 * HOUR_MS);
    expect(await leaves()).toEqual(ALL);
  });
});

test('a test message is sent at once; inboxes do not wait', async () => {
  await at(23, { ...NIGHT, exceptHigh: false });
  await channels.test(channelId);
  expect(await leaves()).toEqual([`email ${channelId}`]);
  await queue.deliverInbox();
  const { rows } = await pool.query("SELECT DISTINCT state FROM notice_delivery WHERE channel = 'inbox'");
  expect(rows).toEqual([{ state: 'delivered' }]);
});

test('a summary that waits for their end names nothing that was withdrawn meanwhile; what keeps it from being sent is on record', async () => {
  await at(23, NIGHT);
  const outbox = new AlertOutbox({ clock, settleMs: 0 });
  const summaries = new Summaries({ pool, clock });
  const words = { title: '久拖不办', explanation: '', townshipCode: '100', occurredAtMs: 1, bundle: 'load:1' };
  const found = Array.from({ length: 9 }, (_, n) => ({ id: `s${n}`, severity: 'low' as const, ...words }));
  await inTransaction(pool, (client) => outbox.enqueue(client, found));
  await summaries.make();
  await inTransaction(pool, (client) => outbox.enqueueWithdrawn(client, found.slice(0, 2)));
  clock.advanceBy(8 * HOUR_MS);
  await summaries.make();
  const claimed = (await queue.claim(20)).filter(({ kind }) => kind.startsWith('summary'));
  expect(claimed.map(({ title, text }) => [title, text.endsWith('久拖不办 7 条。')])).toEqual([['汇总：7 条疑点待核实', true]]);
  const [summary] = claimed;
  if (!summary) throw new Error('no summary');
  await queue.held(summary, HOUR_MS, '还没有设置');
  clock.advanceBy(HOUR_MS);
  const again = (await queue.claim(20)).find(({ id }) => id === summary.id);
  expect(again).toMatchObject({ attempts: 1, lastError: '还没有设置' });
});
