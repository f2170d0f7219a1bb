import type { TianyanConfig } from '../config.js';
import type { StoreAddress } from './store-trouble.js';

/** The servers that the configuration names, without the users and passwords in their URLs. */
export function storeAddresses(config: TianyanConfig) {
  return {
    postgres: at('PostgreSQL', 'TIANYAN_POSTGRES_URL', hostsOf(config.postgresUrl)),
    clickhouse: at('ClickHouse', 'TIANYAN_CLICKHOUSE_URL', hostsOf(config.clickhouse?.url ?? null)),
    // Without brokers the stream is in PostgreSQL.
    stream:
      config.kafka === null
        ? at('PostgreSQL', 'TIANYAN_POSTGRES_URL', hostsOf(config.postgresUrl))
        : at('Kafka', 'TIANYAN_KAFKA_BROKERS', config.kafka.brokers.join(',')),
    redis: at('Redis', 'TIANYAN_REDIS_URL', hostsOf(config.redisUrl)),
    sandbox: at('演示县', 'TIANYAN_SANDBOX_URL', hostsOf(config.sandboxServer?.url ?? null)),
  };
}

function at(name: StoreAddress['name'], variable: string, address: string): StoreAddress {
  return { name, variable, address };
}

function hostsOf(urls: string | null): string {
  if (urls === null) return '内嵌';
  return urls
    .split(',')
    .map((url) => new URL(url.trim()).host || '本机')
    .join(',');
}
