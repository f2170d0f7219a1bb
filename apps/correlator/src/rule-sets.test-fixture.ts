import { builtInHolidays } from '@tianyan/calendar';
import { builtInCatalogue } from '@tianyan/contracts';
import { NO_CLOCK_LIMITS, noAlerts, type ClockLimits, type Finding } from '@tianyan/findings';
import type { RuleDefinition, RuleText } from '@tianyan/rules';
import { composeCorrelator } from './compose-correlator.js';
import { openedParts, type Databases } from './correlator.test-fixture.js';
import { nothingPending, type FirstLoad } from './rule-activation.js';

/** Rules as the text of files; JSON is YAML. */
export function asTexts(rules: readonly RuleDefinition[], origin: RuleText['origin'] = 'shipped'): RuleText[] {
  return rules.map((rule) => ({ rule, yaml: JSON.stringify(rule), origin }));
}

/** A correlator as the module puts it together and starts it, with files that say these rules. */
export async function startWithRules(
  databases: Pick<Databases, 'pool' | 'warehouse'>,
  files: readonly RuleDefinition[],
  nowMs: number,
  { limits = NO_CLOCK_LIMITS, firstLoad = nothingPending }: { limits?: ClockLimits; firstLoad?: FirstLoad } = {},
) {
  const withdrawn: string[] = [];
  const told: string[] = [];
  const alerts = {
    ...noAlerts,
    enqueue: async (_client: unknown, findings: readonly Pick<Finding, 'scope'>[]) =>
      void told.push(...findings.map(({ scope }) => scope)),
    enqueueWithdrawn: async (_client: unknown, findings: readonly Pick<Finding, 'id'>[]) =>
      void withdrawn.push(...findings.map(({ id }) => id)),
  };
  const { register, ...parts } = openedParts(databases, nowMs);
  const correlator = composeCorrelator({
    ...parts,
    alerts,
    limits,
    firstLoad,
    catalogue: builtInCatalogue,
    holidays: builtInHolidays(),
    repeatLater: async () => {},
  });
  // Nobody works through landed batches and wake-ups beside a sweep, so it need not wait for that.
  correlator.live.caughtUp = async () => {};
  const { sets, running, rules, takeOver, evaluationClock, retired, activation, pipeline, sweeper } = correlator;
  const taken = await sets.takeFiles(asTexts(files));
  await running.declare();
  await takeOver.now();
  /** A round of the time loop. */
  const round = async () => {
    await takeOver.now();
    await evaluationClock.advance(parts.clock.nowMs());
    await retired.withdraw(rules.ruleIds(), rules.epoch());
    await activation.activateReady();
    await pipeline.wakeDue();
  };
  await round();
  const drift = async () => {
    const result = await sweeper.run({ reason: 'manual', groups: (await activation.active()).groups, differencesAre: 'drift' });
    return result.driftFindings + result.driftWakeUps;
  };
  return { ...correlator, clock: parts.clock, register, taken, round, drift, withdrawn, told };
}
