import type { Comparison, Shift } from '../../language/values.js';
import type { Column } from '../columns.js';
import { checkShift } from './check-conditions.js';
import type { RuleCheck } from './rule-check.js';

/** Two fields can be held against each other. Null: reported already. */
export function checkComparison(
  check: RuleCheck,
  path: string,
  own: Column | null,
  { is, ...shift }: Shift & { is: Comparison },
  other: Column | null,
  /** The input of the other's record. */
  input: string,
): void {
  if (!own || !other) return;
  const isOther = (kind: Column['kind']) => (own.kind === kind) !== (other.kind === kind);
  if (own.slotClass !== other.slotClass || isOther('area') || isOther('day'))
    return check.add(path, `字段 ${own.name} 与 ${other.name} 不是同一类，不能比较`);
  const isOrdered = is !== 'equals' && is !== 'differs';
  if (isOrdered && own.slotClass === 'text')
    check.add(path, `字段 ${own.name} 是文字或编码，只能写 equals（相同）或 differs（不同）`);
  if (!isOrdered && shift.percent !== undefined)
    check.add(`${path}.percent`, 'percent 只能与 above、atLeast、below、atMost 同用');
  const contract = check.contract(input);
  if (contract) checkShift(check, path, shift, other, { contract, input });
}

/** A field of a record of one input against one of another's; both are there and can be held against each other. */
export function checkFields(
  check: RuleCheck,
  path: string,
  of: string,
  { field, to, ...how }: Shift & { field: string; is: Comparison; to?: string | undefined },
  other: string,
): void {
  if (!check.rule.inputs[of] || !check.rule.inputs[other]) return;
  const own = check.field(`${path}.field`, of, field);
  const theirs = check.field(`${path}.${to === undefined ? 'field' : 'to'}`, other, to ?? field);
  checkComparison(check, path, own, how, theirs, other);
}
