import type { Statistic } from '../language/statistic.js';
import type { RuleWords } from './rule-words.js';

/** “90% 分位数”, “异常值上限（四分位距的 300% 以外）”. */
export function statisticWords({ statistic, quantile = 0, spreadPercent }: Statistic, words: RuleWords): string {
  const beyond = (spread: string) => (spreadPercent === undefined ? '' : `（${spread}的 ${words.amount(spreadPercent)}% 以外）`);
  switch (statistic) {
    case 'average':
      return '平均值';
    case 'median':
      return '中位数';
    case 'quantile':
      return ` ${words.amount(quantile)}% 分位数`;
    case 'lowerFence':
      return `异常值下限${beyond('四分位距')}`;
    case 'upperFence':
      return `异常值上限${beyond('四分位距')}`;
    case 'lowerMad':
      return `离群下限${beyond('中位数绝对偏差')}`;
    case 'upperMad':
      return `离群上限${beyond('中位数绝对偏差')}`;
  }
}
