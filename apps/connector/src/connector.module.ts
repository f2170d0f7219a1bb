import { BullModule } from '@nestjs/bullmq';
import { Inject, Module, type DynamicModule, type OnModuleDestroy } from '@nestjs/common';
import { keyedDigest } from '@tianyan/contracts';
import { Connector } from './connector.js';
import { FileIntake } from './files/file-intake.js';
import { Importer } from './import/import-file.js';
import { Pipeline } from './pipeline/pipeline.js';
import { POLL_QUEUE, PollProcessor, PollSchedule } from './polling.js';
import { providers } from './providers.js';
import { MEND_QUEUE } from './quarantine/mend-jobs.js';
import { MendRunner } from './quarantine/mend-runner.js';
import { MendService } from './quarantine/mend-service.js';
import { QuarantineService } from './quarantine/quarantine-service.js';
import type { LoadedSource } from './sources/load-sources.js';
import { FileStore } from './store/file-store.js';
import { FirstLoads } from './store/first-loads.js';
import { HeldLists } from './snapshot-diff/held-lists.js';
import { SourceStore } from './store/source-store.js';
import { CONNECTOR_DIGEST, CONNECTOR_SECRETS, CONNECTOR_SOURCES } from './tokens.js';
import { Mappers } from './sources/mappers.js';
import { UploadService } from './upload/upload-service.js';
import { PushReceiver } from './webhook/push-receiver.js';

export interface ConnectorModuleOptions {
  sources: readonly LoadedSource[];
  /** Key of the digests that stand for callers and matters; must never change. */
  digestKey: string;
  /** Keys shared with upstreams that push, by the name in the source file. */
  secrets?: Readonly<Record<string, string>>;
  /** false in a process that only takes files and mends quarantined rows: then nothing is read by schedule. */
  polls?: boolean;
}

/** Reads the configured sources by schedule and publishes their records. BullMQ must be set up by the process. */
@Module({})
export class ConnectorModule implements OnModuleDestroy {
  constructor(
    @Inject(Pipeline) private readonly pipeline: Pipeline,
    @Inject(Connector) private readonly connector: Connector,
    @Inject(MendRunner) private readonly mends: MendRunner,
  ) {}

  /** Before the workers of the queues are waited for. */
  onModuleDestroy(): void {
    this.pipeline.interrupt();
    this.connector.interrupt();
    this.mends.interrupt();
  }

  static forRoot(options: ConnectorModuleOptions): DynamicModule {
    return {
      module: ConnectorModule,
      imports: [
        BullModule.registerQueue({ name: MEND_QUEUE }),
        ...(options.polls === false ? [] : [BullModule.registerQueue({ name: POLL_QUEUE })]),
      ],
      providers: [
        { provide: CONNECTOR_SOURCES, useValue: options.sources },
        { provide: CONNECTOR_SECRETS, useValue: options.secrets ?? {} },
        { provide: CONNECTOR_DIGEST, useValue: keyedDigest(options.digestKey) },
        ...providers,
        ...(options.polls === false ? [] : [PollProcessor, PollSchedule]),
      ],
      exports: [
        Connector,
        FirstLoads,
        SourceStore,
        HeldLists,
        FileStore,
        FileIntake,
        QuarantineService,
        Mappers,
        MendService,
        UploadService,
        Importer,
        PushReceiver,
      ],
    };
  }
}
