import type { StreamAdmin } from '@tianyan/stream';
import { Gauge } from 'prom-client';
import type { Logger } from 'pino';
import type { Metrics } from './metrics.js';

/** A consumer group and what it reads. */
export interface GroupTopics {
  group: string;
  topics: readonly string[];
}

/** Shows how far each group is behind, asked of the stream at each scrape. Nothing is shown while it does not answer. */
export function showLags(metrics: Metrics, input: { admin: StreamAdmin; groups: readonly GroupTopics[]; logger: Logger }): void {
  const gauge = new Gauge({
    name: 'tianyan_stream_lag_messages',
    help: 'Messages in the stream that the group has not committed.',
    labelNames: ['group', 'topic'],
    registers: [],
    async collect() {
      this.reset();
      try {
        for (const { group, topics } of input.groups) {
          for (const { topic, lagMessages } of await input.admin.lag(group, topics)) this.inc({ group, topic }, lagMessages);
        }
      } catch (error) {
        // A scrape that fails would hide every other figure.
        this.reset();
        input.logger.warn({ err: error }, 'the stream does not tell its lags');
      }
    },
  });
  metrics.registerMetric(gauge);
}
