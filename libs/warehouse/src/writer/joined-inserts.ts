import type { Line } from '../line.js';
import { errorKind, type Pause, timerPause } from '@tianyan/kernel';

/** So far apart two partitions of a topic bring their batches: the stream reads one after the other. */
const SOON_MS = 5;
/** A small insert waits at most so long for those that are being made ready: what it would cost in processor time alone. */
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

/** An insert that was announced. */
export interface ExpectedInsert {
  /** Resolves when the lines are visible. */
  add(lines: readonly Line[], token: string): Promise<void>;
  /** There will be none, or no further one: nobody needs to wait for it. To be called in any case. */
  end(): void;
}

interface Table {
  /** Those that were announced and have not come. */
  readonly expected: Set<ExpectedInsert>;
  readonly waiting: Waiting[];
  isBusy: boolean;
  /** Ends the wait for those that are expected. */
  allCame: AbortController;
}

/**
 * Joins small inserts into one table that come together; while one is under way, what comes goes into the next. An insert of a
 * few rows costs what one of hundreds does, because the table and each of its copies get a part of their own; and the partitions
 * of one topic bring their batches at nearly the same moment. Whoever makes one ready says so beforehand: where that is soon, it is
 * waited for, and where nobody does, no longer than it takes to see that.
 *
 * Joined inserts have a token of their own, so that the repeat of one of them inserts its rows once more. For rows of the record
 * log that changes nothing (see planInsert), and only they come this way.
 */
export class JoinedInserts {
  private readonly tables = new Map<string, Table>();

  constructor(
    private readonly insert: Insert,
    private readonly pause: Pause = timerPause,
  ) {}

  expect(name: string): ExpectedInsert {
    const table = this.tables.get(name) ?? { expected: new Set(), waiting: [], isBusy: false, allCame: new AbortController() };
    this.tables.set(name, table);
    const insert: ExpectedInsert = {
      add: (lines, token) => {
        insert.end();
        if (lines.length >= SMALL_LINES) return this.insert(name, lines, token);
        return new Promise<void>((done, failed) => {
          table.waiting.push({ lines, token, done, failed });
          if (!table.isBusy) void this.run(name, table);
        });
      },
      end: () => {
        table.expected.delete(insert);
        if (table.expected.size === 0) table.allCame.abort();
      },
    };
    table.expected.add(insert);
    return insert;
  }

  /** Whatever becomes of an insert is told to those who wait for it; nothing is thrown. */
  private async run(name: string, table: Table): Promise<void> {
    table.isBusy = true;
    const isExpected = table.expected.size > 0;
    if (!isExpected) await this.pause(SOON_MS);
    if (table.expected.size > 0) {
      table.allCame = new AbortController();
      await this.pause(isExpected ? JOIN_MS : JOIN_MS - SOON_MS, table.allCame.signal);
    }
    while (table.waiting.length > 0) await this.together(name, table.waiting.splice(0));
    table.isBusy = false;
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
