import { WorkingCalendar, type YearOfHolidays } from '@tianyan/calendar';
import type { Catalogue } from '@tianyan/contracts';
import type { Clock, IdSource, Rng } from '@tianyan/kernel';
import { execute, type Pool } from '@tianyan/postgres';
import type { Stream } from '@tianyan/stream';
import type { WarehouseAdmin, WarehouseReader } from '@tianyan/warehouse';
import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus';
import type { Logger } from 'pino';
import type { TianyanConfig } from './config.js';
import { createMetrics, OperationsController, Readiness, type ReadinessCheck } from './operations/index.js';
import {
  CALENDAR,
  CATALOGUE,
  CONFIG,
  COUNTY_CLOCK,
  HOLIDAYS,
  IDS,
  LOGGER,
  METRICS,
  MACHINE_CLOCK,
  PARTS,
  POSTGRES,
  READ_ONLY_WAREHOUSE,
  RNG,
  STREAM,
  WAREHOUSE,
} from './tokens.js';

/** Everything that the modules of a process share. Made once, at start, by the process; closed by it at the end. */
export interface RuntimeParts {
  config: TianyanConfig;
  logger: Logger;
  machineClock: Clock;
  countyClock: Clock;
  rng: Rng;
  ids: IdSource;
  postgres: Pool;
  stream: Stream;
  warehouse: WarehouseAdmin;
  readOnlyWarehouse: WarehouseReader;
  catalogue: Catalogue;
  /** Which days are worked. */
  holidays: readonly YearOfHolidays[];
  /** What has to answer beside the two stores before the process can work. */
  readiness?: readonly ReadinessCheck[];
}

/** Offers the parts to every module by injection token. */
@Global()
@Module({})
export class RuntimeModule {
  static forRoot(parts: RuntimeParts): DynamicModule {
    const providers: Provider[] = [
      { provide: PARTS, useValue: parts },
      { provide: CONFIG, useValue: parts.config },
      { provide: LOGGER, useValue: parts.logger },
      { provide: MACHINE_CLOCK, useValue: parts.machineClock },
      { provide: COUNTY_CLOCK, useValue: parts.countyClock },
      { provide: RNG, useValue: parts.rng },
      { provide: IDS, useValue: parts.ids },
      { provide: POSTGRES, useValue: parts.postgres },
      { provide: STREAM, useValue: parts.stream },
      { provide: WAREHOUSE, useValue: parts.warehouse },
      { provide: READ_ONLY_WAREHOUSE, useValue: parts.readOnlyWarehouse },
      { provide: CATALOGUE, useValue: parts.catalogue },
      { provide: CALENDAR, useValue: new WorkingCalendar(parts.holidays) },
      { provide: HOLIDAYS, useValue: parts.holidays },
      { provide: METRICS, useValue: createMetrics() },
    ];
    const readiness: Provider = {
      provide: Readiness,
      inject: [HealthCheckService, HealthIndicatorService],
      useFactory: (health: HealthCheckService, indicators: HealthIndicatorService) =>
        new Readiness(health, indicators, checksOf(parts), parts.logger),
    };
    return {
      module: RuntimeModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [OperationsController],
      providers: [...providers, readiness],
      exports: providers,
    };
  }
}

function checksOf(parts: RuntimeParts): ReadinessCheck[] {
  return [
    { name: 'postgres', check: () => execute(parts.postgres, 'SELECT 1') },
    { name: 'warehouse', check: () => parts.warehouse.rows({ sql: 'SELECT 1 AS one', params: {} }) },
    ...(parts.readiness ?? []),
  ];
}
