import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { integerBetween, seededRng, type Rng } from '@tianyan/kernel';
import { execute, inTransaction, migrate, row, rows, type ClientBase, type Queryable } from '@tianyan/postgres';
import { migrationsBefore, startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { sourcesMigrations } from '@tianyan/sources';
import { z } from 'zod';
import { FindingTallies } from './finding-tallies.js';
import { findingsMigrations } from './index.js';

const COUNTS = '151_counts.sql';
const KEY = 'rule_id, title, problem_class, severity, status, verdict, township_code, stake, shadow';
/** What the kept numbers and the findings do not agree on, as of one instant. */
const DIFFERENT = `WITH kept AS (SELECT ${KEY}, sum(count)::bigint AS count FROM finding_tally GROUP BY ${KEY} HAVING sum(count) <> 0),
  counted AS (SELECT ${KEY}, count(*) AS count FROM finding GROUP BY ${KEY})
  SELECT 'kept' AS side, one::text FROM (SELECT * FROM kept EXCEPT ALL SELECT * FROM counted) one
  UNION ALL SELECT 'counted', one::text FROM (SELECT * FROM counted EXCEPT ALL SELECT * FROM kept) one`;
const differenceSchema = z.object({ side: z.string(), one: z.string() });
/** Somebody waits for a lock of the connection: not for one of another, as a migration may for the lock of the one before, or anything for autovacuum. */
const WAITS_FOR_IT = `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND $1 = ANY (pg_blocking_pids(pid))) AS waits`;

let postgres: TestPostgres;
let tallies: FindingTallies;
beforeAll(async () => {
  postgres = await startTestPostgres([sourcesMigrations, findingsMigrations]);
  tallies = new FindingTallies(postgres.pool);
});
afterAll(() => postgres.stop());
afterEach(() => execute(postgres.pool, 'TRUNCATE finding CASCADE').then(() => undefined));

const different = () => rows(postgres.pool, differenceSchema, DIFFERENT);
const tallyRows = async () =>
  (await row(postgres.pool, z.object({ n: z.int() }), 'SELECT count(*)::int AS n FROM finding_tally')).n;
/** Resolves once `work` waits for a lock of the connection; work that ends instead has waited for nothing, and a failure of it is the test's. */
async function untilItWaitsFor(db: ClientBase, pool: Queryable, work: Promise<unknown>): Promise<void> {
  const { pid } = await row(db, z.object({ pid: z.int() }), 'SELECT pg_backend_pid() AS pid');
  const ended = work.then(() => {
    throw new Error('it has ended without waiting');
  });
  // Heard below, or of no interest any more once it waits.
  ended.catch(() => undefined);
  const waits = async () => (await row(pool, z.object({ waits: z.boolean() }), WAITS_FOR_IT, [pid])).waits;
  while (!(await Promise.race([waits(), ended])));
}

async function store(db: Queryable, ids: readonly string[], of: { severity: number; township: string | null }): Promise<void> {
  await execute(
    db,
    `INSERT INTO finding (id, rule_id, rule_version, title, problem_class, severity, scope, status, holds, township_code, subjects,
       occurred_at_ms, first_seen_at_ms, last_changed_at_ms, evidence, figures, explanation)
     SELECT id, 'overdue', 1, '超期', '不作为', $2, id, 'open', true, $3, '{}', 1, 1, 1, '[]', '{}', '超期未办' FROM unnest($1::text[]) id`,
    [ids, of.severity, of.township],
  );
}

/** One of the things that happen to findings: of its own alone, as commits and decisions are. */
async function step(db: Queryable, writer: number, rng: Rng, at: number): Promise<void> {
  const one = <T>(list: readonly [T, ...T[]]): T => list[integerBetween(rng, 0, list.length - 1)] ?? list[0];
  const mine = `id LIKE '${writer}-%' AND length(id) % ${integerBetween(rng, 1, 3)} = 0`;
  const kind = integerBetween(rng, 0, 9);
  if (kind < 4) {
    const ids = Array.from({ length: integerBetween(rng, 1, 5) }, (_, n) => `${writer}-${'x'.repeat(n)}${at}`);
    await store(db, ids, { severity: one([1, 2, 3]), township: one([null, 'A', 'B']) });
  } else if (kind < 6) {
    await execute(db, `UPDATE finding SET status = 'dismissed', verdict = $1 WHERE ${mine}`, [one([null, 'unfounded'])]);
  } else if (kind < 7) {
    await execute(db, `UPDATE finding SET status = 'open', verdict = NULL, explanation = 'x' WHERE ${mine}`);
  } else if (kind < 9) {
    await execute(db, `UPDATE finding SET severity = $1, township_code = $2 WHERE ${mine}`, [one([1, 2, 3]), one([null, 'A'])]);
  } else await execute(db, `DELETE FROM finding WHERE ${mine}`);
}

test('at every instant the kept numbers are those of the findings, whatever is written, rolled back and folded at once', async () => {
  const written = new AbortController();
  const writer = async (number: number) => {
    const rng = seededRng(number);
    for (let at = 0; at < 60; at++) {
      const isKept = rng.next() < 0.8;
      const work = inTransaction(postgres.pool, async (client) => {
        await step(client, number, rng, at);
        if (!isKept) throw new Error('taken back');
      });
      await (isKept ? work : expect(work).rejects.toThrow('taken back'));
    }
  };
  const beside = async (work: () => Promise<void>) => {
    do await work();
    while (!written.signal.aborted);
  };
  const writing = Promise.all([1, 2, 3].map(writer)).finally(() => written.abort());
  await Promise.all([writing, beside(() => tallies.fold()), beside(async () => expect(await different()).toEqual([]))]);
  await tallies.fold();
  expect(await different()).toEqual([]);
  const { keys } = await row(
    postgres.pool,
    z.object({ keys: z.int() }),
    `SELECT count(*)::int AS keys FROM (SELECT DISTINCT ${KEY} FROM finding) one`,
  );
  expect([keys > 0, await tallyRows()]).toEqual([true, keys]);
});

test('folding leaves alone what has not changed, and nothing of what has gone', async () => {
  const places = () =>
    rows(
      postgres.pool,
      z.object({ severity: z.int(), place: z.string() }),
      'SELECT severity, ctid::text AS place FROM finding_tally ORDER BY severity',
    );
  await store(postgres.pool, ['a'], { severity: 1, township: null });
  await store(postgres.pool, ['b'], { severity: 2, township: null });
  await store(postgres.pool, ['c'], { severity: 3, township: null });
  const [first] = await places();
  await store(postgres.pool, ['d'], { severity: 2, township: null });
  await execute(postgres.pool, `DELETE FROM finding WHERE id = 'c'`);
  await tallies.fold();
  const folded = await places();
  expect([folded.map(({ severity }) => severity), folded[0], await different()]).toEqual([[1, 2], first, []]);
});

test('emptied while it is folded, nothing is left', async () => {
  await store(postgres.pool, ['a'], { severity: 1, township: null });
  await store(postgres.pool, ['b'], { severity: 1, township: null });
  const { pool } = postgres;
  const emptied = await inTransaction(pool, async (client) => {
    // As fold does.
    await execute(
      client,
      `WITH taken AS (DELETE FROM finding_tally RETURNING *)
       INSERT INTO finding_tally SELECT ${KEY}, sum(count) FROM taken GROUP BY ${KEY}`,
    );
    const emptying = execute(pool, 'TRUNCATE finding CASCADE');
    await untilItWaitsFor(client, pool, emptying);
    return { emptying };
  });
  await emptied.emptying;
  expect(await tallyRows()).toBe(0);
});

test('an upgrade counts what is being written while it begins', async () => {
  const findings = await migrationsBefore(findingsMigrations, COUNTS);
  const before = await startTestPostgres([sourcesMigrations, findings.set]);
  try {
    await store(before.pool, ['stored'], { severity: 1, township: null });
    const { upgrade } = await inTransaction(before.pool, async (client) => {
      await store(client, ['under-way'], { severity: 2, township: 'A' });
      const { databaseUrl } = before;
      const running = migrate({ databaseUrl, sets: [findingsMigrations], logger: { debug: () => undefined } });
      await untilItWaitsFor(client, before.pool, running);
      return { upgrade: running };
    });
    await upgrade;
    expect(await rows(before.pool, differenceSchema, DIFFERENT)).toEqual([]);
  } finally {
    await before.stop();
    await findings.remove();
  }
});
