import { expect, test } from '@jest/globals';
import { loadPack } from '@tianyan/rules';
import { MAX_COMPARED_FINDINGS } from './standing-findings.js';
import { batchesOf } from './switch-preview-run.js';

const rules = loadPack()
  .filter(({ scope }) => scope.join() === 'orderId')
  .slice(0, 3)
  .map((rule) => ({ rule }));
const [first, second, third] = rules.map(({ rule }) => rule.id);

/** Which rules stand side by side where each of them has so many findings to compare with. */
const together = (compared: readonly number[]) =>
  batchesOf(rules, new Map(rules.map(({ rule }, i) => [rule.id, { compared: compared[i] ?? 0 }]))).map((batch) =>
    batch.map(({ rule }) => rule.id),
  );

test('rules stand side by side as long as memory holds what they are compared with', () => {
  const half = MAX_COMPARED_FINDINGS / 2;
  expect(together([half, half, 0])).toEqual([[first, second, third]]);
  expect(together([half, half + 1, half - 1])).toEqual([[first], [second, third]]);
  expect(together([MAX_COMPARED_FINDINGS, 1, MAX_COMPARED_FINDINGS])).toEqual([[first], [second], [third]]);
});
