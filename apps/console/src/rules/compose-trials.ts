import { WorkingCalendar } from '@tianyan/calendar';
import {
  RuleRuns,
  runSwitchPreview,
  runTrial,
  StandingFindings,
  Trials,
  TrialStore,
  type ParameterSettings,
  type RuleSets,
  type RuleSwitches,
  type TrialParts,
} from '@tianyan/findings';
import { timerPause } from '@tianyan/kernel';
import { explain, type ExampleProcess, type NamesDirectory } from '@tianyan/rules';
import type { ConsoleParts } from '../compose-console.js';

/** Rules tried before they are published, and switches before they are made. */
export function composeTrials(
  parts: ConsoleParts,
  own: { sets: RuleSets; names: NamesDirectory; switches: RuleSwitches; parameters: ParameterSettings; examples: ExampleProcess },
): Trials {
  const { postgres: pool, warehouse, catalogue, holidays, countyClock, machineClock, ids, rng, logger } = parts;
  const tried: TrialParts = {
    ...own,
    warehouse,
    catalogue,
    countyClock,
    standing: new StandingFindings(pool),
    calendar: new WorkingCalendar(holidays),
    beforeExplaining: () => own.names.refresh(),
    explain: (rule, evaluation) => explain(rule, evaluation, own.names.current),
  };
  return new Trials({
    run: (request) => runTrial(tried, request),
    previewSwitch: (request) => runSwitchPreview({ ...tried, rng, pause: timerPause }, request),
    store: new TrialStore(pool, machineClock),
    log: new RuleRuns(pool, machineClock),
    clock: machineClock,
    ids,
    pause: timerPause,
    logger,
  });
}
