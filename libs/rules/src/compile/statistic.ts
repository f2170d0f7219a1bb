import type { Expr } from '../expression/expr.js';
import { map } from '../expression/operators/lists.js';
import { above, average, below, distance, median, quantile, sortedNumbers } from '../expression/operators/statistics.js';
import { minus, number } from '../expression/operators/values.js';
import { SPREAD_PERCENT, type Statistic } from '../language/statistic.js';
import type { Amount } from '../language/values.js';

type PerSubject<T> = Expr<readonly T[]>;

const LOWER_QUARTER = 25;
const UPPER_QUARTER = 75;

/**
 * S of `statisticShape`, per subject; 0 of no values.
 * @param sorted the values of the peers in order: a step, as they are looked at several times
 */
export function statisticOf(
  { statistic, quantile: percent, spreadPercent }: Statistic,
  sorted: PerSubject<readonly number[]>,
  amount: (of: Amount) => Expr<number>,
  named: <T>(name: string, of: Expr<T>) => Expr<T>,
): PerSubject<number> {
  switch (statistic) {
    case 'average':
      return map([sorted], (values) => average(values));
    case 'median':
      return map([sorted], (values) => median(values));
    case 'quantile':
      return map([sorted], (values) => quantile(values, amount(percent ?? raise())));
    case 'lowerFence':
    case 'upperFence': {
      const times = amount(spreadPercent ?? SPREAD_PERCENT[statistic]);
      return map([sorted], (values) => {
        const [low, high] = [quantile(values, number(LOWER_QUARTER)), quantile(values, number(UPPER_QUARTER))];
        const spread = minus(high, low);
        return statistic === 'lowerFence' ? below(low, spread, times) : above(high, spread, times);
      });
    }
    case 'lowerMad':
    case 'upperMad': {
      const times = amount(spreadPercent ?? SPREAD_PERCENT[statistic]);
      // By themselves: inside the list of the distances nothing but one number may be looked at, or each would carry all values.
      const middles = named(
        'middles',
        map([sorted], (values) => median(values)),
      );
      const apart = named(
        'apart',
        map([sorted, middles], (values, middle) => sortedNumbers(map([values], (value) => distance(value, middle)))),
      );
      return map([middles, apart], (middle, distances) => {
        const spread = median(distances);
        return statistic === 'lowerMad' ? below(middle, spread, times) : above(middle, spread, times);
      });
    }
  }
}

function raise(): never {
  throw new TypeError('the schema: a quantile says which');
}
