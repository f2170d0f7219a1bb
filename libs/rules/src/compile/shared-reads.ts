import type { SqlQuery } from '@tianyan/warehouse';
import { setImmediate as restOfTurn } from 'node:timers/promises';
import type { Ask } from './scope-reader.js';
import { ofAny, type WantedValues } from './wanted-values.js';

/** Codes of a row, and the number of its China day; null: any. */
export interface RowKey {
  codes: readonly string[];
  day: number | null;
}

/** Rows by the codes that lead the sort key of their table. */
export interface KeyedRead {
  /** Readings of one name look at the same table by the same codes: one can bring what several want. */
  name: string;
  keys: readonly RowKey[];
  /** The codes bring what is wanted and nothing else. */
  isExact: boolean;
  /** What is looked at of each row, in this order. */
  fields: readonly string[];
  /** No other rows are of any use. */
  wanted: WantedValues;
}

/** A question for what several readings want. */
export type KeyedQuery = (read: Pick<KeyedRead, 'keys' | 'fields' | 'wanted'>) => SqlQuery;

export interface KeyedRows {
  fields: readonly string[];
  rows: readonly unknown[];
}

interface Waiting {
  read: KeyedRead;
  query: KeyedQuery;
  ask: Ask;
  answer(rows: KeyedRows | null): void;
  fail(error: unknown): void;
}

/**
 * What the groups of one round read at the same moment: an order's steps are wanted by the rules over orders and by those over a unit's part in an
 * order. One answer then serves all, and none is asked for what a group can read by itself. For one round only: what it brings is as old
 * as its question.
 */
export class SharedReads {
  private readonly waiting = new Map<string, Waiting[]>();

  /** Null: nobody else wants rows of that name now; the reading is to be made as if there were no others. */
  rows(read: KeyedRead, query: KeyedQuery, ask: Ask): Promise<KeyedRows | null> {
    return new Promise((answer, fail) => {
      const others = this.waiting.get(read.name);
      const one = { read, query, ask, answer, fail };
      if (others) others.push(one);
      else {
        this.waiting.set(read.name, [one]);
        void this.answerSoon(read.name);
      }
    });
  }

  /** Groups that are judged together ask in one turn of the process. */
  private async answerSoon(name: string): Promise<void> {
    await restOfTurn();
    const together = this.waiting.get(name) ?? [];
    this.waiting.delete(name);
    // Asked by the one that wants most: its limits are those of a reading of that size.
    const [most] = together.toSorted((a, b) => b.read.keys.length - a.read.keys.length);
    try {
      // Where none of them would be read by these codes alone, all together would bring far more than each by itself.
      const isWorth = together.length > 1 && together.some(({ read }) => read.isExact);
      const answer = most && isWorth ? await joined(most, together) : null;
      for (const one of together) one.answer(answer);
    } catch (error) {
      for (const one of together) one.fail(error);
    }
  }
}

async function joined({ query, ask }: Waiting, together: readonly Waiting[]): Promise<KeyedRows> {
  const keys = new Map(together.flatMap(({ read }) => read.keys).map((key) => [JSON.stringify(key), key]));
  const fields = [...new Set(together.flatMap(({ read }) => read.fields))];
  const wanted = ofAny(together.map(({ read }) => read.wanted));
  return { fields, rows: await ask(query({ keys: [...keys.values()], fields, wanted })) };
}
