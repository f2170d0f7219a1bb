import { DAY_MS, MINUTE_MS, Rounds, type Clock, type EpochMs, type Pause } from '@tianyan/kernel';
import {
  markEnded,
  markReminded,
  markTold,
  outageKey,
  Outages,
  type NoticeOutbox,
  type Outage,
  type PlatformRouting,
  type Trouble,
} from '@tianyan/notices';
import { inTransaction, type Pool } from '@tianyan/postgres';
import type { Logger } from 'pino';
import { failingNotice, kindsOf, stillFailingNotice, workingNotice } from './outage-notices.js';
import { isOfOneMachine, type Looked, type WatchedParts } from './watched-parts.js';

/** How often everything is looked at: far more often than patience runs out. */
const LOOK_MS = MINUTE_MS;
/** Nobody looked for so long, as the platform was stopped: what was seen before says nothing, patience and calm begin anew. */
const UNSEEN_MS = 5 * LOOK_MS;
/** What one machine alone looks at, and nobody has looked at for so long: that machine was taken away, or bears another name. */
const GONE_MS = DAY_MS;

export interface OutageTiming {
  /**
   * So long something may be in trouble before anybody is told: upstreams are restarted, networks falter. So long it has to work before it counts as
   * working, too: one that comes and goes is one outage, not twenty.
   */
  patienceMs: number;
  /** What lasts is told again after so long, and so on: whoever was told may have been away; more often would be noise. */
  remindAfterMs: number;
}

export interface OutageWatchParts {
  timing: OutageTiming;
  watched: readonly WatchedParts[];
  pool: Pool;
  outbox: NoticeOutbox;
  routing: PlatformRouting;
  /** The machine's. */
  clock: Clock;
  pause: Pause;
  logger: Logger;
}

/**
 * Tells those who run the platform when a source, or a part of the platform itself, is out: once, again while it lasts, and once when it works
 * again. What it has seen stands in PostgreSQL: any number of notifiers may look, and each may die between two looks.
 */
export class OutageWatch {
  private readonly outages: Outages;
  private readonly rounds: Rounds;

  constructor(private readonly parts: OutageWatchParts) {
    this.outages = new Outages(parts.pool);
    const { pause, logger } = parts;
    this.rounds = new Rounds({
      round: async () => {
        await this.look();
        return LOOK_MS;
      },
      onFailed: (error) => {
        logger.warn({ err: error }, 'what may be out could not be looked at; trying again');
        return LOOK_MS;
      },
      pause,
    });
  }

  start(): void {
    this.rounds.start();
  }

  /** Resolves after the look in hand. */
  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /** Looks at everything once. Throws RetriableError when PostgreSQL is out of reach; the next look goes on. */
  async look(): Promise<void> {
    const { watched, clock } = this.parts;
    const nowMs = clock.nowMs();
    const looked = (await Promise.all(watched.map((parts) => parts.look(nowMs)))).flat();
    const open = await this.outages.open();
    for (const one of looked) {
      const outage = open.get(outageKey(one.subject)) ?? null;
      if (one.trouble !== null) await this.inTrouble(one, one.trouble, outage, nowMs);
      else if (outage !== null) await this.isWell(one, outage, nowMs);
    }
    const expected = new Set(looked.map(({ subject }) => outageKey(subject)));
    // Switched off, or no longer configured: whoever did that knows.
    for (const [key, outage] of open)
      if (!expected.has(key) && !this.isLookedAtElsewhere(outage, nowMs)) await this.dropped(outage, nowMs);
  }

  private isLookedAtElsewhere({ subject, seenAtMs }: Outage, nowMs: EpochMs): boolean {
    return isOfOneMachine(subject) && nowMs - seenAtMs <= GONE_MS;
  }

  private async inTrouble(looked: Looked, trouble: Trouble, outage: Outage | null, nowMs: EpochMs): Promise<void> {
    if (outage === null) return this.outages.begin(looked.subject, trouble, nowMs);
    const { patienceMs, remindAfterMs } = this.parts.timing;
    const beganAtMs = this.isUnseen(outage, nowMs) ? nowMs : outage.beganAtMs;
    await this.outages.seen(outage, trouble, { nowMs, beganAtMs });
    if (outage.toldAtMs === null && nowMs - beganAtMs >= patienceMs) return this.tellFailing(looked, outage, nowMs);
    if (outage.toldAtMs !== null && nowMs - (outage.remindedAtMs ?? outage.toldAtMs) >= remindAfterMs)
      await this.tellAgain(looked, outage, nowMs);
  }

  private async isWell(looked: Looked, outage: Outage, nowMs: EpochMs): Promise<void> {
    if (outage.toldAtMs === null) return this.outages.forget(outage);
    const sinceMs = outage.wellSinceMs === null || this.isUnseen(outage, nowMs) ? nowMs : outage.wellSinceMs;
    await this.outages.well(outage, { nowMs, sinceMs });
    if (nowMs - sinceMs >= this.parts.timing.patienceMs) await this.tellWorking(looked, outage, nowMs);
  }

  private isUnseen({ seenAtMs }: Outage, nowMs: EpochMs): boolean {
    return nowMs - seenAtMs > UNSEEN_MS;
  }

  private async dropped(outage: Outage, nowMs: EpochMs): Promise<void> {
    if (outage.toldAtMs === null) return this.outages.forget(outage);
    const { pool, outbox } = this.parts;
    await inTransaction(pool, async (client) => {
      const ended = await markEnded(client, outage, nowMs);
      if (ended !== null) await outbox.cancelUnsent(client, outage.subject, kindsOf(outage).still);
    });
  }

  private async tellFailing({ words }: Looked, outage: Outage, nowMs: EpochMs): Promise<void> {
    const { pool, outbox, routing, logger } = this.parts;
    const recipients = await routing.recipients(words.severity);
    await inTransaction(pool, async (client) => {
      const told = await markTold(client, outage, nowMs);
      if (told === null) return;
      await outbox.enqueue(client, failingNotice(told, words), recipients);
      logger.warn({ subject: told.subject, trouble: told.trouble, beganAtMs: told.beganAtMs }, 'something is out');
    });
  }

  private async tellAgain({ words }: Looked, outage: Outage, nowMs: EpochMs): Promise<void> {
    const { pool, outbox, routing } = this.parts;
    const recipients = await routing.recipients(words.severity);
    await inTransaction(pool, async (client) => {
      const reminded = await markReminded(client, outage, nowMs);
      if (reminded === null) return;
      // One that still waits for the end of quiet hours says the same.
      await outbox.cancelUnsent(client, outage.subject, kindsOf(outage).still);
      await outbox.enqueue(client, stillFailingNotice(reminded.outage, words, reminded.round), recipients);
    });
  }

  private async tellWorking({ words }: Looked, outage: Outage, nowMs: EpochMs): Promise<void> {
    const { pool, outbox, logger } = this.parts;
    const { failing, still } = kindsOf(outage);
    await inTransaction(pool, async (client) => {
      const ended = await markEnded(client, outage, nowMs);
      if (ended === null) return;
      await outbox.cancelUnsent(client, ended.subject, still);
      // Who came to run the platform meanwhile was told alone that it lasts, and waits for the end as well.
      const lasting = { kind: still, sinceMs: ended.toldAtMs ?? nowMs };
      await outbox.enqueueEnd(client, workingNotice(ended, words, ended.wellSinceMs ?? nowMs), failing, lasting);
      logger.info({ subject: ended.subject, beganAtMs: ended.beganAtMs }, 'something works again');
    });
  }
}
