import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { SWEEP_REQUEST_QUEUE, SweepRequests } from './sweep-requests.js';

/** Lets a process ask for sweeps. BullMQ must be set up by it. */
@Module({
  imports: [BullModule.registerQueue({ name: SWEEP_REQUEST_QUEUE })],
  providers: [SweepRequests],
  exports: [SweepRequests],
})
export class SweepRequestsModule {}
