import { expect, test } from '@jest/globals';
import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import fc from 'fast-check';
import { CalendarDays } from '../calendar-days.js';
import { leaf, type Expr, type Field } from '../expr.js';
import { Runner } from '../run.js';
import * as windows from './windows.js';

const calendar = CalendarDays.of(new WorkingCalendar(builtInHolidays()));

interface Lists {
  values: readonly (number | null)[];
  at: readonly number[];
  spans: readonly number[];
  marks: readonly boolean[];
}

const given = <K extends keyof Lists>(name: K): Expr<Lists[K]> => leaf(name, name, ({ scope }) => (scope as Lists)[name]); // runOf puts them there
const [values, at, spans, marks] = [given('values'), given('at'), given('spans'), given('marks')];
const span = leaf('span', 'span', ({ scope }) => (scope as Lists).spans[0] ?? 0);
const least = leaf('least', 'least', () => 2);

function runOf<T>(expr: Expr<T>, lists: Lists): T {
  const runner = new Runner();
  return runner.run(runner.share(expr))({ nowMs: 0, calendar, scope: lists });
}

/** What is there within a span at and before the instant at a place, read as the words say it. */
function inside({ values: all, at: instants }: Lists, j: number, length: number): number[] {
  const isInside = (i: number) => i <= j && (instants[j] ?? 0) - (instants[i] ?? 0) < length;
  return all.filter((_value, i) => isInside(i)).filter((value) => value !== null);
}

const total = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0);
const different = (fields: readonly Field[]) => new Set(fields).size;
const each = <T>(lists: Lists, measure: (found: readonly number[], j: number) => T) =>
  lists.at.map((_at, j) => measure(inside(lists, j, lists.spans[j] ?? 0), j));
const all = <T>(lists: Lists, measure: (found: readonly number[]) => T) =>
  lists.at.map((_at, j) => measure(inside(lists, j, lists.spans[0] ?? 0)));

/** Each operator of windows, and what it is by its words. */
const MEASURES: Readonly<Record<string, [Expr<unknown>, (lists: Lists) => unknown]>> = {
  countEachWithin: [windows.countEachWithin(values, at, spans), (lists) => each(lists, (found) => found.length)],
  distinctEachWithin: [windows.distinctEachWithin(values, at, spans), (lists) => each(lists, different)],
  sumEachWithin: [windows.sumEachWithin(values, at, spans), (lists) => each(lists, total)],
  isWithinMarked: [
    windows.isWithinMarked(at, marks, spans),
    ({ at: instants, marks: marked, spans: of }) =>
      instants.map((ai, i) => instants.some((aj, j) => j >= i && marked[j] === true && aj - ai < (of[j] ?? 0))),
  ],
  distinctReachedWithin: [
    windows.distinctReachedWithin(values, at, least, span),
    (lists) => all(lists, (found) => different(found) >= 2),
  ],
  sumReachedWithin: [windows.sumReachedWithin(values, at, least, span), (lists) => all(lists, (found) => total(found) >= 2)],
  sumWithin: [windows.sumWithin(values as Expr<readonly number[]>, at, span), (lists) => all(lists, total)], // what is missing is nothing of a sum
};

/** Many ties, windows of nothing, and more records than the operators' own tests have. */
const lists: fc.Arbitrary<Lists> = fc
  .array(
    fc.record({
      value: fc.option(fc.integer({ min: -2, max: 5 }), { freq: 4 }),
      at: fc.integer({ min: 0, max: 25 }),
      span: fc.integer({ min: 0, max: 20 }),
      mark: fc.boolean(),
    }),
    { maxLength: 40 },
  )
  .map((records) => ({
    values: records.map(({ value }) => value),
    at: records.map((record) => record.at).sort((a, b) => a - b),
    spans: records.map((record) => record.span),
    marks: records.map(({ mark }) => mark),
  }));

test.each(Object.entries(MEASURES))('%s is what its words say', (_name, [expr, meaning]) => {
  fc.assert(fc.property(lists, (drawn) => expect(runOf(expr, drawn)).toEqual(meaning(drawn))));
});

test('a sum is exact where that of all before its window is not', () => {
  const most = Number.MAX_SAFE_INTEGER;
  const drawn: Lists = { values: [most, most, most, 1, 2], at: [0, 1, 2, 8, 9], spans: [1, 1, 1, 2, 2], marks: [] };
  expect(runOf(windows.sumEachWithin(values, at, spans), drawn)).toEqual([most, most, most, 1, 3]);
  expect(() => runOf(windows.sumEachWithin(values, at, spans), { ...drawn, spans: [1, 2, 1, 2, 2] })).toThrow('not exact');
});

const RECORDS = 20_000;
/** Reads of a list for each record: some fifteen halvings, and a few times over all. A tenth of the records would be quadratic. */
const MOST_READS_EACH = 40;

/** A list that counts how often it is read, and gives up where that is more than it is for. */
function counted<T>(list: readonly T[]): readonly T[] {
  let reads = 0;
  return new Proxy(list, {
    get: (target, name, receiver) => {
      if (++reads > MOST_READS_EACH * RECORDS) throw new RangeError('the list is read too often');
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
}

test.each(Object.entries(MEASURES))('%s of a scope with very many records reads each a few times', (_name, [expr]) => {
  const places = Array.from({ length: RECORDS }, (_unused, i) => i);
  const of = <T>(element: (place: number) => T) => counted(places.map(element));
  // Windows of all that came before, each of its own length: where none is marked but the first, none is found from the end.
  const many: Lists = {
    values: of((i) => i % 5_000),
    at: of((i) => i),
    spans: of((i) => RECORDS + (i % 7)),
    marks: of((i) => i === 0),
  };
  expect(runOf(expr, many)).toHaveLength(RECORDS);
});
