import { RefusedError } from '@tianyan/kernel';
import { clusterLayout, PLAIN_LAYOUT, type RemoteOptions, type TableLayout } from '@tianyan/warehouse';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { isHostName } from './host-name.js';

/** Variables of a ClickHouse that runs elsewhere; without a URL the others mean nothing. */
export const clickhouseVariables = {
  /** `http(s)://[user:password@]host:port[/database]`; several, separated by commas, are replicas of one cluster. */
  TIANYAN_CLICKHOUSE_URL: z
    .string()
    .refine((text) => text.split(',').every((part) => isHttpUrl(part.trim())), '应写成 http(s)://主机:端口，多个用逗号分隔')
    .optional(),
  /** Name of the cluster in the servers' `remote_servers`. */
  TIANYAN_CLICKHOUSE_CLUSTER: z
    .string()
    .regex(/^[A-Za-z_]\w*$/, '集群名只能含字母、数字和下划线')
    .optional(),
  /** `replicated`: one shard; `sharded`: rows spread over shards by record id. */
  TIANYAN_CLICKHOUSE_TABLES: z.enum(['replicated', 'sharded']).default('replicated'),
  /** Replicas that must have an insert before it counts; the majority without it. */
  TIANYAN_CLICKHOUSE_QUORUM: z.coerce.number().int().min(1).max(9).optional(),
  /** Authority of the servers' certificates, PEM; Node's own without it. */
  TIANYAN_CLICKHOUSE_CA_FILE: z.string().min(1).optional(),
  /** Certificate and key of this program, PEM, where servers ask for one. */
  TIANYAN_CLICKHOUSE_CERT_FILE: z.string().min(1).optional(),
  TIANYAN_CLICKHOUSE_KEY_FILE: z.string().min(1).optional(),
};

export interface ClickhouseSettings {
  url: string;
  layout: TableLayout;
  /** null: the majority of the replicas. */
  quorum: number | null;
  tls: { caFile: string; certFile: string | null; keyFile: string | null } | null;
}

const variables = z.object(clickhouseVariables);

/** @throws RefusedError when settings that belong together are incomplete. */
export function clickhouseFromEnvironment(env: z.output<typeof variables>): ClickhouseSettings | null {
  const { TIANYAN_CLICKHOUSE_URL: url, TIANYAN_CLICKHOUSE_CLUSTER: cluster, TIANYAN_CLICKHOUSE_TABLES: kind } = env;
  if (url === undefined) return null;
  if (cluster === undefined && (url.includes(',') || kind === 'sharded'))
    refuse('多个 ClickHouse 地址、或 TIANYAN_CLICKHOUSE_TABLES=sharded，需要用 TIANYAN_CLICKHOUSE_CLUSTER 指明集群名');
  return {
    url,
    layout: cluster === undefined ? PLAIN_LAYOUT : clusterLayout({ kind, cluster }),
    quorum: env.TIANYAN_CLICKHOUSE_QUORUM ?? null,
    tls: tlsOf(env, url),
  };
}

/** What the warehouse is opened with. Reads the certificates. */
export function remoteOptions(settings: ClickhouseSettings): RemoteOptions {
  const { url, layout, quorum, tls } = settings;
  return {
    url,
    layout,
    ...(quorum === null ? {} : { insertQuorum: quorum }),
    ...(tls === null
      ? {}
      : {
          tls: {
            ca: readPem(tls.caFile),
            ...(tls.certFile === null ? {} : { cert: readPem(tls.certFile) }),
            ...(tls.keyFile === null ? {} : { key: readPem(tls.keyFile) }),
          },
        }),
  };
}

function tlsOf(env: z.output<typeof variables>, url: string): ClickhouseSettings['tls'] {
  const { TIANYAN_CLICKHOUSE_CA_FILE: ca, TIANYAN_CLICKHOUSE_CERT_FILE: cert, TIANYAN_CLICKHOUSE_KEY_FILE: key } = env;
  if ((cert === undefined) !== (key === undefined))
    refuse('TIANYAN_CLICKHOUSE_CERT_FILE 和 TIANYAN_CLICKHOUSE_KEY_FILE 要一起设置');
  if (ca === undefined) {
    if (cert !== undefined) refuse('设置了 ClickHouse 的客户端证书，还需要 TIANYAN_CLICKHOUSE_CA_FILE');
    return null;
  }
  if (url.includes('http:')) refuse('设置了 ClickHouse 证书文件，TIANYAN_CLICKHOUSE_URL 要以 https:// 开头');
  return { caFile: ca, certFile: cert ?? null, keyFile: key ?? null };
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol) && isHostName(new URL(text).hostname);
}

function refuse(message: string): never {
  throw new RefusedError('invalid', `配置有误：${message}`);
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new RefusedError(
      'invalid',
      `无法读取 ClickHouse 证书文件 ${file}：${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
