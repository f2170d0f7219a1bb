import { CLUES_CHANNEL } from '@tianyan/cases';
import { EVENT_CHANNEL } from '@tianyan/notices';
import { FINDINGS_CHANNEL, parseChanges } from '@tianyan/findings';
import { SECOND_MS, type Pause, type Rng } from '@tianyan/kernel';
import { Listener, type Pool } from '@tianyan/postgres';
import type { Logger } from 'pino';
import { noticeEventSchema } from '../api/index.js';
import type { ClueAnnouncer } from './clue-announcer.js';
import type { EventHub } from './event-hub.js';

const RECONNECT = { firstDelayMs: SECOND_MS, maxDelayMs: 30 * SECOND_MS };

/**
 * Hears what other processes announce at commit, and hands it to the hub. After a lost connection everyone is told to
 * read again: notices sent meanwhile are gone.
 */
export class PostgresListener {
  private readonly listener: Listener;

  constructor(
    private readonly parts: { pool: Pool; hub: EventHub; clues: ClueAnnouncer; pause: Pause; rng: Rng; logger: Logger },
  ) {
    const { pool, hub, pause, rng, logger } = parts;
    this.listener = new Listener({
      pool,
      channels: [EVENT_CHANNEL, FINDINGS_CHANNEL, CLUES_CHANNEL],
      backoff: RECONNECT,
      rng,
      pause,
      onNotification: (channel, payload) => this.hear(channel, payload),
      onListening: (isFirst) => {
        if (!isFirst) hub.publish('everybody', { kind: 'resync' });
      },
      onLost: (error) => logger.warn({ err: error }, 'cannot listen for events; trying again'),
    });
  }

  /** Resolves once it listens. Throws if the database is out of reach at the start. */
  start(): Promise<void> {
    return this.listener.startNow();
  }

  async stop(): Promise<void> {
    await this.listener.stop();
    await this.parts.clues.settled();
  }

  private hear(channel: string, payload: string): void {
    const { hub, clues, logger } = this.parts;
    try {
      if (channel === CLUES_CHANNEL) return clues.hear(payload);
      if (channel === EVENT_CHANNEL) return hub.publish('everybody', noticeEventSchema.parse(JSON.parse(payload)));
      const changes = parseChanges(payload);
      if (changes === null) return hub.publish('everybody', { kind: 'resync' });
      for (const { id, ruleId, severity, event, townshipCode, problemClass } of changes)
        hub.publish({ townshipCode, problemClass }, { kind: 'finding', change: event, id, ruleId, severity });
    } catch (error) {
      // Another version of the platform may announce what this one does not know: nothing is lost by reading again.
      logger.warn({ err: error, channel }, 'an announcement could not be read');
      hub.publish('everybody', { kind: 'resync' });
    }
  }
}
