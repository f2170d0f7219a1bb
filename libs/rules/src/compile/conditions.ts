import type { Contract } from '@tianyan/contracts';
import { DAY_MS, HOUR_MS } from '@tianyan/kernel';
import {
  MAX_SPAN_DAYS,
  MAX_SPAN_HOURS,
  movedByOf,
  type Amount,
  type Conditions,
  type FieldTest,
  type Operand,
  type ParameterRef,
  type Scalar,
  type Shift,
  type Where,
} from '../language/values.js';
import type { Input } from '../language/inputs.js';
import type { RuleDefinition } from '../language/rule.js';
import type { Parameter, RuleException, TableRow } from '../language/parameters.js';
import { movedTimesSql } from '../expression/operators/values.js';
import { column, type Column } from './columns.js';
import { dayNumberOf, dayNumberSql, sameTimeLaterSql, workingDaysLaterSql } from './calendar.js';
import type { QueryParams } from './params.js';
import { tableSql } from './table-rows.js';

export interface ConditionScope {
  contract: Contract;
  parameters: Readonly<Record<string, Parameter>>;
  params: QueryParams;
}

/** A literal of the rule as a parameter that compares with the column. */
export function literal(value: Scalar, col: Column, params: QueryParams): string {
  if (col.kind === 'flag') return params.add(value === true, 'Bool');
  if (col.kind === 'day') return `toDate32(${params.add(String(value), 'String')})`;
  if (col.kind === 'instant' && typeof value === 'string') return params.add(Date.parse(value), 'Int64');
  return col.slotClass === 'number' ? params.add(Number(value), 'Int64') : params.add(String(value), 'String');
}

/** The same value as the process holds it: a day as its number, a flag as 0 or 1. */
export function literalValue(value: Scalar, col: Column): number | string {
  if (col.kind === 'flag') return value === true ? 1 : 0;
  if (col.kind === 'day') return dayNumberOf(String(value));
  if (col.kind === 'instant' && typeof value === 'string') return Date.parse(value);
  return col.slotClass === 'number' ? Number(value) : String(value);
}

const COMPARISON = { is: '=', above: '>', atLeast: '>=', below: '<', atMost: '<=' } as const;

/** A comparison that is false, never null, when a side is missing. */
function holds(sql: string): string {
  return `ifNull(${sql}, 0)`;
}

/** A parameter looked up in the columns of the row itself. */
function lookupSql(rows: readonly TableRow[], ref: ParameterRef, { contract, params }: ConditionScope): string {
  const places = {
    region: ref.region === undefined ? undefined : `CAST(${column(contract, ref.region).sql}, 'Nullable(String)')`,
    day: ref.day === undefined ? undefined : columnDaySql(column(contract, ref.day)),
    when: (field: string) => column(contract, field).sql,
  };
  const written = (field: string, value: Scalar) => literal(value, column(contract, field), params);
  return tableSql(rows, places, written, (value) => params.add(value, typeof value === 'number' ? 'Int64' : 'String'));
}

function columnDaySql(col: Column): string {
  return col.kind === 'day' ? `toInt32(${col.sql})` : dayNumberSql(col.sql);
}

/** How a field is moved by what the record itself says, or by working days. */
export interface Move {
  by: { value: number } | { field: string } | { table: readonly TableRow[]; ref: ParameterRef };
  /** What one of it is, in the unit of the field that is moved; of working days it is the calendar that says it. */
  unit: number | 'workingDay';
  /** More of it, either way, moves to nowhere. */
  most: number;
}

/** How the other side of a comparison is changed. */
export interface ShiftOf {
  /** What is added, in its own unit. */
  add: number;
  /** How it is moved beside; null: it is not. */
  move: Move | null;
  /** The percents that both sides are multiplied with; null: they are not. */
  percent: number | null;
}

/** @param kind of the field that is moved */
export function shiftOf(shift: Shift, kind: Column['kind'], parameters: Readonly<Record<string, Parameter>>): ShiftOf {
  const { plusHours, plusWorkingDays, percent } = shift;
  const none = { add: 0, move: null, percent: null };
  const valueOf = (amount: Amount) => (typeof amount === 'number' ? amount : (parameters[amount.parameter]?.value ?? 0));
  if (percent !== undefined) return { ...none, percent: valueOf(percent) };
  const by = movedByOf(shift);
  if (by === undefined) return none;
  const most = plusHours === undefined ? MAX_SPAN_DAYS : MAX_SPAN_HOURS;
  const unit = plusHours === undefined ? (kind === 'day' ? 1 : DAY_MS) : HOUR_MS;
  const moved = (of: Move['by']) => ({
    ...none,
    move: { by: of, unit: plusWorkingDays === undefined ? unit : ('workingDay' as const), most },
  });
  if (typeof by === 'object' && 'field' in by) return moved(by);
  const table = typeof by === 'object' ? parameters[by.parameter]?.table : undefined;
  if (typeof by === 'object' && table) return moved({ table, ref: by });
  return plusWorkingDays === undefined ? { ...none, add: valueOf(by) * unit } : moved({ value: valueOf(by) });
}

/** By a fixed amount, in the field's own unit. */
function movedSql(sql: string, kind: Column['kind'], by: string): string {
  return kind === 'day' ? `addDays(${sql}, ${by})` : `(${sql} + ${by})`;
}

function movedBySql({ by }: Move, scope: ConditionScope): string {
  if ('value' in by) return scope.params.add(by.value, 'Int64');
  return 'field' in by ? column(scope.contract, by.field).sql : lookupSql(by.table, by.ref, scope);
}

/** A field moved so; a day as its number. */
function moveSql(sql: string, kind: Column['kind'], move: Move, scope: ConditionScope): string {
  const by = movedBySql(move, scope);
  if (move.unit !== 'workingDay') return movedTimesSql(asNumberSql(sql, kind), by, move.unit, move.most);
  return kind === 'day' ? workingDaysLaterSql(asNumberSql(sql, kind), by, move.most) : sameTimeLaterSql(sql, by, move.most);
}

/** A day as its number: what a record says may lead beyond the days that ClickHouse knows. */
function asNumberSql(sql: string, kind: Column['kind']): string {
  return kind === 'day' ? `toInt32(${sql})` : sql;
}

/** A number of a condition: written out, or a parameter that is looked up in the record itself. */
function amountSql(amount: Amount, scope: ConditionScope): string {
  if (typeof amount === 'number') return scope.params.add(amount, 'Int64');
  const { table, value } = scope.parameters[amount.parameter] ?? {};
  return table ? lookupSql(table, amount, scope) : scope.params.add(value ?? 0, 'Int64');
}

function containsSql(field: string, wanted: string | readonly string[], params: QueryParams): string {
  const texts = typeof wanted === 'string' ? [wanted] : wanted;
  return `(${texts.map((text) => holds(`position(${field}, ${params.add(text, 'String')}) > 0`)).join(' OR ')})`;
}

function inSql(col: Column, values: readonly Scalar[], params: QueryParams): string {
  return holds(`${col.sql} IN (${values.map((value) => literal(value, col, params)).join(', ')})`);
}

/**
 * Both sides of a comparison. An area against another number is widened: to compare them the database multiplies the number with ten
 * thousand, which large amounts have no room for in 64 bits.
 */
function sidesSql(col: Column, operand: Operand, scope: ConditionScope): [own: string, other: string] {
  if (typeof operand !== 'object') return [col.sql, literal(operand, col, scope.params)];
  if (!('field' in operand)) return [col.sql, amountSql(operand, scope)];
  const { sql, kind } = column(scope.contract, operand.field);
  const { add, move, percent } = shiftOf(operand, kind, scope.parameters);
  if (percent !== null) return [`toInt128(${col.sql}) * 100`, `toInt128(${sql}) * ${scope.params.add(percent, 'Int64')}`];
  if (move) return [asNumberSql(col.sql, col.kind), moveSql(sql, kind, move, scope)];
  const other = add === 0 ? sql : movedSql(sql, kind, scope.params.add(add, 'Int64'));
  if (kind === 'area' && col.kind !== 'area') return [col.sql, widened(other)];
  return [col.kind === 'area' && kind !== 'area' ? widened(col.sql) : col.sql, other];
}

function widened(area: string): string {
  return `toDecimal128(${area}, 4)`;
}

function comparisonSql(col: Column, comparison: string, operand: Operand, scope: ConditionScope): string {
  const [own, other] = sidesSql(col, operand, scope);
  return `${own} ${comparison} ${other}`;
}

function testSql(field: string, test: FieldTest, scope: ConditionScope): string[] {
  const col = column(scope.contract, field);
  const parts: string[] = [];
  for (const key of ['is', 'above', 'atLeast', 'below', 'atMost'] as const) {
    const operand = test[key];
    if (operand !== undefined) parts.push(holds(comparisonSql(col, COMPARISON[key], operand, scope)));
  }
  if (test.not !== undefined) parts.push(`NOT ${holds(comparisonSql(col, '=', test.not, scope))}`);
  if (test.in !== undefined) parts.push(inSql(col, test.in, scope.params));
  if (test.notIn !== undefined) parts.push(`NOT ${inSql(col, test.notIn, scope.params)}`);
  if (test.null !== undefined) parts.push(test.null ? `${col.sql} IS NULL` : `${col.sql} IS NOT NULL`);
  if (test.contains !== undefined) parts.push(containsSql(col.sql, test.contains, scope.params));
  if (test.notContains !== undefined) parts.push(`NOT ${containsSql(col.sql, test.notContains, scope.params)}`);
  if (test.shorterThan !== undefined) parts.push(holds(`lengthUTF8(${col.sql}) < ${amountSql(test.shorterThan, scope)}`));
  if (test.longerThan !== undefined) parts.push(holds(`lengthUTF8(${col.sql}) > ${amountSql(test.longerThan, scope)}`));
  return parts;
}

function conditionsSql(conditions: Conditions, scope: ConditionScope): string {
  const parts = Object.entries(conditions).flatMap(([field, test]) =>
    testSql(field, typeof test === 'object' ? test : { is: test }, scope),
  );
  return parts.length === 0 ? '1' : parts.join(' AND ');
}

/** The row satisfies `where`: 0 or 1, never null. */
export function whereSql(where: Where | undefined, scope: ConditionScope): string {
  if (where === undefined) return '1';
  if (!Array.isArray(where)) return conditionsSql(where, scope);
  return `(${where.map((conditions) => `(${conditionsSql(conditions, scope)})`).join(' OR ')})`;
}

/** The row is covered by the exception; null when the exception cannot concern this contract, or is by a list, which no row knows. */
export function exceptionSql(exception: RuleException, scopeKey: string | null, scope: ConditionScope): string | null {
  if (exception.listed !== undefined) return null;
  const parts: string[] = [];
  if (exception.scope !== undefined) {
    if (scopeKey === null) return null;
    parts.push(`has(${scope.params.add(exception.scope, 'Array(String)')}, ${scopeKey})`);
  }
  for (const [field, test] of Object.entries(exception.where ?? {})) {
    if (scope.contract.fields[field] === undefined) return null;
    parts.push(...testSql(field, typeof test === 'object' ? test : { is: test }, scope));
  }
  parts.push(...daysSql(exception, 'atMs'));
  return parts.join(' AND ');
}

/** The days of an exception, both inclusive, of an instant in SQL. */
export function daysSql({ from, to }: Pick<RuleException, 'from' | 'to'>, atMs: string): string[] {
  const day = dayNumberSql(atMs);
  return [
    ...(from === undefined ? [] : [`${day} >= ${dayNumberOf(from)}`]),
    ...(to === undefined ? [] : [`${day} <= ${dayNumberOf(to)}`]),
  ];
}

/** What a record has to pass to make a problem: the input's `where`, the rule's sources, none of its exceptions. */
export function makingFilters(
  rule: Pick<RuleDefinition, 'exceptions' | 'sources'>,
  input: Input,
  scopeKey: string | null,
  scope: ConditionScope,
): string[] {
  const exceptions = rule.exceptions.map((e) => exceptionSql(e, scopeKey, scope)).filter((sql) => sql !== null);
  const limited = rule.sources ? [`source IN (${rule.sources.map((name) => scope.params.add(name, 'String')).join(', ')})`] : [];
  return [whereSql(input.where, scope), ...limited, ...exceptions.map((e) => `NOT (${e})`)];
}
