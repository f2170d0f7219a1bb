import type { Statistic } from '../language/statistic.js';
import type { RuleWords } from './rule-words.js';

export const STATISTIC_NAMES: Readonly<Record<Statistic['statistic'], string>> = {
  average: '平均值',
  median: '中位数',
  quantile: '分位数',
  lowerFence: '异常值下限',
  upperFence: '异常值上限',
  lowerMad: '离群下限',
  upperMad: '离群上限',
};

/** “90% 分位数”, “异常值上限（四分位距的 300% 以外）”. */
export function statisticWords({ statistic, quantile = 0, spreadPercent }: Statistic, words: RuleWords): string {
  const name = STATISTIC_NAMES[statistic];
  if (statistic === 'quantile') return ` ${words.amount(quantile)}% ${name}`;
  if (spreadPercent === undefined) return name;
  const spread = statistic === 'lowerMad' || statistic === 'upperMad' ? '中位数绝对偏差' : '四分位距';
  return `${name}（${spread}的 ${words.amount(spreadPercent)}% 以外）`;
}
