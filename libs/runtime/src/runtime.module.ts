import { execute } from '@tianyan/postgres';
import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus';
import { createMetrics, OperationsController, Readiness, type ReadinessCheck } from './operations/index.js';
import type { RuntimeParts } from './parts.js';
import { CONFIG, IDS, LOGGER, METRICS, PARTS, STREAM } from './tokens.js';

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
