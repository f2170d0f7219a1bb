import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { AuditLog, type User } from '@tianyan/access';
import { chinaDayOf, DAY_MS, HOUR_MS, MINUTE_MS } from '@tianyan/kernel';
import { NoticeOutbox } from '@tianyan/notices';
import { execute, rows } from '@tianyan/postgres';
import { z } from 'zod';
import { EAST, startSupervision, type SupervisionFixture } from '../supervision.test-fixture.js';
import { CampaignWatch } from './campaign-watch.js';
import type { OrderPopulation, PickedOrder } from './order-population.js';

/** As many series as are tried in one round. */
const ONE_ROUND = 20;

let fixture: SupervisionFixture;
/** Opened weekly campaigns, and is locked. */
let gone: User;
beforeAll(async () => {
  fixture = await startSupervision();
  const rest = { displayName: 'gone', password: 'Watch-2026-xyz', mustChangePassword: false, townshipCodes: null } as const;
  const made = await fixture.users.create({ account: 'gone', role: 'case-manager', ...rest });
  if (!made) throw new Error('gone is there already');
  gone = made;
  await execute(fixture.pool, 'UPDATE access_user SET locked_at_ms = 1 WHERE id = $1', [gone.id]);
});
afterAll(() => fixture.stop());

/** Of each series: how often it was looked for, and what there is to pick. */
let asked: string[];
let orders: Map<string, PickedOrder>;
let watch: CampaignWatch;
beforeEach(async () => {
  await execute(fixture.pool, `UPDATE supervision_campaign SET weekly = false`);
  asked = [];
  orders = new Map();
  const find: OrderPopulation['find'] = async (_reach, pick) => {
    const [id = ''] = pick.by === 'list' ? pick.orderIds : [];
    asked.push(id);
    return [orders.get(id) ?? []].flat();
  };
  const { pool, users, countyClock } = fixture;
  watch = new CampaignWatch({
    pool,
    users,
    countyClock,
    campaigns: fixture.campaignsOver(find),
    audit: new AuditLog(pool, countyClock),
    outbox: new NoticeOutbox(countyClock),
    onFailed: (_, error) => {
      throw error;
    },
  });
});

/** A series whose week is due, of one listed order of the same name. */
async function series(id: string, by: User): Promise<void> {
  const nowMs = fixture.countyClock.nowMs();
  await execute(
    fixture.pool,
    `INSERT INTO supervision_campaign (id, series_id, name, basis, begins_on, ends_on, lead_id, opener_id, pick, checklist, questions, weekly,
       population, population_digest, picked, state, opened_at_ms, changed_at_ms, steps, head_hash)
     VALUES ($1, $1, '每周回访', '计划', $2::date, $2::date + 6, $3, $3, $4, '{虚假办结}', '[]', true, 1, '', 1, 'closed', $5, $5, 1, '')`,
    [id, chinaDayOf(nowMs - 7 * DAY_MS), by.id, JSON.stringify({ by: 'list', orderIds: [id] }), nowMs],
  );
}
const picked = (orderId: string): PickedOrder => ({
  orderId,
  unitCode: 'WATER',
  townshipCode: EAST,
  acceptedAtMs: 1,
  returns: 0,
});
const drawnOf = async (seriesId: string) => {
  const sql = 'SELECT id FROM supervision_campaign WHERE series_id = $1 AND id <> $1';
  return (await rows(fixture.pool, z.object({ id: z.string() }), sql, [seriesId])).length;
};

test('however many series cannot be drawn, those behind them are', async () => {
  const { wang } = fixture.people;
  for (let n = 0; n < ONE_ROUND; n++) await series(`A${String(n).padStart(2, '0')}`, gone);
  await series('B', wang);
  orders.set('B', picked('B'));
  expect(await watch.round()).toBe(0);
  expect(await watch.round()).toBe(1);
  expect([await drawnOf('B'), await watch.round()]).toEqual([1, 0]);
});

test('a week without such orders is looked at again after an hour, and drawn once there are some', async () => {
  const { wang } = fixture.people;
  await series('EMPTY', wang);
  expect([await watch.round(), await watch.round(), asked]).toEqual([0, 0, ['EMPTY']]);
  fixture.countyClock.advanceBy(HOUR_MS - MINUTE_MS);
  orders.set('EMPTY', picked('EMPTY'));
  expect([await watch.round(), asked.length]).toEqual([0, 1]);
  fixture.countyClock.advanceBy(MINUTE_MS);
  expect([await watch.round(), asked.length, await drawnOf('EMPTY')]).toEqual([1, 2, 1]);
});

test('the next week of a series that was empty is looked at as soon as it begins', async () => {
  const { wang } = fixture.people;
  await series('NEXT', wang);
  const midnight = (7 * DAY_MS - ((fixture.countyClock.nowMs() + 8 * HOUR_MS) % DAY_MS)) % (7 * DAY_MS);
  fixture.countyClock.advanceBy(midnight - MINUTE_MS);
  expect([await watch.round(), asked.length]).toEqual([0, 1]);
  orders.set('NEXT', picked('NEXT'));
  fixture.countyClock.advanceBy(2 * MINUTE_MS);
  expect([await watch.round(), asked.length]).toEqual([1, 2]);
});
