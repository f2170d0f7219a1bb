import { isCreditCode, isOpenCreditCode } from '@tianyan/contracts';
import { expect, test } from '@jest/globals';
import { creditCodeOf } from './credit-codes.js';
import { Dice, STREAM } from './dice.js';
import { firmName, personName } from './people.js';

test('a firm has a code that passes its checks, by its name alone; a family farm is a sole trader, and a person has none', () => {
  const dice = new Dice(1, STREAM.people, 0, 0);
  const names = Array.from({ length: 500 }, () => firmName(dice));
  expect(names.filter((name) => !isCreditCode(creditCodeOf(name)))).toEqual([]);
  expect(names.filter((name) => isOpenCreditCode(creditCodeOf(name)) === name.includes('家庭农场'))).toEqual([]);
  expect(new Set(names.map(creditCodeOf)).size).toBe(new Set(names).size);
  expect([personName(dice), null].map(creditCodeOf)).toEqual(['', '']);
});
