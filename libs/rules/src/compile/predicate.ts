import { dayNumberOf } from './calendar.js';
import type { Field } from '../expression/expr.js';
import type { CalendarDays } from '../expression/calendar-days.js';
import { dayNumber, sameTimeLaterMs } from '../expression/operators/days.js';
import type { RuleException, TableRow } from '../language/parameters.js';
import type { RuleDefinition } from '../language/rule.js';
import type { Conditions, FieldTest, Operand, ParameterRef, Scalar, Where } from '../language/values.js';
import type { Contract } from '@tianyan/contracts';
import { compareBytes } from '@tianyan/kernel';
import { AREA_PARTS, column, type Column } from './columns.js';
import { literalValue, shiftOf, type Move } from './conditions.js';
import { tableReader } from './table-rows.js';

/** What conditions look at of a record; fields as lists hold them, those of the envelope among them. */
export interface Conditioned {
  field(name: string): Field;
  atMs: number;
  /** Key of the scope that the record belongs to by its own fields. */
  scope: string;
}

export type Predicate = (record: Conditioned) => boolean;

const always: Predicate = () => true;

interface Place {
  contract: Contract;
  rule: RuleDefinition;
  /** Null: it is only to be written as SQL, and nobody asks for the working days of a record. */
  calendar: CalendarDays | null;
}

/** Adds the fields that conditions ask for. */
export type Asked = (field: string) => void;

/** The record satisfies `where`: the process's reading of what `whereSql` writes. */
export function wherePredicate(where: Where | undefined, place: Place, asked: Asked): Predicate {
  if (where === undefined) return always;
  if (!Array.isArray(where)) return conditionsPredicate(where, place, asked);
  const sets = where.map((conditions) => conditionsPredicate(conditions, place, asked));
  return (record) => sets.some((passes) => passes(record));
}

function conditionsPredicate(conditions: Conditions, place: Place, asked: Asked): Predicate {
  const tests = Object.entries(conditions).flatMap(([field, test]) =>
    testPredicates(field, typeof test === 'object' ? test : { is: test }, place, asked),
  );
  return (record) => tests.every((passes) => passes(record));
}

/** The record is covered by the exception; null when the exception cannot concern this contract or this way to a scope. */
export function exceptionPredicate(exception: RuleException, byOwnFields: boolean, place: Place, asked: Asked): Predicate | null {
  if (exception.listed !== undefined) return null;
  const tests: Predicate[] = [];
  if (exception.scope !== undefined) {
    if (!byOwnFields) return null;
    const scopes = new Set(exception.scope);
    tests.push(({ scope }) => scopes.has(scope));
  }
  for (const [field, test] of Object.entries(exception.where ?? {})) {
    if (place.contract.fields[field] === undefined) return null;
    tests.push(...testPredicates(field, typeof test === 'object' ? test : { is: test }, place, asked));
  }
  const { from, to } = exception;
  if (from !== undefined) tests.push(({ atMs }) => dayNumber(atMs) >= dayNumberOf(from));
  if (to !== undefined) tests.push(({ atMs }) => dayNumber(atMs) <= dayNumberOf(to));
  return (record) => tests.every((passes) => passes(record));
}

const COMPARISONS = {
  is: (a: Field, b: Field) => a === b,
  above: (a: Field, b: Field) => a !== null && b !== null && isBelow(b, a),
  atLeast: (a: Field, b: Field) => a !== null && b !== null && !isBelow(a, b),
  below: (a: Field, b: Field) => a !== null && b !== null && isBelow(a, b),
  atMost: (a: Field, b: Field) => a !== null && b !== null && !isBelow(b, a),
} as const;

/** Texts by their bytes, as the database has them. */
function isBelow(a: number | string, b: number | string): boolean {
  return typeof a === 'string' && typeof b === 'string' ? compareBytes(a, b) < 0 : a < b;
}

const COMPARED_SHARES = {
  is: (a: bigint, b: bigint) => a === b,
  above: (a: bigint, b: bigint) => a > b,
  atLeast: (a: bigint, b: bigint) => a >= b,
  below: (a: bigint, b: bigint) => a < b,
  atMost: (a: bigint, b: bigint) => a <= b,
} as const;

function testPredicates(field: string, test: FieldTest, place: Place, asked: Asked): Predicate[] {
  const col = column(place.contract, field);
  const own = valueOf(col, asked);
  const tests: Predicate[] = [];
  for (const key of ['is', 'above', 'atLeast', 'below', 'atMost'] as const) {
    const operand = test[key];
    if (operand === undefined) continue;
    const other = operandOf(operand, col, place, asked);
    const percent =
      typeof operand === 'object' && 'field' in operand ? shiftOf(operand, col.kind, place.rule.parameters).percent : null;
    tests.push((record) => {
      const [a, b] = [own(record), other(record)];
      if (a === null || b === null) return false;
      if (percent === null) return COMPARISONS[key](a, b);
      // A hundred times an amount may be beyond what is exact here.
      return COMPARED_SHARES[key](BigInt(a) * 100n, BigInt(b) * BigInt(percent));
    });
  }
  if (test.not !== undefined) {
    const other = operandOf(test.not, col, place, asked);
    tests.push((record) => {
      const value = own(record);
      return value === null || value !== other(record);
    });
  }
  const among = (values: readonly Scalar[]) => {
    const wanted = new Set<Field>(values.map((value) => literalValue(value, col)));
    return (record: Conditioned) => {
      const value = own(record);
      return value !== null && wanted.has(value);
    };
  };
  if (test.in !== undefined) tests.push(among(test.in));
  if (test.notIn !== undefined) tests.push(opposite(among(test.notIn)));
  if (test.null !== undefined) tests.push(test.null ? (record) => own(record) === null : (record) => own(record) !== null);
  if (test.contains !== undefined) tests.push(containing(own, test.contains));
  if (test.notContains !== undefined) tests.push(opposite(containing(own, test.notContains)));
  for (const key of ['shorterThan', 'longerThan'] as const) {
    const limit = test[key];
    if (limit === undefined) continue;
    const other = typeof limit === 'number' ? () => limit : operandOf(limit, col, place, asked);
    tests.push((record) => COMPARISONS[key === 'shorterThan' ? 'below' : 'above'](lengthOf(own(record)), other(record)));
  }
  return tests;
}

/** By characters, not by code units. */
function lengthOf(value: Field): Field {
  return typeof value === 'string' ? Array.from(value).length : null;
}

function opposite(predicate: Predicate): Predicate {
  return (record) => !predicate(record);
}

function containing(own: (record: Conditioned) => Field, wanted: string | readonly string[]): Predicate {
  const texts = typeof wanted === 'string' ? [wanted] : wanted;
  return (record) => {
    const value = own(record);
    return typeof value === 'string' && texts.some((text) => value.includes(text));
  };
}

/** A field as conditions compare it: an area in mu. */
function valueOf(col: Column, asked: Asked): (record: Conditioned) => Field {
  asked(col.name);
  if (col.kind !== 'area') return (record) => record.field(col.name);
  return (record) => {
    const value = record.field(col.name);
    return typeof value === 'number' ? value / AREA_PARTS : value;
  };
}

function operandOf(operand: Operand, col: Column, place: Place, asked: Asked): (record: Conditioned) => Field {
  if (typeof operand !== 'object') {
    const value = literalValue(operand, col);
    return () => value;
  }
  if ('field' in operand) {
    const other = column(place.contract, operand.field);
    const value = valueOf(other, asked);
    const { add, move } = shiftOf(operand, other.kind, place.rule.parameters);
    if (move) return movedField({ value, kind: other.kind }, move, place, asked);
    if (add === 0) return value;
    return (record) => {
      const found = value(record);
      return typeof found === 'number' ? found + add : found;
    };
  }
  const parameter = place.rule.parameters[operand.parameter];
  if (parameter?.table) return tableLookup(parameter.table, operand, place, asked);
  const value = parameter?.value ?? 0;
  return () => value;
}

/** A field moved by what the record itself says, or by working days. */
function movedField(
  { value, kind }: { value: (record: Conditioned) => Field; kind: Column['kind'] },
  { by, unit, most }: Move,
  place: Place,
  asked: Asked,
): (record: Conditioned) => Field {
  const told = toldBy(by, place, asked);
  return (record) => {
    const [found, times] = [value(record), told(record)];
    if (typeof found !== 'number' || typeof times !== 'number' || Math.abs(times) > most) return null;
    if (unit !== 'workingDay') return found + times * unit;
    if (!place.calendar) throw new TypeError('working days are asked for without a calendar');
    return kind === 'day' ? place.calendar.later(found, times, most) : sameTimeLaterMs(place.calendar, found, times, most);
  };
}

function toldBy(by: Move['by'], place: Place, asked: Asked): (record: Conditioned) => Field {
  if ('value' in by) return () => by.value;
  return 'field' in by ? valueOf(column(place.contract, by.field), asked) : tableLookup(by.table, by.ref, place, asked);
}

/** A parameter looked up in the fields of the record itself. */
function tableLookup(
  rows: readonly TableRow[],
  ref: ParameterRef,
  { contract }: Place,
  asked: Asked,
): (record: Conditioned) => Field {
  const valuesOf = new Map<string, (record: Conditioned) => Field>();
  for (const field of rows.flatMap((row) => Object.keys(row.when ?? {})))
    valuesOf.set(field, valueOf(column(contract, field), asked));
  const region = ref.region === undefined ? undefined : valueOf(column(contract, ref.region), asked);
  const day = dayLookup(ref, contract, asked);
  const read = tableReader(rows, (field, value) => literalValue(value, column(contract, field)));
  return (record) => read({ region: region?.(record), day: day(record), when: (field) => valuesOf.get(field)?.(record) });
}

function dayLookup(ref: ParameterRef, contract: Contract, asked: Asked): (record: Conditioned) => number | null {
  if (ref.day === undefined) return () => null;
  const col = column(contract, ref.day);
  const value = valueOf(col, asked);
  return (record) => {
    const found = value(record);
    if (typeof found !== 'number') return null;
    return col.kind === 'day' ? found : dayNumber(found);
  };
}
