import { AuditLog, CountyWide, Reveals, SessionStore, SignIn, SignInLimits, UserStore } from '@tianyan/access';
import { DeliveryQueries, TeamStore } from '@tianyan/notices';
import type { WorkingCalendar } from '@tianyan/calendar';
import type { Catalogue } from '@tianyan/contracts';
import {
  clockLimits,
  EvaluationClock,
  FindingDecisions,
  FindingQueries,
  LOADER_SILENT_MINUTES,
  LoadQueries,
  MAX_LOAD_HOURS,
  RuleSets,
  RuleSwitches,
  SweepQueries,
} from '@tianyan/findings';
import { HOUR_MS, MINUTE_MS, timerPause, type Clock, type IdSource, type Rng } from '@tianyan/kernel';
import type { Pool } from '@tianyan/postgres';
import {
  CALENDAR,
  CATALOGUE,
  CONFIG,
  COUNTY_CLOCK,
  DiskSpace,
  IDS,
  keptSecret,
  LOGGER,
  MACHINE_CLOCK,
  outboundHosts,
  POSTGRES,
  RNG,
  WAREHOUSE,
  type TianyanConfig,
} from '@tianyan/runtime';
import { CONNECTOR } from '@tianyan/runtime/sources';
import type { WarehouseReader } from '@tianyan/warehouse';
import type { Provider } from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import { NamesDirectory } from '@tianyan/rules';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { NoticeCases } from './notices/notice-cases.js';
import { DictionaryCases } from './dictionary/dictionary-cases.js';
import { EventHub } from './events/event-hub.js';
import { EventStream } from './events/event-stream.js';
import { PostgresListener } from './events/postgres-listener.js';
import { StateWatcher } from './events/state-watcher.js';
import { ConfidentialRecords } from './findings/confidential-records.js';
import { EvidenceReader } from './findings/evidence-reader.js';
import { FindingCases } from './findings/finding-cases.js';
import { SessionGuard } from './http/session-guard.js';
import { AdvisoryCases } from './advisories/advisory-cases.js';
import { OverviewCases } from './overview/overview-cases.js';
import { RecordCounts } from './overview/record-counts.js';
import { RuleBook } from './rules/rule-book.js';
import { RuleCases } from './rules/rule-cases.js';
import { RulePublishing } from './rules/rule-publishing.js';
import { SignInBlockCases } from './session/sign-in-block-cases.js';
import { LoadCases } from './sources/load-cases.js';
import { MendAnswers } from './sources/mend-answers.js';
import { MendCases } from './sources/mend-cases.js';
import { QuarantineCases } from './sources/quarantine-cases.js';
import { SourceCases } from './sources/source-cases.js';
import { UploadCases } from './sources/upload-cases.js';
import { SweepCases } from './sweeps/sweep-cases.js';
import { QUARANTINE, SWEEP_CONTROL, type AskedConnector, type QuarantineServices, type SweepControl } from './tokens.js';

/** Users, sessions, the guard of every route. */
export const accessProviders: Provider[] = [
  {
    provide: AuditLog,
    inject: [POSTGRES, MACHINE_CLOCK],
    useFactory: (pool: Pool, clock: Clock) => new AuditLog(pool, clock),
  },
  {
    provide: UserStore,
    inject: [POSTGRES, IDS, MACHINE_CLOCK],
    useFactory: (pool: Pool, ids: IdSource, clock: Clock) => new UserStore({ pool, ids, clock }),
  },
  {
    provide: SessionStore,
    inject: [POSTGRES, MACHINE_CLOCK],
    useFactory: (pool: Pool, clock: Clock) => new SessionStore(pool, clock),
  },
  {
    provide: SignInLimits,
    inject: [POSTGRES, MACHINE_CLOCK],
    useFactory: (pool: Pool, clock: Clock) => new SignInLimits(pool, clock),
  },
  {
    provide: Reveals,
    inject: [POSTGRES, AuditLog, MACHINE_CLOCK],
    useFactory: (pool: Pool, audit: AuditLog, clock: Clock) => new Reveals({ pool, audit, clock }),
  },
  {
    provide: SignIn,
    inject: [UserStore, SessionStore, SignInLimits, AuditLog],
    useFactory: (users: UserStore, sessions: SessionStore, limits: SignInLimits, audit: AuditLog) =>
      new SignIn({ users, sessions, limits, audit }),
  },
  {
    provide: SignInBlockCases,
    inject: [SignInLimits, AuditLog],
    useFactory: (limits: SignInLimits, audit: AuditLog) => new SignInBlockCases({ limits, audit }),
  },
  {
    provide: APP_GUARD,
    inject: [Reflector, SessionStore],
    useFactory: (reflector: Reflector, store: SessionStore) => new SessionGuard(reflector, store),
  },
];

/** What is read out of the stores. */
export const readProviders: Provider[] = [
  { provide: FindingQueries, inject: [POSTGRES], useFactory: (pool: Pool) => new FindingQueries(pool) },
  { provide: RuleSwitches, inject: [POSTGRES], useFactory: (pool: Pool) => new RuleSwitches(pool) },
  {
    provide: RuleSets,
    inject: [POSTGRES, MACHINE_CLOCK],
    useFactory: (pool: Pool, machineClock: Clock) => new RuleSets(pool, machineClock),
  },
  {
    provide: RuleBook,
    inject: [RuleSets, CATALOGUE],
    useFactory: (sets: RuleSets, catalogue: Catalogue) => new RuleBook(sets, catalogue),
  },
  {
    provide: RulePublishing,
    inject: [RuleSets, CATALOGUE, AuditLog],
    useFactory: (sets: RuleSets, catalogue: Catalogue, audit: AuditLog) => new RulePublishing({ sets, catalogue, audit }),
  },
  {
    provide: EvaluationClock,
    inject: [POSTGRES, CONFIG],
    useFactory: (pool: Pool, config: TianyanConfig) => new EvaluationClock(pool, clockLimits(config)),
  },
  {
    provide: LoadQueries,
    inject: [POSTGRES, WAREHOUSE, CATALOGUE],
    useFactory: (pool: Pool, warehouse: WarehouseReader, catalogue: Catalogue) => new LoadQueries({ pool, warehouse, catalogue }),
  },
  { provide: SweepQueries, inject: [POSTGRES], useFactory: (pool: Pool) => new SweepQueries(pool) },
  {
    provide: DeliveryQueries,
    inject: [POSTGRES, MACHINE_CLOCK],
    useFactory: (pool: Pool, clock: Clock) => new DeliveryQueries(pool, clock),
  },
  {
    provide: FindingDecisions,
    inject: [POSTGRES, COUNTY_CLOCK],
    useFactory: (pool: Pool, countyClock: Clock) => new FindingDecisions({ pool, countyClock }),
  },
  {
    provide: EvidenceReader,
    inject: [WAREHOUSE, CATALOGUE],
    useFactory: (warehouse: WarehouseReader, catalogue: Catalogue) => new EvidenceReader(warehouse, catalogue),
  },
  {
    provide: ConfidentialRecords,
    inject: [WAREHOUSE, CATALOGUE],
    useFactory: (warehouse: WarehouseReader, catalogue: Catalogue) => new ConfidentialRecords(warehouse, catalogue),
  },
  {
    provide: NamesDirectory,
    inject: [WAREHOUSE, MACHINE_CLOCK],
    useFactory: (warehouse: WarehouseReader, clock: Clock) => new NamesDirectory(warehouse, clock),
  },
  {
    provide: RecordCounts,
    inject: [WAREHOUSE, CATALOGUE, MACHINE_CLOCK, COUNTY_CLOCK],
    useFactory: (warehouse: WarehouseReader, catalogue: Catalogue, machineClock: Clock, countyClock: Clock) =>
      new RecordCounts({ warehouse, catalogue, machineClock, countyClock }),
  },
];

/** What people can do. */
export const caseProviders: Provider[] = [
  {
    provide: QUARANTINE,
    inject: [CONNECTOR],
    useFactory: ({ quarantineService: quarantine, mendService: mends }: AskedConnector): CountyWide<QuarantineServices> =>
      new CountyWide({ quarantine, mends }),
  },
  {
    provide: FindingCases,
    inject: [
      FindingQueries,
      FindingDecisions,
      EvidenceReader,
      RuleBook,
      NamesDirectory,
      CATALOGUE,
      AuditLog,
      Reveals,
      ConfidentialRecords,
      CONNECTOR,
    ],
    useFactory: (
      queries: FindingQueries,
      decisions: FindingDecisions,
      evidence: EvidenceReader,
      rules: RuleBook,
      names: NamesDirectory,
      catalogue: Catalogue,
      audit: AuditLog,
      reveals: Reveals,
      confidential: ConfidentialRecords,
      { mappers }: AskedConnector,
    ) => new FindingCases({ queries, decisions, evidence, rules, names, catalogue, audit, reveals, confidential, mappers }),
  },
  {
    provide: SourceCases,
    inject: [CONNECTOR, QUARANTINE, RecordCounts, CATALOGUE, MACHINE_CLOCK, COUNTY_CLOCK, AuditLog],
    useFactory: (
      { sources, held }: AskedConnector,
      quarantine: CountyWide<QuarantineServices>,
      counts: RecordCounts,
      catalogue: Catalogue,
      machineClock: Clock,
      countyClock: Clock,
      audit: AuditLog,
    ) => new SourceCases({ sources, held, quarantine, counts, catalogue, machineClock, countyClock, audit }),
  },
  {
    provide: LoadCases,
    inject: [LoadQueries, CONNECTOR, CATALOGUE],
    useFactory: (loads: LoadQueries, { sources }: AskedConnector, catalogue: Catalogue) =>
      new LoadCases(
        { loads, sources, catalogue },
        { silentMs: LOADER_SILENT_MINUTES * MINUTE_MS, longestMs: MAX_LOAD_HOURS * HOUR_MS },
      ),
  },
  {
    provide: MendAnswers,
    inject: [CONNECTOR, CATALOGUE],
    useFactory: ({ mendService: mends, sources, mappers }: AskedConnector, catalogue: Catalogue) =>
      new MendAnswers({ mends, sources, mappers, catalogue }),
  },
  {
    provide: QuarantineCases,
    inject: [QUARANTINE, MendAnswers, AuditLog, Reveals],
    useFactory: (quarantine: CountyWide<QuarantineServices>, answers: MendAnswers, audit: AuditLog, reveals: Reveals) =>
      new QuarantineCases({ quarantine, answers, audit, reveals }),
  },
  {
    provide: MendCases,
    inject: [QUARANTINE, MendAnswers, AuditLog, Reveals],
    useFactory: (quarantine: CountyWide<QuarantineServices>, answers: MendAnswers, audit: AuditLog, reveals: Reveals) =>
      new MendCases({ quarantine, answers, audit, reveals }),
  },
  {
    provide: UploadCases,
    inject: [CONNECTOR, CATALOGUE, AuditLog],
    useFactory: ({ uploads }: AskedConnector, catalogue: Catalogue, audit: AuditLog) =>
      new UploadCases({ uploads, catalogue, audit }),
  },
  {
    provide: RuleCases,
    inject: [RuleBook, RuleSets, FindingQueries, RuleSwitches, CONNECTOR, CATALOGUE, AuditLog, MACHINE_CLOCK],
    useFactory: (
      rules: RuleBook,
      sets: RuleSets,
      findings: FindingQueries,
      switches: RuleSwitches,
      { sources }: AskedConnector,
      catalogue: Catalogue,
      audit: AuditLog,
      machineClock: Clock,
    ) => new RuleCases({ rules, sets, findings, switches, sources, catalogue, audit, machineClock }),
  },
  {
    provide: AdvisoryCases,
    inject: [CALENDAR, EvaluationClock, COUNTY_CLOCK, MACHINE_CLOCK, CONFIG, AuditLog],
    useFactory: (
      calendar: WorkingCalendar,
      clock: EvaluationClock,
      countyClock: Clock,
      machineClock: Clock,
      config: TianyanConfig,
      audit: AuditLog,
    ) => {
      const disk = new DiskSpace(config.dataDirectory, machineClock);
      const simulated = config.sandbox !== null || config.sandboxServer !== null;
      return new AdvisoryCases({ calendar, clock, countyClock, asOfMs: config.asOfMs, simulated, disk, audit });
    },
  },
  {
    provide: SweepCases,
    inject: [SweepQueries, SWEEP_CONTROL, RuleBook, AuditLog],
    useFactory: (sweeps: SweepQueries, control: SweepControl, rules: RuleBook, audit: AuditLog) =>
      new SweepCases({ sweeps, control, rules, audit }),
  },
  {
    provide: DictionaryCases,
    inject: [NamesDirectory, CATALOGUE],
    useFactory: (names: NamesDirectory, catalogue: Catalogue) => new DictionaryCases({ names, catalogue }),
  },
  {
    provide: TeamStore,
    inject: [POSTGRES, IDS, MACHINE_CLOCK, CONFIG],
    useFactory: (pool: Pool, ids: IdSource, clock: Clock, config: TianyanConfig) =>
      new TeamStore({ pool, ids, clock, outbound: outboundHosts(config) }),
  },
  {
    provide: NoticeCases,
    inject: [TeamStore, DeliveryQueries, UserStore, AuditLog, CONFIG],
    useFactory: (teams: TeamStore, deliveries: DeliveryQueries, users: UserStore, audit: AuditLog, config: TianyanConfig) =>
      // The same file as the notifier's: the keys shown here are those it signs with.
      new NoticeCases({
        teams,
        deliveries,
        users,
        audit,
        secret: config.digestKey ?? keptSecret(join(config.dataDirectory, 'webhook.key')),
      }),
  },
  {
    provide: OverviewCases,
    inject: [
      SourceCases,
      LoadCases,
      QUARANTINE,
      RecordCounts,
      FindingQueries,
      SweepQueries,
      DeliveryQueries,
      NamesDirectory,
      CATALOGUE,
      MACHINE_CLOCK,
      COUNTY_CLOCK,
      CONFIG,
    ],
    useFactory: (
      sources: SourceCases,
      loads: LoadCases,
      quarantine: CountyWide<QuarantineServices>,
      counts: RecordCounts,
      findings: FindingQueries,
      sweeps: SweepQueries,
      deliveries: DeliveryQueries,
      names: NamesDirectory,
      catalogue: Catalogue,
      machineClock: Clock,
      countyClock: Clock,
      config: TianyanConfig,
    ) =>
      new OverviewCases({
        sources,
        loads,
        quarantine,
        counts,
        findings,
        sweeps,
        deliveries,
        names,
        catalogue,
        machineClock,
        countyClock,
        asOfMs: config.asOfMs,
      }),
  },
];

/** What open consoles hear of. */
export const eventProviders: Provider[] = [
  { provide: EventHub, useFactory: () => new EventHub() },
  {
    provide: EventStream,
    inject: [EventHub, SessionStore],
    useFactory: (hub: EventHub, sessions: SessionStore) => new EventStream(hub, sessions),
  },
  {
    provide: PostgresListener,
    inject: [POSTGRES, EventHub, RNG, LOGGER],
    useFactory: (pool: Pool, hub: EventHub, rng: Rng, logger: Logger) =>
      new PostgresListener({ pool, hub, pause: timerPause, rng, logger }),
  },
  {
    provide: StateWatcher,
    inject: [CONNECTOR, SweepQueries, EventHub, LOGGER],
    useFactory: ({ sources }: AskedConnector, sweeps: SweepQueries, hub: EventHub, logger: Logger) =>
      new StateWatcher({ sources, sweeps, hub, pause: timerPause, logger }),
  },
];
