import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { builtInHolidays, calendarLines, CALENDAR_TABLE, CALENDAR_TABLE_PARTS, WorkingCalendar } from '@tianyan/calendar';
import {
  area,
  code,
  day,
  defineContract,
  flag,
  instant,
  integer,
  money,
  optional,
  text,
  type FieldKind,
} from '@tianyan/contracts';
import { ensureReferenceTable, openEmbeddedWarehouse, readRows, type OpenWarehouse } from '@tianyan/warehouse';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { testSchema, whereSchema, type FieldTest, type Operand, type Where } from '../language/values.js';
import type { Parameter } from '../language/parameters.js';
import { loadPack } from '../pack.js';
import { checkRule } from './check/index.js';
import { CalendarDays } from '../expression/calendar-days.js';
import { CALENDAR_SQL } from './calendar.js';
import { column, slotExpression } from './columns.js';
import { whereSql } from './conditions.js';
import { cellOf } from './gathered-records.js';
import { QueryParams } from './params.js';
import { wherePredicate, type Conditioned } from './predicate.js';

/** Two of each kind, to be compared with each other; and one that is always there. */
const both = <S extends Parameters<typeof optional>[0]>(schema: S) => [optional(schema), optional(schema)] as const;
const [text1, text2] = both(text({ label: '文字' }));
const [code1, code2] = both(code({ label: '代码' }));
const [integer1, integer2] = both(integer({ label: '整数' }));
const [money1, money2] = both(money({ label: '金额' }));
const [area1, area2] = both(area({ label: '面积' }));
const [flag1, flag2] = both(flag({ label: '是否' }));
const [instant1, instant2] = both(instant({ label: '时刻' }));
const [day1, day2] = both(day({ label: '日期' }));
const contract = defineContract({
  type: 'hotline.any',
  system: 'hotline',
  label: '任意',
  description: '每种字段两个。',
  shape: {
    text1,
    text2,
    code1,
    code2,
    integer1,
    integer2,
    money1,
    money2,
    area1,
    area2,
    flag1,
    flag2,
    instant1,
    instant2,
    day1,
    day2,
    scopeId: code({ label: '范围' }),
  },
  scopes: [['scopeId']],
});

/** As the tables of records have them. */
const TYPES: Readonly<Record<FieldKind, string>> = {
  text: 'Nullable(String)',
  code: 'LowCardinality(Nullable(String))',
  integer: 'Nullable(Int64)',
  money: 'Nullable(Int64)',
  area: 'Nullable(Decimal(18, 4))',
  flag: 'Nullable(Bool)',
  instant: 'Nullable(Int64)',
  day: 'Nullable(Date32)',
};

type Value = string | number | boolean;

/** Full width and astral, whose order by bytes is not that of JavaScript; with and without case; what LIKE would take for a pattern. */
const TEXTS = [
  '',
  'a',
  'a1',
  'A1',
  'é',
  'e\u0301',
  '路灯',
  '路灯a1号',
  '路灯A1号',
  '\uff21',
  '\u{20000}',
  '\u{20000}不亮',
  "it's",
  'a\\b',
  '%',
  '_',
];
const AT_MS = Date.parse('2026-02-10T00:00:00+08:00');
const LARGEST = Number.MAX_SAFE_INTEGER;
const numbers = fc.oneof(fc.integer({ min: -3, max: 6 }), fc.constantFrom(100, 200, 2 ** 50, LARGEST, -LARGEST));
const days = fc.constantFrom('1949-10-01', '1990-01-01', '2026-02-09', '2026-02-10', '2026-02-11', '2040-12-31', '2149-12-31');
const instants = fc.constantFrom(0, AT_MS - 1, AT_MS, AT_MS + 1, AT_MS + 3_600_000, AT_MS + 86_400_000);
/** What a record may hold. */
const HELD: Readonly<Record<FieldKind, fc.Arbitrary<Value>>> = {
  text: fc.constantFrom(...TEXTS),
  code: fc.constantFrom(...TEXTS.slice(1), '320921', '3210'),
  integer: numbers,
  money: numbers,
  area: fc.constantFrom(0, 0.0001, 1, 1.5, 2, 12, 999_999.9999, 1_000_000),
  flag: fc.boolean(),
  instant: instants,
  day: days,
};
/** What a rule may write. */
const WRITTEN: Readonly<Record<FieldKind, fc.Arbitrary<Value>>> = {
  ...HELD,
  area: fc.constantFrom(0, 1, 2, 1_000_000),
  instant: fc.oneof(instants, fc.constantFrom('2026-02-10T00:00:00+08:00', '2026-02-09T17:00:00Z')),
};

const PARAMETERS: Readonly<Record<string, Parameter>> = {
  plain: { label: '数', value: 2 },
  share: { label: '百分数', value: 150 },
  table: {
    label: '表',
    table: [
      { region: '3209', from: '2026-02-10', value: 1 },
      { when: { code2: ['A1', '\u{20000}'] }, to: '2026-02-10', value: 2 },
      { region: '32', value: 5 },
      { when: { text2: '路灯A1号' }, value: 3 },
    ],
  },
};
const looked = fc.constantFrom<Operand>(
  { parameter: 'plain' },
  { parameter: 'table', region: 'code1', day: 'day1' },
  { parameter: 'table', region: 'code2', day: 'instant1' },
);
/** From a Tuesday before the Spring Festival on, over the ends of the calendar, and beyond what may be asked. */
const plusWorkingDays = fc.constantFrom<unknown>(
  -3_660,
  -1,
  0,
  1,
  3_660,
  { parameter: 'plain' },
  { field: 'integer1' },
  { parameter: 'table', region: 'code1', day: 'day1' },
);
const shifts: Readonly<Partial<Record<FieldKind, fc.Arbitrary<object>>>> = {
  integer: fc.record({ percent: fc.constantFrom(0, 1, 50, 100, 150, { parameter: 'share' }) }),
  money: fc.record({ percent: fc.constantFrom(0, 1, 50, 100, 150, { parameter: 'share' }) }),
  day: fc.oneof(
    fc.record({ plusDays: fc.constantFrom(-3_660, -1, 1, 3_660, { parameter: 'plain' }) }),
    fc.record({ plusWorkingDays }),
  ),
  instant: fc.oneof(
    fc.record({ plusWorkingDays }),
    fc.record({ plusDays: fc.constantFrom(-3_660, -1, 1, { parameter: 'plain' }) }),
    fc.record({ plusHours: fc.constantFrom(-1, 1, { parameter: 'plain' }) }),
  ),
};

const fields = Object.entries(contract.fields).filter(([name]) => name !== 'scopeId');

function operandOf(kind: FieldKind): fc.Arbitrary<Operand> {
  // Of its own kind mostly; of others as far as a rule may compare them.
  const others = fc.oneof(fc.constantFrom(...fields.filter(([, other]) => other.kind === kind)), fc.constantFrom(...fields));
  const moved = others.chain(([field, other]) =>
    fc.option(shifts[other.kind] ?? fc.constant({}), { nil: {} }).map((shift): Operand => ({ field, ...shift })),
  );
  return fc.oneof(WRITTEN[kind], moved, ...(['integer', 'money', 'area', 'instant'].includes(kind) ? [looked] : []));
}

const OF_TEXT = ['contains', 'notContains', 'shorterThan', 'longerThan'] as const;

/** One comparison of one field. */
function testOf(kind: FieldKind, key: keyof FieldTest): fc.Arbitrary<FieldTest> {
  const isOf = (value: fc.Arbitrary<unknown>) => value.map((of): FieldTest => testSchema.parse({ [key]: of }));
  switch (key) {
    case 'in':
    case 'notIn':
      return isOf(fc.array(WRITTEN[kind], { minLength: 1, maxLength: 3 }));
    case 'null':
      return isOf(fc.boolean());
    case 'contains':
    case 'notContains': {
      const piece = fc.constantFrom('a', 'A1', 'a1', '灯', '\u{20000}', '\uff21', '%', '\u0301', 'e', "'", '\\');
      return isOf(fc.oneof(piece, fc.array(piece, { minLength: 1, maxLength: 3 })));
    }
    case 'shorterThan':
    case 'longerThan':
      return isOf(fc.oneof(fc.integer({ min: 1, max: 5 }), looked));
    default:
      return isOf(operandOf(kind));
  }
}

const KEYS = Object.keys(testSchema.shape) as (keyof FieldTest)[]; // the schema's own
const isText = (kind: FieldKind) => kind === 'text' || kind === 'code';
const ORDERS: readonly (keyof FieldTest)[] = ['above', 'atLeast', 'below', 'atMost'];

function mayBeAsked(kind: FieldKind, key: keyof FieldTest): boolean {
  if ((OF_TEXT as readonly string[]).includes(key)) return isText(kind);
  return !(kind === 'flag' && ORDERS.includes(key));
}

/** Each comparison of each kind of field that a rule may use. */
const ASKED = fields.flatMap(([name, { kind }]) =>
  name.endsWith('1') ? KEYS.filter((key) => mayBeAsked(kind, key)).map((key) => ({ name, kind, key })) : [],
);

const workingCalendar = new WorkingCalendar(builtInHolidays());
const calendar = CalendarDays.of(workingCalendar);
const [packed] = loadPack();
const rule = { ...(packed ?? raise()), parameters: PARAMETERS };

function raise(): never {
  throw new Error('the pack is empty');
}

/** Whoever may not write it need not be answered. */
function isAccepted(where: Where): boolean {
  const asked = { ...rule, scope: ['scopeId'], inputs: { one: { type: contract.type, where } } };
  const catalogue = { get: () => contract, has: () => true, all: () => [contract], find: () => contract };
  const problems = checkRule({ ...asked, examples: [] }, catalogue as never); // knows the one type there is, and no more is asked of it
  return !problems.some(({ path }) => path.startsWith('inputs.one.where'));
}

const SEED = 20_261_130;
const RECORDS = 80;
const CASES_OF_EACH = 12;
const AT_ONCE = 60;

let directory: string;
let warehouse: OpenWarehouse;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tianyan-conditions-'));
  warehouse = await openEmbeddedWarehouse({ directory });
  await ensureReferenceTable(warehouse, CALENDAR_TABLE_PARTS);
  await warehouse.insertLines(CALENDAR_TABLE, calendarLines(workingCalendar, 1), 'calendar');
});
afterAll(async () => {
  await warehouse.close();
  await rm(directory, { recursive: true, force: true });
});

const records = fc.sample(
  fc.record(Object.fromEntries(fields.map(([name, { kind }]) => [name, fc.option(HELD[kind], { freq: 6, nil: null })]))),
  { seed: SEED, numRuns: RECORDS },
);

function sqlOf(value: Value | null | undefined): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  return String(value);
}

const saidSchema = z.object({ cells: z.array(z.union([z.string(), z.number(), z.null()])), said: z.array(z.number()) });

/** The records with what SQL says of each condition. */
async function askSql(wheres: readonly Where[]) {
  const params = new QueryParams();
  const said = wheres.map((where) => `toUInt8(${whereSql(where, { contract, parameters: PARAMETERS, params })})`);
  const cells = fields.map(([name]) => slotExpression(column(contract, name)));
  const columns = fields.map(([name, { kind }]) => `${name} ${TYPES[kind]}`).join(', ');
  const rows = records.map((record, i) => `(${[i, ...fields.map(([name]) => sqlOf(record[name]))].join(', ')})`);
  return readRows(warehouse, saidSchema, {
    sql: `WITH ${CALENDAR_SQL}\nSELECT tuple(${cells.join(', ')}) AS cells, [${said.join(', ')}] AS said FROM values('i UInt32, ${columns}', ${rows.join(', ')}) ORDER BY i`,
    params: params.toRecord(),
  });
}

const places = new Map(fields.map(([name], index) => [name, { index, isNumber: column(contract, name).slotClass === 'number' }]));

/** A record as the process has it after reading. */
function conditioned(cells: readonly (string | number | null)[]): Conditioned {
  return { field: (name) => cellOf(cells as never, places.get(name)), atMs: AT_MS, scope: 's' }; // no cell of the envelope is asked for
}

/** Conditions for which both do not say the same, with the record. */
async function differences(wheres: readonly Where[]): Promise<object[]> {
  const found: object[] = [];
  for (let start = 0; start < wheres.length; start += AT_ONCE) {
    const asked = wheres.slice(start, start + AT_ONCE);
    const predicates = asked.map((where) => wherePredicate(where, { contract, rule, calendar }, () => {}));
    for (const [i, { cells, said }] of (await askSql(asked)).entries())
      for (const [k, passes] of predicates.entries())
        if (passes(conditioned(cells)) !== (said[k] === 1)) found.push({ where: asked[k], record: records[i], sql: said[k] });
  }
  return found;
}

const sampled = <T>(of: fc.Arbitrary<T>, numRuns: number) => fc.sample(of, { seed: SEED, numRuns });

describe('conditions of inputs: SQL and process say the same', () => {
  test('of each comparison of each kind of field, over records with nothing, limits, Chinese and astral text', async () => {
    const wheres = ASKED.flatMap(({ name, kind, key }) =>
      sampled(testOf(kind, key), CASES_OF_EACH).map((one): Where => whereSchema.parse({ [name]: one })),
    );
    const accepted = wheres.filter(isAccepted);
    expect(new Set(accepted.flatMap((where) => Object.values(where).flatMap((one) => Object.keys(one as object))))).toEqual(
      new Set(KEYS),
    );
    const differing = await differences(accepted);
    expect(differing.slice(0, 5)).toEqual([]);
  });

  test('of several together, and of lists of which one has to hold', async () => {
    const one = fc.constantFrom(...ASKED).chain(({ name, kind, key }) => testOf(kind, key).map((is) => [name, is] as const));
    const set = fc.array(one, { minLength: 1, maxLength: 3 }).map((tests) => Object.fromEntries(tests));
    const wheres = sampled(fc.oneof(set, fc.array(set, { minLength: 1, maxLength: 3 })), 300).map((where) =>
      whereSchema.parse(where),
    );
    const differing = await differences(wheres.filter(isAccepted));
    expect(differing.slice(0, 5)).toEqual([]);
  });

  test('case and every character count', async () => {
    const said = async (where: Where) => {
      const rows = await askSql([where]);
      return records.filter((_record, i) => rows[i]?.said[0] === 1).map((record) => record['text1']);
    };
    const lower = await said({ text1: { contains: 'a1' } });
    expect(new Set(lower)).toEqual(new Set(['a1', '路灯a1号']));
    expect(new Set(await said({ text1: { contains: '\u{20000}' } }))).toEqual(new Set(['\u{20000}', '\u{20000}不亮']));
  });
});
