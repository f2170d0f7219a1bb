import { AuditLog, SessionStore, SignIn, SignInLimits, UserStore } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import { FindingDecisions, FindingQueries, SweepQueries } from '@tianyan/findings';
import type { Clock, IdSource } from '@tianyan/kernel';
import { CATALOGUE, COUNTY_CLOCK, IDS, MACHINE_CLOCK, POSTGRES, WAREHOUSE } from '@tianyan/runtime';
import type { WarehouseReader } from '@tianyan/warehouse';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import type pg from 'pg';
import { NamesDirectory } from './dictionary/names-directory.js';
import { EvidenceReader } from './findings/evidence-reader.js';
import { FindingCases } from './findings/finding-cases.js';
import { FindingsController } from './findings/findings.controller.js';
import { HealthController } from './health/health.controller.js';
import { SessionGuard } from './http/session-guard.js';
import { QUARANTINE, RULE_BOOK, SOURCES, SWEEP_CONTROL, UPLOADS, type RuleBookPort } from './ports.js';
import type { QuarantinePort, SourcesPort, SweepControlPort, UploadPort } from './ports.js';
import { SessionController } from './session/session.controller.js';

/** What other apps do for the console; the process that composes them fills it. */
export interface ConsolePorts {
  sources: SourcesPort;
  quarantine: QuarantinePort;
  uploads: UploadPort;
  sweepControl: SweepControlPort;
  rules: RuleBookPort;
}

const accessProviders: Provider[] = [
  {
    provide: AuditLog,
    inject: [POSTGRES, MACHINE_CLOCK],
    useFactory: (pool: pg.Pool, clock: Clock) => new AuditLog(pool, clock),
  },
  {
    provide: UserStore,
    inject: [POSTGRES, IDS, MACHINE_CLOCK],
    useFactory: (pool: pg.Pool, ids: IdSource, clock: Clock) => new UserStore({ pool, ids, clock }),
  },
  {
    provide: SessionStore,
    inject: [POSTGRES, MACHINE_CLOCK],
    useFactory: (pool: pg.Pool, clock: Clock) => new SessionStore(pool, clock),
  },
  { provide: SignInLimits, inject: [POSTGRES], useFactory: (pool: pg.Pool) => new SignInLimits(pool) },
  {
    provide: SignIn,
    inject: [UserStore, SessionStore, SignInLimits, AuditLog],
    useFactory: (users: UserStore, sessions: SessionStore, limits: SignInLimits, audit: AuditLog) =>
      new SignIn({ users, sessions, limits, audit }),
  },
  {
    provide: APP_GUARD,
    inject: [Reflector, SessionStore],
    useFactory: (reflector: Reflector, store: SessionStore) => new SessionGuard(reflector, store),
  },
];

const findingProviders: Provider[] = [
  { provide: FindingQueries, inject: [POSTGRES], useFactory: (pool: pg.Pool) => new FindingQueries(pool) },
  { provide: SweepQueries, inject: [POSTGRES], useFactory: (pool: pg.Pool) => new SweepQueries(pool) },
  {
    provide: FindingDecisions,
    inject: [POSTGRES, COUNTY_CLOCK],
    useFactory: (pool: pg.Pool, countyClock: Clock) => new FindingDecisions({ pool, countyClock }),
  },
  {
    provide: EvidenceReader,
    inject: [WAREHOUSE, CATALOGUE],
    useFactory: (warehouse: WarehouseReader, catalogue: Catalogue) => new EvidenceReader(warehouse, catalogue),
  },
  {
    provide: NamesDirectory,
    inject: [WAREHOUSE, MACHINE_CLOCK],
    useFactory: (warehouse: WarehouseReader, clock: Clock) => new NamesDirectory(warehouse, clock),
  },
  {
    provide: FindingCases,
    inject: [FindingQueries, FindingDecisions, EvidenceReader, RULE_BOOK, NamesDirectory, CATALOGUE, AuditLog],
    useFactory: (
      queries: FindingQueries,
      decisions: FindingDecisions,
      evidence: EvidenceReader,
      rules: RuleBookPort,
      names: NamesDirectory,
      catalogue: Catalogue,
      audit: AuditLog,
    ) => new FindingCases({ queries, decisions, evidence, rules, names, catalogue, audit }),
  },
];

/** The HTTP API of the console. Needs RuntimeModule beside it; finish the application with `prepareConsole`. */
@Module({})
export class ConsoleModule {
  static forRoot(ports: ConsolePorts): DynamicModule {
    return {
      module: ConsoleModule,
      controllers: [SessionController, FindingsController, HealthController],
      providers: [
        { provide: SOURCES, useValue: ports.sources },
        { provide: QUARANTINE, useValue: ports.quarantine },
        { provide: UPLOADS, useValue: ports.uploads },
        { provide: SWEEP_CONTROL, useValue: ports.sweepControl },
        { provide: RULE_BOOK, useValue: ports.rules },
        ...accessProviders,
        ...findingProviders,
      ],
      exports: [UserStore],
    };
  }
}
