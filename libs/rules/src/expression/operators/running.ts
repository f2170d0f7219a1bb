import { operator } from '../expr.js';
import { exact } from './values.js';

/** The sum over each element and all before it; what is missing adds nothing. */
export const runningSum = operator({
  name: 'runningSum',
  sql: (list) => `arrayCumSum(arrayMap(x -> ifNull(x, 0), ${list}))`,
  run: (list: readonly (number | null)[]) => {
    let total = 0;
    return list.map((value) => (total = exact(total + (value ?? 0))));
  },
});

/** How many different values there are up to each element; what is missing is none. */
export const runningDistinct = operator({
  name: 'runningDistinct',
  sql: (list) => `arrayCumSum(arrayMap((x, k) -> x IS NOT NULL AND k = 1, ${list}, arrayEnumerateUniq(${list})))`,
  run: (list: readonly (number | string | null)[]) => {
    const seen = new Set<number | string>();
    return list.map((value) => (value === null ? seen.size : seen.add(value).size));
  },
});

function carried(list: readonly number[]): number[] {
  let last = 0;
  return list.map((value, i) => (last = value > 0 || i === 0 ? value : last));
}

/** Where an element is 0, the nearest one before it that is not; 0 if there is none. */
export const carriedForward = operator({
  name: 'carriedForward',
  sql: (list) => `arrayFill(x -> x > 0, ${list})`,
  run: (list: readonly number[]) => carried(list),
});

/** Where an element is 0, the nearest one after it that is not; 0 if there is none. */
export const carriedBackward = operator({
  name: 'carriedBackward',
  sql: (list) => `arrayReverseFill(x -> x > 0, ${list})`,
  run: (list: readonly number[]) => carried(list.toReversed()).toReversed(),
});

/** The last element above 0 that is strictly before each; 0 if there is none. */
export const latestBefore = operator({
  name: 'latestBefore',
  sql: (list) => `arraySlice(arrayPushFront(arrayFill(x -> x > 0, ${list}), 0), 1, length(${list}))`,
  run: (list: readonly number[]) => {
    const before: number[] = [];
    let last = 0;
    for (let i = 0; i < list.length; i++) {
      const value = list[i] ?? 0;
      before.push(last);
      if (value > 0 || i === 0) last = value;
    }
    return before;
  },
});

/** The first element above 0 that is strictly after each; 0 if there is none. */
export const earliestAfter = operator({
  name: 'earliestAfter',
  sql: (list) => `arraySlice(arrayPushBack(arrayReverseFill(x -> x > 0, ${list}), 0), 2)`,
  run: (list: readonly number[]) => {
    const after: number[] = list.map(() => 0);
    let next = 0;
    for (let i = list.length - 1; i >= 0; i--) {
      const value = list[i] ?? 0;
      after[i] = next;
      if (value > 0 || i === list.length - 1) next = value;
    }
    return after;
  },
});
