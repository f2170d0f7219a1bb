import type { Clock, IdSource, Rng } from '@tianyan/kernel';
import { openPool, type Pool, type PoolSettings } from '@tianyan/postgres';
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
  const makePool = (settings: Pick<PoolSettings, 'applicationName' | 'maxConnections' | 'sessionOptions'>): Pool =>
    openPool({
      databaseUrl: input.databaseUrl,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      queryTimeoutMs: QUERY_TIMEOUT_MS,
      keepAlive: true,
      onIdleCut: (error) => input.onEvent({ kind: 'connection-cut', error }),
      ...settings,
    });
  const publishPool = makePool({ applicationName: 'tianyan-stream-publish', maxConnections: options.publishConnections });
  // Offsets and leases lost in a crash of the server only cause redelivery, so their commits do not wait for the disk.
  const consumePool = makePool({
    applicationName: 'tianyan-stream-consume',
    maxConnections: options.consumeConnections,
    sessionOptions: '-c synchronous_commit=off',
  });
  const topics = new Topics(publishPool);
  // Of its own: no other use may wait for the connection that listens, nor it for them.
  const listenPool = makePool({ applicationName: 'tianyan-stream-listener', maxConnections: 1 });
  const notifications = new Notifications(listenPool, options, input.rng, (error) =>
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
      await Promise.all([publishPool.end(), consumePool.end(), listenPool.end()]);
    },
  };
}
