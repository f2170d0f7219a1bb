import { describe, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { checkDraft } from '../../form/check-draft.js';
import { guideRules } from '../../testing/guide-rules.js';

const outlier = guideRules().find(({ id }) => id === 'payment-far-from-usual');

const checked = (stat: object) =>
  checkDraft(
    JSON.stringify({ ...outlier, all: [{ of: 'usual', stat: { value: 'amountFen', is: 'above', minRecords: 3, ...stat } }] }),
    builtInCatalogue,
  );

describe('what a value is held against', () => {
  test.each([
    [{ statistic: 'quantile', quantile: 90 }, '高于“同科目支出”的 90% 分位数'],
    [{ statistic: 'upperFence' }, '“同科目支出”的异常值上限（满 3 条才比'],
    [{ statistic: 'upperFence', spreadPercent: 300 }, '的异常值上限（四分位距的 300% 以外）'],
    [{ statistic: 'lowerMad', spreadPercent: 600 }, '的离群下限（中位数绝对偏差的 600% 以外）'],
  ])('%j is said in words', (stat, words) => {
    const { problems, meaning } = checked(stat);
    expect(problems).toEqual([]);
    expect(meaning?.judged.replaceAll('大于', '高于')).toContain(words);
  });

  test.each([
    ['a quantile that does not say which', { statistic: 'quantile' }, /须写 quantile/],
    ['a median of so many percent', { statistic: 'median', quantile: 50 }, /其他的不写/],
    ['an average with a spread', { statistic: 'average', spreadPercent: 100 }, /只能与 lowerFence/],
    ['the hundredth of a hundred', { statistic: 'quantile', quantile: 100 }, /应不大于 99/],
    ['the place before the first', { statistic: 'quantile', quantile: 0 }, /应不小于 1/],
    ['a spread beyond all', { statistic: 'upperMad', spreadPercent: 10_001 }, /应不大于 10000/],
  ])('%s is refused', (_name, stat, message) => {
    expect(checked(stat).problems).toEqual([expect.objectContaining({ message: expect.stringMatching(message) })]);
  });
});
