import { operator, type Expr } from '../expr.js';
import { exact } from './values.js';

/** A few whole numbers that belong together; rows are ordered by the first that differs. */
export type Row = readonly number[];

const made = operator({
  name: 'row',
  sql: (...numbers) => `${numbers.length === 1 ? 'tuple' : ''}(${numbers.map((value) => `toInt64(${value})`).join(', ')})`,
  run: (...numbers: readonly number[]): Row => numbers,
});

export function row(...numbers: readonly Expr<number>[]): Expr<Row> {
  return made(...numbers);
}

/** A number of a row, from 1. */
export function part(of: Expr<Row>, place: number): Expr<number> {
  return partAt(place)(of);
}

const parts = new Map<number, (of: Expr<Row>) => Expr<number>>();

function partAt(place: number): (of: Expr<Row>) => Expr<number> {
  let known = parts.get(place);
  if (!known) {
    known = operator({
      name: `part ${place}`,
      sql: (of) => `tupleElement(${of}, ${place})`,
      run: (of: Row) => of[place - 1] ?? 0,
    });
    parts.set(place, known);
  }
  return known;
}

/** A number of the row at a place from 1, or from the end (-1 the last); 0 where there is no row. */
export function partOfRow(list: Expr<readonly Row[]>, place: Expr<number>, number: number): Expr<number> {
  return part(rowAt(list, place), number);
}

const rowAt = operator({
  name: 'rowAt',
  sql: (list, place) => `${list}[${place}]`,
  run: (list: readonly Row[], place: number): Row => (place < 0 ? list.at(place) : list[place - 1]) ?? [],
});

const columns = new Map<number, (of: Expr<readonly Row[]>) => Expr<readonly number[]>>();

/** The same number of each row. */
export function partsOf(list: Expr<readonly Row[]>, place: number): Expr<readonly number[]> {
  let known = columns.get(place);
  if (!known) {
    known = operator({
      name: `parts ${place}`,
      sql: (rows) => `tupleElement(${rows}, ${place})`,
      run: (rows: readonly Row[]): readonly number[] => rows.map((of) => of[place - 1] ?? 0),
    });
    columns.set(place, known);
  }
  return known(list);
}

export function compareRows(a: Row, b: Row): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export const sortedRows = operator({
  name: 'sortedRows',
  sql: (list) => `arraySort(${list})`,
  run: (list: readonly Row[]): readonly Row[] => list.toSorted(compareRows),
});

const joined = operator({
  name: 'joinedRows',
  sql: (...lists) => `arrayConcat(${lists.join(', ')})`,
  run: (...lists: readonly (readonly Row[])[]): readonly Row[] => lists.flat(),
});

export function concatRows(lists: readonly Expr<readonly Row[]>[]): Expr<readonly Row[]> {
  return joined(...lists);
}

/** Lists of rows one after the other. */
export const flatRows = operator({
  name: 'flatRows',
  sql: (lists) => `arrayFlatten(${lists})`,
  run: (lists: readonly (readonly Row[])[]): readonly Row[] => lists.flat(),
});

const firstsOfEach = new Map<number, (rows: Expr<readonly Row[]>) => Expr<readonly Row[]>>();

/** Of sorted rows that agree in their first numbers, so many of them, only the first. */
export function firstOfEach(rows: Expr<readonly Row[]>, agreeing: number): Expr<readonly Row[]> {
  let known = firstsOfEach.get(agreeing);
  if (!known) {
    known = operator({
      name: `firstOfEach ${agreeing}`,
      sql: (list) => {
        const keys = Array.from({ length: agreeing }, (_unused, i) => `tupleElement(${list}, ${i + 1})`);
        return `arrayFilter((r, nth) -> nth = 1, ${list}, arrayEnumerateUniq(${keys.join(', ')}))`;
      },
      run: (list: readonly Row[]): readonly Row[] =>
        list.filter((one, i) => {
          const before = list[i - 1];
          return before === undefined || one.slice(0, agreeing).some((value, at) => value !== before[at]);
        }),
    });
    firstsOfEach.set(agreeing, known);
  }
  return known(rows);
}

export const negated = operator({ name: 'negated', sql: (a) => `(-${a})`, run: (a: number) => 0 - a });

/** Lists of lists of whole numbers as one. */
export const flat = operator({
  name: 'flat',
  sql: (lists) => `arrayFlatten(${lists})`,
  run: (lists: readonly (readonly number[])[]): readonly number[] => lists.flat(),
});

/**
 * Place of the first row up to which the sum of a number of the rows is at least `percent` of the base; 0 if there is none, or
 * the base is missing or not above 0. A hundred times a sum of amounts may not fit into 64 bits.
 */
export const shareReached = operator({
  name: 'shareReached',
  sql: (amounts, base, percent) =>
    `if(ifNull(${base}, 0) > 0, arrayFirstIndex(s -> toInt128(s) * 100 >= toInt128(ifNull(${base}, 0)) * ${percent}, arrayCumSum(${amounts})), 0)`,
  run: (amounts: readonly number[], base: number | null, percent: number) => {
    if (base === null || base <= 0) return 0;
    const wanted = BigInt(base) * BigInt(percent);
    let total = 0;
    for (const [i, amount] of amounts.entries()) {
      total = exact(total + amount);
      if (BigInt(total) * 100n >= wanted) return i + 1;
    }
    return 0;
  },
});

/** Whether a hundred times a sum is above so many percent of the base; false where the base is missing. See {@link shareReached}. */
export const isAboveShare = operator({
  name: 'isAboveShare',
  sql: (sum, base, percent) => `ifNull(toInt128(${sum}) * 100 > toInt128(${base}) * ${percent}, 0)`,
  run: (sum: number | null, base: number | null, percent: number) =>
    sum !== null && base !== null && BigInt(sum) * 100n > BigInt(base) * BigInt(percent),
});

/** The same below. */
export const isBelowShare = operator({
  name: 'isBelowShare',
  sql: (sum, base, percent) => `ifNull(toInt128(${sum}) * 100 < toInt128(${base}) * ${percent}, 0)`,
  run: (sum: number | null, base: number | null, percent: number) =>
    sum !== null && base !== null && BigInt(sum) * 100n < BigInt(base) * BigInt(percent),
});

/** Place of the first row up to which the sum is above so many percent of the base; 0 if there is none, or no base. */
export const aboveShareAt = operator({
  name: 'aboveShareAt',
  sql: (amounts, base, percent) =>
    `if(${base} IS NULL, 0, arrayFirstIndex(s -> toInt128(s) * 100 > toInt128(ifNull(${base}, 0)) * ${percent}, arrayCumSum(${amounts})))`,
  run: (amounts: readonly number[], base: number | null, percent: number) => {
    if (base === null) return 0;
    const limit = BigInt(base) * BigInt(percent);
    let total = 0;
    for (const [i, amount] of amounts.entries()) {
      total = exact(total + amount);
      if (BigInt(total) * 100n > limit) return i + 1;
    }
    return 0;
  },
});

/** The rows at a place from 1; none where there is no such place. */
export const rowsAt = operator({
  name: 'rowsAt',
  sql: (lists, place) => `${lists}[${place}]`,
  run: (lists: readonly (readonly Row[])[], place: number): readonly Row[] => lists[place - 1] ?? [],
});
