import { builtInCatalogue, WRITER_GROUP } from '@tianyan/contracts';
import { freePort, RetriableError, seededRng, systemClock, uuidSource } from '@tianyan/kernel';
import { leaveSignalsToTheProcess } from '@tianyan/runtime';
import { createKafkaStream, type PartitionLag, type Stream } from '@tianyan/stream';
import { openRemoteWarehouse, type OpenWarehouse } from '@tianyan/warehouse';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../product/api-client.js';
import { Part } from '../part.js';
import * as stores from '../stores.js';
import { LOAD_TOPIC, type Send } from './load.js';
import { ThreeBrokers } from './three-brokers.js';
import { newDataDirectory } from '../../product/product.js';

const READY_TIMEOUT_MS = 180_000;
/** Whatever was hit: a session (30 s) runs out, and what has waited meanwhile is written. */
const COMMIT_TIMEOUT_MS = 240_000;
/** Not a secret: guards records that are made up. */
const DIGEST_KEY = 'a key for counties that are made up';

/** Three brokers, the real writer, and the stores that it needs. */
export class BrokerCluster {
  readonly catalogue = builtInCatalogue;
  readonly brokers: ThreeBrokers;
  stream!: Stream; // opened by start(), before anybody gets the cluster
  warehouse!: OpenWarehouse; // as above
  writer!: Part; // as above
  private writerPort = 0;
  /** When the records of the load happened. */
  readonly atMs = systemClock.nowMs();

  private constructor(
    private readonly directory: string,
    brokers: ThreeBrokers,
    private readonly postgres: ReturnType<typeof stores.postgres>,
    private readonly redis: stores.Store,
    private readonly clickhouse: Awaited<ReturnType<typeof stores.warehouse>>,
  ) {
    this.brokers = brokers;
  }

  static async start(): Promise<BrokerCluster> {
    stores.assertBuilt();
    leaveSignalsToTheProcess();
    const directory = newDataDirectory('brokers');
    const at = (name: string) => join(directory, name);
    mkdirSync(at('clickhouse'));
    const cluster = new BrokerCluster(
      directory,
      await ThreeBrokers.prepare(directory),
      stores.postgres(at('postgres')),
      await stores.redis(at('redis')),
      await stores.warehouse(at('clickhouse')),
    );
    try {
      await cluster.open();
      return cluster;
    } catch (error) {
      await cluster.dispose();
      throw error;
    }
  }

  /** A stream as connectors have it, with everything as users have it. */
  openStream(): Stream {
    return createKafkaStream({
      brokers: this.brokers.addresses,
      clientId: 'faults',
      clock: systemClock,
      rng: seededRng(1),
      ids: uuidSource,
      onEvent: () => {},
      options: { replicationFactor: 3 },
    });
  }

  /** Sends as connectors do, each by a producer of its own. */
  readonly sender = (): Send => {
    const producer = this.stream.producer();
    return (messages) => producer.publish(LOAD_TOPIC, messages);
  };

  private async open(): Promise<void> {
    const { postgres, redis, clickhouse } = this;
    await Promise.all([this.brokers.up(), ...[postgres, redis, clickhouse].map(({ part }) => part.up())]);
    this.stream = this.openStream();
    const url = clickhouse.url(clickhouse.port());
    this.warehouse = await openRemoteWarehouse({ url, readers: 1 });
    this.writerPort = await freePort();
    const env = {
      TIANYAN_DATA: this.directory,
      TIANYAN_PORT: String(this.writerPort),
      TIANYAN_POSTGRES_URL: postgres.url().href,
      TIANYAN_REDIS_URL: `redis://127.0.0.1:${redis.port()}`,
      TIANYAN_CLICKHOUSE_URL: url,
      TIANYAN_KAFKA_BROKERS: this.brokers.addresses.join(','),
      TIANYAN_KAFKA_REPLICATION: '3',
      TIANYAN_DIGEST_KEY: DIGEST_KEY,
      TIANYAN_STOP_WITH_STDIN: 'on',
    };
    const program = join(process.cwd(), 'apps/writer/dist/main.js');
    this.writer = new Part('writer', () => ({ command: process.execPath, args: [program], env, tied: true }));
    await this.writer.up();
    await this.untilWriterIsReady();
    await this.brokers.untilWhole();
  }

  async untilWriterIsReady(): Promise<void> {
    await until(
      'the writer is ready',
      READY_TIMEOUT_MS,
      async () => {
        try {
          return (await fetch(`http://127.0.0.1:${this.writerPort}/readyz`)).ok;
        } catch {
          return false;
        }
      },
      () => this.lastLines,
    );
  }

  /** Committed offset of each partition of the load, as soon as the cluster tells. */
  async committed(): Promise<number[]> {
    const committed: number[] = [];
    await this.untilLag('the cluster tells how far the writer is', (lags) => {
      for (const { partition, committedOffset } of lags) committed[partition] = committedOffset ?? 0;
      return true;
    });
    return committed;
  }

  /** Resolves when the writer has committed everything. */
  untilDone(): Promise<void> {
    return this.untilLag('the writer has committed everything', (lags) => lags.every(({ lagMessages }) => lagMessages === 0));
  }

  /** Resolves when the writer has committed more than `before` in each partition. */
  untilCommitted(before: readonly number[]): Promise<void> {
    return this.untilLag('the writer commits', (lags) =>
      lags.every(({ partition, committedOffset }) => (committedOffset ?? 0) > (before[partition] ?? 0)),
    );
  }

  private async untilLag(what: string, isRight: (lags: readonly PartitionLag[]) => boolean): Promise<void> {
    let said = '';
    await until(
      what,
      COMMIT_TIMEOUT_MS,
      async () => {
        try {
          const lags = await this.stream.admin().lag(WRITER_GROUP, [LOAD_TOPIC]);
          said = JSON.stringify(lags);
          return isRight(lags);
        } catch (error) {
          // Brokers that are away.
          if (!(error instanceof RetriableError)) throw error;
          said = error.message;
          return false;
        }
      },
      () => `${said}\n${this.lastLines}`,
    );
  }

  get lastLines(): string {
    return [this.brokers.lastLines, ...this.others.map((part) => part.lastLines)].join('\n');
  }

  private get others(): Part[] {
    return [this.writer, this.postgres.part, this.redis.part, this.clickhouse.part].filter((part) => part !== undefined);
  }

  async dispose(): Promise<void> {
    if (this.writer?.isWanted) await this.writer.kill();
    await Promise.all([this.stream?.close(), this.warehouse?.close()]);
    await this.brokers.stop();
    await Promise.all([this.postgres, this.redis, this.clickhouse].map(({ part }) => part.stop()));
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
