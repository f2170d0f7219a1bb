import { RefusedError, type IdSource } from '@tianyan/kernel';
import { IDS } from '@tianyan/runtime';
import { BullModule, InjectQueue, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, Module } from '@nestjs/common';
import { WaitingError, type Job, type Queue } from 'bullmq';
import { z } from 'zod';
import { Sweeps, type AskedSweep } from './sweeps.js';

const REQUEST_QUEUE = 'correlator-sweep-requests';

const requestSchema = z.object({ sweepId: z.string(), ruleIds: z.array(z.string()).nullable() });

/** Sweeps asked for in a process that is no correlator: a job tells one of them. */
export class SweepRequests {
  constructor(
    @InjectQueue(REQUEST_QUEUE) private readonly queue: Queue,
    @Inject(IDS) private readonly ids: IdSource,
  ) {}

  /** Returns the id under which the sweep will be found. Throws RefusedError `conflict` while another is waiting or running. */
  async start(input: { ruleIds: readonly string[] | null }): Promise<{ sweepId: string }> {
    const { waiting = 0, active = 0 } = await this.queue.getJobCounts('waiting', 'active');
    if (waiting + active > 0) throw new RefusedError('conflict', '正在巡检，请等这一次结束后再开始。');
    const sweepId = this.ids.next();
    await this.add({ sweepId, ruleIds: input.ruleIds });
    return { sweepId };
  }

  /** Some correlator will run it, this one after its next start or another. */
  async add(asked: AskedSweep): Promise<void> {
    await this.queue.add('sweep', asked, { jobId: asked.sweepId, removeOnComplete: true, removeOnFail: true });
  }
}

/** Lets a process ask for sweeps. BullMQ must be set up by it. */
@Module({
  imports: [BullModule.registerQueue({ name: REQUEST_QUEUE })],
  providers: [SweepRequests],
  exports: [SweepRequests],
})
export class SweepRequestsModule {}

/** Runs them, in a correlator. If it dies, BullMQ gives the job to another, which begins anew under the same id. */
@Processor(REQUEST_QUEUE)
export class SweepRequestProcessor extends WorkerHost {
  constructor(@Inject(Sweeps) private readonly sweeps: Sweeps) {
    super();
  }

  override async process(job: Job, token?: string): Promise<void> {
    if ((await this.sweeps.runRequested(requestSchema.parse(job.data))) === 'ended') return;
    // The process stops: it must not take the job again, and another correlator may take it at once.
    await this.worker.pause(true);
    await job.moveToWait(token);
    throw new WaitingError();
  }
}
