import { backoffDelayMs, type BackoffPolicy, type Pause, type Rng } from '@tianyan/kernel';
import pg from 'pg';
import { z } from 'zod';
import { asPostgresError } from './errors.js';
import { execute, row } from './rows.js';

/** The server session that listens; it ends with the process, however that dies. */
export interface ListeningSession {
  backendPid: number;
  /** As PostgreSQL's text, so that no precision is lost. */
  backendStartedAt: string;
}

export interface ListenerParts {
  /** One of its connections is kept for as long as the listener runs. */
  pool: pg.Pool;
  channels: readonly string[];
  /** Waits before it connects again. */
  backoff: Pick<BackoffPolicy, 'firstDelayMs' | 'maxDelayMs'>;
  rng: Rng;
  pause: Pause;
  onNotification: (channel: string, payload: string) => void;
  /** It listens (again): what was sent before may have been missed, and the session is another one. */
  onListening?: (isFirst: boolean) => void;
  /** The connection was cut, or could not be made; it tries again by itself. */
  onLost: (error: unknown) => void;
}

interface Connection {
  client: pg.PoolClient;
  session: ListeningSession;
  /** Resolves with the reason. */
  cut: Promise<unknown>;
}

const sessionSchema = z
  .object({ pid: z.int(), started: z.string() })
  .transform(({ pid, started }): ListeningSession => ({ backendPid: pid, backendStartedAt: started }));

/** One connection that hears what others announce by NOTIFY, made again whenever it is lost. */
export class Listener {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  private current: ListeningSession | null = null;
  private hasListened = false;

  constructor(private readonly parts: ListenerParts) {}

  /** Tries until it listens. Calls after the first change nothing. */
  start(): void {
    this.running ??= this.run(null);
  }

  /** Resolves once it listens. Throws RetriableError if the server is out of reach now; later it tries again by itself. */
  async startNow(): Promise<void> {
    const first = await this.open();
    this.running = this.run(first);
  }

  /** Null while there is no connection. */
  session(): ListeningSession | null {
    return this.current;
  }

  /** Nothing is heard any more once it resolves. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(first: Connection | null): Promise<void> {
    const { signal } = this.stopping;
    const policy = { ...this.parts.backoff, maxAttempts: Number.POSITIVE_INFINITY };
    for (let connection = first, failures = 0; ; connection = null) {
      try {
        connection ??= await this.open();
        failures = 0;
        await this.listenUntilCut(connection);
      } catch (error) {
        if (!signal.aborted) this.parts.onLost(error);
      }
      if (signal.aborted) return;
      await this.parts.pause(backoffDelayMs(policy, ++failures, this.parts.rng), signal);
      if (signal.aborted) return;
    }
  }

  private async listenUntilCut({ client, session, cut }: Connection): Promise<void> {
    try {
      this.current = session;
      this.parts.onListening?.(!this.hasListened);
      this.hasListened = true;
      const reason = await this.unlessStopped(cut);
      if (!this.stopping.signal.aborted) throw asPostgresError(reason);
    } finally {
      this.current = null;
      close(client);
    }
  }

  /** Throws what keeps it from listening, also that it is to stop. */
  private async open(): Promise<Connection> {
    const connecting = this.parts.pool.connect();
    const client = await this.unlessStopped(connecting);
    if (!client) {
      // What comes of the attempt is closed, and its failure is nobody's.
      connecting.then(close, () => undefined);
      throw new Error('stopped while it connected');
    }
    const cut = new Promise<unknown>((resolve) => {
      client.on('error', resolve);
      client.on('end', () => resolve(new Error('Connection terminated')));
    });
    client.on('notification', ({ channel, payload }) => this.parts.onNotification(channel, payload ?? ''));
    try {
      const session = await this.unlessStopped(this.listenOn(client));
      if (!session) throw new Error('stopped before it listened');
      return { client, session, cut };
    } catch (error) {
      close(client);
      throw error;
    }
  }

  private async listenOn(client: pg.PoolClient): Promise<ListeningSession> {
    // Names cannot be parameters.
    for (const channel of this.parts.channels) await execute(client, `LISTEN ${pg.escapeIdentifier(channel)}`);
    const sql = 'SELECT pid, backend_start::text AS started FROM pg_stat_activity WHERE pid = pg_backend_pid()';
    return row(client, sessionSchema, sql);
  }

  /** What it resolves to; null as soon as it is told to stop. Leaves nothing behind: an outage may last for many attempts. */
  private async unlessStopped<T>(promise: Promise<T>): Promise<T | null> {
    const { signal } = this.stopping;
    // Whoever stops waits for none of it any more, neither for its failure.
    promise.catch(() => undefined);
    if (signal.aborted) return null;
    const stopped = Promise.withResolvers<null>();
    const onAbort = () => stopped.resolve(null);
    signal.addEventListener('abort', onAbort);
    try {
      return await Promise.race([promise, stopped.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }
}

/** Closed, not given back: whoever got it next would hear our notices. */
function close(client: pg.PoolClient): void {
  client.removeAllListeners('notification');
  client.release(true);
}
