import { InjectQueue, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job, Queue } from 'bullmq';
import { z } from 'zod';
import { MendRunner } from './mend-runner.js';
import { MendStore } from './mend-store.js';

export const MEND_QUEUE = 'quarantine-mends';

/** Mends run at once by one process: each holds a connection and publishes as fast as it can. */
const CONCURRENT_MENDS = 2;
/** A store that is away for minutes is waited for; how far the mend is stands in its table. */
const MAX_ATTEMPTS = 20;
const RETRY_DELAY_MS = 5_000;

const jobSchema = z.object({ mendId: z.int() });

/** Lets a mend run in whichever process takes the job. */
export class MendJobs implements OnApplicationBootstrap {
  constructor(
    @InjectQueue(MEND_QUEUE) private readonly queue: Queue,
    @Inject(MendStore) private readonly mends: MendStore,
  ) {}

  /** What a process that died was running goes on. Two jobs for one mend do no harm: the runner takes a lock. */
  async onApplicationBootstrap(): Promise<void> {
    for (const { id } of await this.mends.list({ state: 'running' })) await this.add(id);
  }

  async add(mendId: number): Promise<void> {
    const opts = {
      removeOnComplete: true,
      removeOnFail: true,
      attempts: MAX_ATTEMPTS,
      backoff: { type: 'fixed', delay: RETRY_DELAY_MS },
    };
    await this.queue.add('mend', { mendId }, opts);
  }
}

@Processor(MEND_QUEUE, { concurrency: CONCURRENT_MENDS })
export class MendProcessor extends WorkerHost {
  constructor(@Inject(MendRunner) private readonly runner: MendRunner) {
    super();
  }

  override async process(job: Job): Promise<void> {
    await this.runner.run(jobSchema.parse(job.data).mendId);
  }
}
