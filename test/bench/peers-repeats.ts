import { integerBetween, type Rng } from '@tianyan/kernel';
import { recordsOf, type PeersEvent, type TypedRecord } from './peers-records.js';
import { isRepeated } from './peers-stream.js';

/** Of what was loaded, sent again with each batch; most of it has been followed by other versions in the end. */
const OLD_ONES = 1;
/** Events that wait: about ten batches pass until one comes again. */
const WAITING = 20;

/**
 * What a source sends again among the live batches: each 50th event of them, and some of the load, as it was when it was sent
 * first; it may have been corrected or deleted since.
 */
export class Repeats {
  private readonly waiting: (readonly TypedRecord[])[] = [];
  private sent = 0;

  constructor(
    private readonly loaded: readonly PeersEvent[],
    private readonly rng: Rng,
  ) {}

  /** What was sent for one event. */
  note(records: readonly TypedRecord[]): void {
    if (isRepeated(this.sent++)) this.waiting.push(records);
  }

  /** What comes with the next batch. */
  next(): TypedRecord[] {
    const old = Array.from({ length: OLD_ONES }, () => this.loaded[integerBetween(this.rng, 0, this.loaded.length - 1)]);
    const again = old.flatMap((event) => (event === undefined ? [] : recordsOf(event, 1)));
    while (this.waiting.length > WAITING)
      again.push(...this.waiting.splice(integerBetween(this.rng, 0, this.waiting.length - 1), 1).flat());
    return again;
  }
}
