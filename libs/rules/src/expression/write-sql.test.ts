import { expect, test } from '@jest/globals';
import { leaf, step, type Expr } from './expr.js';
import { concat, filter, map } from './operators/lists.js';
import { more } from './operators/tests.js';
import { number, plus } from './operators/values.js';
import { SqlWriter } from './write-sql.js';

const list = (sql: string) => leaf<readonly number[]>(sql, sql, () => []);

/** The steps, and what is written in the end. */
function written(expr: Expr<unknown>, isRead = true): string[] {
  const steps: string[] = [];
  const add = (_stage: number, name: string, sql: string) => {
    steps.push(`${sql} AS ${name}`);
    return name;
  };
  const { sql } = new SqlWriter({ add, firstStage: 0, isRead }).write(expr);
  return [...steps, sql];
}

test('elements are called by their list, further in by the next letter', () => {
  const [lease, asset] = [list('lease_at'), list('⟦b1_at⟧')];
  const pairs = map([lease, asset], (one, other) => filter([lease], (again) => more(again, plus(one, other))));
  expect(written(pairs)).toEqual([
    'arrayMap((lease_at_i, ⟦b1_at⟧_i) -> arrayFilter((lease_at_j) -> (lease_at_j > (lease_at_i + ⟦b1_at⟧_i)), lease_at), lease_at, ⟦b1_at⟧)',
  ]);
});

test('a list of lists gives its name to what is in its lists', () => {
  const groups = step(
    'groups',
    leaf<readonly (readonly number[])[]>('made', 'made', () => []),
  );
  const sums = map([groups], (group) => map([group], (one) => plus(one, number(1))));
  expect(written(sums)).toEqual([
    'made AS groups',
    'arrayMap((groups_i) -> arrayMap((groups_j) -> (groups_j + 1), groups_i), groups)',
  ]);
});

test('elements of one list twice, and those of a list without a name, are told apart by numbers', () => {
  const lease = list('lease_at');
  const unnamed = concat([lease, lease]);
  const sums = map([lease, lease, unnamed], (one, other, third) =>
    map([unnamed], (fourth) => plus(plus(one, other), plus(third, fourth))),
  );
  const [sql = ''] = written(sums);
  expect(sql).toContain('arrayMap((lease_at_i, lease_at_i2, x3) -> arrayMap((x4) -> ((lease_at_i + lease_at_i2) + (x3 + x4)), ');
});

test('where nobody reads it elements are numbered', () => {
  const sums = map([list('lease_at')], (one) => plus(one, number(1)));
  expect(written(sums, false)).toEqual(['arrayMap((x1) -> (x1 + 1), lease_at)']);
});
