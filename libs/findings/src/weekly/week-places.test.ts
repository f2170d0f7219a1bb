import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DAY_MS } from '@tianyan/kernel';
import { execute, inTransaction, rows } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { sourcesMigrations } from '@tianyan/sources';
import { z } from 'zod';
import { FindingQueries } from '../finding-queries.js';
import { findingsMigrations } from '../index.js';
import type { RuleRisk } from '../risk/risk.js';
import { queuesOf, weekOf, type QueueTeam } from './queue-team.js';
import { beyondBudget, takeOn } from './week-places.js';

/** A Wednesday. */
const NOW_MS = Date.parse('2026-03-04T10:00:00+08:00');
const RISKS: ReadonlyMap<string, RuleRisk> = new Map([
  ['weak', { permille: 10 }],
  ['strong', { permille: 100 }],
  ['sure', { permille: 900 }],
]);

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres([sourcesMigrations, findingsMigrations]);
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  await execute(postgres.pool, 'TRUNCATE finding, finding_week_place, finding_exemption CASCADE');
  // By risk: e1 (mild, sure) > e2, e3 > e4; w1 is another township's, x1 nobody's.
  await store('e1', 'sure', 2, 'E');
  await store('e2', 'strong', 2, 'E');
  await store('e3', 'strong', 2, 'E');
  await store('e4', 'weak', 2, 'E');
  await store('e5', 'sure', 1, 'E');
  await store('w1', 'strong', 2, 'W');
  await store('x1', 'strong', 2, null);
});

async function store(id: string, ruleId: string, severity: number, township: string | null): Promise<void> {
  await execute(
    postgres.pool,
    `INSERT INTO finding (id, rule_id, rule_version, title, problem_class, severity, scope, status, holds, township_code, subjects,
       occurred_at_ms, first_seen_at_ms, last_changed_at_ms, evidence, figures, explanation)
     VALUES ($1, $2, 1, '题', '微腐败', $3, $1, 'open', true, $4, '{}', 1, 1, 1, '[]', '{}', '说明')`,
    [id, ruleId, severity, township],
  );
}

function queues(weeklyBudget: number | null, rest: number | null = null) {
  const team = { isDefault: false, townshipCodes: ['E'], minSeverity: 'medium', weeklyBudget } as const;
  const others: QueueTeam = { id: 'rest', isDefault: true, townshipCodes: [], minSeverity: 'medium', weeklyBudget: rest };
  return queuesOf([{ id: 'east', ...team }, others]);
}

const fill = (budget: number, nowMs = NOW_MS) =>
  inTransaction(postgres.pool, (client) => takeOn(client, queues(budget), nowMs, RISKS));
async function placed(team = 'east', week = weekOf(NOW_MS)): Promise<string[]> {
  const found = await rows(
    postgres.pool,
    z.object({ finding_id: z.string() }),
    'SELECT finding_id FROM finding_week_place WHERE team_id = $1 AND week = $2 ORDER BY 1',
    [team, week],
  );
  return found.map(({ finding_id: id }) => id);
}

async function listed(place: 'week' | 'behind' | 'both', team = 'east'): Promise<string[]> {
  const queue = queues(2).find((one) => one.team.id === team);
  if (!queue) throw new Error(`no team ${team}`);
  const filter = { statuses: ['open'], queue: { queue, week: weekOf(NOW_MS), place } } as const;
  const { items } = await new FindingQueries(postgres.pool).list(WHOLE_COUNTY, filter, { order: 'risk', rules: RISKS });
  return items.map(({ id }) => id);
}

describe('a week', () => {
  test('has what is of the greatest risk in the queue; all else stands behind, none is lost', async () => {
    await fill(2);
    expect(await placed()).toEqual(['e1', 'e3']);
    expect([await listed('week'), await listed('behind'), await listed('both')]).toEqual([
      ['e1', 'e3'],
      ['e2', 'e4'],
      ['e1', 'e3', 'e2', 'e4'],
    ]);
    expect(await listed('both', 'rest')).toEqual(['x1', 'w1']);
  });

  test('is kept: what comes later with a greater risk, and what is decided, moves nobody', async () => {
    await fill(2);
    await store('e9', 'sure', 3, 'E');
    await execute(postgres.pool, `UPDATE finding SET status = 'dismissed' WHERE id = 'e1'`);
    await fill(2);
    expect(await placed()).toEqual(['e1', 'e3']);
    expect(await listed('behind')).toEqual(['e9', 'e2', 'e4']);
  });

  test.each([
    ['withdrawn', `UPDATE finding SET status = 'withdrawn', holds = false WHERE id = 'e1'`],
    ['of another township now', `UPDATE finding SET township_code = 'W' WHERE id = 'e1'`],
    [
      'set aside',
      `INSERT INTO finding_exemption (rule_id, subject_kind, subject_code, kind, reason, document, actor, made_at_ms)
       VALUES ('sure', 'scope', 'e1', 'exception', '批准', '文件', 'li', 0)`,
    ],
  ])('gives the place of what is %s to the next', async (_name, change) => {
    await fill(2);
    await execute(postgres.pool, change);
    await fill(2);
    expect(await placed()).toEqual(['e2', 'e3']);
  });

  test('ends on Sunday night in the county, and the next has places of its own', async () => {
    await fill(2);
    const sundayMs = Date.parse('2026-03-08T23:59:59+08:00');
    expect([weekOf(sundayMs), weekOf(sundayMs + 1_000)]).toEqual(['2026-03-02', '2026-03-09']);
    await execute(postgres.pool, `UPDATE finding SET status = 'promoted' WHERE id = 'e1'`);
    await fill(2, sundayMs + 1_000);
    expect(await placed('east', '2026-03-09')).toEqual(['e2', 'e3']);
    expect(await placed()).toEqual(['e1', 'e3']);
    // After a year nobody asks any more.
    await fill(2, NOW_MS + 400 * DAY_MS);
    expect(await placed()).toEqual([]);
  });

  test('with a greater budget takes on more; with a smaller one what it has stays', async () => {
    await fill(1);
    await fill(3);
    expect(await placed()).toEqual(['e1', 'e2', 'e3']);
    await fill(1);
    expect(await placed()).toEqual(['e1', 'e2', 'e3']);
  });

  test('has never more places than the budget, whoever fills at once', async () => {
    for (let n = 0; n < 20; n++) await store(`m${n}`, 'strong', 2, 'E');
    await Promise.all(Array.from({ length: 6 }, () => fill(5)));
    expect(await placed()).toHaveLength(5);
  });
});

test('who is told in a digest: what has no place and is not red, of teams with a budget', async () => {
  await store('red', 'sure', 3, 'E');
  await execute(postgres.pool, `UPDATE finding SET status = 'withdrawn', holds = false WHERE id = 'red'`);
  await fill(2);
  await execute(postgres.pool, `UPDATE finding SET status = 'open', holds = true WHERE id = 'red'`);
  const ids = ['e1', 'e2', 'red', 'w1', 'x1'];
  const asked = (budget: number | null, rest: number | null) =>
    inTransaction(postgres.pool, (client) => beyondBudget(client, ids, queues(budget, rest), NOW_MS, RISKS));
  expect(await asked(2, null)).toEqual(new Map([['e2', ['east']]]));
  expect(await asked(null, null)).toEqual(new Map());
  const both = await asked(2, 1);
  expect(Object.fromEntries(both)).toEqual({ e2: ['east'], w1: ['rest'], x1: ['rest'] });
});
