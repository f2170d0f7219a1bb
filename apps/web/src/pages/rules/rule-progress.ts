import type { RuleSummary } from '@tianyan/console-app/api';

/** While a rule is on its way to be live, what is shown of it is asked for again this often. */
const UNDER_WAY_EVERY_MS = 2_000;

export function refetchWhileUnderWay(rules: readonly Pick<RuleSummary, 'progress'>[]): number | false {
  return rules.some(({ progress }) => progress === 'waiting' || progress === 'sweeping') ? UNDER_WAY_EVERY_MS : false;
}
