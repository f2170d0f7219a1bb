import { expect, test } from '@jest/globals';
import { placeholderOf, usualFormat } from './usual-format.js';

test.each([
  ['ownSum', 'money', '元'],
  ['ownSum', undefined, ''],
  ['part', 'money', '元'],
  ['ownShare', 'share', '百分比'],
  ['winnerShare', undefined, ''],
  ['totalFen', undefined, '元'],
  ['startMs', undefined, '时间'],
  ['leadUnitId', undefined, '单位名'],
] as const)('%s of %s: %s', (name, unit, format) => expect(usualFormat(name, unit)).toBe(format));

test('what is filled in bears what its field counts in, unless a format says it', () => {
  expect(placeholderOf({ name: 'ownSum', measure: '秒' }, '')).toBe('{ownSum} 秒');
  expect(placeholderOf({ name: 'ownSum' }, '')).toBe('{ownSum}');
  expect(placeholderOf({ name: 'ownSum' }, '元')).toBe('{ownSum:元}');
});
