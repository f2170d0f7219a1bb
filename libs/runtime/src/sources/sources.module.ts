import { keyedDigest } from '@tianyan/contracts';
import { timerPause } from '@tianyan/kernel';
import { composeConnector, type ComposedConnector, type ConfiguredSources } from '@tianyan/sources';
import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { Inject, Module, type DynamicModule, type OnModuleDestroy } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { outboundHosts } from '../outbound-hosts.js';
import type { RuntimeParts } from '../parts.js';
import { PARTS } from '../tokens.js';
import { MEND_QUEUE, MendJobs, MendProcessor, startMend } from './mend-jobs.js';
import { CONNECTOR } from './tokens.js';

export interface SourcesModuleOptions extends ConfiguredSources {
  /** Key of the digests that stand for callers and matters; must never change. */
  digestKey: string;
}

/**
 * The connector of a process, composed of its parts. It takes in what people bring and mends quarantined rows; what reads by
 * schedule is added by apps/connector. BullMQ must be set up by the process.
 */
@Module({})
export class SourcesModule implements OnModuleDestroy {
  constructor(@Inject(CONNECTOR) private readonly connector: ComposedConnector) {}

  /** Before the workers of the queues are waited for. */
  onModuleDestroy(): void {
    this.connector.pipeline.interrupt();
    this.connector.connector.interrupt();
    this.connector.mendRunner.interrupt();
  }

  static forRoot({ sources, secrets, digestKey }: SourcesModuleOptions): DynamicModule {
    const useFactory = (parts: RuntimeParts, mends: Queue): ComposedConnector =>
      composeConnector({
        ...parts,
        digest: keyedDigest(digestKey),
        pause: timerPause,
        outbound: outboundHosts(parts.config),
        configured: sources,
        secrets,
        startMend: (mendId) => startMend(mends, mendId),
      });
    return {
      module: SourcesModule,
      imports: [BullModule.registerQueue({ name: MEND_QUEUE })],
      providers: [{ provide: CONNECTOR, inject: [PARTS, getQueueToken(MEND_QUEUE)], useFactory }, MendJobs, MendProcessor],
      exports: [CONNECTOR],
    };
  }
}
