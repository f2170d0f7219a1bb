import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import type { Session } from '@tianyan/console-app/api';
import { ApiError, NoAnswer } from '../api/client.js';
import { keys } from '../api/keys.js';

/** Lists are refreshed by events; this only bounds how old an answer may be when a page is opened again. */
const STALE_MS = 10_000;

export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error) => noticeSignedOut(client, error) }),
    mutationCache: new MutationCache({ onError: (error) => noticeSignedOut(client, error) }),
    defaultOptions: {
      // Without a network a question fails at once, and says so, instead of waiting silently for one.
      mutations: { networkMode: 'always' },
      queries: {
        networkMode: 'always',
        refetchOnReconnect: true,
        staleTime: STALE_MS,
        // A refusal stays a refusal; only an unreachable server is worth a second try. Whoever waited for the whole limit is told at once.
        retry: (failures, error) =>
          failures < 2 && error instanceof ApiError && !(error instanceof NoAnswer) && error.problem.code === 'unavailable',
      },
    },
  });
  forgetFormerPerson(client);
  return client;
}

/**
 * What one person has read is never shown to the next at the same desk, not even until the server answers the next: a session may end by itself, or
 * another window may sign somebody else in.
 */
function forgetFormerPerson(client: QueryClient): void {
  let userId: string | null = null;
  client.getQueryCache().subscribe(({ query }) => {
    if (query.queryKey[0] !== keys.session[0]) return;
    const session = client.getQueryData<Session | null>(keys.session);
    // Not known yet, or not any more: nobody else has come.
    if (session === undefined) return;
    const nextId = session?.userId ?? null;
    if (nextId === userId) return;
    userId = nextId;
    // The session itself stays: what shows it would not hear of a query that was thrown away.
    client.removeQueries({ predicate: (one) => one.queryKey[0] !== keys.session[0] });
  });
}

/** A session that ended in the middle of work leads to sign-in; the address stays, so that one comes back to it. */
function noticeSignedOut(client: QueryClient, error: unknown): void {
  if (!(error instanceof ApiError)) return;
  if (error.problem.code === 'unauthenticated') client.setQueryData(keys.session, null);
  if (error.problem.code === 'password-change-required' || error.problem.code === 'second-factor-required')
    void client.invalidateQueries({ queryKey: keys.session });
}
