import { LANDED_TOPIC } from '@tianyan/contracts';
import { StreamTransport } from '@tianyan/runtime';
import type { Stream } from '@tianyan/stream';

/** Tells the correlator's transport from others in the same process. */
export const CORRELATOR_TRANSPORT = Symbol('CORRELATOR_TRANSPORT');

export const CORRELATOR_GROUP = 'correlator';

/** Announcements taken together: while history is loaded, hundreds of batches touch the same scopes. */
const MAX_ANNOUNCEMENTS = 500;
const MAX_ANNOUNCEMENT_BYTES = 1024 * 1024;

/**
 * A round costs about the same for one batch as for ten: those that land within this are judged together. The first after a pause
 * is judged at once.
 */
const GATHER_MS = 200;

/** The transport that feeds the correlator with announcements of landed batches. */
export function correlatorTransport(input: {
  stream: Stream;
  /** An unknown error: nothing was committed; the process must end. */
  onFatal: (error: unknown) => void;
}): StreamTransport {
  return new StreamTransport({
    stream: input.stream,
    transportId: CORRELATOR_TRANSPORT,
    group: CORRELATOR_GROUP,
    topics: [LANDED_TOPIC],
    maxBatchMessages: MAX_ANNOUNCEMENTS,
    maxBatchBytes: MAX_ANNOUNCEMENT_BYTES,
    gatherMs: GATHER_MS,
    startFrom: 'earliest',
    onFatal: input.onFatal,
  });
}

/** What the correlators are behind, for the figures of a process. */
export function correlatorLags(): { group: string; topics: readonly string[] } {
  return { group: CORRELATOR_GROUP, topics: [LANDED_TOPIC] };
}
