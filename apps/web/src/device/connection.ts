import { z } from 'zod';
import { withinLimit } from '../api/time-limit.js';

/** Whether the console is reached from here: by the last answer, or by what the browser says of its network. */
export type Connection = 'open' | 'no-network' | 'no-server';

let connection: Connection = navigator.onLine ? 'open' : 'no-network';
const listeners = new Set<() => void>();

function become(next: Connection): void {
  if (next === connection) return;
  connection = next;
  for (const listener of listeners) listener();
}

/** What the console says that it lives. A gateway may answer that address with its page to sign in. */
const aliveSchema = z.object({ status: z.literal('ok') });

/** Of every request to the console: whether it was answered. */
export function noteAnswer(answered: boolean): void {
  if (answered) become('open');
  else become(navigator.onLine ? 'no-server' : 'no-network');
}

export const currentConnection = (): Connection => connection;

export function onConnection(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('offline', lost);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener('offline', lost);
  };
}

/** A browser may believe in a network that leads nowhere; that it has none it knows. */
const lost = () => become('no-network');

/** So often it is asked whether the console is there again: soon enough for who waits, and no storm of a county's telephones. */
const ASK_AGAIN_MS = 5_000;

/** So long one question may take before it is asked anew: questions that nobody answers would take up all connections of the browser. */
const ALIVE_LIMIT_MS = 15_000;

export async function isAlive(response: Response): Promise<boolean> {
  const said: unknown = await response.json().catch(() => null);
  return response.ok && aliveSchema.safeParse(said).success;
}

/** Asks until the console answers again; returns what ends it. */
export function askForServer(): () => void {
  const calling = new AbortController();
  let isAsking = false;
  const asked = (signal: AbortSignal) =>
    fetch('/healthz', { cache: 'no-store', signal }).then(async (response) => {
      const alive = await isAlive(response);
      // Answered meanwhile: what was cut off for it says nothing.
      if (!signal.aborted) noteAnswer(alive);
      return undefined;
    });
  const ask = () => {
    if (isAsking) return;
    isAsking = true;
    void withinLimit({ limitMs: ALIVE_LIMIT_MS, signal: calling.signal }, asked, () => new Error('no answer'))
      // Not there yet: it is asked again.
      .catch(() => undefined)
      .finally(() => {
        isAsking = false;
      });
  };
  const timer = setInterval(ask, ASK_AGAIN_MS);
  window.addEventListener('online', ask);
  return () => {
    calling.abort();
    clearInterval(timer);
    window.removeEventListener('online', ask);
  };
}
