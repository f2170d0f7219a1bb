import type { Statistic } from '@tianyan/rules';
import type { RuleView } from './scope-view.js';

export const byValue = (a: number, b: number): number => a - b;

function middleOf(values: readonly number[]): number {
  const n = values.length;
  return Math.trunc(((values[Math.floor((n - 1) / 2)] ?? 0) + (values[Math.floor(n / 2)] ?? 0)) / 2);
}

/** Of values in order. */
export function statisticOf(
  { statistic, quantile, spreadPercent }: Statistic,
  values: readonly number[],
  view: RuleView,
): number | null {
  const n = values.length;
  const placed = (percent: number) => values[Math.ceil((percent * n) / 100) - 1] ?? 0;
  const middle = middleOf(values);
  if (statistic === 'average') return Math.trunc(values.reduce((sum, one) => sum + one, 0) / n);
  if (statistic === 'median') return middle;
  if (statistic === 'quantile') {
    const percent = view.amount(quantile ?? 0);
    return percent === null ? null : placed(percent);
  }
  const isFence = statistic === 'lowerFence' || statistic === 'upperFence';
  const percent = view.amount(spreadPercent ?? (isFence ? 150 : 450));
  if (percent === null) return null;
  const spread = isFence ? placed(75) - placed(25) : middleOf(values.map((one) => Math.abs(one - middle)).sort(byValue));
  const reach = Math.trunc((percent * spread) / 100);
  if (statistic === 'lowerFence') return placed(25) - reach;
  if (statistic === 'upperFence') return placed(75) + reach;
  return statistic === 'lowerMad' ? middle - reach : middle + reach;
}
