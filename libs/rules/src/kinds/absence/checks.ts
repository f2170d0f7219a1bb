import { checkDeadline, checkInput, checkSpan } from '../../compile/check/check-clauses.js';
import type { RuleCheck } from '../../compile/check/rule-check.js';
import type { Absence, ForwardClause } from './schema.js';

export function checkAbsence(check: RuleCheck, rule: Absence): void {
  rule.any.forEach((clause, i) => {
    if (clause.look === 'forward') return checkForward(check, `any.${i}`, clause);
    checkInput(check, `any.${i}.of`, clause.of);
    clause.expect.forEach((name, k) => checkInput(check, `any.${i}.expect.${k}`, name));
    checkSpan(check, `any.${i}.within`, clause.within);
  });
}

function checkForward(check: RuleCheck, path: string, clause: ForwardClause): void {
  checkInput(check, `${path}.of`, clause.of);
  for (const key of ['expect', 'unless'] as const)
    clause[key].forEach((expected, i) =>
      checkInput(check, `${path}.${key}.${i}`, typeof expected === 'string' ? expected : expected.of),
    );
  checkDeadline(check, `${path}.deadline`, clause.deadline, clause.of);
  if (clause.pauses) {
    checkInput(check, `${path}.pauses.of`, clause.pauses.of);
    checkInput(check, `${path}.pauses.until`, clause.pauses.until);
  }
  if (clause.extensions)
    check.fieldOfKind(`${path}.extensions.to`, clause.extensions.of, clause.extensions.to, ['instant'], '时刻');
}
