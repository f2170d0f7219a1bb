import { toWire, wireHeaders, recordTopic, type AnyRecord } from '@tianyan/contracts';
import { integerBetween, RetriableError, seededRng, type Rng } from '@tianyan/kernel';
import type { OutgoingMessage } from '@tianyan/stream';
import { setTimeout as pause } from 'node:timers/promises';
import { PROBE_TYPE, stepOf } from '../progress.js';

export const LOAD_TOPIC = recordTopic(PROBE_TYPE);

/** Sends messages to the topic of the load; resolves when all of them count as stored. */
export type Send = (messages: readonly OutgoingMessage[]) => Promise<void>;

/** Together the senders always have requests under way to every broker when one of them is hit. */
const SENDERS = 3;
/** Reaches every partition with almost every publish. */
const BATCH_RECORDS = 24;
/** Keeps a run of many blows within what the checks can hold. */
const REST_MS = 30;
const REPEAT_MS = 200;
/** One of so many records is a newer version of an earlier one, which moves to another order. */
const CORRECTION_OF = 5;
const ORDERS = 500;
/** Longer than any recovery that counts as one; a sender that is refused for so long is refused for ever. */
const FLOW_TIMEOUT_MS = 120_000;

export interface LoadOptions {
  seed: number;
  /** When the records happened. */
  atMs: number;
  /** Of the records' ids. */
  prefix?: string;
  /** Between two publishes of a sender. */
  restMs?: number;
}

/** Publishes as connectors do, one batch after the other: what was refused is sent again until it is acknowledged. */
export class Load {
  /** `id@version` of everything that was acknowledged. */
  readonly acknowledged = new Set<string>();
  /** Publishes that were refused, and so sent again. */
  refused = 0;
  longestMs = 0;
  private lastRefusal: unknown = null;
  private stopping = false;
  private readonly running: Promise<unknown>;
  private waiters: { from: readonly number[]; resolve: () => void }[] = [];
  /** Acknowledged publishes of each sender. */
  private readonly publishes: number[] = Array.from({ length: SENDERS }, () => 0);

  constructor(
    sendOf: () => Send,
    private readonly options: LoadOptions,
  ) {
    this.running = Promise.all(Array.from({ length: SENDERS }, (_, i) => this.run(i, sendOf())));
    // Whoever stops the load hears of it.
    this.running.catch(() => {});
  }

  private async run(number: number, send: Send): Promise<void> {
    const rng = seededRng(this.options.seed * SENDERS + number);
    const versions = new Map<number, number>();
    while (!this.stopping) {
      const records = Array.from({ length: BATCH_RECORDS }, () => this.record(number, versions, rng));
      const messages = records.map((record) => ({ key: record.id, value: toWire(record), headers: wireHeaders(record) }));
      await this.untilAcknowledged(send, messages);
      this.publishes[number] = (this.publishes[number] ?? 0) + 1;
      this.wakeWaiters();
      for (const { id, version } of records) this.acknowledged.add(`${id}@${version}`);
      await pause(this.options.restMs ?? REST_MS);
    }
  }

  private record(number: number, versions: Map<number, number>, rng: Rng): AnyRecord {
    const isNew = versions.size === 0 || integerBetween(rng, 1, CORRECTION_OF) > 1;
    const index = isNew ? versions.size : integerBetween(rng, 0, versions.size - 1);
    const version = (versions.get(index) ?? 0) + 1;
    versions.set(index, version);
    return stepOf(
      `${this.options.prefix ?? 'load'}-${number}-${index}`,
      `order-${integerBetween(rng, 1, ORDERS)}`,
      version,
      this.options.atMs,
    );
  }

  private async untilAcknowledged(send: Send, messages: readonly OutgoingMessage[]): Promise<void> {
    const startMs = performance.now();
    for (;;) {
      try {
        await send(messages);
        break;
      } catch (error) {
        if (!(error instanceof RetriableError)) throw error;
        this.refused++;
        this.lastRefusal = error.cause ?? error;
        await pause(REPEAT_MS);
      }
    }
    this.longestMs = Math.max(this.longestMs, performance.now() - startMs);
  }

  private wakeWaiters(): void {
    const isDone = ({ from }: { from: readonly number[] }) => from.every((count, i) => (this.publishes[i] ?? 0) >= count);
    const done = this.waiters.filter(isDone);
    this.waiters = this.waiters.filter((waiter) => !isDone(waiter));
    for (const { resolve } of done) resolve();
  }

  /** Resolves when every sender has had a publish acknowledged that it began after now. @throws when one has none for long */
  async flows(): Promise<void> {
    // Of two, the second began later, for a sender has one under way at a time.
    const from = this.publishes.map((count) => count + 2);
    const flowing = new Promise<void>((resolve) => this.waiters.push({ from, resolve }));
    const given = new AbortController();
    const late = pause(FLOW_TIMEOUT_MS, undefined, { signal: given.signal }).then(() => {
      throw new Error(
        `the load does not flow: ${this.publishes.join(', ')} publishes, not yet ${from.join(', ')}; last refused for ${String(this.lastRefusal)}`,
      );
    });
    try {
      await Promise.race([this.running, flowing, late]);
    } finally {
      late.catch(() => {});
      given.abort();
    }
  }

  /** @throws what ended a sender */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
  }
}
