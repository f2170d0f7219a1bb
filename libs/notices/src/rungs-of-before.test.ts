import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { migrate, rows, type Pool } from '@tianyan/postgres';
import { migrationsBefore, startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { z } from 'zod';
import { noticeMigrations } from './index.js';

/** The migration that tells rungs that were told from those that were passed over. */
const TOLD_APART = '167_passed_over_and_told.sql';
const logger = { debug: () => undefined };

let postgres: TestPostgres;
let pool: Pool;
let before: Awaited<ReturnType<typeof migrationsBefore>>;
beforeAll(async () => {
  postgres = await startTestPostgres();
  pool = postgres.pool;
  before = await migrationsBefore(noticeMigrations, TOLD_APART);
  await migrate({ databaseUrl: postgres.databaseUrl, sets: [before.set], logger });
});
afterAll(async () => {
  await postgres.stop();
  await before.remove();
});

test('a rung of before that reached nobody counts as passed over, and what was told stays told', async () => {
  const alerts = [
    // Of each: the rung that it took, when, and who was told of which.
    { id: 'nobody', rung: 1, atMs: 10, told: [['x', 'cancelled', 10]] },
    {
      id: 'nobody-of-two',
      rung: 2,
      atMs: 10,
      told: [
        ['x', 'cancelled', 10],
        ['y', 'cancelled', 10],
      ],
    },
    { id: 'first', rung: 1, atMs: 20, told: [['x', 'delivered', 20]] },
    {
      id: 'first-alone',
      rung: 2,
      atMs: 10,
      told: [
        ['x', 'bundled', 20],
        ['y', 'cancelled', 30],
      ],
    },
    {
      id: 'second',
      rung: 2,
      atMs: 20,
      told: [
        ['x', 'cancelled', 20],
        ['y', 'waiting', 20],
      ],
    },
    { id: 'none', rung: 0, atMs: null, told: [] },
  ] as const;
  for (const { id, rung, atMs, told } of alerts) {
    await pool.query(
      `INSERT INTO team_alert (finding_id, team_id, severity, title, body, occurred_at_ms, opened_at_ms, rung, rung_at_ms)
       VALUES ($1, 't', 3, '', '', 1, 10, $2, $3)`,
      [id, rung, atMs],
    );
    for (const [recipient, state, createdAtMs] of told)
      await pool.query(
        `INSERT INTO notice_delivery (subject_kind, subject_id, round, kind, channel, recipient, severity, title, body, occurred_at_ms, state,
           next_attempt_at_ms, created_at_ms, alert_id)
         VALUES ('finding', $1, 0, 'escalated', 'inbox', $2, 3, '', '', 1, $3, 1, $4, (SELECT id FROM team_alert WHERE finding_id = $1))`,
        [id, recipient, state, createdAtMs],
      );
  }
  await migrate({ databaseUrl: postgres.databaseUrl, sets: [noticeMigrations], logger });
  const after = await rows(
    pool,
    z.object({ finding_id: z.string(), rung: z.int(), rung_at_ms: z.int().nullable(), passed_rung: z.int() }),
    'SELECT finding_id, rung, rung_at_ms, passed_rung FROM team_alert ORDER BY id',
  );
  expect(after.map((one) => [one.finding_id, one.rung, one.rung_at_ms, one.passed_rung])).toEqual([
    ['nobody', 0, null, 0],
    ['nobody-of-two', 0, null, 0],
    ['first', 1, 20, 0],
    ['first-alone', 1, 20, 0],
    ['second', 2, 20, 0],
    ['none', 0, null, 0],
  ]);
});
