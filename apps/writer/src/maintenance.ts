import { DAY_MS, MINUTE_MS } from '@tianyan/kernel';
import { LOGGER, STREAM } from '@tianyan/runtime';
import type { Stream } from '@tianyan/stream';
import { InjectQueue, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job, Queue } from 'bullmq';
import type { Logger } from 'pino';
import { DoubleLiveRowCheck } from './double-live-row-check.js';

export const MAINTENANCE_QUEUE = 'maintenance';

/** What has been read by its group leaves the log this often: while a year is loaded, it would fill the disk otherwise. */
const RETENTION_EVERY_MS = MINUTE_MS;
/** The check reads every table whole; once a night is what the design asks for. */
const CHECK_EVERY_MS = DAY_MS;
const KEPT_JOBS = 10;

type Task = 'stream-retention' | 'double-live-rows';

/** Work that nobody waits for and everything rests on. */
@Processor(MAINTENANCE_QUEUE)
export class Maintenance extends WorkerHost {
  constructor(
    @Inject(STREAM) private readonly stream: Stream,
    @Inject(DoubleLiveRowCheck) private readonly check: DoubleLiveRowCheck,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  override async process(job: Job<unknown, unknown, Task>): Promise<void> {
    switch (job.name) {
      case 'stream-retention':
        return this.stream.admin().enforceRetention();
      case 'double-live-rows': {
        const repaired = await this.check.run();
        this.logger.info({ repaired }, 'looked for ids with two live rows');
        return;
      }
      default:
        job.name satisfies never;
    }
  }
}

export class MaintenanceSchedule implements OnApplicationBootstrap {
  constructor(@InjectQueue(MAINTENANCE_QUEUE) private readonly queue: Queue) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.schedule('stream-retention', RETENTION_EVERY_MS);
    await this.schedule('double-live-rows', CHECK_EVERY_MS);
  }

  private async schedule(task: Task, everyMs: number): Promise<void> {
    const opts = { removeOnComplete: KEPT_JOBS, removeOnFail: KEPT_JOBS };
    await this.queue.upsertJobScheduler(task, { every: everyMs }, { name: task, opts });
  }
}
