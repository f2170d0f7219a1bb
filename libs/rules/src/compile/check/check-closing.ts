import { PERIOD_FIELDS } from '@tianyan/contracts';
import { MAX_GRACE_DAYS, type Closing } from '../../language/closing.js';
import { periodOfScope } from '../scope-period.js';
import { checkAmount } from './check-clauses.js';
import type { RuleCheck } from './rule-check.js';

/** @param whose which inputs say to which period a record belongs */
export function checkClosing(check: RuleCheck, { decide, grace }: Closing, whose: string): void {
  if (decide === 'closed' && periodOfScope(check.rule) === null)
    check.add('decide', `closed 要求 scope 里有一个日历周期（${PERIOD_FIELDS.join('、')}），${whose}都按它归入`);
  if (grace === undefined) return;
  if (decide !== 'closed') check.add('grace', 'grace（过完多久才判断）只与 decide: closed 同用');
  for (const unit of ['workingDays', 'calendarDays'] as const) {
    const amount = grace[unit];
    if (amount !== undefined) checkAmount(check, `grace.${unit}`, amount, 1, MAX_GRACE_DAYS);
  }
}
