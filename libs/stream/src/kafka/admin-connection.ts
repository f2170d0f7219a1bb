import { backoffDelayMs, errorKind, type Rng, timerPause } from '@tianyan/kernel';
import type { Admin } from 'kafkajs';
import { CLIENT_RETRY, type KafkaClient } from './client.js';
import { closeInTime } from './closing.js';
import { asStreamError, isNotReadyYet } from './errors.js';
import { NOT_READY_RETRY } from './options.js';

/** One connection for all questions about topics and groups; made when first used, and anew after a failure. */
export class AdminConnection {
  private current: Promise<Admin> | null = null;

  constructor(
    private readonly client: KafkaClient,
    private readonly rng: Rng,
  ) {}

  /** @throws RetriableError when the cluster is out of reach. */
  async run<T>(call: (admin: Admin) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await call(await this.connected());
      } catch (error) {
        const known = asStreamError(error);
        if (isNotReadyYet(error) && attempt < NOT_READY_RETRY.maxAttempts) {
          await timerPause(backoffDelayMs(NOT_READY_RETRY, attempt, this.rng));
          continue;
        }
        // A client that lost its brokers may hold stale addresses for good.
        if (errorKind(known) === 'retriable') await this.close();
        throw known;
      }
    }
  }

  private connected(): Promise<Admin> {
    this.current ??= this.connect();
    return this.current;
  }

  private async connect(): Promise<Admin> {
    const { kafka, connections } = this.client;
    const admin = kafka.admin({ retry: CLIENT_RETRY });
    admin.on('admin.network.request_timeout', ({ payload }) => connections.end(payload.broker));
    await admin.connect();
    return admin;
  }

  async close(): Promise<void> {
    const closing = this.current;
    this.current = null;
    // What could not connect, or lost its connection, has nothing left to close.
    await closing?.then(closeInTime).catch(() => {});
  }
}
