import { expect, test } from '@jest/globals';
import { usualFormat } from './usual-format.js';

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
