import { WorkingCalendar, builtInHolidays } from '@tianyan/calendar';
import { builtInCatalogue } from '@tianyan/contracts';
import {
  EvaluationClock,
  evaluationGroups,
  NO_CLOCK_LIMITS,
  noAlerts,
  RetiredRules,
  RuleSets,
  RunningRules,
  type ClockLimits,
  type Finding,
} from '@tianyan/findings';
import { explain, type RuleDefinition, type RuleText } from '@tianyan/rules';
import { pino } from 'pino';
import { makeCorrelator, type Databases } from './correlator.test-fixture.js';
import { CurrentRules } from './current-rules.js';
import { nothingPending, RuleActivation, type FirstLoad } from './rule-activation.js';
import { RulesTakeOver } from './rules-take-over.js';

const logger = pino({ level: 'silent' });
const calendar = new WorkingCalendar(builtInHolidays());

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
  const { pool } = databases;
  const withdrawn: string[] = [];
  const alerts = {
    ...noAlerts,
    enqueueWithdrawn: async (_client: unknown, findings: readonly Pick<Finding, 'id'>[]) =>
      void withdrawn.push(...findings.map(({ id }) => id)),
  };
  const clock = { nowMs: () => nowMs };
  const sets = new RuleSets(pool, clock);
  const adopting = new RunningRules(pool, 'engine');
  const rules = new CurrentRules({
    sets,
    adopt: (epoch, ids) => adopting.adopt(epoch, ids),
    compile: (set) =>
      evaluationGroups({
        rules: set.rules.map(({ rule }) => rule),
        epoch: set.epoch,
        members: new Map(set.rules.map(({ rule, member }) => [rule.id, member])),
        catalogue: builtInCatalogue,
        calendarFingerprint: '1',
        calendar,
        explain: (rule, evaluation) => explain(rule, evaluation),
      }),
  });
  const made = makeCorrelator(databases, [], nowMs, alerts, rules, limits);
  const { registry, running, sweeper, tickets, store } = made;
  const evaluationClock = new EvaluationClock(pool, limits);
  const names = { readNow: async () => {} };
  const activation = new RuleActivation({ rules, firstLoad, registry, sweeper, names, logger });
  const takeOver = new RulesTakeOver({ rules, activation, logger });
  made.activate(() => activation.active());
  made.takeOverBy(() => takeOver.now());
  const retired = new RetiredRules({ pool, tickets, store, countyClock: made.clock });
  const taken = await sets.takeFiles(asTexts(files));
  await running.declare();
  await takeOver.now();
  /** A round of the time loop. */
  const round = async () => {
    await takeOver.now();
    await evaluationClock.advance(made.clock.nowMs());
    await retired.withdraw(rules.ruleIds(), rules.epoch());
    await activation.activateReady();
    await made.pipeline.wakeDue();
  };
  await round();
  const drift = async () => {
    const result = await sweeper.run({ reason: 'manual', groups: (await activation.active()).groups, differencesAre: 'drift' });
    return result.driftFindings + result.driftWakeUps;
  };
  return { ...made, rules, sets, taken, activation, evaluationClock, round, drift, withdrawn };
}
