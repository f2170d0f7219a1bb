import { operator, type Field } from '../expr.js';
import { exact } from './values.js';

/** What of one key lies within the span: from the `from`-th on. */
interface Window {
  at: number[];
  values: number[];
  from: number;
  sum: number;
}

/** At each instant: the sum of the values within the span at and before it that have the same key. A missing key is like no other. */
export const sumOfSameWithin = operator({
  name: 'sumOfSameWithin',
  sql: (values, keys, instants, spanMs) => {
    const same = `i <= j AND aj - a < ${spanMs} AND ifNull(k = kj, 0)`;
    const inside = `arrayFilter((v, a, k, i) -> ${same}, ${values}, ${instants}, ${keys}, arrayEnumerate(${instants}))`;
    return `arrayMap((aj, kj, j) -> arraySum(${inside}), ${instants}, ${keys}, arrayEnumerate(${instants}))`;
  },
  run: (values: readonly number[], keys: readonly Field[], instants: readonly number[], spanMs: number) => {
    const windows = new Map<Field, Window>();
    return instants.map((at, i) => {
      const key = keys[i] ?? null;
      if (key === null) return 0;
      const window = windows.get(key) ?? { at: [], values: [], from: 0, sum: 0 };
      windows.set(key, window);
      window.at.push(at);
      window.values.push(values[i] ?? 0);
      window.sum = exact(window.sum + (values[i] ?? 0));
      while (at - (window.at[window.from] ?? at) >= spanMs) {
        window.sum = exact(window.sum - (window.values[window.from] ?? 0));
        window.from++;
      }
      return window.sum;
    });
  },
});

/** The first number above 0 at or after each that has the same key; 0 if there is none. */
export const nextOfSame = operator({
  name: 'nextOfSame',
  sql: (list, keys) => {
    const next = `arrayFirstIndex((v, k, i) -> i >= j AND v > 0 AND ifNull(k = kj, 0), ${list}, ${keys}, arrayEnumerate(${keys}))`;
    return `arrayMap((kj, j) -> ${list}[${next}], ${keys}, arrayEnumerate(${keys}))`;
  },
  run: (list: readonly number[], keys: readonly Field[]) => {
    const next = new Map<Field, number>();
    const found: number[] = [];
    for (let i = list.length - 1; i >= 0; i--) {
      const [key, value] = [keys[i] ?? null, list[i] ?? 0];
      if (key !== null && value > 0) next.set(key, value);
      found[i] = key === null ? 0 : (next.get(key) ?? 0);
    }
    return found;
  },
});
