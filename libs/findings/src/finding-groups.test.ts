import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Reach } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { execute } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { sourcesMigrations } from '@tianyan/sources';
import { FindingGroups } from './finding-groups.js';
import { FindingQueries } from './finding-queries.js';
import { findingsMigrations } from './index.js';

const EAST_ONLY = Reach.of({
  user: {
    id: 'u',
    account: 'a',
    displayName: '甲',
    role: 'analyst',
    townshipCodes: ['E'],
    problemClasses: null,
    unitCodes: [],
    mustChangePassword: false,
  },
});
let postgres: TestPostgres;
let groups: FindingGroups;
beforeAll(async () => {
  postgres = await startTestPostgres([sourcesMigrations, findingsMigrations]);
  groups = new FindingGroups(postgres.pool);
  const store = (id: string, ruleId: string, severity: number, atMs: number, subjects: Record<string, string>) =>
    execute(
      postgres.pool,
      `INSERT INTO finding (id, rule_id, rule_version, title, problem_class, severity, scope, status, holds, township_code, subjects,
         occurred_at_ms, first_seen_at_ms, last_changed_at_ms, evidence, figures, explanation)
       VALUES ($1, $2, 1, '题', '微腐败', $3, $1, 'open', true, $4::jsonb ->> 'townshipCode', $4, $5, $5, $5, '[]', '{}', '说明')`,
      [id, ruleId, severity, JSON.stringify(subjects), atMs],
    );
  await store('a', 'cheap', 1, 10, { contractId: 'C1', villageCode: 'V1', townshipCode: 'E' });
  await store('b', 'outside', 3, 20, { contractId: 'C1', villageCode: 'V1', townshipCode: 'W' });
  await store('c', 'cheap', 2, 30, { contractId: 'C2', townshipCode: 'E' });
  await store('d', 'mended', 2, 15, { villageCode: 'V1', matter: 'road', townshipCode: 'E' });
  await store('e', 'share', 2, 5, { townshipCode: 'E' });
});
afterAll(() => postgres.stop());

test('findings of one thing stand together, the most severe first, page by page', async () => {
  const { items } = await groups.list(WHOLE_COUNTY, {}, {});
  expect(items.map(({ key, count, ruleCount, top }) => [key, count, ruleCount, top.id])).toEqual([
    ['contractId|C2', 1, 1, 'c'],
    ['contractId|C1', 2, 2, 'b'],
    ['villageCode|V1|road', 1, 1, 'd'],
    ['scope|share|e', 1, 1, 'e'],
  ]);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await groups.list(WHOLE_COUNTY, {}, { cursor, limit: 1 });
    seen.push(...page.items.map(({ key }) => key));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen).toEqual(items.map(({ key }) => key));
  await expect(groups.list(WHOLE_COUNTY, {}, { cursor: 'spoilt' })).rejects.toMatchObject({ code: 'invalid' });
});

test('a group is what may be seen of it and fits the filter; its findings are listed by its key', async () => {
  const { items } = await groups.list(EAST_ONLY, { ruleIds: ['cheap', 'outside'] }, {});
  expect(items.map(({ key, count, top }) => [key, count, top.id])).toEqual([
    ['contractId|C2', 1, 'c'],
    ['contractId|C1', 1, 'a'],
  ]);
  const listed = await new FindingQueries(postgres.pool).list(WHOLE_COUNTY, { subjectKeys: ['contractId|C1'] }, {});
  expect(listed.items.map(({ id }) => id)).toEqual(['b', 'a']);
});

test('by risk: the group with the finding of the greatest risk first, and that finding for it, page by page', async () => {
  const risks = new Map([
    ['cheap', { permille: 900 }],
    ['outside', { permille: 10 }],
  ]);
  const seen: [string, string][] = [];
  let cursor: string | null = null;
  do {
    const page = await groups.list(WHOLE_COUNTY, {}, { cursor, limit: 1, risks });
    seen.push(...page.items.map(({ key, top }): [string, string] => [key, top.id]));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen).toEqual([
    ['contractId|C2', 'c'],
    ['contractId|C1', 'a'],
    ['scope|share|e', 'e'],
    ['villageCode|V1|road', 'd'],
  ]);
  const { nextCursor } = await groups.list(WHOLE_COUNTY, {}, { limit: 1 });
  await expect(groups.list(WHOLE_COUNTY, {}, { cursor: nextCursor, limit: 1, risks })).rejects.toMatchObject({ code: 'invalid' });
});
