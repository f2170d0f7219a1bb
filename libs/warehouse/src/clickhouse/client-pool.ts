import type { ClickHouseClient } from '@clickhouse/client';
import { RetriableError, SECOND_MS, timerPause } from '@tianyan/kernel';

/** Callers that may wait for a free client; one more is told to come again, so that a stuck query cannot eat the memory. */
const MAX_WAITING = 1_000;

const CLEAN_RETRY_MS = SECOND_MS;

/**
 * Lends each client to one query at a time: an embedded client runs one query at a time and queues the rest inside,
 * where nobody sees them and a slow query holds up quick ones.
 */
export class ClientPool {
  private readonly idle: ClickHouseClient[];
  private readonly waiting: ((client: ClickHouseClient) => void)[] = [];
  private readonly cleaning = new Set<Promise<void>>();
  private closed = false;

  /** @param clean makes a client fit for the next task after one that failed; until it has succeeded nobody gets the client */
  constructor(
    private readonly clients: readonly ClickHouseClient[],
    private readonly clean: ((client: ClickHouseClient) => Promise<unknown>) | null = null,
  ) {
    this.idle = [...clients];
  }

  async use<T>(task: (client: ClickHouseClient) => Promise<T>): Promise<T> {
    const client = await this.take();
    let failed = true;
    try {
      const result = await task(client);
      failed = false;
      return result;
    } finally {
      if (failed && this.clean) this.cleanUp(client, this.clean);
      else this.giveBack(client);
    }
  }

  /** Closes every client; queries in hand must have ended. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(this.cleaning);
    await Promise.all(this.clients.map((client) => client.close()));
  }

  /** Whoever asked hears of the failure at once and need not wait for this. */
  private cleanUp(client: ClickHouseClient, clean: (client: ClickHouseClient) => Promise<unknown>): void {
    const done = this.cleanOnceFit(client, clean).finally(() => {
      this.cleaning.delete(done);
      this.giveBack(client);
    });
    this.cleaning.add(done);
  }

  private async cleanOnceFit(client: ClickHouseClient, clean: (client: ClickHouseClient) => Promise<unknown>): Promise<void> {
    while (!this.closed) {
      try {
        await clean(client);
        return;
      } catch {
        // The engine is short of something; what it wanted to say would come with the next answer, so nobody may ask yet.
        await timerPause(CLEAN_RETRY_MS);
      }
    }
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
