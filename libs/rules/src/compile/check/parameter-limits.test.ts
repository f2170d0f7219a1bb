import { expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { ruleTexts } from '../../pack.js';
import { checkRule, parameterLimits } from './index.js';

/** A text that moves backwards is none to be refused; who types a number where it moves forwards has slipped. */
const isMove = (rule: object, name: string) =>
  new RegExp(`"plus(Days|Hours|WorkingDays)":\\{"parameter":"${name}"`).test(JSON.stringify(rule));

/** Further limits would be of no use: nobody can type them. */
const isFinite = (limit: number | undefined) => limit !== undefined && Number.isFinite(limit);

test('numbers within the limits pass, and those just beyond them are refused', () => {
  const tried = ruleTexts(null).flatMap(({ rule }) =>
    [...parameterLimits(rule, builtInCatalogue)].flatMap(([name, limits]) => {
      const parameter = rule.parameters[name];
      // What is looked up is tried by one row.
      const withValue = (value: number) =>
        checkRule(
          {
            ...rule,
            examples: [],
            parameters: {
              ...rule.parameters,
              [name]: { label: '数', ...(parameter?.table ? { table: [{ value }] } : { value }) },
            },
          },
          builtInCatalogue,
        ).length;
      const least = isFinite(limits.least)
        ? [[withValue(limits.least) === 0, withValue(limits.least - 1) > 0 || (limits.least === 0 && isMove(rule, name))]]
        : [];
      const most = isFinite(limits.most) ? [[withValue(limits.most) === 0, withValue(limits.most + 1) > 0]] : [];
      return [...least, ...most].map((passes) => [rule.id, name, ...passes]);
    }),
  );
  expect(tried.length).toBeGreaterThan(100);
  expect(tried.filter(([, , within, beyond]) => within !== true || beyond !== true)).toEqual([]);
});
