import { ConnectorModule } from '@tianyan/connector-app';
import { ConsoleModule, type SweepControl } from '@tianyan/console-app';
import { clockReadiness, CorrelatorModule, LoadedHistory, openAlertOutbox, Sweeps } from '@tianyan/correlator-app';
import { NotifierModule, watchedSources } from '@tianyan/notifier-app';
import type { RuleText } from '@tianyan/rules';
import { jobsOn, RuntimeModule, type RuntimeParts } from '@tianyan/runtime';
import { CONNECTOR, SourcesModule } from '@tianyan/runtime/sources';
import { QuarantineInflow, SourceStore, type ComposedConnector, type ConfiguredSources } from '@tianyan/sources';
import { MaintenanceModule, WriterModule } from '@tianyan/writer-app';
import { Module, type DynamicModule } from '@nestjs/common';

export interface AppOptions extends ConfiguredSources {
  parts: RuntimeParts;
  postgresUrl: string;
  digestKey: string;
  rules: readonly RuleText[];
  /** An unknown error: nothing was committed; the process must end. */
  onFatal: (error: unknown) => void;
}

/** All modules of the product in one process, in the order in which a record passes them. */
@Module({})
export class AppModule {
  static forRoot(options: AppOptions): DynamicModule {
    const { parts, rules } = options;
    const { sources: configured, secrets, digestKey } = options;
    const sources = SourcesModule.forRoot({ sources: configured, secrets, digestKey });
    const correlator = CorrelatorModule.forRoot({
      rules,
      imports: [sources],
      firstLoad: {
        inject: [CONNECTOR],
        useFactory: ({ firstLoads }: ComposedConnector) => new LoadedHistory(firstLoads, parts.stream.admin()),
      },
      alerts: openAlertOutbox(parts),
      onFatal: options.onFatal,
    });
    const console = ConsoleModule.forRoot({
      sources,
      sweepControl: {
        imports: [correlator],
        inject: [Sweeps],
        useFactory: (sweeps: Sweeps): SweepControl => ({ start: ({ ruleIds }) => sweeps.start({ ruleIds, reason: 'manual' }) }),
      },
    });
    const notifier = NotifierModule.forRoot({
      sources: new SourceStore(parts.postgres, parts.machineClock),
      watched: watchedSources(options.sources),
      quarantine: new QuarantineInflow(parts.postgres),
    });
    return {
      module: AppModule,
      imports: [
        RuntimeModule.forRoot({ ...parts, readiness: [...(parts.readiness ?? []), clockReadiness(parts)] }),
        jobsOn({ redisUrl: parts.config.redisUrl, postgresUrl: options.postgresUrl, logger: parts.logger }),
        ConnectorModule.forRoot({ sources }),
        WriterModule,
        MaintenanceModule,
        correlator,
        notifier,
        console,
      ],
    };
  }
}
