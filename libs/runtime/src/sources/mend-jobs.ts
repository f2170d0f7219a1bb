import type { ComposedConnector } from '@tianyan/sources';
import { InjectQueue, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job, Queue } from 'bullmq';
import { z } from 'zod';
import { CONNECTOR } from './tokens.js';

export const MEND_QUEUE = 'quarantine-mends';

/** Mends run at once by one process: each holds a connection and publishes as fast as it can. */
const CONCURRENT_MENDS = 2;
/** A store that is away for minutes is waited for; how far the mend is stands in its table. */
const MAX_ATTEMPTS = 20;
const RETRY_DELAY_MS = 5_000;

const jobSchema = z.object({ mendId: z.int() });

/** Lets a mend run in whichever process takes the job. */
export async function startMend(queue: Queue, mendId: number): Promise<void> {
  const opts = {
    removeOnComplete: true,
    removeOnFail: true,
    attempts: MAX_ATTEMPTS,
    backoff: { type: 'fixed', delay: RETRY_DELAY_MS },
  };
  await queue.add('mend', { mendId }, opts);
}

/** What a process that died was running goes on. Two jobs for one mend do no harm: the runner takes a lock. */
export class MendJobs implements OnApplicationBootstrap {
  constructor(
    @InjectQueue(MEND_QUEUE) private readonly queue: Queue,
    @Inject(CONNECTOR) private readonly connector: ComposedConnector,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const { id } of await this.connector.mends.list({ state: 'running' })) await startMend(this.queue, id);
  }
}

@Processor(MEND_QUEUE, { concurrency: CONCURRENT_MENDS })
export class MendProcessor extends WorkerHost {
  constructor(@Inject(CONNECTOR) private readonly connector: ComposedConnector) {
    super();
  }

  override async process(job: Job): Promise<void> {
    await this.connector.mendRunner.run(jobSchema.parse(job.data).mendId);
  }
}
