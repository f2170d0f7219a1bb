import { backoffDelayMs, type Rng } from '@tianyan/kernel';
import { asPostgresError, reachingPostgres } from '@tianyan/postgres';
import { Client } from 'pg';
import { CONNECT_TIMEOUT_MS, type PostgresStreamOptions } from './options.js';
import { Signal } from '../signal.js';

/** Payload: topic id. */
export const APPENDED_CHANNEL = 'stream_appended';
/** Payload: group name. Sent when members come or go, or a partition was released. */
export const GROUP_CHANNEL = 'stream_group';

/** The server session of this process; it ends with the process, however that dies. */
export interface Session {
  backendPid: number;
  /** As PostgreSQL's text, so that no precision is lost. */
  backendStartedAt: string;
}

export interface Subscriber {
  onAppended(topicId: number): void;
  onGroup(group: string): void;
  /** Connected (again): notifications may have been missed, and the session is another one. */
  onConnected(): void;
}

interface SessionRow {
  pid: number;
  started: string;
}

/** One LISTEN connection for all consumers of a process, kept alive with backoff. */
export class Notifications {
  private readonly subscribers = new Set<Subscriber>();
  private running: Promise<void> | null = null;
  private stopping = false;
  private readonly stopSignal = new Signal();
  private client: Client | null = null;
  private current: Session | null = null;

  constructor(
    private readonly databaseUrl: string,
    private readonly options: PostgresStreamOptions,
    private readonly rng: Rng,
    private readonly onLost: (error: unknown) => void,
  ) {}

  subscribe(subscriber: Subscriber): () => void {
    this.subscribers.add(subscriber);
    this.running ??= this.keepConnected();
    return () => this.subscribers.delete(subscriber);
  }

  /** Null while there is no connection. */
  session(): Session | null {
    return this.current;
  }

  async close(): Promise<void> {
    this.stopping = true;
    this.stopSignal.raise();
    await this.client?.end();
    await this.running;
  }

  private async keepConnected(): Promise<void> {
    let failures = 0;
    while (!this.stopping) {
      try {
        await this.listenUntilCut(() => {
          failures = 0;
        });
      } catch (error) {
        this.onLost(error);
      }
      if (this.stopping) return;
      failures++;
      await this.stopSignal.wait(
        backoffDelayMs({ ...this.options.backoff, maxAttempts: Number.POSITIVE_INFINITY }, failures, this.rng),
      );
    }
  }

  private async listenUntilCut(onListening: () => void): Promise<void> {
    const client = new Client({
      connectionString: this.databaseUrl,
      application_name: 'tianyan-stream-listener',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    this.client = client;
    const cut = new Promise<never>((_, reject) => {
      client.on('error', (error) => reject(asPostgresError(error)));
      client.on('end', () => reject(asPostgresError(new Error('Connection terminated'))));
    });
    // Handled below by the race; until then it must not count as unhandled.
    cut.catch(() => {});
    try {
      // Closed while it connects, pg's promise never settles; its 'end' tells.
      await Promise.race([reachingPostgres(() => client.connect()), cut]);
      client.on('notification', ({ channel, payload }) => this.dispatch(channel, payload ?? ''));
      await reachingPostgres(() => client.query(`LISTEN ${APPENDED_CHANNEL}; LISTEN ${GROUP_CHANNEL}`));
      const { rows } = await reachingPostgres(() =>
        client.query<SessionRow>('SELECT pid, backend_start::text AS started FROM pg_stat_activity WHERE pid = pg_backend_pid()'),
      );
      const row = rows[0];
      if (!row) throw new Error('the server does not show its own session');
      this.current = { backendPid: row.pid, backendStartedAt: row.started };
      onListening();
      for (const subscriber of this.subscribers) subscriber.onConnected();
      await cut;
    } catch (error) {
      if (!this.stopping) throw error;
    } finally {
      this.current = null;
      this.client = null;
      // A second end, or the end of a cut connection, has nothing left to report.
      await client.end().catch(() => {});
    }
  }

  private dispatch(channel: string, payload: string): void {
    for (const subscriber of this.subscribers) {
      if (channel === APPENDED_CHANNEL) subscriber.onAppended(Number(payload));
      else if (channel === GROUP_CHANNEL) subscriber.onGroup(payload);
    }
  }
}
