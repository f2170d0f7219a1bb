import { BullModule } from '@nestjs/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import { POLL_QUEUE, PollProcessor, PollSchedule } from './polling.js';

export interface ConnectorModuleOptions {
  /** The SourcesModule of the process. */
  sources: DynamicModule;
}

/** Reads the configured sources by schedule and publishes their records. BullMQ must be set up by the process. */
@Module({})
export class ConnectorModule {
  static forRoot({ sources }: ConnectorModuleOptions): DynamicModule {
    return {
      module: ConnectorModule,
      imports: [sources, BullModule.registerQueue({ name: POLL_QUEUE })],
      providers: [PollProcessor, PollSchedule],
    };
  }
}
