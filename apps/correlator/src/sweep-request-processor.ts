import { askedSweepSchema, SWEEP_REQUEST_QUEUE } from '@tianyan/runtime';
import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { WaitingError, type Job } from 'bullmq';
import { Sweeps } from './sweeps.js';

/** Runs the sweeps that were asked for in another process. If it dies, BullMQ gives the job to another, which begins anew under the same id. */
@Processor(SWEEP_REQUEST_QUEUE)
export class SweepRequestProcessor extends WorkerHost {
  constructor(@Inject(Sweeps) private readonly sweeps: Sweeps) {
    super();
  }

  override async process(job: Job, token?: string): Promise<void> {
    if ((await this.sweeps.runRequested(askedSweepSchema.parse(job.data))) === 'ended') return;
    // The process stops: it must not take the job again, and another correlator may take it at once.
    await this.worker.pause(true);
    await job.moveToWait(token);
    throw new WaitingError();
  }
}
