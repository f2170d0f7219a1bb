import { describe, expect, test } from '@jest/globals';
import type { ParameterSetting, RuleParameter } from '@tianyan/console-app/api';
import { hasItsOnlyRow, limitWords, settingProblem } from './setting-problem.js';

const percent: RuleParameter = {
  name: 'percent',
  label: '占比',
  unit: '%',
  least: 1,
  most: 100,
  byRegion: false,
  byDay: false,
  cases: [],
  rows: [],
};
const placed: RuleParameter = { ...percent, byRegion: true, byDay: true };
const row = (value: number, more: Partial<ParameterSetting> = {}): ParameterSetting => ({
  parameter: 'percent',
  value,
  document: '响水县〔2026〕1号',
  demands: '从严',
  ...more,
});

test('limits are said as they are typed', () => {
  expect(limitWords(percent)).toBe('1 %～100 %');
  expect(limitWords({ least: 100, most: null, unit: '分' })).toBe('不小于 1 元');
  expect(limitWords({ least: null, most: 5, unit: null })).toBe('不大于 5');
  expect(limitWords({ least: null, most: null, unit: '次' })).toBeNull();
});

describe('a row is refused beside its field', () => {
  test.each([
    ['too small', row(-5), { field: 'value', words: '这个数不能用，应为1 %～100 %' }],
    ['too large', row(101), { field: 'value', words: '这个数不能用，应为1 %～100 %' }],
    ['ends before it begins', row(5, { from: '2026-03-02', to: '2026-03-01' }), { field: 'to', words: '结束日期早于开始日期' }],
  ])('%s', (_name, setting, problem) => {
    expect(settingProblem(setting, placed, [])).toEqual(problem);
  });

  test('the same place and days again; another place is another row', () => {
    const there = [row(5, { region: '3209' }), row(6)];
    expect(settingProblem(row(7), placed, there)).toEqual({ field: 'region', words: expect.stringContaining('第 2 行') });
    expect(settingProblem(row(7, { region: '320921' }), placed, there)).toBeNull();
    expect(settingProblem(row(100), placed, [])).toBeNull();
  });
});

test('one number alone has one row', () => {
  expect(hasItsOnlyRow(percent, [row(5)])).toBe(true);
  expect(hasItsOnlyRow(percent, [])).toBe(false);
  expect(hasItsOnlyRow(placed, [row(5)])).toBe(false);
  expect(hasItsOnlyRow({ ...percent, cases: [{ when: { category: 'consult' }, label: '咨询' }] }, [row(5)])).toBe(false);
});
