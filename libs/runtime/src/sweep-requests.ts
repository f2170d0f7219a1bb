import { RefusedError, type IdSource } from '@tianyan/kernel';
import { InjectQueue } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { z } from 'zod';
import { IDS } from './tokens.js';

/** Jobs for whichever correlator takes them. */
export const SWEEP_REQUEST_QUEUE = 'correlator-sweep-requests';

/** A sweep that a person asked for, under the id that was promised; no rules named: all. */
export const askedSweepSchema = z.object({ sweepId: z.string(), ruleIds: z.array(z.string()).readonly().nullable() });
export type AskedSweep = z.output<typeof askedSweepSchema>;

/** Sweeps asked for in a process that is no correlator: a job tells one of them. */
export class SweepRequests {
  constructor(
    @InjectQueue(SWEEP_REQUEST_QUEUE) private readonly queue: Queue,
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
