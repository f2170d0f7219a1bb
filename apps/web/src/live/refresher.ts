import type { QueryClient } from '@tanstack/react-query';
import type { ConsoleEvent } from '@tianyan/console-app/api';
import { keys, LOOKED_AT } from '../api/keys.js';

/** While a year is being loaded, hundreds of findings a second appear: answers are read again at most this often. */
const REFRESH_EVERY_MS = 2_500;

/** Turns events into "read this again", gathered, so that a flood of events is one reading. */
export function createRefresher(client: QueryClient): { take: (event: ConsoleEvent) => void; stop: () => void } {
  const stale = new Map<string, readonly unknown[]>();
  let timer: number | undefined;

  const flush = () => {
    timer = undefined;
    for (const queryKey of stale.values()) void client.invalidateQueries({ queryKey });
    stale.clear();
  };
  const mark = (...queryKeys: (readonly unknown[])[]) => {
    for (const queryKey of queryKeys) stale.set(JSON.stringify(queryKey), queryKey);
    timer ??= window.setTimeout(flush, REFRESH_EVERY_MS);
  };

  return {
    take: (event) => {
      if (event.kind === 'resync') {
        void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== LOOKED_AT });
        return;
      }
      mark(...staleAfter(event));
    },
    stop: () => window.clearTimeout(timer),
  };
}

function staleAfter(event: Exclude<ConsoleEvent, { kind: 'resync' }>): (readonly unknown[])[] {
  switch (event.kind) {
    case 'finding':
      // The list itself stays as it is under the reader's eyes; its page shows a bar that offers the new ones.
      return [keys.overview, keys.newestFindings, ['findings', 'counts'], keys.finding(event.id)];
    case 'clue':
      // As of findings: the page of the list shows a bar.
      return [keys.clue(event.id), keys.bench, ['clues', 'counts']];
    case 'source':
      return [keys.overview, keys.sources, keys.loads, keys.quarantine];
    case 'sweep':
      return [keys.sweeps, keys.overview, keys.rules];
    default:
      return [keys.inbox, keys.overview, keys.bench];
  }
}
