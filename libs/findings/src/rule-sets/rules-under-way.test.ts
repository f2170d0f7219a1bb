import { platformFinding } from '@tianyan/contracts';
import { expect, test } from '@jest/globals';
import { loadPack } from '@tianyan/rules';
import { isUnderWay, rulesUnderWay } from './rules-under-way.js';
import { shadowIdOf } from './shadow.js';

const [rule] = loadPack().filter(({ inputs }) => Object.values(inputs).every(({ type }) => type !== platformFinding.type));
if (!rule) throw new Error('the pack is empty');
const follower = {
  id: 'follower',
  inputs: { ...rule.inputs, found: { ...Object.values(rule.inputs)[0], type: platformFinding.type } },
};

test('rules that wait or are evaluated for the first time are under way; those set aside or in shadow count nowhere', () => {
  const underWay = rulesUnderWay(
    new Map([
      ['waits', 'waiting'],
      ['begins', 'sweeping'],
      ['stands', 'live'],
      ['fails', 'set-aside'],
      [shadowIdOf('stands'), 'waiting'],
    ]),
  );
  expect([[...underWay.ids], underWay.of]).toEqual([['waits', 'begins'], 3]);
});

test('what judges findings is not all there while any rule is under way', () => {
  const live = rulesUnderWay(new Map([[rule.id, 'live']]));
  const other = rulesUnderWay(new Map([['other', 'sweeping']]));
  const own = rulesUnderWay(new Map([[rule.id, 'sweeping']]));
  expect([live, other, own].map((each) => isUnderWay(rule, each))).toEqual([false, false, true]);
  expect([live, other].map((each) => isUnderWay(follower, each))).toEqual([false, true]);
  // A text that this program does not understand.
  expect([own, other].map((each) => isUnderWay({ id: rule.id }, each))).toEqual([true, false]);
});
