import { checkAmount, checkInput, checkSpan } from '../../compile/check/check-clauses.js';
import type { RuleCheck } from '../../compile/check/rule-check.js';
import type { Duration, State } from './schema.js';

export function checkDuration(check: RuleCheck, rule: Duration): void {
  checkState(check, '', rule);
  rule.any.forEach((clause, i) => {
    const path = `any.${i}`;
    if (clause.measure !== 'percent') {
      for (const bound of ['above', 'atLeast'] as const) checkSpan(check, `${path}.${bound}`, clause[bound]);
      return;
    }
    checkState(check, `${path}.whole.`, clause.whole);
    for (const bound of ['above', 'atLeast'] as const) {
      const percent = clause[bound];
      if (percent !== undefined) checkAmount(check, `${path}.${bound}`, percent, 0);
    }
    checkSpan(check, `${path}.minWhole`, clause.minWhole);
  });
}

function checkState(check: RuleCheck, at: string, { of, until }: State): void {
  checkInput(check, `${at}of`, of);
  until.forEach((name, i) => checkInput(check, `${at}until.${i}`, name));
}
