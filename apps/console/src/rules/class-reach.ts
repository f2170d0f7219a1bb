import { Reach, type Actor } from '@tianyan/access';
import { RefusedError } from '@tianyan/kernel';

/** Judging all records by a rule shows what it finds, and setting aside hides it. Throws RefusedError('forbidden') for a class out of reach. */
export function assertReachesClass(actor: Actor, rule: { class: string }): void {
  if (Reach.of(actor).coversClass(rule.class)) return;
  throw new RefusedError('forbidden', `“${rule.class}”类的疑点不在您的管辖范围内，请由看得到这一类的人员办理`);
}
