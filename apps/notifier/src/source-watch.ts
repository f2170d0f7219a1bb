import { MINUTE_MS, type Clock, type EpochMs, type Pause } from '@tianyan/kernel';
import {
  markEnded,
  markTold,
  SourceOutages,
  type NoticeOutbox,
  type PlatformRouting,
  type SourceOutage,
  type SourceTrouble,
} from '@tianyan/notices';
import { inTransaction, type Pool } from '@tianyan/postgres';
import type { Logger } from 'pino';
import { troubleOf, type SourceHealth, type SourceState, type WatchedSource } from './source-health.js';
import { failingNotice, workingNotice } from './source-notices.js';

/** How often the sources are looked at: far more often than patience runs out. */
const LOOK_MS = MINUTE_MS;
/** So long a source may be in trouble before anybody is told: upstreams are restarted, networks falter. */
export const PATIENCE_MS = 15 * MINUTE_MS;
/** So long it has to work before it counts as working: one that comes and goes is one outage, not twenty. */
export const CALM_MS = 15 * MINUTE_MS;
/** Nobody looked for so long, as the platform was stopped: what was seen before says nothing, patience and calm begin anew. */
const UNSEEN_MS = 5 * LOOK_MS;

export interface SourceWatchParts {
  sources: SourceHealth;
  /** Others, which are known from before, are not expected to be read. */
  watched: readonly WatchedSource[];
  pool: Pool;
  outbox: NoticeOutbox;
  routing: PlatformRouting;
  /** The machine's. */
  clock: Clock;
  pause: Pause;
  logger: Logger;
}

/**
 * Tells those who run the platform when a source is out, once, and when it works again, once. What it has seen stands in
 * PostgreSQL: any number of notifiers may look, and each may die between two looks.
 */
export class SourceWatch {
  private readonly stopping = new AbortController();
  private readonly outages: SourceOutages;
  private running: Promise<void> | null = null;

  constructor(private readonly parts: SourceWatchParts) {
    this.outages = new SourceOutages(parts.pool);
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Resolves after the look in hand. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Looks at each source once. Throws RetriableError when PostgreSQL is out of reach; the next look goes on. */
  async look(): Promise<void> {
    const { sources, watched, clock } = this.parts;
    const states = new Map((await sources.list()).map((state) => [state.name, state]));
    const open = await this.outages.open();
    const nowMs = clock.nowMs();
    const expected = new Set<string>();
    for (const source of watched) {
      const state = states.get(source.name);
      if (!state?.enabled) continue;
      expected.add(source.name);
      const trouble = troubleOf(state, source, nowMs);
      const outage = open.get(source.name) ?? null;
      if (trouble !== null) await this.inTrouble(state, trouble, outage, nowMs);
      else if (outage !== null) await this.isWell(state, outage, nowMs);
    }
    // Switched off, or no longer configured: whoever did that knows.
    for (const outage of open.values()) if (!expected.has(outage.source)) await this.dropped(outage, nowMs);
  }

  private async inTrouble(
    state: SourceState,
    trouble: SourceTrouble,
    outage: SourceOutage | null,
    nowMs: EpochMs,
  ): Promise<void> {
    if (outage === null) return this.outages.begin(state.name, trouble, nowMs);
    const beganAtMs = this.isUnseen(outage, nowMs) ? nowMs : outage.beganAtMs;
    await this.outages.seen(outage, trouble, { nowMs, beganAtMs });
    if (outage.toldAtMs === null && nowMs - beganAtMs >= PATIENCE_MS) await this.tellFailing(state, outage, nowMs);
  }

  private async isWell(state: SourceState, outage: SourceOutage, nowMs: EpochMs): Promise<void> {
    if (outage.toldAtMs === null) return this.outages.forget(outage);
    const sinceMs = outage.wellSinceMs === null || this.isUnseen(outage, nowMs) ? nowMs : outage.wellSinceMs;
    await this.outages.well(outage, { nowMs, sinceMs });
    if (nowMs - sinceMs >= CALM_MS) await this.tellWorking(state, outage, nowMs);
  }

  private isUnseen({ seenAtMs }: SourceOutage, nowMs: EpochMs): boolean {
    return nowMs - seenAtMs > UNSEEN_MS;
  }

  private async dropped(outage: SourceOutage, nowMs: EpochMs): Promise<void> {
    if (outage.toldAtMs === null) return this.outages.forget(outage);
    await inTransaction(this.parts.pool, (client) => markEnded(client, outage, nowMs));
  }

  private async tellFailing(state: SourceState, outage: SourceOutage, nowMs: EpochMs): Promise<void> {
    const { pool, outbox, routing, logger } = this.parts;
    const recipients = await routing.recipients();
    await inTransaction(pool, async (client) => {
      const told = await markTold(client, outage, nowMs);
      if (told === null) return;
      await outbox.enqueue(client, failingNotice(told, state.label), recipients);
      logger.warn({ source: told.source, trouble: told.trouble, beganAtMs: told.beganAtMs }, 'a source is out');
    });
  }

  private async tellWorking(state: SourceState, outage: SourceOutage, nowMs: EpochMs): Promise<void> {
    const { pool, outbox, logger } = this.parts;
    await inTransaction(pool, async (client) => {
      const ended = await markEnded(client, outage, nowMs);
      if (ended === null) return;
      await outbox.enqueueEnd(client, workingNotice(ended, state.label, ended.wellSinceMs ?? nowMs), 'source-failing');
      logger.info({ source: ended.source, beganAtMs: ended.beganAtMs }, 'a source works again');
    });
  }

  private async run(): Promise<void> {
    const { pause, logger } = this.parts;
    while (!this.stopping.signal.aborted) {
      try {
        await this.look();
      } catch (error) {
        logger.warn({ err: error }, 'the sources could not be looked at; trying again');
      }
      await pause(LOOK_MS, this.stopping.signal);
    }
  }
}
