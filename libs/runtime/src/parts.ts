import type { YearOfHolidays } from '@tianyan/calendar';
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
import { CONFIG, IDS, LOGGER, METRICS, PARTS, STREAM } from './tokens.js';

/** Everything that the modules of a process share. Made once, at start, by the process; closed by it at the end. */
export interface RuntimeParts {
  config: TianyanConfig;
  logger: Logger;
  /** The machine's time, for time-outs, sessions, lags. */
  machineClock: Clock;
  /** The county's time, for `receivedAtMs` and evaluations. Equals the machine's except when a simulated county runs faster. */
  countyClock: Clock;
  /** For jitter. */
  rng: Rng;
  ids: IdSource;
  /** Of the operational store. */
  postgres: Pool;
  stream: Stream;
  warehouse: WarehouseAdmin;
  /** Refuses everything but reading, for SQL typed by people. */
  readOnlyWarehouse: WarehouseReader;
  catalogue: Catalogue;
  /** The notices that count: which days are worked. */
  holidays: readonly YearOfHolidays[];
  /** What has to answer beside the two stores before the process can work. */
  readiness?: readonly ReadinessCheck[];
}

/** Offers the parts to every module, whole, and by a token of their own those that are asked for singly. */
@Global()
@Module({})
export class RuntimeModule {
  static forRoot(parts: RuntimeParts): DynamicModule {
    const providers: Provider[] = [
      { provide: PARTS, useValue: parts },
      { provide: CONFIG, useValue: parts.config },
      { provide: LOGGER, useValue: parts.logger },
      { provide: IDS, useValue: parts.ids },
      { provide: STREAM, useValue: parts.stream },
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
