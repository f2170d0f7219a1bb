import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Reach } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { execute } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { sourcesMigrations } from '@tianyan/sources';
import { FindingQueries } from '../finding-queries.js';
import { findingsMigrations } from '../index.js';
import { expectedPermille, FindingRisks, tierOf, type RuleRisk } from './risk.js';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres([sourcesMigrations, findingsMigrations]);
  const store = (id: string, ruleId: string, severity: number, figures: object, township = 'E') =>
    execute(
      postgres.pool,
      `INSERT INTO finding (id, rule_id, rule_version, title, problem_class, severity, scope, status, holds, township_code, subjects,
         occurred_at_ms, first_seen_at_ms, last_changed_at_ms, evidence, figures, explanation, amount_figure)
       VALUES ($1, $2, 1, '题', '微腐败', $3, $1, 'open', true, $5, '{}', 1, 1, 1, '[]', $4, '说明', CASE $2::text WHEN 'money' THEN 'totalFen' END)`,
      [id, ruleId, severity, JSON.stringify(figures), township],
    );
  await store('severe', 'unchecked', 3, {});
  await store('mild', 'unchecked', 1, {});
  await store('small', 'money', 2, { totalFen: 90_000 });
  await store('large', 'money', 2, { totalFen: 100_000_000 });
  await store('vast', 'money', 2, { totalFen: 1e14 });
  await store('odd', 'money', 2, { totalFen: '不明' }, 'W');
});
afterAll(() => postgres.stop());

const RULES: ReadonlyMap<string, RuleRisk> = new Map([
  ['unchecked', { permille: 100 }],
  ['money', { permille: 50 }],
]);

test('severity × precision × amount, the greatest first, page by page', async () => {
  const risks = await new FindingRisks(postgres.pool).of(
    WHOLE_COUNTY,
    ['severe', 'mild', 'small', 'large', 'vast', 'odd'],
    RULES,
  );
  expect(Object.fromEntries(risks)).toEqual({ severe: 4_000, mild: 1_000, small: 1_000, large: 3_000, vast: 4_000, odd: 1_000 });
  const queries = new FindingQueries(postgres.pool);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await queries.list(WHOLE_COUNTY, {}, { order: 'risk', rules: RULES, limit: 2, cursor });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen).toEqual(['vast', 'severe', 'large', 'small', 'odd', 'mild']);
});

test('nothing out of reach has a risk', async () => {
  const near = Reach.of({
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
  expect((await new FindingRisks(postgres.pool).of(near, ['odd', 'mild'], RULES)).size).toBe(1);
});

describe('what is expected of a rule', () => {
  test.each([
    [0, 0, 100],
    [0, 1, 91],
    [1, 1, 182],
    [3, 20, 133],
    [0, 100, 9],
    [90, 100, 827],
  ])('%d of %d confirmed: %d in a thousand', (confirmed, checked, permille) =>
    expect(expectedPermille({ confirmed, checked })).toBe(permille),
  );
});

test('red and yellow', () => expect([4_000, 3_999, 1_000, 999].map(tierOf)).toEqual(['red', 'yellow', 'yellow', null]));
