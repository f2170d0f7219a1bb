import { expect, test } from '@jest/globals';
import { changedParameters, textDiff } from './text-diff.js';

const rule = (value: number, version: number) =>
  [
    'id: a',
    `version: ${version}`,
    ...Array.from({ length: 10 }, (_none, n) => `line${n}: 1`),
    'parameters:',
    `  minReturns: { label: 退回次数, unit: 次, value: ${value} }`,
  ].join('\n');

test('shows what differs with a few lines around it, and says how much it leaves out', () => {
  expect(textDiff(rule(3, 1), rule(2, 1)).map(({ kind, text }) => `${kind} ${text.trim()}`)).toEqual([
    'skipped …… 10 行相同',
    'same line8: 1',
    'same line9: 1',
    'same parameters:',
    'removed minReturns: { label: 退回次数, unit: 次, value: 3 }',
    'added minReturns: { label: 退回次数, unit: 次, value: 2 }',
  ]);
  expect(textDiff(rule(3, 1), `${rule(3, 1)}\n`)).toEqual([]);
});

test('names the parameters that changed, with both values', () => {
  const changed = changedParameters(rule(3, 1), `${rule(2, 2)}\n  days: { label: 天数, value: 7 }`);
  expect(changed).toEqual([
    { name: 'minReturns', label: '退回次数', before: '3', after: '2' },
    { name: 'days', label: '天数', before: null, after: '7' },
  ]);
});
