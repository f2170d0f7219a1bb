import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Reach } from '@tianyan/access';
import { execute } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { sourcesMigrations } from '@tianyan/sources';
import { findingsMigrations } from './index.js';
import { SweepLog } from './sweep-log.js';
import { looksForDrift, SweepQueries, type SweepReason } from './sweep-queries.js';

const EAST = '320921100';
const WEST = '320921200';

function reachOf(townshipCodes: readonly string[] | null): Reach {
  const user = {
    id: 'u',
    account: 'a',
    displayName: '甲',
    role: 'analyst',
    townshipCodes,
    problemClasses: null,
    unitCodes: [],
    mustChangePassword: false,
  } as const;
  return Reach.of({ user });
}

let postgres: TestPostgres;
let queries: SweepQueries;
let log: SweepLog;
beforeAll(async () => {
  postgres = await startTestPostgres([sourcesMigrations, findingsMigrations]);
  queries = new SweepQueries(postgres.pool);
  log = new SweepLog(postgres.pool);
});
afterAll(() => postgres.stop());

const begin = (id: string, reason: SweepReason) => log.begin({ id, reason, ruleIds: ['r1', 'r2'], startedAtMs: 100, nowMs: 50 });
const progress = { rulesDone: 2, evaluatedScopes: 3_000_000_000, candidates: 4, driftFindings: 1, driftWakeUps: 2 };

test('sweeps are listed newest first, page by page, with what they have counted', async () => {
  for (const [i, reason] of (['first-load', 'scheduled', 'manual', 'changed-rules'] as const).entries())
    await begin(`s${i}`, reason);
  await log.progress('s1', progress);
  await log.end('s1', { finishedAtMs: 200, failure: null });
  await log.end('s2', { finishedAtMs: 300, failure: '中断' });

  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await queries.runs({ cursor, limit: 3 });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen).toEqual(['s3', 's2', 's1', 's0']);

  expect(await queries.get('s1')).toEqual({
    id: 's1',
    reason: 'scheduled',
    ruleIds: ['r1', 'r2'],
    startedAtMs: 100,
    finishedAtMs: 200,
    nowMs: 50,
    state: 'done',
    failure: null,
    ...progress,
  });
  expect(await queries.get('none')).toBeNull();
});

test('the last one is the last finished that looked for drift: neither one that failed nor a first look', async () => {
  await begin('first', 'first-load');
  await log.end('first', { finishedAtMs: 400, failure: null });
  const last = await queries.last();
  expect(last).toMatchObject({ id: 's1', state: 'done' });
  expect(last && looksForDrift(last)).toBe(true);
  expect(looksForDrift({ reason: 'changed-rules' })).toBe(false);
});

test('drift is seen within the reach; of a scope that was never a finding by the whole county alone', async () => {
  await begin('d', 'manual');
  const side = { hit: true, dueAtMs: null, digest: 'x' };
  const scopes = ['east', 'west', 'never'];
  await log.drift(
    'd',
    scopes.map((scope) => ({ kind: 'finding', ruleId: 'r1', scope, stored: { ...side, hit: false }, evaluated: side })),
  );
  for (const [scope, township] of [
    ['east', EAST],
    ['west', WEST],
  ] as const)
    await execute(
      postgres.pool,
      `INSERT INTO finding (id, rule_id, rule_version, title, problem_class, severity, scope, status, holds, township_code, subjects,
         occurred_at_ms, first_seen_at_ms, last_changed_at_ms, evidence, figures, explanation)
       VALUES ($1, 'r1', 1, '', '', 1, $1, 'open', true, $2, '{}', 1, 1, 1, '[]', '{}', '')`,
      [scope, township],
    );
  const seen = async (reach: Reach) => (await queries.drift(reach, 'd', {})).items.map(({ scope }) => scope);
  expect(await seen(reachOf(null))).toEqual(scopes);
  expect(await seen(reachOf([EAST]))).toEqual(['east']);
  expect(await seen(reachOf([]))).toEqual([]);

  const first = await queries.drift(reachOf(null), 'd', { limit: 2 });
  expect(first.items[0]).toMatchObject({ sweepId: 'd', kind: 'finding', stored: { hit: false }, evaluated: side });
  const second = await queries.drift(reachOf(null), 'd', { limit: 2, cursor: first.nextCursor });
  expect(second.items.map(({ scope }) => scope)).toEqual(['never']);
  expect(second.nextCursor).toBeNull();
});

test.each([
  ['sweeps', 'x'],
  ['sweeps', '99999999999999999999'],
  ['sweeps', '-1'],
  ['drift', '1'],
])('a place that is none is refused: %s %s', async (kind, at) => {
  const cursor = Buffer.from(JSON.stringify([kind, at])).toString('base64url');
  await expect(queries.runs({ cursor })).rejects.toMatchObject({ code: 'invalid' });
});
