import type { Clock, IdSource, Rng } from '@tianyan/kernel';
import type { StreamEvent } from '../events.js';
import type { ConsumerOptions, Stream, StreamAdmin, StreamConsumer, StreamProducer } from '../port.js';
import { AdminConnection } from './admin-connection.js';
import { KafkaStreamAdmin } from './admin.js';
import { type KafkaConnection, makeClient } from './client.js';
import { registerZstd } from './compression.js';
import { KafkaConsumer } from './consumer.js';
import { DEFAULT_KAFKA_STREAM_OPTIONS, type KafkaStreamOptions } from './options.js';
import { KafkaProducer } from './producer.js';
import { KafkaTopics } from './topics.js';

export interface KafkaStreamInput extends KafkaConnection {
  clock: Clock;
  rng: Rng;
  /** Tells the clients of this process apart in the brokers' logs. */
  ids: IdSource;
  onEvent: (event: StreamEvent) => void;
  options?: Partial<KafkaStreamOptions>;
}

/**
 * The log on Kafka 2.5 or newer. Connects when first used; until the cluster is reachable, publishing throws
 * RetriableError and consumers keep trying.
 */
export function createKafkaStream(input: KafkaStreamInput): Stream {
  const options = { ...DEFAULT_KAFKA_STREAM_OPTIONS, ...input.options };
  registerZstd();
  const newClient = () => makeClient({ ...input, clientId: `${input.clientId}-${input.ids.next()}` }, options, input.onEvent);
  const shared = newClient();
  const connection = new AdminConnection(shared, input.rng);
  const topics = new KafkaTopics(connection, options, input.onEvent);
  const producers = new Set<KafkaProducer>();
  const consumers = new Set<KafkaConsumer>();
  const newProducer = () => {
    const producer = new KafkaProducer(shared, topics, input.clock, options);
    producers.add(producer);
    return producer;
  };
  let deadLetterProducer: StreamProducer | null = null;
  return {
    producer: newProducer,
    consumer(consumer: ConsumerOptions): StreamConsumer {
      deadLetterProducer ??= newProducer();
      const member = new KafkaConsumer(
        {
          makeClient: newClient,
          connection,
          topics,
          producer: deadLetterProducer,
          rng: input.rng,
          options,
          onEvent: input.onEvent,
        },
        consumer,
      );
      consumers.add(member);
      return member;
    },
    admin(): StreamAdmin {
      return new KafkaStreamAdmin(connection, topics);
    },
    async close(): Promise<void> {
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
      await Promise.all([...producers].map((producer) => producer.close()));
      await connection.close();
    },
  };
}
