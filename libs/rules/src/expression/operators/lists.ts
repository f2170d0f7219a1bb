import { eachOperator, operator, type Expr } from '../expr.js';
import { exact } from './values.js';

/** A list made of aligned lists, element by element. */
export const map = eachOperator({
  name: 'map',
  sql: (lambda, lists) => `arrayMap(${lambda}, ${lists})`,
  run: ({ length, at }) => {
    // Most of the time of a round is spent here: `Array.from` takes three times as long.
    const values: unknown[] = [];
    for (let i = 0; i < length; i++) values.push(at(i));
    return values;
  },
}) as <A extends readonly unknown[], R>(
  lists: { readonly [K in keyof A]: Expr<readonly A[K][]> },
  body: (...elements: { readonly [K in keyof A]: Expr<A[K]> }) => Expr<R>,
) => Expr<readonly R[]>;

/** The elements of the first list for which the body is true. */
export const filter = eachOperator({
  name: 'filter',
  sql: (lambda, lists) => `arrayFilter(${lambda}, ${lists})`,
  run: ({ length, lists, at }) => {
    const kept: unknown[] = [];
    for (let i = 0; i < length; i++) if (at(i)) kept.push(lists[0]?.[i]);
    return kept;
  },
}) as <A extends readonly [unknown, ...unknown[]]>(
  lists: { readonly [K in keyof A]: Expr<readonly A[K][]> },
  body: (...elements: { readonly [K in keyof A]: Expr<A[K]> }) => Expr<boolean>,
) => Expr<readonly A[0][]>;

export const some = eachOperator<boolean, boolean>({
  name: 'some',
  sql: (lambda, lists) => `arrayExists(${lambda}, ${lists})`,
  run: ({ length, at }) => {
    for (let i = 0; i < length; i++) if (at(i)) return true;
    return false;
  },
});

/** How many elements the body is true for. */
export const countOf = eachOperator<number, boolean>({
  name: 'countOf',
  sql: (lambda, lists) => `arrayCount(${lambda}, ${lists})`,
  run: ({ length, at }) => {
    let count = 0;
    for (let i = 0; i < length; i++) if (at(i)) count++;
    return count;
  },
});

/** Place, from 1, of the first element the body is true for; 0 if there is none. */
export const firstPlaceOf = eachOperator<number, boolean>({
  name: 'firstPlaceOf',
  sql: (lambda, lists) => `arrayFirstIndex(${lambda}, ${lists})`,
  run: ({ length, at }) => {
    for (let i = 0; i < length; i++) if (at(i)) return i + 1;
    return 0;
  },
});

export const lengthOf = operator({
  name: 'lengthOf',
  sql: (list) => `length(${list})`,
  run: (list: readonly unknown[]) => list.length,
});

export const isSome = operator({
  name: 'isSome',
  sql: (list) => `notEmpty(${list})`,
  run: (list: readonly unknown[]) => list.length > 0,
});

/** The number at a place from 1, or from the end with −1; 0 where there is none. */
export const numberAt = operator({
  name: 'numberAt',
  sql: (list, place) => `${list}[${place}]`,
  run: (list: readonly number[], place: number) => list.at(place > 0 ? place - 1 : place === 0 ? list.length : place) ?? 0,
});

/** The field at a place from 1, or from the end with −1; missing where there is none. */
export const fieldAt = operator({
  name: 'fieldAt',
  sql: (list, place) => `${list}[${place}]`,
  run: (list: readonly (number | string | null)[], place: number) =>
    list.at(place > 0 ? place - 1 : place === 0 ? list.length : place) ?? null,
});

/** Places from 1. */
export const places = operator({
  name: 'places',
  sql: (list) => `arrayEnumerate(${list})`,
  run: (list: readonly unknown[]) => list.map((_element, i) => i + 1),
});

const list = operator({
  name: 'listOf',
  sql: (...values) => `[${values.map((value) => `toInt64(${value})`).join(', ')}]`,
  run: (...values: readonly number[]): readonly number[] => values,
});

/** A list of whole numbers. */
export function listOf(values: readonly Expr<number>[]): Expr<readonly number[]> {
  return list(...values);
}

/** Only the first element, if there is one. */
const onlyFirst = operator({
  name: 'onlyFirst',
  sql: (list) => `arraySlice(${list}, 1, 1)`,
  run: (list: readonly unknown[]) => list.slice(0, 1),
});
const onlyLast = operator({
  name: 'onlyLast',
  sql: (list) => `arraySlice(${list}, -1, 1)`,
  run: (list: readonly unknown[]) => list.slice(-1),
});

export function only<T>(which: 'each' | 'first' | 'last', list: Expr<readonly T[]>): Expr<readonly T[]> {
  if (which === 'each') return list;
  // The element type is that of the list.
  return (which === 'first' ? onlyFirst(list) : onlyLast(list)) as Expr<readonly T[]>;
}

const firsts = operator({
  name: 'firsts',
  sql: (list, count) => `arraySlice(${list}, 1, ${count})`,
  run: (list: readonly unknown[], count: number) => list.slice(0, count),
});

/** The first `count` elements. */
export function firstOf<T>(list: Expr<readonly T[]>, count: Expr<number>): Expr<readonly T[]> {
  return firsts(list, count) as Expr<readonly T[]>; // as above
}

export const sum = operator({
  name: 'sum',
  sql: (list) => `arraySum(${list})`,
  run: (list: readonly number[]) => list.reduce((total, value) => exact(total + value), 0),
});

/** The smallest; 0 of nothing. */
export const smallest = operator({
  name: 'smallest',
  // Numbers of the calendar may be missing by their type, and then the smallest of nothing would be, too.
  sql: (list) => `ifNull(arrayMin(${list}), 0)`,
  run: (list: readonly number[]) => (list.length === 0 ? 0 : list.reduce((a, b) => (b < a ? b : a))),
});

/** The largest; 0 of nothing. */
export const largest = operator({
  name: 'largest',
  sql: (list) => `arrayMax(${list})`,
  run: (list: readonly number[]) => (list.length === 0 ? 0 : list.reduce((a, b) => (b > a ? b : a))),
});

/** The list at a place from 1; nothing where there is no such place. */
export const listAt = operator({
  name: 'listAt',
  sql: (lists, place) => `${lists}[${place}]`,
  run: (lists: readonly (readonly number[])[], place: number): readonly number[] => lists[place - 1] ?? [],
});

/** Different values that are there. */
export const distinctCount = operator({
  name: 'distinctCount',
  sql: (list) => `length(arrayDistinct(arrayFilter(x -> x IS NOT NULL, ${list})))`,
  run: (list: readonly unknown[]) => new Set(list.filter((value) => value !== null)).size,
});

const joined = operator({
  name: 'joined',
  sql: (a, b) => `arrayConcat(${a}, ${b})`,
  run: (a: readonly number[], b: readonly number[]) => [...a, ...b],
});

/** Lists of whole numbers one after the other. */
export function concat(lists: readonly Expr<readonly number[]>[]): Expr<readonly number[]> {
  return lists.reduce((all, list) => joined(all, list), noNumbers());
}

/** An empty list of whole numbers. */
export const noNumbers = operator({ name: 'noNumbers', sql: () => "CAST([], 'Array(Int64)')", run: (): readonly number[] => [] });

const whenTrue = operator({
  name: 'when',
  sql: (condition, list) => `arrayResize(${list}, if(${condition}, length(${list}), 0))`,
  run: (condition: boolean, list: readonly number[]) => (condition ? list : []),
});

/** The list where the condition holds, else nothing. */
export function when(condition: Expr<boolean>, list: Expr<readonly number[]>): Expr<readonly number[]> {
  return whenTrue(condition, list);
}

export const isIn = operator({
  name: 'isIn',
  sql: (value, list) => `has(${list}, ${value})`,
  run: (value: number, list: readonly number[]) => list.includes(value),
});
