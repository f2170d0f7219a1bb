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

/** Rules over records with amounts in which no sum is at stake, and why. */
const WITHOUT: Readonly<Record<string, string>> = {
  'asset-idle': 'what never was let has no rent',
  'bidders-take-turns': 'the last listing of a township need not be one of the ring',
};

const holdsMoney = (type: string) =>
  Object.values(builtInCatalogue.find(type)?.fields ?? {}).some(({ kind }) => kind === 'money');

test('every shipped rule over records of money says how much is at stake, or stands here with its reason', () => {
  const silent = ruleTexts(null)
    .map(({ rule }) => rule)
    .filter(
      ({ inputs, amountAtStake }) => amountAtStake === undefined && Object.values(inputs).some(({ type }) => holdsMoney(type)),
    )
    .map(({ id }) => id);
  expect(silent.toSorted()).toEqual(Object.keys(WITHOUT).toSorted());
});
