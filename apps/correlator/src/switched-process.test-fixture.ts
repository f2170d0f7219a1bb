import { builtInCatalogue } from '@tianyan/contracts';
import {
  EvaluationClock,
  evaluationGroups,
  NO_CLOCK_LIMITS,
  RetiredRules,
  RuleSwitches,
  type ClockLimits,
  type Finding,
  noAlerts,
} from '@tianyan/findings';
import { explain, type RuleDefinition } from '@tianyan/rules';
import { pino } from 'pino';
import { makeCorrelator, type Databases } from './correlator.test-fixture.js';
import { nothingPending, RuleActivation } from './rule-activation.js';
import { SwitchTakeOver } from './switch-take-over.js';
import { SwitchedGroups } from './switched-groups.js';

const logger = pino({ level: 'silent' });

/** A correlator as the module puts it together and starts it. */
export async function startSwitched(
  databases: Databases,
  rules: readonly RuleDefinition[],
  nowMs: number,
  limits: ClockLimits = NO_CLOCK_LIMITS,
) {
  const compile = (chosen: readonly RuleDefinition[]) =>
    evaluationGroups({
      rules: chosen,
      catalogue: builtInCatalogue,
      calendarFingerprint: '1',
      explain: (rule, e) => explain(rule, e),
    });
  const switches = new RuleSwitches(databases.pool);
  const switched = new SwitchedGroups({ rules, compile, switches });
  const withdrawn: string[] = [];
  const alerts = {
    ...noAlerts,
    enqueueWithdrawn: async (_client: unknown, findings: readonly Pick<Finding, 'id'>[]) =>
      void withdrawn.push(...findings.map(({ id }) => id)),
  };
  const made = makeCorrelator(databases, switched.groups(), nowMs, alerts, switched, limits);
  const { registry, running, sweeper, tickets, store, clock } = made;
  const evaluationClock = new EvaluationClock(databases.pool, limits);
  const names = { readNow: async () => {} };
  const groups = () => switched.groups();
  const activation = new RuleActivation({ groups, firstLoad: nothingPending, registry, sweeper, names, logger });
  const takeOver = new SwitchTakeOver({ switched, running, activation, logger });
  made.activate(() => activation.active());
  made.takeOverBy(() => takeOver.now());
  const retired = new RetiredRules({ pool: databases.pool, tickets, store, countyClock: clock });
  await switched.refresh();
  await running.declare();
  await activation.resume();
  /** A round of the time loop. */
  const round = async () => {
    await takeOver.now();
    await evaluationClock.advance(clock.nowMs());
    await retired.withdraw(switched.ruleIds());
    await activation.activateReady();
    await made.pipeline.wakeDue();
  };
  await round();
  const drift = async () => {
    const result = await sweeper.run({ reason: 'manual', groups: await activation.active(), differencesAre: 'drift' });
    return result.driftFindings + result.driftWakeUps;
  };
  return { ...made, evaluationClock, switched, round, drift, withdrawn };
}
