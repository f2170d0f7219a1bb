import { step, type Expr, type Field } from '../expression/expr.js';
import { dayOf } from '../expression/operators/days.js';
import { fieldAt, map } from '../expression/operators/lists.js';
import { tableValue } from '../expression/operators/table-value.js';
import { number } from '../expression/operators/values.js';
import type { TableRow } from '../language/parameters.js';
import type { Amount, ParameterRef } from '../language/values.js';
import type { Column } from './columns.js';
import { literal, literalValue } from './conditions.js';
import type { Members, RuleContext } from './rule-context.js';

/** The record in whose fields a table of parameters is looked up. */
export interface LookedIn {
  column(field: string): Column;
  value(field: string): Expr<Field>;
}

/**
 * A field of the last record of an input in the scope.
 * @param name of the step
 */
export function lastOf(rule: RuleContext, name: string, input: string, field: string): Expr<Field> {
  return step(rule.named(name), fieldAt(rule.values(rule.plain(input), input, field), number(-1)));
}

/** Fields of `when` in the table that a reference means; none of a plain parameter. */
export function whenFields(rule: RuleContext, ref: ParameterRef | null): string[] {
  const rows = ref === null ? [] : (rule.rule.parameters[ref.parameter]?.table ?? []);
  return [...new Set(rows.flatMap((row) => Object.keys(row.when ?? {})))];
}

/** Fields of the record in which a reference is looked up, each once. */
export function lookUpFields(rule: RuleContext, ref: ParameterRef): string[] {
  return [...new Set([ref.region, ref.day, ...whenFields(rule, ref)])].filter((field) => field !== undefined);
}

/** The China day of a day or an instant. */
export function dayIn(record: LookedIn, field: string): Expr<number | null> {
  const value = record.value(field) as Expr<number | null>; // the check of the rule: a day or an instant
  return record.column(field).kind === 'day' ? value : dayOf(value);
}

/** The value of a table for a record; missing if no row fits. */
export function lookedUp(
  ref: ParameterRef,
  table: readonly TableRow[],
  rule: RuleContext,
  record: LookedIn,
  day: (field: string) => Expr<number | null> = (field) => dayIn(record, field),
): Expr<number | null> {
  // A list holds a day as its number, a flag as 0 or 1: literals must be made the same way.
  const compared = (field: string) => {
    const col = record.column(field);
    return col.slotClass === 'number' ? { ...col, kind: 'integer' as const } : col;
  };
  return tableValue(table, {
    region: ref.region === undefined ? null : (record.value(ref.region) as Expr<string | null>), // the check: a code
    day: ref.day === undefined ? null : day(ref.day),
    when: new Map(whenFields(rule, ref).map((field) => [field, record.value(field)])),
    literal: (field, value) => literalValue(value, compared(field)),
    literalSql: (field, value) => literal(value, compared(field), rule.params),
    parameter: (value) => rule.params.add(value, typeof value === 'number' ? 'Int64' : 'String'),
  });
}

/**
 * The value of a table for each of a list of records of an input.
 * @param records.each a list with an element for each of them, whatever it is
 * @param records.lists their values of the fields of {@link lookUpFields}
 */
export function lookedUpOfEach(
  ref: ParameterRef,
  table: readonly TableRow[],
  rule: RuleContext,
  records: { input: string; each: Expr<readonly unknown[]>; lists: readonly Expr<readonly Field[]>[] },
): Expr<readonly (number | null)[]> {
  const { input, each, lists } = records;
  const fields = lookUpFields(rule, ref);
  return map<readonly unknown[], number | null>([each, ...lists], (_one, ...values) =>
    lookedUp(ref, table, rule, {
      column: (field) => rule.column(input, field),
      // The lists after the first are of fields.
      value: (field) => values[fields.indexOf(field)] as Expr<Field>,
    }),
  );
}

/** A number of the rule for each record of an input; missing where no row of a table fits. */
export function amountOfEach(
  amount: Amount,
  input: string,
  members: Members,
  rule: RuleContext,
): Expr<readonly (number | null)[]> {
  const table = typeof amount === 'number' ? undefined : rule.rule.parameters[amount.parameter]?.table;
  if (typeof amount === 'number' || table === undefined) {
    const everywhere = rule.amount(amount);
    return map([rule.places(members)], (_place) => everywhere);
  }
  const lists = lookUpFields(rule, amount).map((field) => rule.values(members, input, field));
  return lookedUpOfEach(amount, table, rule, { input, each: rule.places(members), lists });
}
