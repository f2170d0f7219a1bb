import { UserStore } from '@tianyan/access';
import { WorkingCalendar, type YearOfHolidays } from '@tianyan/calendar';
import { ClueWatch, type HandlingRules } from '@tianyan/cases';
import type { Catalogue } from '@tianyan/contracts';
import {
  CauseFinder,
  EvaluationClock,
  EvaluationTickets,
  evaluationGroups,
  Evaluator,
  FindingRecords,
  FindingStore,
  LoadScopes,
  OpenLoads,
  Reconciler,
  RetiredRules,
  RuleCoverages,
  RuleFaults,
  RuleRuns,
  RuleRegistry,
  RuleSets,
  RulesSetAside,
  RunningRules,
  SweepAnswers,
  Sweeper,
  SweepLog,
  WaitingScopesFinder,
  WakeUps,
  type ClockLimits,
  type FindingAlerts,
  type FitsRecords,
  type LiveProgress,
  type ReconcileResult,
  type RecordStream,
  type RuleSet,
} from '@tianyan/findings';
import { sha256Hex, timerPause, type Clock, type IdSource } from '@tianyan/kernel';
import { NoticeOutbox } from '@tianyan/notices';
import { NamedLock, type Pool } from '@tianyan/postgres';
import { checkRule, explain, LANGUAGE_VERSION, NamesDirectory, type RuleDefinition } from '@tianyan/rules';
import type { AskedSweep } from '@tianyan/runtime';
import type { StreamAdmin } from '@tianyan/stream';
import type { WarehouseReader } from '@tianyan/warehouse';
import type { Logger } from 'pino';
import { CorrelatorPipeline, type PipelineParts } from './correlator-pipeline.js';
import { CurrentRules } from './current-rules.js';
import { ExemptionNotices } from './exemption-notices.js';
import { StreamLiveProgress } from './live-progress.js';
import { LoadJudge } from './load-judge.js';
import { CorrelatorMetrics } from './metrics.js';
import { OldFindingsTogether } from './old-findings-together.js';
import { RateJudge } from './rate-judge.js';
import { tellOfRules } from './rule-notices.js';
import { RuleActivation, withPulledLoads, type FirstLoad } from './rule-activation.js';
import { RulesTakeOver } from './rules-take-over.js';
import { Sweeps } from './sweeps.js';
import { WeeklyBudget } from './weekly-budget.js';

/** What a process has opened, whatever the rules are. */
export interface OpenedParts {
  postgres: Pool;
  warehouse: WarehouseReader;
  stream: { admin(): Pick<StreamAdmin, 'lag'>; producer(): RecordStream };
  ids: IdSource;
  machineClock: Clock;
  countyClock: Clock;
  logger: Logger;
  /** Who is told. */
  alerts: FindingAlerts;
  limits: ClockLimits;
}

/** What a process has opened and was told, of which a correlator is made. */
export interface CorrelatorParts extends OpenedParts {
  catalogue: Catalogue;
  /** Which days are worked. */
  holidays: readonly YearOfHolidays[];
  /** Deadlines of clues. */
  handlingRules: HandlingRules;
  /** Which record types still miss history. */
  firstLoad: FirstLoad;
  /** Keeps a sweep that was given up for the next start, of whichever process. */
  repeatLater: (asked: AskedSweep) => Promise<void>;
}

export type Correlator = ReturnType<typeof composeCorrelator>;

/** From landed batches, passing time and sweeps to findings; nothing is read or started. The tables must be there. */
export function composeCorrelator(parts: CorrelatorParts) {
  const { machineClock, countyClock, ids, logger, catalogue, holidays, firstLoad, repeatLater } = parts;
  const fits = (rule: RuleDefinition) => checkRule(rule, catalogue).length === 0;
  const stores = openStores(parts, sha256Hex(JSON.stringify([holidays, LANGUAGE_VERSION])), {
    fits,
    // Asked for when something is told: by then there are rules.
    amountFigures: () => rules.amountFigures(),
  });
  const { loads, log, lock } = stores;
  const calendar = new WorkingCalendar(holidays);
  const names = new NamesDirectory(parts.warehouse, machineClock);
  const rules: CurrentRules = composeRules(parts, stores, { calendar, names });
  const live = composeLiveProgress(parts, stores, rules);
  const judging = composeJudging(parts, stores, live);
  const { sweeper } = judging;
  const waitingFor = withPulledLoads(firstLoad, loads);
  const activation = new RuleActivation({ ...stores, rules, firstLoad: waitingFor, sweeper, names, logger });
  const takeOver = new RulesTakeOver({ rules, activation, logger });
  const work = composeWork(
    parts,
    { ...stores, ...judging },
    {
      rules: () => ({ epoch: rules.epoch(), groups: rules.groups() }),
      takeOverRules: () => takeOver.now(),
      active: () => activation.active(),
    },
  );
  const { metrics } = work;
  const clocks = { countyClock, machineClock };
  const coverages = new RuleCoverages({ ...parts, pool: parts.postgres, clock: machineClock });
  const sweeps = new Sweeps({ activation, sweeper, repeatLater, log, lock, metrics, ids, ...clocks, logger });
  const rateJudge = new RateJudge({ activation, sweeper, loads, log, lock, ids, machineClock, logger });
  const titles = () => new Map(rules.rules().map(({ id, title }) => [id, title]));
  const exemptionNotices = new ExemptionNotices({ ...parts, titles });
  return {
    ...stores,
    calendar,
    names,
    rules,
    exemptionNotices,
    clueWatch: composeClueWatch(parts, calendar),
    live,
    ...judging,
    activation,
    takeOver,
    ...work,
    sweeps,
    rateJudge,
    coverages,
  };
}

/** What time and data bring to clues. */
function composeClueWatch(parts: CorrelatorParts, calendar: WorkingCalendar): ClueWatch {
  const { postgres: pool, ids, machineClock: clock, countyClock, handlingRules: rules } = parts;
  const users = new UserStore({ pool, ids, clock });
  return new ClueWatch({ pool, countyClock, calendar, rules, users, outbox: new NoticeOutbox(clock) });
}

/**
 * What stands in the databases.
 * @param engine fingerprint of program and calendar: the same in all processes that judge together
 * @param of.fits whether a rule fits the record types; missing: all do
 * @param of.amountFigures by rule: the figure that says how much money is at stake; missing: none does
 */
export function openStores(
  parts: OpenedParts,
  engine: string,
  of: { fits?: FitsRecords; amountFigures?: () => ReadonlyMap<string, string | null> } = {},
) {
  const { postgres: pool, warehouse, stream, ids, machineClock, countyClock, alerts, limits } = parts;
  const running = new RunningRules(pool, engine);
  const budget = new WeeklyBudget({ alerts, countyClock, amountFigures: of.amountFigures ?? (() => new Map()) });
  const runs = new RuleRuns(pool, machineClock);
  const setAside = new RulesSetAside({ pool, clock: machineClock, tell: tellOfRules(parts) });
  return {
    sets: new RuleSets(pool, machineClock, of.fits),
    running,
    registry: new RuleRegistry(pool, running),
    setAside,
    runs,
    evaluator: new Evaluator(warehouse, { faults: new RuleFaults({ warehouse, setAside, notes: runs }), notes: runs }),
    tickets: new EvaluationTickets(pool, limits),
    evaluationClock: new EvaluationClock(pool, limits),
    store: new FindingStore({ pool, ids, alerts: new OldFindingsTogether(budget, countyClock), running }),
    records: new FindingRecords({ pool, stream: stream.producer(), countyClock }),
    wakeUps: new WakeUps(pool),
    loads: new OpenLoads(pool),
    loadScopes: new LoadScopes(warehouse),
    log: new SweepLog(pool),
    lock: new NamedLock(pool),
  };
}
type Stores = ReturnType<typeof openStores>;

/** The set of rules that counts, compiled. */
function composeRules(
  { catalogue, holidays }: CorrelatorParts,
  { sets, running }: Stores,
  { calendar, names }: { calendar: WorkingCalendar; names: NamesDirectory },
): CurrentRules {
  const calendarFingerprint = sha256Hex(JSON.stringify(holidays));
  const compile = ({ epoch, rules }: RuleSet) =>
    evaluationGroups({
      rules: rules.map(({ rule }) => rule),
      epoch,
      members: new Map(rules.map(({ rule, member }) => [rule.id, member])),
      catalogue,
      calendarFingerprint,
      calendar,
      notices: calendar,
      explain: (rule, evaluation) => explain(rule, evaluation, names.current),
    });
  return new CurrentRules({ sets, compile, adopt: (epoch, ruleIds) => running.adopt(epoch, ruleIds) });
}

function composeLiveProgress(parts: OpenedParts, { wakeUps, tickets }: Stores, rules: CurrentRules): StreamLiveProgress {
  const admin = parts.stream.admin();
  const ruleIds = () => rules.ruleIds();
  return new StreamLiveProgress({ admin, wakeUps, tickets, ruleIds, clock: parts.machineClock, pause: timerPause });
}

/** From scopes to stored answers: of some (the reconciler), of all (the sweeper), of rules that are gone. */
export function composeJudging(parts: OpenedParts, stores: Stores, live: LiveProgress) {
  const { postgres: pool, warehouse, ids, machineClock, countyClock } = parts;
  const { evaluator, tickets, store, loads, loadScopes, log, runs: notes } = stores;
  const causes = new CauseFinder({ warehouse, store });
  const waiting = new WaitingScopesFinder({ loads, loadScopes, store });
  const reconciler = new Reconciler({ evaluator, tickets, store, causes, waiting, countyClock, notes });
  const openAnswers = () => SweepAnswers.open(pool);
  const clocks = { countyClock, machineClock };
  return {
    waiting,
    reconciler,
    sweeper: new Sweeper({ evaluator, tickets, store, reconciler, waiting, log, openAnswers, live, ids, ...clocks }),
    retired: new RetiredRules({ pool, tickets, store, countyClock }),
  };
}

/** What is judged when: landed batches and instants that come, loads that have landed whole. */
export function composeWork(
  parts: OpenedParts,
  composed: Stores & ReturnType<typeof composeJudging>,
  judged: Pick<PipelineParts, 'rules' | 'takeOverRules' | 'active'>,
) {
  const { stream, countyClock, machineClock, logger } = parts;
  const metrics = new CorrelatorMetrics();
  const onChanged: PipelineParts['onChanged'] = (change) => logger.info(change, 'findings changed');
  const onJudged = (result: ReconcileResult) => metrics.countResult(result);
  return {
    metrics,
    pipeline: new CorrelatorPipeline({ ...composed, ...judged, countyClock, machineClock, metrics, onChanged }),
    loadJudge: new LoadJudge({ ...composed, active: judged.active, admin: stream.admin(), logger, onJudged }),
  };
}
