import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/client.js';
import { keys } from '../api/keys.js';

/** Lists are refreshed by events; this only bounds how old an answer may be when a page is opened again. */
const STALE_MS = 10_000;

export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error) => noticeSignedOut(client, error) }),
    mutationCache: new MutationCache({ onError: (error) => noticeSignedOut(client, error) }),
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        // A refusal stays a refusal; only an unreachable server is worth a second try.
        retry: (failures, error) => failures < 2 && error instanceof ApiError && error.problem.code === 'unavailable',
      },
    },
  });
  return client;
}

/** A session that ended in the middle of work leads to sign-in; the address stays, so that one comes back to it. */
function noticeSignedOut(client: QueryClient, error: unknown): void {
  if (!(error instanceof ApiError)) return;
  if (error.problem.code === 'unauthenticated') client.setQueryData(keys.session, null);
  if (error.problem.code === 'password-change-required') void client.invalidateQueries({ queryKey: keys.session });
}
