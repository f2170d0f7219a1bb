import { expect, test } from '@jest/globals';
import type { ScorecardFigure } from '@tianyan/console-app/api';
import { changeOf, partsText, partText, valueText } from './figure-text.js';

const share: ScorecardFigure = {
  id: 'onTimeShare',
  label: '按时办结率',
  group: 'hotline',
  places: ['unit'],
  counted: '按时办结的',
  of: '到期的',
  leftOut: '',
  better: 'higher',
  money: false,
  minSample: 10,
};
const count: ScorecardFigure = { ...share, id: 'findings', of: null, better: 'lower' };

test('a share is in percent, an average of numbers has one decimal', () => {
  expect([valueText(share, 0.9254), valueText(share, 1), valueText(share, null)]).toEqual(['92.5%', '100%', '—']);
  expect([valueText(count, 1_204), valueText(count, 2.345), valueText(count, 1_204.56)]).toEqual(['1,204', '2.3', '1,204.6']);
});

test('what a share is made of stands beside it, money in yuan', () => {
  expect(partsText(share, { counted: 37, of: 40, value: 0.925 })).toBe('37 / 40');
  expect(partsText({ ...share, money: true }, { counted: 1_300_000, of: 2_500_000, value: 0.52 })).toBe('1.3 万元 / 2.5 万元');
  expect(partsText(count, { counted: 3, of: null, value: 3 })).toBe('');
  expect(partsText(share, { counted: null, of: null, value: null })).toBe('');
});

test('the others of what a share is of are the rest', () => {
  const value = { counted: 37, of: 40, value: 0.925 };
  expect((['counted', 'of', 'rest'] as const).map((part) => partText(share, value, part))).toEqual(['37', '40', '3']);
  expect(partText(count, { counted: 3, of: null, value: 3 }, 'rest')).toBe('');
});

test('a change says how much, and whether it is for the better', () => {
  expect(changeOf(share, 0.9, 0.87)).toEqual({ text: '高 3 个百分点', direction: 'up', tone: 'good' });
  expect(changeOf(count, 5, 2)).toEqual({ text: '多 3', direction: 'up', tone: 'bad' });
  expect(changeOf(count, 1_055, 0)).toMatchObject({ text: '多 1,055' });
  expect(changeOf({ ...count, better: null }, 2, 5)).toEqual({ text: '少 3', direction: 'down', tone: 'plain' });
  expect(changeOf(share, 0.9001, 0.9)).toMatchObject({ text: '持平', tone: 'plain' });
  expect(changeOf(share, null, 0.9)).toBeNull();
});
