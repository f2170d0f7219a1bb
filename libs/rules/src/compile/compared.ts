import type { Expr, Field } from '../expression/expr.js';
import { calendar, sameTimeLater, workingDaysLater } from '../expression/operators/days.js';
import { fieldAt } from '../expression/operators/lists.js';
import { isAboveShare, isBelowShare } from '../expression/operators/rows.js';
import { both, knownAtMost, knownLess, not, same } from '../expression/operators/tests.js';
import { isMissing, movedBy, movedTimes, number } from '../expression/operators/values.js';
import { movedByOf, type Comparison, type Shift } from '../language/values.js';
import type { Column } from './columns.js';
import { shiftOf, type Move } from './conditions.js';
import { lookedUp, lookUpFields, type LookedIn } from './looked-up.js';
import type { RuleContext } from './rule-context.js';

/**
 * A field against another record's: false where a side is missing, but for `differs`, which is the exact opposite of `equals`.
 * @param percent compare with so many percent of the other
 */
export function compared(is: Comparison, own: Expr<Field>, other: Expr<Field>, percent?: Expr<number>): Expr<boolean> {
  // The check of the rule: order is asked only of whole numbers.
  const [a, b] = [own as Expr<number | null>, other as Expr<number | null>];
  switch (is) {
    case 'equals':
      return same(own, other);
    case 'differs':
      return not(same(own, other));
    case 'above':
      return percent ? isAboveShare(a, b, percent) : knownLess(b, a);
    case 'atLeast':
      return percent ? bothKnown(a, b, not(isBelowShare(a, b, percent))) : knownAtMost(b, a);
    case 'below':
      return percent ? isBelowShare(a, b, percent) : knownLess(a, b);
    case 'atMost':
      return percent ? bothKnown(a, b, not(isAboveShare(a, b, percent))) : knownAtMost(a, b);
  }
}

function bothKnown(a: Expr<unknown>, b: Expr<unknown>, holds: Expr<boolean>): Expr<boolean> {
  return both(both(not(isMissing(a)), not(isMissing(b))), holds);
}

/** Where a value is read: a field of the record of an input at a place of the timeline. */
interface FieldOf {
  input: string;
  field: string;
  place: Expr<number>;
}

/** A field of one record against one of another, which may be moved. */
export function comparedRecords(
  rule: RuleContext,
  own: FieldOf,
  how: Shift & { is: Comparison },
  against: FieldOf,
): Expr<boolean> {
  const value = ({ input, field, place }: FieldOf) => fieldAt(rule.aligned(input, field), place);
  const { input, field, place } = against;
  const record = {
    column: (of: string) => rule.column(input, of),
    value: (of: string) => fieldAt(rule.aligned(input, of), place),
  };
  return comparedValues(rule, value(own), how, { value: value(against), kind: rule.column(input, field).kind, record });
}

/** The same of values that have been read. @param against.kind of the field, which may be moved by what its record says */
export function comparedValues(
  rule: RuleContext,
  own: Expr<Field>,
  { is, ...shift }: Shift & { is: Comparison },
  against: { value: Expr<Field>; kind: Column['kind']; record: LookedIn },
): Expr<boolean> {
  const { other, percent } = shifted(against, shift, rule);
  return compared(is, own, other, percent);
}

/** The other side of a comparison, moved as the rule says. @param against.kind of the field that is moved */
function shifted(
  { value, kind, record }: { value: Expr<Field>; kind: Column['kind']; record: LookedIn },
  shift: Shift,
  rule: RuleContext,
): { other: Expr<Field>; percent?: Expr<number> } {
  if (shift.percent !== undefined) return { other: value, percent: rule.amount(shift.percent) };
  const { add, move } = shiftOf(shift, kind, rule.rule.parameters);
  const of = value as Expr<number | null>; // the check: whole numbers are moved
  if (!move) return { other: add === 0 ? value : movedBy(of, number(add)) };
  const [by, most] = [movesBy(move, rule, record), number(move.most)];
  if (move.unit !== 'workingDay') return { other: movedTimes(of, by, number(move.unit), most) };
  return { other: kind === 'day' ? workingDaysLater(calendar, of, by, most) : sameTimeLater(calendar, of, by, most) };
}

function movesBy({ by }: Move, rule: RuleContext, record: LookedIn): Expr<number | null> {
  if ('value' in by) return rule.amount(by.value);
  if ('table' in by) return lookedUp(by.ref, by.table, rule, record);
  return record.value(by.field) as Expr<number | null>; // the check: a whole number
}

/** The fields of the moved record that say by how much. */
export function fieldsOfShift(shift: Shift, rule: RuleContext): string[] {
  const by = movedByOf(shift);
  if (typeof by !== 'object') return [];
  if ('field' in by) return [by.field];
  return lookUpFields(rule, by);
}
