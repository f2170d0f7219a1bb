import type { ClickHouseClient } from '@clickhouse/client';
import { RetriableError } from '@tianyan/kernel';

/** Callers that may wait for a free client; one more is told to come again, so that a stuck query cannot eat the memory. */
const MAX_WAITING = 1_000;

/**
 * Lends each client to one query at a time: an embedded client runs one query at a time and queues the rest inside,
 * where nobody sees them and a slow query holds up quick ones.
 */
export class ClientPool {
  private readonly idle: ClickHouseClient[];
  private readonly waiting: ((client: ClickHouseClient) => void)[] = [];

  constructor(private readonly clients: readonly ClickHouseClient[]) {
    this.idle = [...clients];
  }

  async use<T>(task: (client: ClickHouseClient) => Promise<T>): Promise<T> {
    const client = await this.take();
    try {
      return await task(client);
    } finally {
      this.giveBack(client);
    }
  }

  /** Closes every client; queries in hand must have ended. */
  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
  }

  private take(): Promise<ClickHouseClient> {
    const client = this.idle.pop();
    if (client) return Promise.resolve(client);
    if (this.waiting.length >= MAX_WAITING)
      return Promise.reject(new RetriableError(`${MAX_WAITING} queries wait for ClickHouse already`));
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private giveBack(client: ClickHouseClient): void {
    const next = this.waiting.shift();
    if (next) next(client);
    else this.idle.push(client);
  }
}
