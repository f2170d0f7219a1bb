interface Limit {
  limitMs: number;
  /** Of whoever does not want it any more, such as a page that was left. */
  signal: AbortSignal | undefined;
}

/**
 * What `work` answers; it is called off where it takes longer than the limit, or than it has said anew by `again`. Throws what `overdue` makes in that case,
 * and else what `work` throws.
 */
export async function withinLimit<T>(
  { limitMs, signal }: Limit,
  work: (signal: AbortSignal, again: (waitMs: number) => void) => Promise<T>,
  overdue: () => Error,
): Promise<T> {
  const calling = new AbortController();
  let isOverdue = false;
  const giveUp = () => calling.abort(signal?.reason);
  if (signal?.aborted) giveUp();
  else signal?.addEventListener('abort', giveUp, { once: true });
  const callOff = () => {
    isOverdue = true;
    calling.abort();
  };
  let timer = setTimeout(callOff, limitMs);
  const again = (waitMs: number) => {
    clearTimeout(timer);
    timer = setTimeout(callOff, waitMs);
  };
  try {
    return await work(calling.signal, again);
  } catch (error) {
    // However `work` says that it was called off.
    throw isOverdue ? overdue() : error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}

/** Nothing has gone out, or come in, for so long: longer than a telephone looks for a network between two villages. */
export const STALLED_MS = 2 * 60_000;

/**
 * Calls off an upload that stands still: while it is sent after {@link STALLED_MS} without progress, then after `answerMs` without an answer, since what
 * was sent is read before it is answered.
 */
export function whenStalled(
  { sending, request }: { sending: EventTarget; request: EventTarget },
  answerMs: number,
  callOff: () => void,
): void {
  let timer = setTimeout(callOff, STALLED_MS);
  const again = (waitMs: number) => {
    clearTimeout(timer);
    timer = setTimeout(callOff, waitMs);
  };
  sending.addEventListener('progress', () => again(STALLED_MS));
  sending.addEventListener('load', () => again(answerMs));
  // However it ends.
  request.addEventListener('loadend', () => clearTimeout(timer));
}
