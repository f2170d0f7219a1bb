import {
  backoffDelayMs,
  errorKind,
  MINUTE_MS,
  RefusedError,
  SECOND_MS,
  type BackoffPolicy,
  type Clock,
  type Pause,
  type Rng,
} from '@tianyan/kernel';
import type { Logger } from 'pino';
import { refusalOf, troubleOf, type StoreAddress } from './store-trouble.js';

/** A server that restarts is back within seconds, and half a minute more does not matter to one that takes minutes. */
const RETRY: BackoffPolicy = { maxAttempts: Number.POSITIVE_INFINITY, firstDelayMs: 500, maxDelayMs: 15 * SECOND_MS };

/** People who watch the start hear so often that it still waits. */
const SAY_EVERY_MS = 30 * SECOND_MS;

/** The process was told to stop while it waited. */
export class StartAbandonedError extends Error {
  override readonly name = 'StartAbandonedError';
}

/**
 * Lets a process start before the servers that it needs: after a power cut, and wherever everything starts at once, they
 * come up in any order. What no waiting can mend (a wrong password, an unknown database) is refused at once.
 */
export class StoreWait {
  private waiting: StoreAddress | null = null;

  constructor(
    private readonly input: {
      processName: string;
      /** For each server, from its first failure on; 0 waits for none. */
      timeoutMs: number;
      /** A line for whoever watches the start, Chinese. */
      say: (text: string) => void;
      logger: Logger;
      clock: Clock;
      rng: Rng;
      pause: Pause;
      /** Ends the waiting: the process shall stop. */
      signal: AbortSignal;
    },
  ) {}

  /** What it waits for now; null when for nothing. */
  get waitingFor(): string | null {
    return this.waiting?.name ?? null;
  }

  /**
   * Repeats `open` while it fails in a retriable way; any other failure is thrown as it is, or as a RefusedError that says
   * what to correct. Throws RefusedError when the time is over, StartAbandonedError when the process shall stop.
   */
  async until<T>(store: StoreAddress, open: () => Promise<T>): Promise<T> {
    const { clock, rng, pause, signal, timeoutMs, logger } = this.input;
    let failedFirstMs: number | null = null;
    let saidMs = Number.NEGATIVE_INFINITY;
    for (let attempt = 1; ; attempt++) {
      try {
        const opened = await open();
        if (this.waiting) this.input.say(`${this.input.processName} 已连上 ${store.name}，继续启动。`);
        this.waiting = null;
        return opened;
      } catch (error) {
        if (signal.aborted) throw new StartAbandonedError(`stopped while waiting for ${store.name}`);
        const refusal = refusalOf(error, store);
        if (refusal || errorKind(error) !== 'retriable') throw refusal ?? error;
        const nowMs = clock.nowMs();
        failedFirstMs ??= nowMs;
        const leftMs = failedFirstMs + timeoutMs - nowMs;
        if (leftMs <= 0) throw this.tooLong(store, error);
        this.waiting = store;
        const delayMs = Math.min(backoffDelayMs(RETRY, attempt, rng), leftMs);
        logger.warn({ err: error, store: store.name, attempt, delayMs }, 'waiting for a server before the start');
        if (nowMs - saidMs >= SAY_EVERY_MS) {
          saidMs = nowMs;
          this.input.say(this.waitingText(store, error, leftMs));
        }
        await pause(delayMs, signal);
        if (signal.aborted) throw new StartAbandonedError(`stopped while waiting for ${store.name}`);
      }
    }
  }

  private waitingText(store: StoreAddress, error: unknown, leftMs: number): string {
    return `${this.input.processName} 正在等待 ${store.name}（${store.address}）：${troubleOf(error)}。连上后自动继续，最多再等 ${durationText(leftMs)}。`;
  }

  private tooLong(store: StoreAddress, error: unknown): RefusedError {
    this.input.logger.error({ err: error, store: store.name }, 'the server did not come');
    const waited = this.input.timeoutMs > 0 ? `等了 ${durationText(this.input.timeoutMs)}，` : '';
    return new RefusedError(
      'invalid',
      `${waited}${store.name}（${store.address}）还是连不上：${troubleOf(error)}。请确认它已启动，并检查 ${store.variable}；等待时间由 TIANYAN_START_TIMEOUT_SECONDS 设置。`,
    );
  }
}

function durationText(durationMs: number): string {
  return durationMs >= MINUTE_MS
    ? `${Math.round(durationMs / MINUTE_MS)} 分钟`
    : `${Math.max(1, Math.round(durationMs / SECOND_MS))} 秒`;
}
