import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Reach } from '@tianyan/access';
import { execute } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { sourcesMigrations } from '@tianyan/sources';
import { NamedOrders, recordKey, type ExceptOrders } from './except-orders.js';
import { FindingPlaces } from './finding-places.js';
import { FindingQueries } from './finding-queries.js';
import { findingsMigrations } from './index.js';

const VILLAGE = '320921100201';
const AT_MS = Date.parse('2026-03-05T12:00:00+08:00');
const user = {
  id: 'u',
  account: 'a',
  displayName: '甲',
  role: 'analyst',
  townshipCodes: null,
  problemClasses: null,
  unitCodes: [],
  mustChangePassword: false,
} as const;
const COUNTY = Reach.of({ user });

/** What was found in the village, and by what each concerns an order. */
const FOUND: Readonly<Record<string, { subjects?: object; figures?: object; evidence?: readonly object[] }>> = {
  'of-subject': { subjects: { orderId: 'GD-2' } },
  'of-figure': { figures: { orderId: 'GD-2' } },
  'of-record': { evidence: [{ type: 'assets.project', id: 'P-1' }, { type: 'hotline.order', id: 'R-2' }] }, // prettier-ignore
  'of-step': { evidence: [{ type: 'hotline.order-event', id: 'E-2' }] },
  'of-finding': { evidence: [{ type: 'platform.finding', id: 'of-figure' }] },
  'of-another': { subjects: { orderId: 'GD-1' }, evidence: [{ type: 'hotline.order', id: 'R-1' }] },
  // Numbers of two types may be alike.
  'of-namesake': { evidence: [{ type: 'hotline.order-event', id: 'R-2' }] },
  'of-none': { figures: { days: 3 }, evidence: [{ type: 'assets.payment', id: 'R-2' }] },
};
const HIDDEN = new NamedOrders({
  orderIds: ['GD-2'],
  recordKeys: [recordKey('hotline.order', 'R-2'), recordKey('hotline.order-event', 'E-2')],
});

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startTestPostgres([sourcesMigrations, findingsMigrations]);
  for (const [id, { subjects = {}, figures = {}, evidence = [] }] of Object.entries(FOUND))
    await execute(
      postgres.pool,
      `INSERT INTO finding (id, rule_id, rule_version, title, problem_class, severity, scope, status, holds, village_code, subjects,
         occurred_at_ms, first_seen_at_ms, last_changed_at_ms, evidence, figures, explanation)
       VALUES ($1, 'rule', 1, '规则', '不作为', 2, $1, 'open', true, $2, $3, $4, $4, $4, $5, $6, '')`,
      [id, VILLAGE, JSON.stringify(subjects), AT_MS, JSON.stringify(evidence), JSON.stringify(figures)],
    );
});
afterAll(() => postgres.stop());

describe.each<[string, ExceptOrders, readonly string[]]>([
  ['nothing', NamedOrders.none, Object.keys(FOUND)],
  ['one order', HIDDEN, ['of-another', 'of-namesake', 'of-none']],
  ['all orders', 'all', ['of-none']],
])('with %s left out', (_, except, left) => {
  test('a list has the others', async () => {
    const { items } = await new FindingQueries(postgres.pool).list(COUNTY, { villageCodes: [VILLAGE], except }, { limit: 100 });
    expect(items.map(({ id }) => id).toSorted()).toEqual(left.toSorted());
  });

  test('a place counts the others', async () => {
    const place = { kind: 'village', code: VILLAGE, except } as const;
    const bounds = { startsMs: [AT_MS - 1], beforeMs: AT_MS + 1 };
    expect(await new FindingPlaces(postgres.pool).perPeriod(COUNTY, place, bounds)).toEqual([0, left.length]);
    // Before all periods there is something or nothing: how much is not counted.
    const later = { startsMs: [AT_MS + 1], beforeMs: AT_MS + 2 };
    expect(await new FindingPlaces(postgres.pool).perPeriod(COUNTY, place, later)).toEqual([1, 0]);
  });
});

test('a finding about one matter knows the records of its orders, one about several people does not', async () => {
  const evidence = [{ type: 'hotline.order', id: 'R-2' }, { type: 'hotline.order-event', id: 'E-2' }]; // prettier-ignore
  await execute(postgres.pool, `UPDATE finding SET evidence = $1 WHERE id IN ('of-subject', 'of-figure', 'of-none')`, [
    JSON.stringify(evidence),
  ]);
  await execute(postgres.pool, `UPDATE finding SET evidence = $1, subjects = '{"matterKey":"k"}' WHERE id = 'of-step'`, [
    JSON.stringify(evidence),
  ]);
  const { items } = await new FindingQueries(postgres.pool).list(COUNTY, {}, { limit: 100 });
  const named = items
    .filter(({ orderRecordIds }) => orderRecordIds.length > 0)
    .map(({ id, orderRecordIds }) => [id, orderRecordIds]);
  expect(Object.fromEntries(named)).toEqual({
    'of-subject': ['R-2'],
    'of-figure': ['R-2'],
    'of-another': ['R-1'],
    'of-step': ['R-2'],
  });
});

test('a finding knows the orders of its subjects and of its figures', async () => {
  const { items } = await new FindingQueries(postgres.pool).list(COUNTY, {}, { limit: 100 });
  const named = items.filter(({ orderIds }) => orderIds.length > 0).map(({ id, orderIds }) => [id, orderIds]);
  expect(Object.fromEntries(named)).toEqual({ 'of-subject': ['GD-2'], 'of-figure': ['GD-2'], 'of-another': ['GD-1'] });
});
