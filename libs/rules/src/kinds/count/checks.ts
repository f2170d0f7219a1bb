import { checkInput, checkLookedUp, checkMeasured, checkSpan } from '../../compile/check/check-clauses.js';
import type { RuleCheck } from '../../compile/check/rule-check.js';
import type { Count, CountClause } from './schema.js';

export function checkCount(check: RuleCheck, rule: Count): void {
  rule.any.forEach((clause, i) => checkClause(check, `any.${i}`, clause));
}

function checkClause(check: RuleCheck, path: string, clause: CountClause): void {
  checkInput(check, `${path}.of`, clause.of);
  const { details } = clause;
  if (details !== undefined && !check.input(`${path}.details`, details)) return;
  const lookedIn = details ?? clause.of;
  checkSpan(check, `${path}.within`, clause.within, lookedIn);
  // A sum may be limited by any number; a number of records or values below 1 would accuse everyone.
  const least = clause.measure === 'sum' ? -Infinity : 1;
  checkLookedUp(check, `${path}.atLeast`, clause.atLeast, { in: lookedIn, least, most: Infinity });
  checkMeasured(check, path, clause);
}
