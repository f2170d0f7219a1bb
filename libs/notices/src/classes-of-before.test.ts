import { Reach } from '@tianyan/access';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ManualClock } from '@tianyan/kernel';
import { migrate, rows, type Pool } from '@tianyan/postgres';
import { migrationsBefore, startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { z } from 'zod';
import { DeliveryQueries, noticeMigrations } from './index.js';

/** The migration that derives the classes. */
const DERIVED = '165_classes_of_before.sql';
const SOME_CLASSES = Reach.of({
  user: {
    id: 'u1',
    account: 'u1',
    displayName: '甲',
    role: 'analyst',
    townshipCodes: null,
    problemClasses: ['四风'],
    unitCodes: [],
    mustChangePassword: false,
  },
});
const logger = { debug: () => undefined };

let postgres: TestPostgres;
let pool: Pool;
let before: Awaited<ReturnType<typeof migrationsBefore>>;
beforeAll(async () => {
  postgres = await startTestPostgres();
  pool = postgres.pool;
  before = await migrationsBefore(noticeMigrations, DERIVED);
  await migrate({ databaseUrl: postgres.databaseUrl, sets: [before.set], logger });
});
afterAll(async () => {
  await postgres.stop();
  await before.remove();
});

test('what was told before classes were kept gets that of its finding, or of its rule where that is one; nothing else does', async () => {
  // What is read of the table of the findings' library, which this one knows nothing of.
  await pool.query('CREATE TABLE finding (id text PRIMARY KEY, rule_id text NOT NULL, problem_class text NOT NULL)');
  await pool.query(
    `INSERT INTO finding VALUES ('style', 'r1', '四风'), ('petty', 'r2', '微腐败'), ('mixed-1', 'r3', '四风'), ('mixed-2', 'r3', '微腐败')`,
  );
  const told = [
    ['finding', 'style', 'r1', null],
    ['finding', 'petty', 'r2', null],
    ['finding', 'gone', 'r1', null],
    ['finding', 'gone-of-mixed', 'r3', null],
    ['finding', 'kept', 'r1', '微腐败'],
    ['clue', 'clue', 'r1', null],
  ];
  for (const row of told)
    await pool.query(
      `INSERT INTO notice_delivery (subject_kind, subject_id, rule_id, problem_class, round, kind, channel, recipient, severity, title, body, occurred_at_ms,
         state, next_attempt_at_ms, created_at_ms)
       VALUES ($1, $2, $3, $4, 0, CASE $1 WHEN 'clue' THEN 'clue-assigned' ELSE 'opened' END, 'inbox', 'u1', 3, $2, '说明', 1, 'delivered', 1, 1)`,
      row,
    );
  const inbox = async () =>
    (await new DeliveryQueries(pool, new ManualClock(1)).inbox(SOME_CLASSES, 'u1', { limit: 50, unreadOnly: false })).items
      .map(({ title }) => title)
      .toSorted();
  expect(await inbox()).toEqual([]);
  await migrate({ databaseUrl: postgres.databaseUrl, sets: [noticeMigrations], logger });
  expect(await inbox()).toEqual(['gone', 'style']);
  const classes = await rows(
    pool,
    z.object({ title: z.string(), problem_class: z.string().nullable() }),
    'SELECT title, problem_class FROM notice_delivery ORDER BY title',
    [],
  );
  expect(Object.fromEntries(classes.map(({ title, problem_class: problemClass }) => [title, problemClass]))).toEqual({
    style: '四风',
    petty: '微腐败',
    gone: '四风',
    'gone-of-mixed': null,
    kept: '微腐败',
    clue: null,
  });
});
