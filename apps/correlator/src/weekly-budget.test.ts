import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FindingQueries, weekOf } from '@tianyan/findings';
import { DAY_MS, sequentialIds, systemClock } from '@tianyan/kernel';
import { AlertOutbox, TeamStore } from '@tianyan/notices';
import { rows } from '@tianyan/postgres';
import { loadPack } from '@tianyan/rules';
import { z } from 'zod';
import { TestWriter, openDatabases, record, type Databases } from './correlator.test-fixture.js';
import { startWithRules } from './rule-sets.test-fixture.js';

const START_MS = Date.parse('2026-03-02T09:00:00+08:00');
const NOW_MS = START_MS + DAY_MS;
const RULES = loadPack().filter(({ id }) => id === 'completion-rejected-twice');

let databases: Databases;
let writer: TestWriter;
beforeAll(async () => {
  databases = await openDatabases();
  writer = new TestWriter(databases.warehouse);
});
afterAll(() => databases.close());

const rejected = (orderId: string) =>
  [1, 2].map((n) =>
    record('hotline.order-event', `${orderId}-${n}`, 1, START_MS + n, { orderId, unitId: 'U1', action: 'completion-rejected' }),
  );

async function told(): Promise<[string, string | null][]> {
  const schema = z.object({ scope: z.string(), bundle: z.string().nullable() });
  const found = await rows(
    databases.pool,
    schema,
    'SELECT f.scope, d.bundle FROM notice_delivery d JOIN finding f ON f.id = d.subject_id ORDER BY d.id',
  );
  return found.map(({ scope, bundle }) => [scope, bundle]);
}

test('what has a place is told by itself, what has none in the digest; a withdrawn one makes room; live and swept stay equal', async () => {
  const { pool } = databases;
  const teams = new TeamStore({ pool, ids: sequentialIds('t'), clock: systemClock });
  await teams.ensureDefault(['li']);
  const [team] = await teams.list();
  if (!team) throw new Error('no default team');
  await teams.update(team.id, { ...team, minSeverity: 'low', weeklyBudget: 1 });
  const alerts = new AlertOutbox({ clock: systemClock, settleMs: 0 });
  const { pipeline, drift } = await startWithRules(databases, RULES, NOW_MS, { alerts });

  await pipeline.landed(await writer.write(rejected('x1')));
  await pipeline.landed(await writer.write(rejected('x2')));
  expect(await told()).toEqual([
    ['x1', null],
    ['x2', 'beyond-budget'],
  ]);

  await pipeline.landed(await writer.write([record('hotline.order-event', 'x1-2', 2, START_MS + 2, null)]));
  await pipeline.landed(await writer.write(rejected('x3')));
  const placed = await rows(
    pool,
    z.object({ scope: z.string(), week: z.string() }),
    'SELECT f.scope, p.week FROM finding_week_place p JOIN finding f ON f.id = p.finding_id',
  );
  expect(placed).toHaveLength(1);
  expect(placed[0]?.week).toBe(weekOf(NOW_MS));
  expect(placed[0]?.scope).not.toBe('x1');
  expect((await new FindingQueries(pool).counts(WHOLE_COUNTY, {})).byStatus).toMatchObject({ open: 2, withdrawn: 1 });
  expect(await drift()).toBe(0);
});
