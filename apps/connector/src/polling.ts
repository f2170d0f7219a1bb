import { CONNECTOR } from '@tianyan/runtime/sources';
import type { ComposedConnector } from '@tianyan/sources';
import { InjectQueue, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job, Queue } from 'bullmq';
import { z } from 'zod';

export const POLL_QUEUE = 'connector-polls';

/** Feeds read at once by one process. Most of the time they wait for an upstream; mapping shares one core anyway. */
const CONCURRENT_POLLS = 8;
/** Finished polls kept in the queue's store: the source table already tells what came of them. */
const KEPT_POLLS = 20;

const pollSchema = z.object({ source: z.string(), feed: z.string() });

/** Each feed has one job scheduler; the job says which feed to read. */
@Processor(POLL_QUEUE, { concurrency: CONCURRENT_POLLS })
export class PollProcessor extends WorkerHost {
  constructor(@Inject(CONNECTOR) private readonly composed: ComposedConnector) {
    super();
  }

  async process(job: Job): Promise<void> {
    const { source, feed } = pollSchema.parse(job.data);
    await this.composed.connector.poll(source, feed);
  }
}

/** Sets up the schedulers when the process starts, and takes away those of sources that are no longer configured. */
export class PollSchedule implements OnApplicationBootstrap {
  constructor(
    @InjectQueue(POLL_QUEUE) private readonly queue: Queue,
    @Inject(CONNECTOR) private readonly composed: ComposedConnector,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { connector } = this.composed;
    await connector.register();
    const feeds = connector.scheduled();
    const wanted = new Set(feeds.map(schedulerId));
    for (const scheduler of await this.queue.getJobSchedulers()) {
      if (!wanted.has(scheduler.key)) await this.queue.removeJobScheduler(scheduler.key);
    }
    for (const feed of feeds) {
      await this.queue.upsertJobScheduler(
        schedulerId(feed),
        { every: feed.everyMs },
        {
          name: 'poll',
          data: { source: feed.source, feed: feed.feed },
          opts: { removeOnComplete: KEPT_POLLS, removeOnFail: KEPT_POLLS },
        },
      );
    }
  }
}

function schedulerId({ source, feed }: { source: string; feed: string }): string {
  return `${source}/${feed}`;
}
