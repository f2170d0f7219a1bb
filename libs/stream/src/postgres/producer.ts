import { type Clock, SerialQueue } from '@tianyan/kernel';
import { execute, type Pool } from '@tianyan/postgres';
import type { OutgoingMessage, StreamProducer } from '../port.js';
import { append, prepareAppend } from './append.js';
import { MAX_WAITING_PUBLISHES } from './options.js';
import { APPENDED_CHANNEL } from './notifications.js';
import type { Topics } from './topics.js';

/** Publishes in one transaction per call: all messages of a call become visible together, or none. */
export class PostgresProducer implements StreamProducer {
  /** Topics whose notification is due, and the run that sends them. */
  private readonly due = new Set<number>();
  private sending: Promise<void> | null = null;
  private closed = false;
  private readonly turns = new Map<number, SerialQueue>();

  constructor(
    private readonly pool: Pool,
    private readonly topics: Topics,
    private readonly clock: Clock,
    private readonly onNotifyFailure: (error: unknown) => void,
  ) {}

  async publish(topicName: string, messages: readonly OutgoingMessage[]): Promise<void> {
    if (this.closed) throw new Error('this producer is closed');
    if (messages.length === 0) return;
    const topic = await this.topics.find(topicName);
    const prepared = prepareAppend(topic, messages);
    await this.turnOf(topic.topicId).run(() => append(this.pool, prepared, this.clock.nowMs()));
    this.announce(topic.topicId);
  }

  /** Calls that nobody waited for still keep their order: on two connections the later one could overtake. */
  private turnOf(topicId: number): SerialQueue {
    let queue = this.turns.get(topicId);
    if (!queue) {
      queue = new SerialQueue(MAX_WAITING_PUBLISHES);
      this.turns.set(topicId, queue);
    }
    return queue;
  }

  /** Waits for the announcements under way. */
  async close(): Promise<void> {
    this.closed = true;
    await this.sending;
  }

  /**
   * Wakes the consumers after the commit and outside its transaction: NOTIFY inside would hold a lock of the whole
   * database through the commit's disk flush. Announcements that come meanwhile are sent as one. A lost one costs a
   * poll interval, never a message.
   */
  private announce(topicId: number): void {
    this.due.add(topicId);
    this.sending ??= this.sendDue().finally(() => {
      this.sending = null;
    });
  }

  private async sendDue(): Promise<void> {
    while (this.due.size > 0) {
      const topicIds = [...this.due].map(String);
      this.due.clear();
      try {
        await execute(this.pool, 'SELECT pg_notify($1, id) FROM unnest($2::text[]) AS id', [APPENDED_CHANNEL, topicIds]);
      } catch (error) {
        this.onNotifyFailure(error);
      }
    }
  }
}
