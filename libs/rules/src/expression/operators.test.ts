import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builtInHolidays, calendarLines, CALENDAR_TABLE, CALENDAR_TABLE_PARTS, WorkingCalendar } from '@tianyan/calendar';
import { PERIOD_FIELDS } from '@tianyan/contracts';
import { ensureReferenceTable, openEmbeddedWarehouse, type OpenWarehouse, readRows } from '@tianyan/warehouse';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { CALENDAR_SQL, NEVER_MS } from '../compile/calendar.js';
import { OFFICE_HOURS, officeSession } from '../language/deadline.js';
import { definedOperators } from './defined-operators.test-fixture.js';
import { CalendarDays } from './calendar-days.js';
import { leaf, step, type Expr } from './expr.js';
import * as days from './operators/days.js';
import * as groups from './operators/groups.js';
import * as lists from './operators/lists.js';
import { movedDue, type DeadlineUnit } from './operators/moved-due.js';
import * as office from './operators/office-hours.js';
import * as rows from './operators/rows.js';
import * as running from './operators/running.js';
import * as scores from './operators/scores.js';
import * as sets from './operators/sets.js';
import * as sameWithin from './operators/same-within.js';
import * as statistics from './operators/statistics.js';
import * as texts from './operators/texts.js';
import { tableValue } from './operators/table-value.js';
import * as tests from './operators/tests.js';
import * as values from './operators/values.js';
import * as windows from './operators/windows.js';
import { Runner } from './run.js';
import { SqlWriter } from './write-sql.js';

/** Per operator: enough to meet empty lists, ties, limits and what is missing; one query each. */
const CASES = 60;
const SEED = 20_261_128;
/** Instants of a few days, so that windows and days are met at their ends. */
const BASE_MS = Date.UTC(2026, 1, 10);

const workingCalendar = new WorkingCalendar(builtInHolidays());
const calendarDays = CalendarDays.of(workingCalendar);

type Value = number | string | boolean | null | readonly Value[];

/** A column of the cases: an argument of the operator under test. */
function given(index: number): Expr<never> {
  // Of the type that the operator takes: the kinds say it.
  return leaf(`given ${index}`, `a${index}`, (env) => (env.scope as readonly Value[])[index]) as Expr<never>;
}

function sqlOf(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number') return String(value);
  return `[${value.map(sqlOf).join(', ')}]`;
}

/** A few numbers that belong together. */
function tupleSql(value: readonly Value[]): string {
  return `tuple(${value.map(sqlOf).join(', ')})`;
}

interface Kind {
  type: string;
  of: fc.Arbitrary<Value>;
  literal?: (value: Value) => string;
}

const small = fc.integer({ min: -3, max: 6 });
const int: Kind = { type: 'Int64', of: fc.oneof(small, fc.integer(), fc.constantFrom(2 ** 50, -(2 ** 50))) };
/** Values whose sums, and many times over, are beyond what is exact here, and beyond 64 bits. */
const extreme = fc.oneof(small, fc.constantFrom(2 ** 51, 2 ** 53 - 1, -(2 ** 53 - 1)));
const percent: Kind = { type: 'Int64', of: fc.constantFrom(1, 10, 25, 33, 50, 75, 99) };
const spread: Kind = { type: 'Int64', of: fc.oneof(fc.nat(9), fc.constantFrom(2 ** 45 + 1, 2 ** 45 - 1)) };
const times: Kind = { type: 'Int64', of: fc.constantFrom(1, 150, 450, 10_000) };
const maybeInt: Kind = { type: 'Nullable(Int64)', of: fc.option(int.of, { freq: 3 }) };
const bool: Kind = { type: 'UInt8', of: fc.boolean() };
const text = fc.constantFrom('', 'a', 'B', '路灯', '𠀋不亮', "it's", 'a\\b', 'A1');
const maybeText: Kind = { type: 'Nullable(String)', of: fc.option(text, { freq: 3 }) };
const list = (kind: Kind, of: fc.Arbitrary<Value> = kind.of): Kind => ({
  type: `Array(${kind.type})`,
  of: fc.array(of, { maxLength: 7 }),
});
const ints = list(int, small);
const extremes = list(int, extreme);
const maybeInts = list(maybeInt, fc.option(small, { freq: 3 }));
const maybeTexts = list(maybeText);
const place: Kind = { type: 'Int64', of: fc.constantFrom(-1, 1, 2, 5) };
const instant: Kind = { type: 'Int64', of: fc.integer({ min: 0, max: 40 }).map((hours) => BASE_MS + hours * 3_600_000) };
const instants: Kind = {
  type: 'Array(Int64)',
  of: fc.array(instant.of, { maxLength: 7 }).map((all) => all.toSorted((a, b) => Number(a) - Number(b))),
};
const span: Kind = { type: 'Int64', of: fc.integer({ min: 1, max: 20 }).map((hours) => hours * 3_600_000) };
const threshold: Kind = { type: 'Int64', of: fc.integer({ min: 1, max: 4 }) };
const day: Kind = { type: 'Int64', of: fc.integer({ min: 20_480, max: 20_530 }) };
const maybeDay: Kind = { ...day, type: 'Nullable(Int64)' };

type Make = (...args: Expr<never>[]) => Expr<unknown>;

const two = (make: unknown): Make => make as Make; // the kinds beside it are what it takes
const number = values.number;
const sorted = (a: Expr<never>) => step('sorted', statistics.sortedNumbers(a));
/** Rows made of three lists, as rules make theirs. */
const rowsOf = (a: Expr<never>, b: Expr<never>, c: Expr<never>) =>
  lists.map<readonly [number, number, number], rows.Row>([a, b, c], (x, y, z) => rows.row(x, y, z));

const OPERATORS: Readonly<Record<string, { takes: readonly Kind[]; make: Make }>> = {
  plus: { takes: [int, int], make: two(values.plus) },
  minus: { takes: [int, int], make: two(values.minus) },
  times: { takes: [{ type: 'Int64', of: small }, int], make: two(values.times) },
  dividedBy: { takes: [int, threshold], make: two(values.dividedBy) },
  larger: { takes: [int, int], make: two(values.larger) },
  movedBy: { takes: [maybeInt, int], make: two(values.movedBy) },
  movedTimes: {
    takes: [
      maybeInt,
      maybeInt,
      { type: 'Int64', of: fc.constantFrom(1, 3_600_000) },
      { type: 'Int64', of: fc.constantFrom(3, 87_840) },
    ],
    make: two(values.movedTimes),
  },
  orElse: { takes: [maybeInt, int], make: two(values.orElse) },
  isMissing: { takes: [maybeText], make: two(values.isMissing) },
  choose: { takes: [bool, int, int], make: two(values.choose) },
  limitFrom: { takes: [maybeInt, maybeInt], make: two(values.limitFrom) },
  quotient: { takes: [maybeInt, maybeInt, { type: 'Int64', of: fc.constantFrom(1, 10) }], make: two(statistics.quotient) },
  average: { takes: [extremes], make: (a) => statistics.average(sorted(a)) },
  median: { takes: [extremes], make: (a) => statistics.median(sorted(a)) },
  quantile: { takes: [extremes, percent], make: (a, of) => statistics.quantile(sorted(a), of) },
  distance: { takes: [{ type: 'Int64', of: small }, int], make: two(statistics.distance) },
  below: { takes: [{ type: 'Int64', of: small }, spread, times], make: two(statistics.below) },
  above: { takes: [{ type: 'Int64', of: small }, spread, times], make: two(statistics.above) },
  percentOf: {
    takes: [
      { type: 'Int64', of: fc.oneof(small, fc.integer(), fc.constant(2 ** 45)) },
      { type: 'Int64', of: small },
    ],
    make: two(values.percentOf),
  },
  ...Object.fromEntries(
    PERIOD_FIELDS.map((period) => [
      `endOfPeriod ${period}`,
      {
        takes: [{ type: 'Int64', of: fc.integer({ min: 0, max: 4_000_000 }).map((n) => n * 604_800 * 1_000 - (n % 2)) }].map(
          (kind) => ({ ...kind, of: kind.of.map((at) => Math.abs(at) % (150 * 365 * 86_400_000)) }),
        ),
        make: (at: Expr<never>) => days.endOfPeriod(period, at),
      },
    ]),
  ),
  flag: { takes: [bool], make: two(values.flag) },
  always: { takes: [], make: two(tests.always) },
  both: { takes: [bool, bool], make: two(tests.both) },
  either: { takes: [bool, bool], make: two(tests.either) },
  not: { takes: [bool], make: two(tests.not) },
  less: { takes: [int, int], make: two(tests.less) },
  atLeast: { takes: [int, int], make: two(tests.atLeast) },
  more: { takes: [int, int], make: two(tests.more) },
  atMost: { takes: [int, int], make: two(tests.atMost) },
  same: { takes: [maybeText, maybeText], make: two(tests.same) },
  'same of numbers': { takes: [maybeInt, maybeInt], make: two(tests.same) },
  knownLess: { takes: [maybeInt, maybeInt], make: two(tests.knownLess) },
  knownAtMost: { takes: [maybeInt, maybeInt], make: two(tests.knownAtMost) },
  map: { takes: [ints], make: (a) => lists.map<readonly [number], number>([a], (x) => values.plus(x, number(1))) },
  filter: { takes: [ints], make: (a) => lists.filter<readonly [number]>([a], (x) => tests.more(x, number(0))) },
  some: { takes: [ints], make: (a) => lists.some<readonly [number]>([a], (x) => tests.more(x, number(3))) },
  countOf: { takes: [ints], make: (a) => lists.countOf<readonly [number]>([a], (x) => tests.more(x, number(0))) },
  firstPlaceOf: { takes: [ints], make: (a) => lists.firstPlaceOf<readonly [number]>([a], (x) => tests.more(x, number(3))) },
  'elements within elements': {
    takes: [ints, ints],
    make: (a, b) =>
      lists.map<readonly [number], number>([a], (x) => lists.countOf<readonly [number]>([b], (y) => tests.less(x, y))),
  },
  lengthOf: { takes: [maybeTexts], make: two(lists.lengthOf) },
  isSome: { takes: [maybeTexts], make: two(lists.isSome) },
  numberAt: { takes: [ints, place], make: two(lists.numberAt) },
  fieldAt: { takes: [maybeTexts, place], make: two(lists.fieldAt) },
  places: { takes: [ints], make: two(lists.places) },
  'only the first': { takes: [ints], make: (a) => lists.only('first', a) },
  'only the last': { takes: [ints], make: (a) => lists.only('last', a) },
  firstOf: { takes: [ints, threshold], make: two(lists.firstOf) },
  sum: { takes: [ints], make: two(lists.sum) },
  smallest: { takes: [ints], make: two(lists.smallest) },
  largest: { takes: [ints], make: two(lists.largest) },
  listAt: {
    takes: [ints, ints, threshold],
    make: (a, b, at) =>
      lists.listAt(
        lists.map<readonly [number], readonly number[]>([a], (_x) => b),
        at,
      ),
  },
  distinctCount: { takes: [maybeTexts], make: two(lists.distinctCount) },
  concat: { takes: [ints, ints], make: (a, b) => lists.concat([a, b]) },
  when: { takes: [bool, ints], make: two(lists.when) },
  isIn: { takes: [{ type: 'Int64', of: small }, ints], make: two(lists.isIn) },
  listOf: { takes: [int, int], make: (a, b) => lists.listOf([a, b]) },
  runningSum: { takes: [maybeInts], make: two(running.runningSum) },
  runningDistinct: { takes: [maybeTexts], make: two(running.runningDistinct) },
  carriedForward: { takes: [ints], make: two(running.carriedForward) },
  carriedBackward: { takes: [ints], make: two(running.carriedBackward) },
  latestBefore: { takes: [ints], make: two(running.latestBefore) },
  earliestAfter: { takes: [ints], make: two(running.earliestAfter) },
  numbered: { takes: [maybeTexts], make: two(texts.numbered) },
  nthOfEqual: { takes: [ints], make: two(texts.nthOfEqual) },
  countReachedWithin: { takes: [instants, threshold, span], make: two(windows.countReachedWithin) },
  'sumWithin of as many': {
    takes: [instants, span],
    make: (at, within) => windows.sumWithin(at, at, within),
  },
  dayOf: { takes: [instant], make: two(days.dayOf) },
  endOfDay: { takes: [maybeDay], make: two(days.endOfDay) },
  startOfDay: { takes: [maybeDay], make: two(days.startOfDay) },
  ordinalOf: { takes: [day], make: (d) => days.ordinalOf(days.calendar, d) },
  firstDay: { takes: [], make: () => days.firstDay(days.calendar) },
  workingDaysLater: { takes: [maybeDay, maybeInt, percent], make: two(days.workingDaysLater.bind(null, days.calendar)) },
  sameTimeLater: { takes: [instant, maybeInt, percent], make: two(days.sameTimeLater.bind(null, days.calendar)) },
  workingDeadline: {
    takes: [{ type: 'Int64', of: fc.integer({ min: -1, max: 30 }) }, day],
    make: (n, d) => days.workingDeadline(days.calendar, n, d, days.ordinalOf(days.calendar, d)),
  },
};

const OFFICE: office.OfficeHours = OFFICE_HOURS.map(officeSession);
const ONE_SESSION: office.OfficeHours = [officeSession('09:00-24:00')];

/** By the process interpreter; what SQL says of it is compared below. */
function officeTimeMs(atMs: number): number {
  const runner = new Runner();
  return runner.run(runner.share(office.officeTime(OFFICE, number(atMs))))({
    nowMs: BASE_MS,
    calendar: calendarDays,
    scope: null,
  });
}

let directory: string;
let warehouse: OpenWarehouse;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tianyan-operators-'));
  warehouse = await openEmbeddedWarehouse({ directory });
  await ensureReferenceTable(warehouse, CALENDAR_TABLE_PARTS);
  await warehouse.insertLines(CALENDAR_TABLE, calendarLines(workingCalendar, 1), 'calendar');
});
afterAll(async () => {
  await warehouse.close();
  await rm(directory, { recursive: true, force: true });
});

/** Names of the operators that were compared, alone or within others. */
const comparedOperators = new Set<string>();

function noteOperators({ operator, args, body }: Expr<unknown>): void {
  comparedOperators.add(operator.name);
  for (const part of args) noteOperators(part);
  if (body) noteOperators(body.of);
}

/** What both say of each case: one query, over a table of the cases. */
async function compared(takes: readonly Kind[], cases: readonly (readonly Value[])[], make: Make): Promise<void> {
  const expr = make(...takes.map((_kind, i) => given(i)));
  noteOperators(expr);
  const stages: string[] = [];
  const writer = new SqlWriter({
    add: (_stage, name, sql) => {
      stages.push(`${sql} AS ${name}`);
      return name;
    },
    firstStage: 0,
    isRead: true,
  });
  const { sql } = writer.write(expr);
  // A review sees what a change of an operator does.
  expect([...stages, sql].join('\n')).toMatchSnapshot();
  const columns = ['i UInt32', ...takes.map(({ type }, i) => `a${i} ${type}`)].join(', ');
  const rowsSql = cases.map(
    (given_, i) => `(${[i, ...given_.map((value, k) => (takes[k]?.literal ?? sqlOf)(value))].join(', ')})`,
  );
  const source = stages.reduce(
    (inner, stage) => `(SELECT *, ${stage} FROM ${inner})`,
    `values('${columns}', ${rowsSql.join(', ')})`,
  );
  const answers = await readRows(warehouse, z.object({ r: z.array(z.unknown()) }), {
    sql: `WITH ${CALENDAR_SQL}\nSELECT tuple(${sql}) AS r FROM ${source} ORDER BY i`,
    params: {},
  });
  const runner = new Runner();
  const run = runner.run(runner.share(expr));
  const here = cases.map((scope) => plain(run({ nowMs: BASE_MS, calendar: calendarDays, scope })));
  expect(here).toEqual(answers.map(({ r }) => plain(r[0])));
}

const sampled = (of: fc.Arbitrary<readonly Value[]>) => fc.sample(of, { numRuns: CASES, seed: SEED });

/** 64-bit numbers come as text, flags as 0 and 1. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
}

test.each(Object.entries(OPERATORS))('%s: SQL and process give the same', async (_name, { takes, make }) => {
  await compared(takes, sampled(fc.tuple(...takes.map(({ of }) => of))), make);
});

/** Aligned lists, as those of a rule are. */
const aligned = (...of: readonly fc.Arbitrary<Value>[]) =>
  fc
    .integer({ min: 0, max: 7 })
    .chain((length) => fc.tuple(...of.map((each) => fc.array(each, { minLength: length, maxLength: length }))));

test.each<[string, Make]>([
  ['sumReachedWithin', (of, at, least, within) => windows.sumReachedWithin(of, at, least, within)],
  ['distinctReachedWithin', (of, at, least, within) => windows.distinctReachedWithin(of, at, least, within)],
  ['countEachWithin', (of, at, _least, _within, each) => windows.countEachWithin(of, at, each)],
  ['distinctEachWithin', (of, at, _least, _within, each) => windows.distinctEachWithin(of, at, each)],
  ['sumEachWithin', (of, at, _least, _within, each) => windows.sumEachWithin(of, at, each)],
  [
    'isWithinMarked',
    (of, at, _least, _within, each) =>
      windows.isWithinMarked(at, lists.map<readonly [unknown], boolean>([of], values.isMissing), each),
  ],
])('%s: SQL and process give the same', async (_name, make) => {
  const amount = maybeInt.of.map((value) => value && Number(value) % 7);
  const of = fc.tuple(aligned(amount, instant.of, fc.oneof(fc.constant(0), span.of)), threshold.of, span.of);
  const inOrder = (at: readonly Value[]) => at.toSorted((a, b) => Number(a) - Number(b));
  const cases = sampled(
    of.map(([[amounts = [], at = [], each = []], least, within]) => [amounts, inOrder(at), least, within, each]),
  );
  await compared([maybeInts, instants, threshold, span, ints], cases, make);
});

test('lists cut by a key: SQL and process give the same', async () => {
  const cases = sampled(aligned(small, fc.option(text, { freq: 4 }), fc.option(small, { freq: 4 })));
  const takes = [ints, maybeTexts, maybeInts];
  await compared(takes, cases, (_list, keys) => groups.placesByKey(keys));
  await compared(takes, cases, (_list, _texts, keys) => groups.placesByKey(keys));
  await compared(takes, cases, (_list, keys) => groups.changes(keys));
  const parts = (list: Expr<never>, keys: Expr<never>) => groups.cutAt(list, groups.changes(keys));
  await compared(takes, cases, (list, keys) => parts(list, keys));
  await compared(takes, cases, (_list, keys, maybe) => parts(maybe, keys));
  await compared(takes, cases, (list, keys) => groups.allInOrder(parts(list, keys) as Expr<never>));
});

test('what is among others in all fields: SQL and process give the same', async () => {
  const field = fc.option(fc.constantFrom('A', 'B', 'A;', '1:A'), { freq: 5 });
  const count = fc.option(fc.constantFrom(1, 2), { freq: 5 });
  const both = fc.tuple(aligned(field, count), aligned(field, count));
  const cases = sampled(both.map(([own, others]) => [...own, ...others]));
  const takes = [maybeTexts, maybeInts, maybeTexts, maybeInts];
  await compared(takes, cases, (a, b, c, d) => groups.areAmong([a, b], [c, d]));
  await compared(takes, cases, (a, _b, c) => groups.areAmong([a], [c]));
});

test('sums of the same key within a span: SQL and process give the same', async () => {
  const of = fc.tuple(aligned(small, fc.option(fc.constantFrom('A1', 'B'), { freq: 4 }), instant.of), span.of);
  const cases = sampled(
    of.map(([[amounts = [], keys = [], at = []], within]) => [
      amounts,
      keys,
      at.toSorted((a, b) => Number(a) - Number(b)),
      within,
    ]),
  );
  await compared([ints, maybeTexts, instants, span], cases, two(sameWithin.sumOfSameWithin));
  await compared([ints, maybeTexts, instants, span], cases, (amounts, keys) => sameWithin.nextOfSame(amounts, keys));
});

test('points that fade: SQL and process give the same', async () => {
  const [points, halfLife] = [fc.constantFrom<Value>(0, 1, 3, 1_000), fc.constantFrom<Value>(3_600_000, 7_200_000, NEVER_MS)];
  const of = fc.tuple(aligned(points, fc.option(fc.constantFrom('A1', 'B'), { freq: 4 }), instant.of), span.of, halfLife);
  const cases = sampled(
    of.map(([[worth = [], keys = [], at = []], within, half]) => [
      worth,
      keys,
      at.toSorted((a, b) => Number(a) - Number(b)),
      within,
      half,
    ]),
  );
  const takes = [ints, maybeTexts, instants, span, span];
  await compared(takes, cases, (worth, _keys, at, within, half) => scores.scoresWithin(worth, at, within, half));
  await compared(takes, cases, (worth, keys, at, within, half) => scores.scorersWithin(keys, worth, at, within, half));
  await compared(takes, cases, (worth, _keys, _at, within, half) =>
    lists.map<readonly [number], number>([worth], (one) => scores.decayed(one, values.times(within, number(9)), half)),
  );
});

const ROWS: Readonly<Record<string, Make>> = {
  'sorted rows': (a, b, c) => rows.sortedRows(rowsOf(a, b, c)),
  'rows one after the other, a part of each': (a, b, c) => rows.partsOf(rows.concatRows([rowsOf(a, b, c), rowsOf(b, c, a)]), 2),
  'a part of the first row, named': (a, b, c) => rows.partOfRow(step('sorted', rows.sortedRows(rowsOf(a, b, c))), number(1), 3),
  'a part of the last row': (a, b, c) => rows.partOfRow(step('made', rowsOf(a, b, c)), number(-1), 2),
  'a part of a row before the first': (a, b, c) => rows.partOfRow(step('made', rowsOf(a, b, c)), number(-9), 1),
  'a part of a row that is not there': (a, b, c) => rows.partOfRow(step('made', rowsOf(a, b, c)), number(9), 1),
  'a part of every row': (a, b, c) => lists.map<readonly [rows.Row], number>([rowsOf(a, b, c)], (r) => rows.part(r, 2)),
  'lists of lists as one': (a, b) => rows.flat(lists.map<readonly [number], readonly number[]>([a], (_x) => b)),
  'lists of rows as one': (a, b, c) =>
    rows.flatRows(lists.map<readonly [number], readonly rows.Row[]>([a], (_x) => rowsOf(a, b, c))),
  'rows of one number': (a) => lists.map<readonly [number], rows.Row>([a], (x) => rows.row(rows.negated(x))),
  'the first of rows that agree in one number': (a, b, c) =>
    rows.firstOfEach(step('sorted', rows.sortedRows(rowsOf(a, b, c))), 1),
  'the first of rows that agree in two': (a, b, c) => rows.firstOfEach(step('sorted', rows.sortedRows(rowsOf(a, b, c))), 2),
  'rows at a place': (a, b, c) =>
    rows.rowsAt(
      lists.map<readonly [number], readonly rows.Row[]>([a], (_x) => rowsOf(a, b, c)),
      number(1),
    ),
};

test.each(Object.entries(ROWS))('%s: SQL and process give the same', async (_name, make) => {
  await compared([ints, ints, ints], sampled(aligned(small, small, small)), make);
});

test('shares, beyond 64 bits too: SQL and process give the same', async () => {
  const amount = fc.oneof(small, fc.constantFrom(2 ** 50, 2 ** 51));
  const of = fc.tuple(fc.array(amount, { maxLength: 2 }), fc.option(amount), fc.integer({ min: 1, max: 150 }));
  await compared([ints, maybeInt, int], sampled(of), two(rows.shareReached));
  await compared([ints, maybeInt, int], sampled(of), two(rows.aboveShareAt));
  for (const make of [rows.isAboveShare, rows.isBelowShare])
    await compared([ints, maybeInt, int], sampled(of), (a, base, percent) => make(lists.sum(a), base, percent));
});

test.each(['union', 'smaller'] as const)('sets that overlap (%s): SQL and process give the same', async (which) => {
  const few = fc.option(fc.constantFrom('', 'a', 'b', '甲', '𠀋'), { freq: 5 });
  const of = fc.tuple(aligned(few, fc.option(text, { freq: 5 })), fc.constantFrom(1, 33, 50, 67, 100), fc.constantFrom(1, 7));
  const cases = sampled(of.map(([[keys = [], members = []], percent, apart]) => [keys, members, percent, apart]));
  await compared([maybeTexts, maybeTexts, int, int], cases, (keys, members, percent, apart) => {
    const wanted = step('wanted', sets.keysOfSets(keys, members));
    const all = step('sets', sets.setsOfKeys(wanted, keys, members));
    return sets.OVERLAPPING[which](all, percent, apart);
  });
  await compared([maybeTexts, maybeTexts, int, int], cases, (keys, members) => {
    const wanted = step('wanted', sets.keysOfSets(keys, members));
    return lists.map<readonly [string | null], number>([members], (member) => sets.placeAmong(member, wanted));
  });
});

/** Texts of a few pieces: what is compared and what is not, of one, two, three and four bytes, and cut in the middle. */
const written = fc
  .array(
    fc.constantFrom('路灯', '坏了', 'é', 'Z', '９', '，', '\u0000', '\ufeff', '𠀋', ' a1', 'ꀀ', 'ཀ', '。\n', '路'.repeat(600)),
    {
      maxLength: 7,
    },
  )
  .map((pieces) => pieces.join(''));

test('texts made plain, their pairs, and what is alike: SQL and process give the same', async () => {
  const plain = (given_: Expr<never>) => step('plain', texts.plainTexts(given_));
  const several = fc.array(fc.option(written, { freq: 5 }), { maxLength: 7 });
  await compared([maybeTexts], sampled(fc.tuple(several)), plain);
  await compared([maybeTexts], sampled(fc.tuple(several)), (a) =>
    lists.map<readonly [string], number>([plain(a)], (one) => texts.charactersOf(one)),
  );
  await compared([maybeTexts], sampled(fc.tuple(several)), (a) => texts.pairsOfCharacters(plain(a)));
  const of = fc.tuple(aligned(written, small, instant.of), fc.constantFrom(1, 50, 67, 100), span.of);
  const cases = sampled(
    of.map(([[given_ = [], owners = [], at = []], percent, within]) => [
      given_,
      owners,
      at.toSorted((a, b) => Number(a) - Number(b)),
      percent,
      within,
    ]),
  );
  await compared([maybeTexts, ints, instants, int, span], cases, (a, owners, at, percent, within) => {
    const pairs = step('pairs', texts.pairsOfCharacters(plain(a)));
    const groups = step('groups', texts.numbered(owners));
    return rows.sortedRows(texts.alikeRows(pairs, lists.places(at), groups, at, percent, within));
  });
});

test('a text is compared with the hundredth before it and with none further off', async () => {
  const one = (i: number) => String.fromCharCode(0x4e00 + 7 * i, 0x5e00 + 5 * i, 0x6e00 + 3 * i, 0x7e00 + i);
  const all = Array.from({ length: texts.MAX_TEXTS_APART + 3 }, (_unused, i) => one(i));
  all[texts.MAX_TEXTS_APART] = one(0);
  all[texts.MAX_TEXTS_APART + 2] = one(1);
  const at = all.map((_text, i) => BASE_MS + i);
  const make = (given_: Expr<never>, moments: Expr<never>) => {
    const pairs = step('pairs', texts.pairsOfCharacters(step('plain', texts.plainTexts(given_))));
    return texts.alikeRows(pairs, lists.places(moments), lists.places(moments), moments, number(50), number(NEVER_MS));
  };
  await compared([maybeTexts, instants], [[all, at]], two(make));
  const runner = new Runner();
  const run = runner.run(runner.share(make(given(0), given(1))));
  const [later, earlier] = [texts.MAX_TEXTS_APART + 1, 1];
  expect(run({ nowMs: BASE_MS, calendar: calendarDays, scope: [all, at] })).toEqual([[later, earlier, earlier, later]]);
});

test.each([
  ['two sessions', OFFICE],
  ['one until midnight', ONE_SESSION],
])('office hours, %s: SQL and process give the same', async (_name, hours) => {
  const around = fc.integer({ min: -2, max: 2 });
  const minute: Kind = {
    type: 'Int64',
    of: fc.tuple(fc.integer({ min: 0, max: 30 * 48 }), around).map(([half, ms]) => BASE_MS + half * 1_800_000 + ms),
  };
  const limit: Kind = { type: 'Int64', of: fc.integer({ min: -1, max: 40 }) };
  await compared([minute], sampled(fc.tuple(minute.of)), (at) => office.officeTime(hours, at));
  await compared([limit, minute], sampled(fc.tuple(limit.of, minute.of)), (n, at) =>
    office.officeDeadline(hours, n, { atMs: at, officeMs: office.officeTime(hours, at) }),
  );
});

test('tables: SQL and process give the same', async () => {
  const table = [
    { region: '3209', from: '2026-02-11', value: 1 },
    { when: { kind: ['A1', 'B'] }, to: '2026-02-12', value: 2 },
    { region: '32', value: 3 },
    { when: { kind: '路灯' }, value: 4 },
  ];
  const region = { type: 'Nullable(String)', of: fc.option(fc.constantFrom('320921', '3210', '11', '')) };
  const onDay = { type: 'Nullable(Int64)', of: fc.option(fc.integer({ min: 20_493, max: 20_498 })) };
  const literal = (_field: string, value: unknown) => String(value);
  const literalSql = (_field: string, value: unknown) => sqlOf(String(value));
  await compared([region, onDay, maybeText], sampled(fc.tuple(region.of, onDay.of, maybeText.of)), (a, b, c) =>
    tableValue(table, { region: a, day: b, when: new Map([['kind', c]]), literal, literalSql, parameter: sqlOf }),
  );
});

const MARKS: readonly (readonly [string, DeadlineUnit, (atMs: number) => number])[] = [
  ['hours', 'hours', (atMs) => atMs],
  ['calendarDays', 'calendarDays', days.dayNumber],
  ['workingDays', 'workingDays', (atMs) => calendarDays.ordinal(days.dayNumber(atMs))],
  ['field', 'field', () => 0],
  ['office hours', OFFICE, officeTimeMs],
];
const single: Kind = { type: 'Array(Int64)', of: fc.constant([]) };
const events: Kind = {
  type: `Array(Tuple(${Array.from({ length: 6 }, () => 'Int64').join(', ')}))`,
  of: fc.constant([]),
  literal: (value) => `[${(value as readonly (readonly Value[])[]).map(tupleSql).join(', ')}]`,
};

test.each(MARKS.flatMap(([name, unit, mark]) => [true, false].map((isStrict) => [name, isStrict, unit, mark] as const)))(
  'deadlines in %s moved by pauses and extensions (strict: %s): SQL and process give the same',
  async (_name, isStrict, unit, mark) => {
    const event = fc.tuple(instant.of, fc.integer({ min: 0, max: 3 }), fc.option(instant.of, { freq: 3 }));
    const of = fc.tuple(fc.integer({ min: -1, max: 3 }), instant.of, fc.array(event, { maxLength: 6 }));
    const cases = sampled(
      of.map(([n, startMs, moving]) => {
        const start = Number(startMs);
        const onDay = days.dayNumber(start);
        const rowsOfEvents = moving.map(([at, what, to], i): Value => {
          const atMs = Number(at);
          return [i, atMs, what & 1, what >> 1, Number(to ?? 0), mark(atMs)];
        });
        return [
          [0],
          [n < 0 ? NEVER_MS : days.endOfDayMs(onDay + n)],
          [n],
          [start],
          [onDay],
          [typeof unit === 'string' ? calendarDays.ordinal(onDay) : mark(start)],
          rowsOfEvents,
        ];
      }),
    );
    await compared(
      [single, single, single, single, single, single, events],
      cases,
      (places, plainDue, limit, at, day, ordinal, rowsOfEvents) =>
        movedDue(unit, isStrict, { places, plainDue, from: { limit, at, day, ordinal } }, rowsOfEvents),
    );
  },
);

// To be run with the whole file: it asks what the tests above have compared.
test('every operator of the folder has been compared', async () => {
  const defined = await definedOperators();
  expect(defined.length).toBeGreaterThan(0);
  expect(defined.filter((name, i) => defined.indexOf(name) !== i)).toEqual([]);
  const was = (name: string) =>
    name.endsWith('*')
      ? [...comparedOperators].some((other) => other.startsWith(name.slice(0, -1)))
      : comparedOperators.has(name);
  expect(defined.filter((name) => !was(name))).toEqual([]);
});
