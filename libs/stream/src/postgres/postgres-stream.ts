import type { Clock, IdSource, Rng } from '@tianyan/kernel';
import { Pool, type PoolConfig } from 'pg';
import type { StreamEvent } from '../events.js';
import type { ConsumerOptions, Stream, StreamAdmin, StreamConsumer, StreamProducer } from '../port.js';
import { PostgresStreamAdmin } from './admin.js';
import { PostgresConsumer } from './consumer.js';
import { Notifications } from './notifications.js';
import { CONNECT_TIMEOUT_MS, DEFAULT_POSTGRES_STREAM_OPTIONS, type PostgresStreamOptions, QUERY_TIMEOUT_MS } from './options.js';
import { PostgresProducer } from './producer.js';
import { Topics } from './topics.js';

export interface PostgresStreamInput {
  /** The stream keeps connections of its own: publishing must be durable, commits need not (see below). */
  databaseUrl: string;
  clock: Clock;
  rng: Rng;
  ids: IdSource;
  onEvent: (event: StreamEvent) => void;
  options?: Partial<PostgresStreamOptions>;
}

/**
 * The log on PostgreSQL, after `streamMigrations` have run. Connects when first used; until the server is reachable,
 * publishing throws RetriableError and consumers keep trying.
 */
export function createPostgresStream(input: PostgresStreamInput): Stream {
  const options = { ...DEFAULT_POSTGRES_STREAM_OPTIONS, ...input.options };
  const makePool = (settings: PoolConfig): Pool => {
    const pool = new Pool({
      connectionString: input.databaseUrl,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      keepAlive: true,
      ...settings,
    });
    // An idle connection was cut; the pool makes another one when it is needed.
    pool.on('error', (error) => input.onEvent({ kind: 'connection-cut', error }));
    return pool;
  };
  const publishPool = makePool({ application_name: 'tianyan-stream-publish', max: options.publishConnections });
  // Offsets and leases lost in a crash of the server only cause redelivery, so their commits do not wait for the disk.
  const consumePool = makePool({
    application_name: 'tianyan-stream-consume',
    max: options.consumeConnections,
    options: '-c synchronous_commit=off',
  });
  const topics = new Topics(publishPool);
  const notifications = new Notifications(input.databaseUrl, options, input.rng, (error) =>
    input.onEvent({ kind: 'listener-lost', error }),
  );
  const producers = new Set<PostgresProducer>();
  const consumers = new Set<PostgresConsumer>();
  return {
    producer(): StreamProducer {
      const producer = new PostgresProducer(publishPool, topics, input.clock, (error) =>
        input.onEvent({ kind: 'notify-failed', error }),
      );
      producers.add(producer);
      return producer;
    },
    consumer(consumer: ConsumerOptions): StreamConsumer {
      const parts = { ...input, pool: consumePool, publishPool, topics, notifications, options };
      const member = new PostgresConsumer(parts, consumer, `${consumer.group}/${input.ids.next()}`);
      consumers.add(member);
      return member;
    },
    admin(): StreamAdmin {
      return new PostgresStreamAdmin(publishPool, topics, input.clock);
    },
    async close(): Promise<void> {
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
      await Promise.all([...producers].map((producer) => producer.close()));
      await notifications.close();
      await Promise.all([publishPool.end(), consumePool.end()]);
    },
  };
}
