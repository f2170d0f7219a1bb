import { AuditLog, UserStore } from '@tianyan/access';
import { WorkingCalendar, type YearOfHolidays } from '@tianyan/calendar';
import { ClueWatch, type HandlingRules } from '@tianyan/cases';
import type { Catalogue } from '@tianyan/contracts';
import {
  awaitingPeople,
  CauseFinder,
  CohortCheck,
  CohortReader,
  EvaluationClock,
  EvaluationTickets,
  evaluationGroups,
  Evaluator,
  FindingRecords,
  FindingStore,
  LoadScopes,
  OpenLoads,
  OwnTime,
  PublicationCheck,
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
  TouchedCohorts,
  WaitingScopesFinder,
  WakeUps,
  LATE_PACE_MS,
  LateScopes,
  type ClockLimits,
  type FindingAlerts,
  type FitsRecords,
  type LiveProgress,
  type ReconcileResult,
  type RecordStream,
  type RuleSet,
} from '@tianyan/findings';
import { machineStopwatch, secretToken, sha256Hex, timerPause, type Clock, type IdSource } from '@tianyan/kernel';
import { DecidedAlerts, EscalationWatch, NoticeOutbox } from '@tianyan/notices';
import { NamedLock, type Pool } from '@tianyan/postgres';
import { CampaignReminders, Campaigns, CampaignWatch, CircularWatch, LetterWatch, OrderPopulation } from '@tianyan/supervision';
import {
  checkRule,
  explain,
  LANGUAGE_VERSION,
  NamesDirectory,
  OFFICE_HOURS,
  officeSession,
  type RuleDefinition,
} from '@tianyan/rules';
import type { AskedSweep } from '@tianyan/runtime';
import type { StreamAdmin } from '@tianyan/stream';
import type { WarehouseReader } from '@tianyan/warehouse';
import type { Logger } from 'pino';
import { BacklogPause } from './backlog-pause.js';
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
import { Watches } from './watches.js';
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
  /** How long late scopes wait to be judged with what else comes late; missing: {@link LATE_PACE_MS}. */
  latePaceMs?: number;
  /** What a rule may take of this process in an hour; missing: ten minutes. */
  maxOwnMsPerHour?: number;
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
  const stores = openStores(parts, sha256Hex(JSON.stringify([holidays, LANGUAGE_VERSION])), { fits });
  const { loads, log, lock } = stores;
  const calendar = new WorkingCalendar(holidays);
  const names = new NamesDirectory(parts.warehouse, machineClock);
  const rules: CurrentRules = composeRules(parts, stores, { calendar, names });
  // Asked for when a sweep waits: by then there is an activation.
  const live = composeLiveProgress(parts, stores, rules, async () =>
    (await activation.active()).groups.flatMap((group) => group.rules.map(({ id }) => id)),
  );
  const judging = composeJudging(parts, stores, live);
  const { sweeper } = judging;
  const waitingFor = withPulledLoads(firstLoad, loads);
  const activation: RuleActivation = new RuleActivation({ ...stores, rules, firstLoad: waitingFor, sweeper, names, logger });
  const takeOver = new RulesTakeOver({ rules, activation, logger });
  const takeOverRules = () => takeOver.now();
  const work = composeWork(
    parts,
    { ...stores, ...judging },
    {
      rules: () => ({ epoch: rules.epoch(), groups: rules.groups() }),
      takeOverRules,
      active: () => activation.active(),
    },
  );
  const { metrics } = work;
  const clocks = { countyClock, machineClock };
  const coverages = new RuleCoverages({ ...parts, pool: parts.postgres, clock: machineClock });
  const sweeps = new Sweeps({ activation, sweeper, takeOverRules, repeatLater, log, lock, metrics, ids, ...clocks, logger });
  const rateJudge = new RateJudge({ ...stores, activation, sweeper, ids, ...clocks, logger });
  const exemptionNotices = new ExemptionNotices({ ...parts, rules: () => rules.rules() });
  return {
    ...stores,
    calendar,
    names,
    rules,
    exemptionNotices,
    ...composeWatches(parts, calendar, metrics),
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

/** What looks in turn with what goes by time, and what may take its time. */
function composeWatches(parts: CorrelatorParts, calendar: WorkingCalendar, metrics: CorrelatorMetrics) {
  const { logger } = parts;
  const inTurn = {
    clues: composeClueWatch(parts, calendar),
    letters: composeLetterWatch(parts, calendar),
    // Before escalations look: what waits for nobody goes up to nobody.
    decided: new DecidedAlerts({ pool: parts.postgres, clock: parts.machineClock, stillWaiting: awaitingPeople }),
    alerts: composeEscalationWatch(parts, calendar),
    circulars: composeCircularWatch(parts, calendar),
    campaignReminders: composeCampaignReminders(parts, calendar),
  };
  return {
    watches: new Watches({ watches: inTurn, metrics, logger }),
    watchesBeside: new Watches({ watches: { campaigns: composeCampaignWatch(parts) }, metrics, logger }),
  };
}

/** What time and data bring to clues. */
function composeClueWatch(parts: CorrelatorParts, calendar: WorkingCalendar): ClueWatch {
  const { postgres: pool, ids, machineClock: clock, countyClock, handlingRules: rules } = parts;
  const users = new UserStore({ pool, ids, clock });
  return new ClueWatch({ pool, countyClock, calendar, rules, users, outbox: new NoticeOutbox(clock) });
}

/** What time brings to letters. */
function composeLetterWatch(parts: CorrelatorParts, calendar: WorkingCalendar): LetterWatch {
  const { postgres: pool, ids, machineClock: clock, countyClock } = parts;
  const users = new UserStore({ pool, ids, clock });
  return new LetterWatch({ pool, countyClock, calendar, users, outbox: new NoticeOutbox(clock) });
}

/** Whom time tells of alerts that nobody acknowledges. Offices are open as in rules that state no hours of their own. */
function composeEscalationWatch(parts: CorrelatorParts, calendar: WorkingCalendar): EscalationWatch {
  const { postgres: pool, machineClock: clock } = parts;
  const officeHours = OFFICE_HOURS.map(officeSession);
  return new EscalationWatch({ pool, clock, calendar, officeHours, stillWaiting: awaitingPeople });
}

/** What time brings to campaigns. */
function composeCampaignWatch({
  postgres: pool,
  warehouse,
  ids,
  machineClock: clock,
  countyClock,
  logger,
}: CorrelatorParts): CampaignWatch {
  const population = new OrderPopulation({ pool, warehouse });
  const outbox = new NoticeOutbox(clock);
  const campaigns = new Campaigns({ pool, ids, countyClock, population, seeds: secretToken, outbox });
  return new CampaignWatch({
    pool,
    campaigns,
    users: new UserStore({ pool, ids, clock }),
    countyClock,
    audit: new AuditLog(pool, clock),
    outbox,
    onFailed: (seriesId, error) => logger.error({ err: error, seriesId }, 'the week of a campaign could not be drawn'),
  });
}

/** Whom time tells that a campaign's last day is near, and over. */
function composeCampaignReminders(parts: CorrelatorParts, calendar: WorkingCalendar): CampaignReminders {
  const { postgres: pool, ids, machineClock: clock, countyClock } = parts;
  const users = new UserStore({ pool, ids, clock });
  return new CampaignReminders({ pool, countyClock, calendar, users, outbox: new NoticeOutbox(clock) });
}

/** What time brings to circulars. */
function composeCircularWatch(parts: CorrelatorParts, calendar: WorkingCalendar): CircularWatch {
  const { postgres: pool, ids, machineClock: clock, countyClock } = parts;
  const users = new UserStore({ pool, ids, clock });
  return new CircularWatch({ pool, countyClock, calendar, users, outbox: new NoticeOutbox(clock) });
}

/**
 * What stands in the databases.
 * @param engine fingerprint of program and calendar: the same in all processes that judge together
 * @param of.fits whether a rule fits the record types; missing: all do
 */
export function openStores(parts: OpenedParts, engine: string, of: { fits?: FitsRecords } = {}) {
  const { postgres: pool, warehouse, stream, ids, machineClock, countyClock, alerts, limits } = parts;
  const running = new RunningRules(pool, engine);
  const budget = new WeeklyBudget({ alerts, countyClock });
  const runs = new RuleRuns(pool, machineClock);
  const setAside = new RulesSetAside({ pool, clock: machineClock, tell: tellOfRules(parts) });
  const ownTime = new OwnTime(machineClock, parts.maxOwnMsPerHour);
  const log = new SweepLog(pool);
  const loads = new OpenLoads(pool);
  const cohortReader = new CohortReader(warehouse);
  const faults = new RuleFaults({ warehouse, setAside, notes: runs, ownTime });
  return {
    sets: new RuleSets(pool, machineClock, of.fits),
    running,
    registry: new RuleRegistry(pool, running),
    setAside,
    runs,
    faults,
    evaluator: new Evaluator(warehouse, { faults, notes: runs }),
    tickets: new EvaluationTickets(pool, limits),
    evaluationClock: new EvaluationClock(pool, limits),
    store: new FindingStore({ pool, ids, alerts: new OldFindingsTogether(budget, countyClock), running }),
    records: new FindingRecords({ pool, stream: stream.producer(), countyClock }),
    wakeUps: new WakeUps(pool),
    late: new LateScopes(pool),
    loads,
    loadScopes: new LoadScopes(warehouse),
    log,
    cohorts: new TouchedCohorts({ pool, cohortReader, log, loads }),
    cohortReader,
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

function composeLiveProgress(
  parts: OpenedParts,
  { wakeUps, late, tickets }: Stores,
  rules: CurrentRules,
  activeRuleIds: () => Promise<readonly string[]>,
): StreamLiveProgress {
  const admin = parts.stream.admin();
  const ruleIds = () => rules.ruleIds();
  return new StreamLiveProgress({
    admin,
    wakeUps,
    late,
    tickets,
    ruleIds,
    activeRuleIds,
    clock: parts.machineClock,
    pause: timerPause,
  });
}

/** From scopes to stored answers: of some (the reconciler), of all (the sweeper), of rules that are gone. */
export function composeJudging(parts: OpenedParts, stores: Stores, live: LiveProgress) {
  const { postgres: pool, warehouse, ids, machineClock, countyClock } = parts;
  const { evaluator, faults, tickets, store, loads, loadScopes, log, cohorts, cohortReader, runs: notes } = stores;
  const causes = new CauseFinder({ warehouse, store });
  const waiting = new WaitingScopesFinder({ loads, loadScopes, store });
  const reconciler = new Reconciler({ evaluator, tickets, store, causes, waiting, countyClock, notes });
  const judged = { evaluator, tickets, store, cohorts };
  const compared = {
    publication: new PublicationCheck({ evaluator, faults }),
    cohortCheck: new CohortCheck({ evaluator, cohortReader, faults }),
  };
  const openAnswers = () => SweepAnswers.open(pool);
  const clocks = { countyClock, machineClock };
  return {
    waiting,
    reconciler,
    sweeper: new Sweeper({ ...judged, ...compared, reconciler, waiting, log, openAnswers, live, ids, ...clocks }),
    retired: new RetiredRules({ pool, tickets, store, countyClock }),
  };
}

/** What is judged when: landed batches and instants that come, loads that have landed whole. */
export function composeWork(
  parts: OpenedParts,
  composed: Stores & ReturnType<typeof composeJudging>,
  judged: Pick<PipelineParts, 'rules' | 'takeOverRules' | 'active'>,
) {
  const { stream, countyClock, machineClock, logger, latePaceMs = LATE_PACE_MS } = parts;
  const metrics = new CorrelatorMetrics();
  const onChanged: PipelineParts['onChanged'] = (change) => logger.info(change, 'findings changed');
  const onJudged = (result: ReconcileResult) => metrics.countResult(result);
  const admin = stream.admin();
  const backlog = new BacklogPause({ admin, pause: timerPause, stopwatch: machineStopwatch, logger });
  const work = { ...composed, ...judged, countyClock, machineClock, metrics, latePaceMs, backlog, onChanged };
  return {
    metrics,
    backlog,
    pipeline: new CorrelatorPipeline(work),
    loadJudge: new LoadJudge({ ...composed, active: judged.active, admin, logger, onJudged }),
  };
}
