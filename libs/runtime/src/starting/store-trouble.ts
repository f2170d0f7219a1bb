import { RefusedError } from '@tianyan/kernel';
import { types } from 'node:util';

/** A server that the process needs, as people know it. */
export interface StoreAddress {
  name: 'PostgreSQL' | 'Kafka' | 'ClickHouse' | 'Redis' | '演示县';
  /** Host and port, without user and password. */
  address: string;
  /** Where it is configured. */
  variable: string;
}

/** Causes looked at below an error: clients wrap what the socket said, some of them twice. */
const MAX_CAUSES = 5;

/** What the servers answer to a wrong or missing name or password: PostgreSQL, ClickHouse, Kafka, Redis. */
const NOT_LET_IN = new Set(['28P01', '28000', 'AUTHENTICATION_FAILED', 'REQUIRED_PASSWORD', 'KafkaJSSASLAuthenticationError']);
const NOT_LET_IN_MESSAGE = /\b(WRONGPASS|NOAUTH|NOPERM)\b|invalid password|client password must be a string/;

/** There is no such database: PostgreSQL, ClickHouse. */
const NO_DATABASE = new Set(['3D000', 'UNKNOWN_DATABASE']);

const TROUBLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: '连接被拒绝，可能还没有启动',
  ENOTFOUND: '找不到这个主机名',
  EAI_AGAIN: '暂时查不到这个主机名',
  ETIMEDOUT: '连接超时',
  EHOSTUNREACH: '网络不通',
  ENETUNREACH: '网络不通',
  '57P03': '正在启动或关闭',
};

/** A failure that no waiting can mend, with what to correct; null for others. */
export function refusalOf(error: unknown, store: StoreAddress): RefusedError | null {
  for (const { names, message } of chainOf(error)) {
    if (names.some((name) => NOT_LET_IN.has(name)) || NOT_LET_IN_MESSAGE.test(message))
      return new RefusedError(
        'invalid',
        `${store.name}（${store.address}）拒绝登录：用户名或密码不对，请改正 ${store.variable} 后重新启动。`,
      );
    if (names.some((name) => NO_DATABASE.has(name)))
      return new RefusedError(
        'invalid',
        `${store.name}（${store.address}）里没有这个数据库：请先建立它，或改正 ${store.variable} 后重新启动。`,
      );
  }
  return null;
}

/** Chinese; why the server cannot be reached, as far as it is known. The log has the rest. */
export function troubleOf(error: unknown): string {
  for (const { names } of chainOf(error)) {
    const known = names.map((name) => TROUBLE[name]).find((text) => text !== undefined);
    if (known !== undefined) return known;
  }
  return '暂时不能用';
}

function* chainOf(error: unknown): Generator<{ names: string[]; message: string }> {
  for (let at = error, depth = 0; types.isNativeError(at) && depth < MAX_CAUSES; at = at.cause, depth++) {
    const { code, type } = at as { code?: unknown; type?: unknown }; // only read, and compared with known texts
    yield { names: [at.name, code, type].filter((name) => typeof name === 'string'), message: at.message };
  }
}
