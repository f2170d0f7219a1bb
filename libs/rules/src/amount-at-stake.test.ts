import { expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { checkRule } from './compile/index.js';
import { parseRule, ruleTexts } from './pack.js';

const outside = ruleTexts(null).find(({ rule }) => rule.id === 'leased-outside-market')?.rule;

test.each([
  [{ amountAtStake: 'none' }, /figures 里没有 none/],
  [{ amountAtStake: 'contractName' }, /不是金额字段/],
])('what is at stake has to be an amount among the figures: %j', (part, message) => {
  const rule = parseRule(JSON.stringify({ ...outside, ...part }));
  expect(checkRule(rule, builtInCatalogue).map((problem) => problem.message)).toEqual([expect.stringMatching(message)]);
});
