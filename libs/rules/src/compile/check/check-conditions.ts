import type { Contract } from '@tianyan/contracts';
import {
  MAX_SPAN_DAYS,
  MAX_SPAN_HOURS,
  type Amount,
  type FieldTest,
  type MovedBy,
  type Operand,
  type ParameterRef,
  type Scalar,
  type Shift,
  type Where,
} from '../../language/values.js';
import type { Column } from '../columns.js';
import { offered, type RuleCheck } from './rule-check.js';

const NUMBERS: readonly Column['kind'][] = ['integer', 'money', 'area', 'instant'];
/** Kinds that are compared with so many percent of another. */
const SHARED: readonly Column['kind'][] = ['integer', 'money'];
/** Kinds whose values stand in a timeline as they are written in a table row: see the deadline's look-up. */
const TABLE_KINDS: readonly Column['kind'][] = ['text', 'code', 'integer', 'money', 'flag'];

const WANTED: Readonly<Record<Column['kind'], string>> = {
  text: '文字（请加引号）',
  code: '文字（请加引号）',
  integer: '整数',
  money: '整数（单位：分）',
  area: '整数（单位：亩）',
  flag: 'true 或 false',
  instant: '带时区的时刻，如 2026-03-02T09:00:00+08:00',
  day: '日期，如 2026-03-02',
};

/** The same, of somebody who fills in a form. */
const ASKED: Readonly<Record<Column['kind'], string>> = {
  text: '文字',
  code: '编码或文字',
  integer: '整数',
  money: '金额',
  area: '亩数',
  flag: '“是”或“否”',
  instant: '日期和钟点',
  day: '日期',
};

function fits(value: Scalar, kind: Column['kind']): boolean {
  switch (kind) {
    case 'flag':
      return typeof value === 'boolean';
    case 'day':
      return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
    case 'instant':
      if (typeof value === 'number') return true;
      return typeof value === 'string' && /(Z|[+-]\d{2}:\d{2})$/.test(value) && !Number.isNaN(Date.parse(value));
    case 'text':
    case 'code':
      return typeof value === 'string';
    default:
      return typeof value === 'number';
  }
}

/** A value written in the rule must be one that the field can have. */
export function checkScalar(check: RuleCheck, path: string, contract: Contract, column: Column, value: Scalar): void {
  if (!fits(value, column.kind)) {
    check.add(
      path,
      `字段 ${column.name} 的值应为${WANTED[column.kind]}，这里写的是 ${JSON.stringify(value)}`,
      `${check.fieldInWords(column.name)}的值应是${ASKED[column.kind]}，请重新填`,
    );
    return;
  }
  const values = contract.fields[column.name]?.values;
  if (values && !Object.hasOwn(values, String(value)))
    check.add(
      path,
      `字段 ${column.name} 没有取值 ${String(value)}，可用的取值：${offered(Object.keys(values), Infinity)}`,
      `“${contract.label}”的${check.fieldInWords(column.name)}没有原来选的这个值，请重新选`,
    );
}

export function checkAmount(check: RuleCheck, path: string, amount: Amount, least: number, most = Infinity): void {
  if (typeof amount !== 'number') check.limit(amount.parameter, least, most);
  const value = typeof amount === 'number' ? amount : check.plainParameter(`${path}.parameter`, amount.parameter);
  if (value !== null && value < least) check.add(path, `应不小于 ${least}，这里是 ${value}`);
  if (value !== null && value > most) check.add(path, `应不大于 ${most}，这里是 ${value}`);
}

/**
 * A look-up in a parameter table, whose fields are those of `contract`. `startDay`: the place offers the day of the
 * beginning under the name `start`.
 */
export function checkTableRef(check: RuleCheck, path: string, contract: Contract, ref: ParameterRef, startDay: boolean): void {
  const parameter = check.rule.parameters[ref.parameter];
  const rows = parameter?.table;
  if (!rows) {
    check.plainParameter(`${path}.parameter`, ref.parameter);
    return;
  }
  const region = ref.region === undefined ? null : check.fieldOf(`${path}.region`, contract, ref.region);
  if (region && region.slotClass !== 'text') check.add(`${path}.region`, `字段 ${region.name} 不是区划代码`);
  if (ref.day !== undefined && !(startDay && ref.day === 'start')) {
    const day = check.fieldOf(`${path}.day`, contract, ref.day);
    if (day && day.kind !== 'day' && day.kind !== 'instant') check.add(`${path}.day`, `字段 ${day.name} 不是日期或时刻字段`);
  }
  if (ref.region === undefined && rows.some((row) => row.region !== undefined))
    check.add(path, `参数表 ${ref.parameter} 按区划取值，引用时须写 region（哪个字段是区划代码）`);
  if (ref.day === undefined && rows.some((row) => row.from !== undefined || row.to !== undefined))
    check.add(path, `参数表 ${ref.parameter} 按日期取值，引用时须写 day（看哪一天）`);
  rows.forEach((row, i) => {
    for (const [field, wanted] of Object.entries(row.when ?? {})) {
      const at = `parameters.${ref.parameter}.table.${i}.when.${field}`;
      const column = check.fieldOf(at, contract, field);
      if (!column) continue;
      if (!TABLE_KINDS.includes(column.kind)) check.add(at, `参数表的 when 不能用日期、时刻、面积字段（${field}）`);
      else for (const value of [wanted].flat()) checkScalar(check, at, contract, column, value);
    }
  });
}

/** The record of which a field is moved; `input`: the one that it is of, where the comparison is one of a kind. */
export interface MovedRecord {
  contract: Contract;
  input?: string;
}

/** @param column of the field that is moved; null: reported already */
export function checkShift(
  check: RuleCheck,
  path: string,
  { plusDays, plusHours, plusWorkingDays, percent }: Shift,
  column: Column | null,
  record: MovedRecord,
): void {
  const checkKind = (key: keyof Shift, kinds: readonly Column['kind'][], words: string) => {
    if (column && !kinds.includes(column.kind))
      check.add(`${path}.${key}`, `字段 ${column.name} 不是${words}字段，不能用 ${key}`);
  };
  const moves: readonly [keyof Shift, MovedBy | undefined, readonly Column['kind'][], string, number][] = [
    ['plusDays', plusDays, ['day', 'instant'], '日期或时刻', MAX_SPAN_DAYS],
    ['plusHours', plusHours, ['instant'], '时刻', MAX_SPAN_HOURS],
    ['plusWorkingDays', plusWorkingDays, ['day', 'instant'], '日期或时刻', MAX_SPAN_DAYS],
  ];
  for (const [key, by, kinds, words, most] of moves) {
    if (by === undefined) continue;
    checkKind(key, kinds, words);
    const values = movesOf(check, `${path}.${key}`, by, record);
    // A text may move backwards; what moves forwards in it is a duration, and less than none is a slip of whoever types it.
    if (typeof by === 'object' && 'parameter' in by)
      check.limit(by.parameter, values.every((value) => value >= 0) ? 0 : -most, most);
    for (const value of values) if (Math.abs(value) > most) check.add(`${path}.${key}`, `最多 ${most}，这里是 ${value}`);
  }
  if (percent === undefined) return;
  checkKind('percent', SHARED, '整数或金额');
  checkAmount(check, `${path}.percent`, percent, 0);
}

/** By how much something is moved, as far as the rule itself says it. */
function movesOf(check: RuleCheck, path: string, by: MovedBy, { contract, input }: MovedRecord): number[] {
  if (typeof by === 'number') return [by];
  if ('parameter' in by) {
    checkTableRef(check, path, contract, by, false);
    const { value, table = [] } = check.rule.parameters[by.parameter] ?? {};
    return [...(value === undefined ? [] : [value]), ...table.map((row) => row.value)];
  }
  const at = `${path}.field`;
  const found = input === undefined ? check.fieldOf(at, contract, by.field) : check.field(at, input, by.field);
  if (found && found.kind !== 'integer') check.add(at, `字段 ${by.field} 不是整数字段，不能说明挪动多少`);
  return [];
}

function checkOperand(check: RuleCheck, path: string, contract: Contract, column: Column, operand: Operand): void {
  if (typeof operand !== 'object') return checkScalar(check, path, contract, column, operand);
  if ('field' in operand) {
    const other = check.fieldOf(`${path}.field`, contract, operand.field);
    if (other && (other.slotClass !== column.slotClass || (other.kind === 'day') !== (column.kind === 'day')))
      check.add(`${path}.field`, `字段 ${column.name} 与 ${other.name} 不是同一类，不能比较`);
    return checkShift(check, path, operand, other, { contract });
  }
  if (!NUMBERS.includes(column.kind)) check.add(path, `参数是数，不能与字段 ${column.name} 比较`);
  checkTableRef(check, path, contract, operand, false);
}

function checkTest(check: RuleCheck, path: string, contract: Contract, column: Column, test: FieldTest): void {
  for (const key of ['is', 'not', 'above', 'atLeast', 'below', 'atMost'] as const) {
    const operand = test[key];
    if (operand === undefined) continue;
    checkOperand(check, `${path}.${key}`, contract, column, operand);
    const isShare = typeof operand === 'object' && 'percent' in operand && operand.percent !== undefined;
    if ((key === 'is' || key === 'not') && isShare)
      check.add(`${path}.${key}`, 'percent 只能与 above、atLeast、below、atMost 同用');
    if (isShare && !SHARED.includes(column.kind))
      check.add(`${path}.${key}`, `字段 ${column.name} 不是整数或金额字段，不能与另一字段的百分之几比较`);
    if (key !== 'is' && key !== 'not' && column.kind === 'flag')
      check.add(`${path}.${key}`, `是/否字段 ${column.name} 只能用 is、not`);
  }
  for (const key of ['in', 'notIn'] as const)
    (test[key] ?? []).forEach((value, i) => checkScalar(check, `${path}.${key}.${i}`, contract, column, value));
  for (const key of ['contains', 'notContains', 'shorterThan', 'longerThan'] as const)
    if (test[key] !== undefined && column.slotClass !== 'text')
      check.add(`${path}.${key}`, `字段 ${column.name} 不是文字，不能用 ${key}`);
  for (const key of ['shorterThan', 'longerThan'] as const) {
    const length = test[key];
    if (typeof length === 'object') checkTableRef(check, `${path}.${key}`, contract, length, false);
  }
}

/** Conditions on the records of one contract. */
export function checkWhere(check: RuleCheck, path: string, contract: Contract, where: Where | undefined): void {
  if (where === undefined) return;
  const sets = Array.isArray(where) ? where.map((set, i) => [`${path}.${i}`, set] as const) : [[path, where] as const];
  for (const [at, set] of sets) {
    for (const [field, test] of Object.entries(set)) {
      const column = check.fieldOf(`${at}.${field}`, contract, field);
      if (column) checkTest(check, `${at}.${field}`, contract, column, typeof test === 'object' ? test : { is: test });
    }
  }
}
