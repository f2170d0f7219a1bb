import { InexactError, TooManyRecordsError } from '@tianyan/rules';
import { isTooMuchAtOnce } from '@tianyan/warehouse';

/**
 * Of scopes that hold no more records than this on average as many are read at once as are asked about; of larger ones, such as a unit's weeks, piece
 * by piece.
 */
const RECORDS_PER_SCOPE = 200;
/** However few the scopes: as many are read and judged here in the time that the analysis of a query takes. */
const RECORDS_AT_LEAST = 20_000;
/** Of a piece of large scopes, on average: while it is parsed and judged, nothing else is done in this process. */
const RECORDS_PER_PIECE = RECORDS_AT_LEAST / 2;
/** Fewer that do not fit into one reading are thousands of records each, which a query counts where they are. */
const FEWEST_SCOPES = 10;
/** What is more is counted by ClickHouse: for each record it takes as long as reading it into this process, and nothing waits for it meanwhile. */
const MOST_RECORDS = 200_000;
/** A reading that was too large tells how many records there are at least. */
const MORE_THAN_AT_LEAST = 1.5;

/** What was read and judged of a piece. */
export interface JudgedPiece<E> {
  evaluations: readonly E[];
  records: number;
}

/** Reads and judges some scopes in this process; fails where a query brings more than so many records. */
export type JudgePiece<E> = (scopes: readonly string[], records: number) => Promise<JudgedPiece<E>>;

/**
 * How many scopes are read into this process at once. How many records a scope holds is known only when it has been read, and is much the same
 * the next time.
 */
export class ScopePieces {
  /** Of each kind of reading, records of a scope on average. */
  private readonly averages = new Map<string, number>();

  /** @param mostRecords missing: {@link MOST_RECORDS} */
  constructor(private readonly mostRecords = MOST_RECORDS) {}

  /**
   * Piece by piece, one after the other. `left`: what the process cannot judge, because numbers or records are too large or too many for it.
   * @param reading of what kind it is: of one kind a scope holds much the same each time
   */
  async judge<E>(
    reading: string,
    scopes: readonly string[],
    judge: JudgePiece<E>,
  ): Promise<{ evaluations: readonly E[]; left: readonly string[] }> {
    const evaluations: E[] = [];
    let left = scopes;
    while (left.length > 0) {
      const isTooMuch = (this.averages.get(reading) ?? 0) * left.length > this.mostRecords;
      // Of too many, a few are judged first: they may hold less than those of the last time did.
      if (isTooMuch && left.length < scopes.length) break;
      const piece = left.slice(0, isTooMuch ? FEWEST_SCOPES : this.next(reading, left.length));
      const judged = await this.judged(reading, piece, judge);
      if (judged === 'too large') continue;
      if (judged === 'beyond') break;
      evaluations.push(...judged.evaluations);
      left = left.slice(piece.length);
    }
    return { evaluations, left };
  }

  private async judged<E>(
    reading: string,
    piece: readonly string[],
    judge: JudgePiece<E>,
  ): Promise<JudgedPiece<E> | 'too large' | 'beyond'> {
    const atMost = recordsAtMost(piece.length);
    try {
      const judged = await judge(piece, atMost);
      this.averages.set(reading, judged.records / piece.length);
      return judged;
    } catch (error) {
      if (!isBeyondProcess(error)) throw error;
      // A number is as large in a smaller piece, and what one scope is linked to as much.
      if (!isTooMuchAtOnce(error)) return 'beyond';
      this.averages.set(reading, (atMost / piece.length) * MORE_THAN_AT_LEAST);
      return piece.length > FEWEST_SCOPES ? 'too large' : 'beyond';
    }
  }

  private next(reading: string, left: number): number {
    const average = this.averages.get(reading) ?? 0;
    if (average <= RECORDS_PER_SCOPE) return left;
    return Math.max(FEWEST_SCOPES, Math.floor(RECORDS_PER_PIECE / average));
  }
}

/** What this process cannot judge, SQL can: numbers or records that are too large or too many for it. */
export function isBeyondProcess(error: unknown): boolean {
  return error instanceof InexactError || error instanceof TooManyRecordsError || isTooMuchAtOnce(error);
}

/** Records that one query may bring of so many scopes. */
export function recordsAtMost(scopes: number): number {
  return Math.max(RECORDS_AT_LEAST, scopes * RECORDS_PER_SCOPE);
}
