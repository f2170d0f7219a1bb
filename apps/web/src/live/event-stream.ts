import { CONSOLE_EVENT_KINDS, consoleEventSchema, type ConsoleEvent } from '@tianyan/console-app/api';
import { parseJson } from '../api/client.js';

export type LiveState = 'connecting' | 'live' | 'offline';

/** First wait before connecting again; doubled each time, so that a restarting server is not stormed by every console. */
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;

/**
 * Server-sent events with reconnection of our own: the browser's gives up for good after an answer that is no stream
 * (the server restarting behind a proxy). Returns the function that ends it.
 */
export function openEventStream(input: {
  onState: (state: LiveState) => void;
  onEvent: (event: ConsoleEvent) => void;
}): () => void {
  let source: EventSource | undefined;
  let timer: number | undefined;
  let retryMs = FIRST_RETRY_MS;
  let hadConnection = false;

  const connect = () => {
    window.clearTimeout(timer);
    source?.close();
    source = new EventSource('/api/events');
    source.addEventListener('open', () => {
      retryMs = FIRST_RETRY_MS;
      input.onState('live');
      // What happened while the line was down is lost: everything shown must be read again.
      if (hadConnection) input.onEvent({ kind: 'resync' });
      hadConnection = true;
    });
    source.addEventListener('error', () => {
      source?.close();
      input.onState('offline');
      window.clearTimeout(timer);
      timer = window.setTimeout(connect, retryMs);
      retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
    });
    for (const kind of CONSOLE_EVENT_KINDS) {
      source.addEventListener(kind, (message: MessageEvent<string>) => {
        const event = consoleEventSchema.safeParse(parseJson(message.data));
        if (event.success) input.onEvent(event.data);
      });
    }
  };

  const backOnline = () => connect();
  window.addEventListener('online', backOnline);
  connect();
  return () => {
    window.removeEventListener('online', backOnline);
    window.clearTimeout(timer);
    source?.close();
  };
}
