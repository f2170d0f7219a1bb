import { ClickHouseLogLevel, createClient, type ClickHouseClient, type ClickHouseClientConfigOptions } from '@clickhouse/client';
import {
  type BackoffPolicy,
  type Clock,
  type IdSource,
  type Pause,
  type Rng,
  SECOND_MS,
  systemClock,
  systemRng,
  timerPause,
  uuidSource,
} from '@tianyan/kernel';
import { PLAIN_LAYOUT, type TableLayout } from '../schema/layout.js';
import { assemble, DEFAULT_LIMITS, type OpenWarehouse, readSettings, type WarehouseLimits } from './open-warehouse.js';
import { MAX_CHARS_IN_URL, MAX_QUERY_BYTES, withParamsInText } from './params-in-text.js';
import { sendByStatement, type Settings } from './warehouse.js';
import { endQueriesWith } from './query-ender.js';
import { RemoteWarehouse } from './remote-warehouse.js';

/** Attempts of one call; whoever called waits longer between its own. */
const RETRY: BackoffPolicy = { maxAttempts: 5, firstDelayMs: 100, maxDelayMs: 2_000 };

/** Inserts side by side: one per partition that a process writes. */
const WRITERS = 4;

/** A batch takes less than a second; one that takes longer is in trouble. */
const INSERT_TIMEOUT_SECONDS = 20;

/** Filling the copy of a new scope reads a whole table. */
const STATEMENT_TIMEOUT_SECONDS = 4 * 3600;

/** A replica that has not caught up with the others by then is in trouble; the read fails, and is tried again. */
const CATCH_UP_SECONDS = 30;

/** The server ends by itself first, and says why; then the client gives up. */
const CLIENT_WAITS_LONGER_SECONDS = 5;

/** Whoever gives up a query waits so long, at most, for its end. */
const KILL_TIMEOUT_SECONDS = 2;

/** Closed before the server closes it (10 s by default, 3 s in old versions), or a statement would meet a dead connection. */
const IDLE_CONNECTION_MS = 2_000;

export interface RemoteOptions extends Partial<WarehouseLimits> {
  /** `http(s)://[user:password@]host:port[/database]`; several, separated by commas, are replicas of one cluster. */
  url: string;
  layout?: TableLayout;
  /** PEM texts. Without them the certificate authorities of Node count, and no certificate is shown. */
  tls?: { ca: string; cert?: string; key?: string };
  /** Replicas that must have a part before an insert is acknowledged; the majority without it. */
  insertQuorum?: number;
  insertTimeoutSeconds?: number;
  retry?: BackoffPolicy;
  clock?: Clock;
  rng?: Rng;
  /** Names of queries. */
  ids?: IdSource;
  pause?: Pause;
}

/**
 * A ClickHouse server, or the replicas of a cluster, over HTTP. Here settings given to the client travel with each request
 * and do not stick. Connects with the first call.
 */
export async function openRemoteWarehouse(options: RemoteOptions): Promise<OpenWarehouse> {
  const layout = options.layout ?? PLAIN_LAYOUT;
  const insertTimeoutSeconds = options.insertTimeoutSeconds ?? INSERT_TIMEOUT_SECONDS;
  const urls = urlsOf(options);
  if (urls.length > 1 && layout.kind === 'plain')
    throw new RangeError('several addresses are replicas of a cluster: plain tables would differ from one to the other');
  const warehouses = urls.map((url) => openServer(url, { ...options, layout, insertTimeoutSeconds }));
  return new RemoteWarehouse(warehouses, layout, {
    policy: options.retry ?? RETRY,
    clock: options.clock ?? systemClock,
    rng: options.rng ?? systemRng,
    pause: options.pause ?? timerPause,
    insertTimeoutMs: insertTimeoutSeconds * SECOND_MS,
  });
}

function urlsOf(options: RemoteOptions): string[] {
  return options.url.split(',').map((url) => url.trim());
}

/** Makes clients of one server. */
function clientsOf(url: string, options: RemoteOptions): (timeoutSeconds: number, settings: Settings) => ClickHouseClient {
  return (timeoutSeconds, settings) =>
    createClient({
      url,
      compression: { request: true, response: true },
      keep_alive: { enabled: true, idle_socket_ttl: IDLE_CONNECTION_MS, eagerly_destroy_stale_sockets: true },
      request_timeout: (timeoutSeconds + CLIENT_WAITS_LONGER_SECONDS) * SECOND_MS,
      // Every error is thrown; whoever catches it logs it.
      log: { level: ClickHouseLogLevel.OFF },
      ...tlsOptions(options.tls),
      clickhouse_settings: {
        ...settings,
        // A failure is then seen by the status, not in the middle of rows, where older servers leave a mere text.
        wait_end_of_query: 1,
        max_query_size: String(MAX_QUERY_BYTES),
        // Of one that was given up, the server notices it only while it sends; see query-ender.ts.
        cancel_http_readonly_queries_on_client_close: 1,
      },
    });
}

function openServer(url: string, options: RemoteOptions & { layout: TableLayout; insertTimeoutSeconds: number }): OpenWarehouse {
  const limits = { ...DEFAULT_LIMITS, ...options };
  const client = clientsOf(url, options);
  const cluster = layoutSettings(options.layout);
  const ending = client(KILL_TIMEOUT_SECONDS, {});
  return assemble(
    {
      readers: Array.from({ length: limits.readers }, () =>
        client(limits.readTimeoutSeconds, { ...readSettings(limits), ...cluster }),
      ),
      writers: Array.from({ length: WRITERS }, () => client(options.insertTimeoutSeconds, {})),
      statements: Array.from({ length: limits.readers }, () =>
        client(STATEMENT_TIMEOUT_SECONDS, { ...cluster, receive_timeout: CATCH_UP_SECONDS }),
      ),
      further: [ending],
    },
    {
      insertSettings: insertSettings(options),
      sendInsert: sendByStatement,
      sent: (query) => withParamsInText(query, MAX_CHARS_IN_URL),
      ender: endQueriesWith(ending, options.ids ?? uuidSource),
    },
  );
}

/** A query over shards hands subqueries and joined tables to all shards whole, and asks the same replica that is written to. */
function layoutSettings(layout: TableLayout): Settings {
  return layout.kind === 'sharded'
    ? {
        distributed_product_mode: 'global',
        load_balancing: 'in_order',
        prefer_localhost_replica: 0,
        distributed_foreground_insert: 1,
      }
    : {};
}

function insertSettings(options: { layout: TableLayout; insertQuorum?: number; insertTimeoutSeconds: number }): Settings {
  const settings = { max_execution_time: options.insertTimeoutSeconds };
  if (options.layout.kind === 'plain') return settings;
  return {
    ...settings,
    insert_quorum: options.insertQuorum ?? 'auto',
    insert_quorum_timeout: (options.insertTimeoutSeconds * SECOND_MS) / 2,
    // An insert is acknowledged when it is in every shard that it concerns, not when it is in a queue.
    ...(options.layout.kind === 'sharded' && {
      distributed_foreground_insert: 1,
      load_balancing: 'in_order',
      prefer_localhost_replica: 0,
    }),
  };
}

function tlsOptions(tls: RemoteOptions['tls']): Pick<ClickHouseClientConfigOptions, 'tls'> {
  if (!tls) return {};
  const ca_cert = Buffer.from(tls.ca);
  if (tls.cert === undefined || tls.key === undefined) return { tls: { ca_cert } };
  return { tls: { ca_cert, cert: Buffer.from(tls.cert), key: Buffer.from(tls.key) } };
}
