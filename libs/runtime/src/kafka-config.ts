import { RefusedError, SECOND_MS } from '@tianyan/kernel';
import { DEFAULT_KAFKA_STREAM_OPTIONS } from '@tianyan/stream';
import { z } from 'zod';

/** A session must outlive the loss of some heartbeats; with fewer in it, one that is late costs a member its partitions. */
const MIN_HEARTBEATS_PER_SESSION = 3;

const BROKER = /^[\w.-]+:\d{1,5}$/;

/** Variables of the stream on Kafka; without brokers the others mean nothing. */
export const kafkaVariables = {
  /** `host:port,host:port`: some brokers of the cluster that carries the stream. */
  TIANYAN_KAFKA_BROKERS: z
    .string()
    .transform((text) => text.split(',').map((broker) => broker.trim()))
    .refine((brokers) => brokers.every((broker) => BROKER.test(broker)), '应写成 主机:端口，多个用逗号分隔')
    .optional(),
  TIANYAN_KAFKA_TLS: z.enum(['on', 'off']).default('off'),
  /** Authority of the brokers' certificates, PEM; the system's own without it. */
  TIANYAN_KAFKA_CA_FILE: z.string().min(1).optional(),
  /** Certificate and key of this program, PEM, where brokers ask for one. */
  TIANYAN_KAFKA_CERT_FILE: z.string().min(1).optional(),
  TIANYAN_KAFKA_KEY_FILE: z.string().min(1).optional(),
  TIANYAN_KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  TIANYAN_KAFKA_SASL_USERNAME: z.string().min(1).optional(),
  TIANYAN_KAFKA_SASL_PASSWORD: z.string().min(1).optional(),
  /** Copies of each partition of new topics; the cluster's default without it. */
  TIANYAN_KAFKA_REPLICATION: z.coerce.number().int().min(1).max(7).optional(),
  /**
   * A process that Kafka has not heard of for so long loses its partitions to the others. Shorter: others take over sooner
   * after a crash. Longer: a pause of the machine does no harm. Brokers allow 6 to 1,800 s unless told otherwise.
   */
  TIANYAN_KAFKA_SESSION_TIMEOUT_SECONDS: z.coerce
    .number()
    .int()
    .min(6)
    .max(1_800)
    .default(DEFAULT_KAFKA_STREAM_OPTIONS.sessionTimeoutMs / SECOND_MS),
  /** How often a process tells Kafka that it lives; at most a third of the session's time. */
  TIANYAN_KAFKA_HEARTBEAT_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(600)
    .default(DEFAULT_KAFKA_STREAM_OPTIONS.heartbeatMs / SECOND_MS),
  /** Records stay in Kafka so long, read or not. */
  TIANYAN_KAFKA_RETENTION_DAYS: z.coerce.number().int().min(1).max(3_650).default(14),
};

export interface KafkaSettings {
  brokers: readonly string[];
  tls: { caFile: string | null; certFile: string | null; keyFile: string | null } | null;
  sasl: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string } | null;
  /** null: the cluster's default. */
  replicationFactor: number | null;
  retentionDays: number;
  sessionTimeoutMs: number;
  /** At most a third of the session's. */
  heartbeatMs: number;
}

const variables = z.object(kafkaVariables);

function refuse(message: string): never {
  throw new RefusedError('invalid', `配置有误：${message}`);
}

/** @throws RefusedError when settings that belong together are incomplete. */
export function kafkaFromEnvironment(env: z.output<typeof variables>): KafkaSettings | null {
  if (env.TIANYAN_KAFKA_BROKERS === undefined) return null;
  return {
    brokers: env.TIANYAN_KAFKA_BROKERS,
    tls: tlsOf(env),
    sasl: saslOf(env),
    replicationFactor: env.TIANYAN_KAFKA_REPLICATION ?? null,
    retentionDays: env.TIANYAN_KAFKA_RETENTION_DAYS,
    ...sessionOf(env),
  };
}

function sessionOf(env: z.output<typeof variables>): Pick<KafkaSettings, 'sessionTimeoutMs' | 'heartbeatMs'> {
  const { TIANYAN_KAFKA_SESSION_TIMEOUT_SECONDS: session, TIANYAN_KAFKA_HEARTBEAT_SECONDS: heartbeat } = env;
  if (heartbeat * MIN_HEARTBEATS_PER_SESSION > session)
    refuse(
      `TIANYAN_KAFKA_HEARTBEAT_SECONDS（${heartbeat}）不能超过 TIANYAN_KAFKA_SESSION_TIMEOUT_SECONDS（${session}）的三分之一`,
    );
  return { sessionTimeoutMs: session * SECOND_MS, heartbeatMs: heartbeat * SECOND_MS };
}

function tlsOf(env: z.output<typeof variables>): KafkaSettings['tls'] {
  const files = [env.TIANYAN_KAFKA_CA_FILE, env.TIANYAN_KAFKA_CERT_FILE, env.TIANYAN_KAFKA_KEY_FILE];
  if (env.TIANYAN_KAFKA_TLS === 'off') {
    if (files.some((file) => file !== undefined)) refuse('设置了 Kafka 证书文件，还需要 TIANYAN_KAFKA_TLS=on');
    return null;
  }
  if ((env.TIANYAN_KAFKA_CERT_FILE === undefined) !== (env.TIANYAN_KAFKA_KEY_FILE === undefined))
    refuse('TIANYAN_KAFKA_CERT_FILE 和 TIANYAN_KAFKA_KEY_FILE 要一起设置');
  return {
    caFile: env.TIANYAN_KAFKA_CA_FILE ?? null,
    certFile: env.TIANYAN_KAFKA_CERT_FILE ?? null,
    keyFile: env.TIANYAN_KAFKA_KEY_FILE ?? null,
  };
}

function saslOf(env: z.output<typeof variables>): KafkaSettings['sasl'] {
  const mechanism = env.TIANYAN_KAFKA_SASL_MECHANISM;
  const username = env.TIANYAN_KAFKA_SASL_USERNAME;
  const password = env.TIANYAN_KAFKA_SASL_PASSWORD;
  if (mechanism === undefined && username === undefined && password === undefined) return null;
  if (mechanism === undefined || username === undefined || password === undefined)
    refuse('TIANYAN_KAFKA_SASL_MECHANISM、TIANYAN_KAFKA_SASL_USERNAME、TIANYAN_KAFKA_SASL_PASSWORD 要一起设置');
  if (mechanism === 'plain' && env.TIANYAN_KAFKA_TLS === 'off')
    refuse('SASL 机制 plain 会明文传送密码，需要 TIANYAN_KAFKA_TLS=on，或改用 scram-sha-512');
  return { mechanism, username, password };
}
