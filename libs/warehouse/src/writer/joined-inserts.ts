import type { Line } from '../line.js';
import { errorKind, timerPause } from '@tianyan/kernel';

/** A small insert waits so long for others: what it would cost in processor time alone. */
const JOIN_MS = 20;
/** Larger ones go at once: they are worth their cost, and several may be under way. */
const SMALL_LINES = 100;

export type Insert = (table: string, lines: readonly Line[], token: string) => Promise<void>;

interface Waiting {
  lines: readonly Line[];
  token: string;
  done: () => void;
  failed: (error: unknown) => void;
}

/**
 * Joins small inserts into one table that come together; while one is under way, what comes goes into the next. An insert of a
 * few rows costs what one of hundreds does, because the table and each of its copies get a part of their own; and the partitions
 * of one topic bring their batches at the same moment.
 *
 * Joined inserts have a token of their own, so that the repeat of one of them inserts its rows once more. For rows of the record
 * log that changes nothing (see planInsert), and only they come this way.
 */
export class JoinedInserts {
  private readonly tables = new Map<string, Waiting[]>();

  constructor(private readonly insert: Insert) {}

  add(table: string, lines: readonly Line[], token: string): Promise<void> {
    if (lines.length >= SMALL_LINES) return this.insert(table, lines, token);
    return new Promise<void>((done, failed) => {
      const waiting = this.tables.get(table);
      if (waiting) return void waiting.push({ lines, token, done, failed });
      this.tables.set(table, [{ lines, token, done, failed }]);
      void this.run(table);
    });
  }

  /** Whatever becomes of an insert is told to those who wait for it; nothing is thrown. */
  private async run(table: string): Promise<void> {
    await timerPause(JOIN_MS);
    for (let joined = this.taken(table); joined.length > 0; joined = this.taken(table)) await this.together(table, joined);
    this.tables.delete(table);
  }

  private async together(table: string, joined: readonly Waiting[]): Promise<void> {
    const [only, second] = joined;
    if (only && !second) return this.alone(table, only);
    try {
      await this.insert(
        table,
        joined.flatMap(({ lines }) => lines),
        joined.map(({ token }) => token).join('\n'),
      );
    } catch (error) {
      // One of them has a row that cannot be stored; it must not take the others with it.
      if (errorKind(error) === 'poisoned') for (const waiting of joined) await this.alone(table, waiting);
      else for (const { failed } of joined) failed(error);
      return;
    }
    for (const { done } of joined) done();
  }

  private taken(table: string): Waiting[] {
    return this.tables.get(table)?.splice(0) ?? [];
  }

  private async alone(table: string, { lines, token, done, failed }: Waiting): Promise<void> {
    try {
      await this.insert(table, lines, token);
    } catch (error) {
      failed(error);
      return;
    }
    done();
  }
}
