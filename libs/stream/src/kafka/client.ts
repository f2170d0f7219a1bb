import kafkajs, { type ISocketFactory, type KafkaConfig, type RetryOptions, type SASLOptions, type Kafka } from 'kafkajs';
import type { ConnectionOptions } from 'node:tls';
import type { StreamEvent } from '../events.js';
import { Connections } from './connections.js';
import {
  CLIENT_FIRST_DELAY_MS,
  CLIENT_MAX_DELAY_MS,
  CLIENT_RETRIES,
  CONNECT_TIMEOUT_MS,
  type KafkaStreamOptions,
} from './options.js';
import { endStoppedFetchers } from './stopped-fetchers.js';

// Everywhere by its default export: Node does not find the names that this CommonJS package exports.

/** User and password: `plain` (only together with TLS), `scram-sha-256` or `scram-sha-512`. */
export type KafkaSasl = Extract<SASLOptions, { username: string; password: string }>;

export interface KafkaConnection {
  /** `host:port` of some brokers; the others are learnt from them. */
  brokers: readonly string[];
  /** Names this process in the brokers' logs and quotas. */
  clientId: string;
  sasl?: KafkaSasl;
  /** true for certificates that the system trusts; otherwise the authority, and a certificate of our own if the broker asks. */
  ssl?: true | Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'passphrase'>;
  /** Makes the sockets, for networks that need a detour. */
  socketFactory?: ISocketFactory;
}

export const CLIENT_RETRY: RetryOptions = {
  retries: CLIENT_RETRIES,
  initialRetryTime: CLIENT_FIRST_DELAY_MS,
  maxRetryTime: CLIENT_MAX_DELAY_MS,
};

/** kafkajs writes credentials of no kind into its log; the stack of an expected outage only hides the message. */
const LOGGED_DETAILS = ['groupId', 'broker', 'topic', 'partition', 'error', 'retryCount'];

/** Errors that brokers answer also reach the caller; and the repeats of a producer are limited on purpose. */
function isToldElsewhere(namespace: string, message: string): boolean {
  return (namespace === 'Connection' && message.startsWith('Response ')) || message.startsWith('Limiting retries');
}

/** kafkajs, and the connections that it has. */
export interface KafkaClient {
  kafka: Kafka;
  connections: Connections;
}

/** A client of its own for each consumer: those of one client share a cache of committed offsets, and disturb each other. */
export function makeClient(
  connection: KafkaConnection,
  options: KafkaStreamOptions,
  onEvent: (event: StreamEvent) => void,
): KafkaClient {
  endStoppedFetchers();
  const { brokers, clientId, sasl, ssl, socketFactory } = connection;
  const connections = new Connections(socketFactory);
  const config: KafkaConfig = {
    socketFactory: connections.socketFactory,
    brokers: [...brokers],
    clientId,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    authenticationTimeout: options.requestTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    retry: CLIENT_RETRY,
    logLevel: kafkajs.logLevel.WARN,
    logCreator:
      () =>
      ({ namespace, log }) => {
        if (isToldElsewhere(namespace, log.message)) return;
        const details = Object.fromEntries(
          LOGGED_DETAILS.filter((name) => log[name] !== undefined).map((name) => [name, log[name] as unknown]),
        );
        onEvent({ kind: 'client-warning', message: `${namespace}: ${log.message}`, details });
      },
    ...(ssl === undefined ? {} : { ssl }),
    // A copy, because kafkajs writes into what it is given.
    ...(sasl === undefined ? {} : { sasl: { ...sasl } }),
  };
  return { kafka: new kafkajs.Kafka(config), connections };
}
