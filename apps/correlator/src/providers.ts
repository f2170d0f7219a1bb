import type { WorkingCalendar, YearOfHolidays } from '@tianyan/calendar';
import type { Catalogue } from '@tianyan/contracts';
import {
  CauseFinder,
  clockLimits,
  EvaluationClock,
  EvaluationTickets,
  evaluationGroups,
  Evaluator,
  FindingStore,
  LoadScopes,
  OpenLoads,
  Reconciler,
  RetiredRules,
  RuleRegistry,
  RuleSets,
  RunningRules,
  SweepAnswers,
  Sweeper,
  SweepLog,
  WaitingScopesFinder,
  WakeUps,
  type FindingAlerts,
  type RuleSet,
} from '@tianyan/findings';
import { sha256Hex, timerPause, type Clock, type IdSource } from '@tianyan/kernel';
import { NamedLock, type Pool } from '@tianyan/postgres';
import { explain, LANGUAGE_VERSION, NamesDirectory } from '@tianyan/rules';
import {
  CALENDAR,
  CATALOGUE,
  CONFIG,
  COUNTY_CLOCK,
  HOLIDAYS,
  IDS,
  LOGGER,
  MACHINE_CLOCK,
  METRICS,
  POSTGRES,
  showFigures,
  STREAM,
  WAREHOUSE,
  type Metrics,
  type TianyanConfig,
  SweepRequests,
  type AskedSweep,
} from '@tianyan/runtime';
import type { Stream } from '@tianyan/stream';
import type { WarehouseReader } from '@tianyan/warehouse';
import type { Provider } from '@nestjs/common';
import type { Logger } from 'pino';
import { correlatorFigures } from './correlator-figures.js';
import { CorrelatorPipeline } from './correlator-pipeline.js';
import { StreamLiveProgress } from './live-progress.js';
import { CurrentRules } from './current-rules.js';
import { CorrelatorMetrics } from './metrics.js';
import { LoadJudge } from './load-judge.js';
import { OldFindingsTogether } from './old-findings-together.js';
import { RuleActivation, withPulledLoads, type FirstLoad } from './rule-activation.js';
import { Sweeps } from './sweeps.js';
import { RulesTakeOver } from './rules-take-over.js';
import { FINDING_ALERTS, FIRST_LOAD } from './tokens.js';

/** Plain classes of libs/findings, wired. */
const storeProviders: Provider[] = [
  {
    provide: EvaluationTickets,
    inject: [POSTGRES, CONFIG],
    useFactory: (pool: Pool, config: TianyanConfig) => new EvaluationTickets(pool, clockLimits(config)),
  },
  {
    provide: EvaluationClock,
    inject: [POSTGRES, CONFIG],
    useFactory: (pool: Pool, config: TianyanConfig) => new EvaluationClock(pool, clockLimits(config)),
  },
  { provide: WakeUps, inject: [POSTGRES], useFactory: (pool: Pool) => new WakeUps(pool) },
  { provide: NamedLock, inject: [POSTGRES], useFactory: (pool: Pool) => new NamedLock(pool) },
  { provide: SweepLog, inject: [POSTGRES], useFactory: (pool: Pool) => new SweepLog(pool) },
  {
    provide: RuleSets,
    inject: [POSTGRES, MACHINE_CLOCK],
    useFactory: (pool: Pool, machineClock: Clock) => new RuleSets(pool, machineClock),
  },
  {
    provide: RunningRules,
    inject: [POSTGRES, HOLIDAYS],
    useFactory: (pool: Pool, holidays: readonly YearOfHolidays[]) =>
      new RunningRules(pool, sha256Hex(JSON.stringify([holidays, LANGUAGE_VERSION]))),
  },
  {
    provide: RuleRegistry,
    inject: [POSTGRES, RunningRules],
    useFactory: (pool: Pool, running: RunningRules) => new RuleRegistry(pool, running),
  },
  {
    provide: RetiredRules,
    inject: [POSTGRES, EvaluationTickets, FindingStore, COUNTY_CLOCK],
    useFactory: (pool: Pool, tickets: EvaluationTickets, store: FindingStore, countyClock: Clock) =>
      new RetiredRules({ pool, tickets, store, countyClock }),
  },
  { provide: Evaluator, inject: [WAREHOUSE], useFactory: (warehouse: WarehouseReader) => new Evaluator(warehouse) },
  {
    provide: FindingStore,
    inject: [POSTGRES, IDS, FINDING_ALERTS, COUNTY_CLOCK, RunningRules],
    useFactory: (pool: Pool, ids: IdSource, alerts: FindingAlerts, countyClock: Clock, running: RunningRules) =>
      new FindingStore({ pool, ids, alerts: new OldFindingsTogether(alerts, countyClock), running }),
  },
  { provide: OpenLoads, inject: [POSTGRES], useFactory: (pool: Pool) => new OpenLoads(pool) },
  { provide: LoadScopes, inject: [WAREHOUSE], useFactory: (warehouse: WarehouseReader) => new LoadScopes(warehouse) },
  {
    provide: WaitingScopesFinder,
    inject: [OpenLoads, LoadScopes, FindingStore],
    useFactory: (loads: OpenLoads, loadScopes: LoadScopes, store: FindingStore) =>
      new WaitingScopesFinder({ loads, loadScopes, store }),
  },
  {
    provide: Reconciler,
    inject: [Evaluator, EvaluationTickets, FindingStore, WaitingScopesFinder, WAREHOUSE, COUNTY_CLOCK],
    useFactory: (
      evaluator: Evaluator,
      tickets: EvaluationTickets,
      store: FindingStore,
      waiting: WaitingScopesFinder,
      warehouse: WarehouseReader,
      countyClock: Clock,
    ) => new Reconciler({ evaluator, tickets, store, waiting, causes: new CauseFinder({ warehouse, store }), countyClock }),
  },
];

const ruleProviders: Provider[] = [
  {
    provide: NamesDirectory,
    inject: [WAREHOUSE, MACHINE_CLOCK],
    useFactory: (warehouse: WarehouseReader, clock: Clock) => new NamesDirectory(warehouse, clock),
  },
  {
    provide: CurrentRules,
    inject: [RuleSets, RunningRules, CATALOGUE, HOLIDAYS, CALENDAR, NamesDirectory],
    useFactory: (
      sets: RuleSets,
      running: RunningRules,
      catalogue: Catalogue,
      holidays: readonly YearOfHolidays[],
      calendar: WorkingCalendar,
      names: NamesDirectory,
    ) => {
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
    },
  },
  {
    provide: RuleActivation,
    inject: [CurrentRules, FIRST_LOAD, OpenLoads, RuleRegistry, Sweeper, NamesDirectory, LOGGER],
    useFactory: (
      rules: CurrentRules,
      firstLoad: FirstLoad,
      loads: OpenLoads,
      registry: RuleRegistry,
      sweeper: Sweeper,
      names: NamesDirectory,
      logger: Logger,
    ) =>
      new RuleActivation({
        rules,
        firstLoad: withPulledLoads(firstLoad, loads),
        registry,
        sweeper,
        names,
        logger,
      }),
  },
];

const takeOverProvider: Provider = {
  provide: RulesTakeOver,
  inject: [CurrentRules, RuleActivation, LOGGER],
  useFactory: (rules: CurrentRules, activation: RuleActivation, logger: Logger) =>
    new RulesTakeOver({ rules, activation, logger }),
};

const sweepProviders: Provider[] = [
  {
    provide: Sweeper,
    inject: [
      Evaluator,
      EvaluationTickets,
      FindingStore,
      Reconciler,
      WaitingScopesFinder,
      POSTGRES,
      SweepLog,
      STREAM,
      WakeUps,
      CurrentRules,
      IDS,
      COUNTY_CLOCK,
      MACHINE_CLOCK,
    ],
    useFactory: (
      evaluator: Evaluator,
      tickets: EvaluationTickets,
      store: FindingStore,
      reconciler: Reconciler,
      waiting: WaitingScopesFinder,
      pool: Pool,
      log: SweepLog,
      stream: Stream,
      wakeUps: WakeUps,
      rules: CurrentRules,
      ids: IdSource,
      countyClock: Clock,
      machineClock: Clock,
    ) => {
      const live = new StreamLiveProgress({
        admin: stream.admin(),
        wakeUps,
        tickets,
        ruleIds: () => rules.ruleIds(),
        clock: machineClock,
        pause: timerPause,
      });
      return new Sweeper({
        evaluator,
        tickets,
        store,
        reconciler,
        waiting,
        log,
        openAnswers: () => SweepAnswers.open(pool),
        live,
        ids,
        countyClock,
        machineClock,
      });
    },
  },
  {
    provide: Sweeps,
    inject: [
      RuleActivation,
      Sweeper,
      SweepRequests,
      SweepLog,
      NamedLock,
      CorrelatorMetrics,
      IDS,
      COUNTY_CLOCK,
      MACHINE_CLOCK,
      LOGGER,
    ],
    useFactory: (
      activation: RuleActivation,
      sweeper: Sweeper,
      requests: SweepRequests,
      log: SweepLog,
      lock: NamedLock,
      metrics: CorrelatorMetrics,
      ids: IdSource,
      countyClock: Clock,
      machineClock: Clock,
      logger: Logger,
    ) => {
      const repeatLater = (asked: AskedSweep) => requests.add(asked);
      return new Sweeps({ activation, sweeper, repeatLater, log, lock, metrics, ids, countyClock, machineClock, logger });
    },
  },
];

const loadProviders: Provider[] = [
  {
    provide: LoadJudge,
    inject: [OpenLoads, LoadScopes, STREAM, RuleActivation, Reconciler, Sweeper, CorrelatorMetrics, LOGGER],
    useFactory: (
      loads: OpenLoads,
      loadScopes: LoadScopes,
      stream: Stream,
      activation: RuleActivation,
      reconciler: Reconciler,
      sweeper: Sweeper,
      metrics: CorrelatorMetrics,
      logger: Logger,
    ) =>
      new LoadJudge({
        loads,
        loadScopes,
        admin: stream.admin(),
        active: () => activation.active(),
        reconciler,
        sweeper,
        logger,
        onJudged: (result) => metrics.countResult(result),
      }),
  },
];

export const correlatorProviders: Provider[] = [
  {
    provide: CorrelatorMetrics,
    inject: [METRICS],
    useFactory: (shown: Metrics) => {
      const metrics = new CorrelatorMetrics();
      showFigures(shown, correlatorFigures(metrics));
      shown.registerMetric(metrics.delay);
      return metrics;
    },
  },
  ...storeProviders,
  ...ruleProviders,
  ...sweepProviders,
  ...loadProviders,
  takeOverProvider,
  {
    provide: CorrelatorPipeline,
    inject: [
      CurrentRules,
      RulesTakeOver,
      RuleActivation,
      Evaluator,
      Reconciler,
      Sweeper,
      FindingStore,
      OpenLoads,
      WakeUps,
      EvaluationTickets,
      COUNTY_CLOCK,
      MACHINE_CLOCK,
      CorrelatorMetrics,
      LOGGER,
    ],
    useFactory: (
      rules: CurrentRules,
      takeOver: RulesTakeOver,
      activation: RuleActivation,
      evaluator: Evaluator,
      reconciler: Reconciler,
      sweeper: Sweeper,
      store: FindingStore,
      loads: OpenLoads,
      wakeUps: WakeUps,
      tickets: EvaluationTickets,
      countyClock: Clock,
      machineClock: Clock,
      metrics: CorrelatorMetrics,
      logger: Logger,
    ) =>
      new CorrelatorPipeline({
        onChanged: (change) => logger.info(change, 'findings changed'),
        rules: () => ({ epoch: rules.epoch(), groups: rules.groups() }),
        takeOverRules: () => takeOver.now(),
        active: () => activation.active(),
        evaluator,
        reconciler,
        sweeper,
        store,
        loads,
        wakeUps,
        tickets,
        countyClock,
        machineClock,
        metrics,
      }),
  },
];
