import { expect, test } from '@jest/globals';
import type { RuleDefinition } from '@tianyan/rules';
import { touchedRules } from './rule-copies.js';
import { dealt } from './rules-live.js';

const of = (name: string, rules: number, scopes: number) => ({
  group: { name, rules: Array.from({ length: rules }) },
  scopes: Array.from({ length: scopes }, (_none, i) => `${name}${i}`),
});

function countsOf(groups: readonly { group: { name: string }; scopes: readonly string[] }[]): Record<string, number> {
  return Object.fromEntries(groups.map(({ group, scopes }) => [group.name, scopes.length]));
}

test('touched scopes are dealt by how many rules look at their kind, and never more of a kind than there are', () => {
  const groups = [of('unit', 2, 3), of('order', 6, 1_000), of('contract', 2, 1_000)];
  expect(countsOf(dealt(groups, 1))).toEqual({ order: 1 });
  expect(countsOf(dealt(groups, 10))).toEqual({ unit: 2, order: 6, contract: 2 });
  expect(countsOf(dealt(groups, 100))).toEqual({ unit: 3, order: 73, contract: 24 });
  expect(countsOf(dealt([of('unit', 2, 3)], 100))).toEqual({ unit: 3 });
  expect(dealt(groups, 2)[0]?.scopes).toEqual(['order0', 'order1']);
});

test('as many rules as are asked for are judged by what is touched, over all scopes in use, and no two are the same', () => {
  const [few = [], some = [], many = []] = [12, 100, 300].map((count) => touchedRules(count));
  expect([few, some, many].map((rules) => new Set(rules.map(({ id }) => id)).size)).toEqual([12, 100, 300]);
  const scopesOf = (rules: readonly RuleDefinition[]) => new Set(rules.map(({ scope }) => scope.join())).size;
  expect(scopesOf(few)).toBeGreaterThan(5);
  expect(scopesOf(some)).toBe(scopesOf(many));

  const overOrders = touchedRules(300, 'orderId');
  expect(new Set(overOrders.map(({ id }) => id)).size).toBe(300);
  expect(scopesOf(overOrders)).toBe(1);
});
