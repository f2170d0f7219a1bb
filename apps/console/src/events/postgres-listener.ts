import { EVENT_CHANNEL } from '@tianyan/alerts';
import { FINDINGS_CHANNEL, parseNotice } from '@tianyan/findings';
import { backoffDelayMs, SECOND_MS, type BackoffPolicy, type Pause, type Rng } from '@tianyan/kernel';
import type pg from 'pg';
import type { Logger } from 'pino';
import { alertEventSchema } from '../api/index.js';
import type { EventHub } from './event-hub.js';

const RECONNECT: BackoffPolicy = { maxAttempts: Number.POSITIVE_INFINITY, firstDelayMs: SECOND_MS, maxDelayMs: 30 * SECOND_MS };

/**
 * Hears what other processes announce at commit, and hands it to the hub. After a lost connection everyone is told to
 * read again: notices sent meanwhile are gone.
 */
export class PostgresListener {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(private readonly parts: { pool: pg.Pool; hub: EventHub; pause: Pause; rng: Rng; logger: Logger }) {}

  /** Resolves once it listens. Throws if the database is out of reach at the start. */
  async start(): Promise<void> {
    const client = await this.connect();
    this.running = this.keepListening(client);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async keepListening(first: pg.PoolClient): Promise<void> {
    const { signal } = this.stopping;
    for (let client: pg.PoolClient | null = first, failures = 0; !signal.aborted;) {
      if (client) await this.untilCut(client);
      if (signal.aborted) return;
      await this.parts.pause(backoffDelayMs(RECONNECT, ++failures, this.parts.rng), signal);
      client = await this.reconnect();
      if (client) {
        failures = 0;
        this.parts.hub.publish('everybody', { kind: 'resync' });
      }
    }
  }

  private async reconnect(): Promise<pg.PoolClient | null> {
    if (this.stopping.signal.aborted) return null;
    try {
      return await this.connect();
    } catch (error) {
      this.parts.logger.warn({ err: error }, 'cannot listen for events; trying again');
      return null;
    }
  }

  private async connect(): Promise<pg.PoolClient> {
    const client = await this.parts.pool.connect();
    try {
      client.on('notification', (message) => this.hear(message.channel, message.payload ?? ''));
      await client.query(`LISTEN ${EVENT_CHANNEL}`);
      await client.query(`LISTEN ${FINDINGS_CHANNEL}`);
      return client;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /** The connection is closed, not given back: its next user must not hear our notices. */
  private untilCut(client: pg.PoolClient): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.stopping;
      const end = (error?: Error) => {
        if (error) this.parts.logger.warn({ err: error }, 'the connection that listens for events was cut');
        signal.removeEventListener('abort', onAbort);
        client.removeAllListeners('notification');
        client.release(true);
        resolve();
      };
      const onAbort = () => end();
      client.once('error', end);
      if (signal.aborted) end();
      else signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  private hear(channel: string, payload: string): void {
    const { hub, logger } = this.parts;
    try {
      if (channel === EVENT_CHANNEL) return hub.publish('everybody', alertEventSchema.parse(JSON.parse(payload)));
      const notices = parseNotice(payload);
      if (notices === null) return hub.publish('everybody', { kind: 'resync' });
      for (const { id, ruleId, severity, event, townshipCode } of notices)
        hub.publish({ townshipCode }, { kind: 'finding', change: event, id, ruleId, severity });
    } catch (error) {
      // Another version of the platform may announce what this one does not know: nothing is lost by reading again.
      logger.warn({ err: error, channel }, 'an announcement could not be read');
      hub.publish('everybody', { kind: 'resync' });
    }
  }
}
