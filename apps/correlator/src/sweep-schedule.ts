import { MINUTE_MS } from '@tianyan/kernel';
import { InjectQueue, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, type OnApplicationBootstrap } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { Sweeps } from './sweeps.js';

export const SWEEP_QUEUE = 'correlator-sweeps';

/** How often it is looked whether the county's night has come; its clock may run faster than the machine's. */
const LOOK_EVERY_MS = MINUTE_MS;
const KEPT_JOBS = 20;

/** Starts the nightly sweep. */
@Processor(SWEEP_QUEUE)
export class SweepProcessor extends WorkerHost {
  constructor(@Inject(Sweeps) private readonly sweeps: Sweeps) {
    super();
  }

  override async process(): Promise<void> {
    await this.sweeps.startNightlyIfDue();
  }
}

export class SweepSchedule implements OnApplicationBootstrap {
  constructor(@InjectQueue(SWEEP_QUEUE) private readonly queue: Queue) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.queue.upsertJobScheduler(
      'nightly-sweep',
      { every: LOOK_EVERY_MS },
      { name: 'nightly-sweep', opts: { removeOnComplete: KEPT_JOBS, removeOnFail: KEPT_JOBS } },
    );
  }
}
