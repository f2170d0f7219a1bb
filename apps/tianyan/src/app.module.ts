import { AlertOutbox } from '@tianyan/notices';
import {
  ConnectorModule,
  FirstLoads,
  HeldLists,
  Mappers,
  MendService,
  QuarantineService,
  SourceStore,
  UploadService,
  type LoadedSource,
} from '@tianyan/connector-app';
import { ConsoleModule, type ConsolePorts } from '@tianyan/console-app';
import { clockReadiness, CorrelatorModule, LoadedHistory, Sweeps } from '@tianyan/correlator-app';
import { NotifierModule, watchedSources } from '@tianyan/notifier-app';
import type { RuleText } from '@tianyan/rules';
import { jobsOn, RuntimeModule, type RuntimeParts } from '@tianyan/runtime';
import { MaintenanceModule, WriterModule } from '@tianyan/writer-app';
import { Module, type DynamicModule } from '@nestjs/common';

export interface AppOptions {
  parts: RuntimeParts;
  postgresUrl: string;
  sources: readonly LoadedSource[];
  /** Keys shared with upstreams that push. */
  secrets: Readonly<Record<string, string>>;
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
    const connector = ConnectorModule.forRoot({
      sources: options.sources,
      digestKey: options.digestKey,
      secrets: options.secrets,
    });
    const correlator = CorrelatorModule.forRoot({
      rules,
      imports: [connector],
      firstLoad: {
        inject: [FirstLoads],
        useFactory: (reads: FirstLoads) => new LoadedHistory(reads, parts.stream.admin()),
      },
      alerts: new AlertOutbox({ clock: parts.machineClock, settleMs: parts.config.alertSettleMs }),
      onFatal: options.onFatal,
    });
    const console = ConsoleModule.forRoot({
      imports: [connector, correlator],
      inject: [SourceStore, HeldLists, QuarantineService, Mappers, MendService, UploadService, Sweeps],
      useFactory: (
        sources: SourceStore,
        heldLists: HeldLists,
        quarantine: QuarantineService,
        mappings: Mappers,
        mends: MendService,
        uploads: UploadService,
        sweeps: Sweeps,
      ): ConsolePorts => ({
        sources,
        heldLists,
        quarantine,
        mappings,
        mends,
        uploads,
        sweepControl: { start: ({ ruleIds }) => sweeps.start({ ruleIds, reason: 'manual' }) },
      }),
    });
    const notifier = NotifierModule.forRoot({
      sources: new SourceStore(parts.postgres, parts.machineClock),
      watched: watchedSources(options.sources),
    });
    return {
      module: AppModule,
      imports: [
        RuntimeModule.forRoot({ ...parts, readiness: [...(parts.readiness ?? []), clockReadiness(parts)] }),
        jobsOn({ redisUrl: parts.config.redisUrl, postgresUrl: options.postgresUrl, logger: parts.logger }),
        connector,
        WriterModule,
        MaintenanceModule,
        correlator,
        notifier,
        console,
      ],
    };
  }
}
