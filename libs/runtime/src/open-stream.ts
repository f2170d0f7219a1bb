import { DAY_MS, RefusedError, systemClock, systemRng, uuidSource } from '@tianyan/kernel';
import { createKafkaStream, createPostgresStream, type KafkaConnection, type Stream, type StreamEvent } from '@tianyan/stream';
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { TianyanConfig } from './config.js';
import type { KafkaSettings } from './kafka-config.js';

/** The stream that the configuration names: Kafka where brokers are given, otherwise the log in PostgreSQL. */
export function openStream(input: { config: TianyanConfig; postgresUrl: string; logger: Logger }): Stream {
  const { config, logger } = input;
  const common = {
    clock: systemClock,
    rng: systemRng,
    ids: uuidSource,
    onEvent: (event: StreamEvent) => {
      const { kind } = event;
      const level = kind === 'not-durable' ? 'warn' : 'info';
      logger[level]({ part: 'stream', ...event }, kind === 'not-durable' ? `Kafka：${event.message}` : `stream: ${kind}`);
    },
  };
  if (config.kafka === null) return createPostgresStream({ ...common, databaseUrl: input.postgresUrl });
  const { brokers, sasl, replicationFactor, retentionDays, sessionTimeoutMs, heartbeatMs } = config.kafka;
  return createKafkaStream({
    ...common,
    brokers,
    clientId: 'tianyan',
    ...certificates(config.kafka.tls),
    ...(sasl === null ? {} : { sasl }),
    options: { replicationFactor, committedRetentionMs: retentionDays * DAY_MS, sessionTimeoutMs, heartbeatMs },
  });
}

function certificates(tls: KafkaSettings['tls']): Pick<KafkaConnection, 'ssl'> {
  if (tls === null) return {};
  if (tls.caFile === null && tls.certFile === null) return { ssl: true };
  return {
    ssl: {
      ...(tls.caFile === null ? {} : { ca: readPem(tls.caFile) }),
      ...(tls.certFile === null ? {} : { cert: readPem(tls.certFile) }),
      ...(tls.keyFile === null ? {} : { key: readPem(tls.keyFile) }),
    },
  };
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new RefusedError(
      'invalid',
      `无法读取 Kafka 证书文件 ${file}：${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
