import { checkAmount } from '../../compile/check/check-clauses.js';
import type { RuleCheck } from '../../compile/check/rule-check.js';
import type { Rotation } from './schema.js';

export function checkRotation(check: RuleCheck, rule: Rotation): void {
  const { sets, overlap, winners } = rule;
  const key = check.field('sets.key', sets.of, sets.key);
  if (key) check.field('sets.member', sets.of, sets.member);
  checkAmount(check, 'sets.minMembers', sets.minMembers, 1);
  // More than all cannot be shared: the rule would never hit.
  checkAmount(check, 'overlap.percent', overlap.percent, 1, 100);
  checkAmount(check, 'atLeast', rule.atLeast, 1);
  if (!winners) return;
  checkAmount(check, 'winners.atLeast', winners.atLeast, 1);
  const won = check.field(winners.key === undefined ? 'winners.of' : 'winners.key', winners.of, winners.key ?? sets.key);
  if (won) check.field('winners.member', winners.of, winners.member);
  if (won && key && won.slotClass !== key.slotClass)
    check.add('winners.key', `字段 ${won.name} 与 ${key.name} 不是同一类，不能对应`);
}
