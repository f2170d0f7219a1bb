import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { doneSchema, sessionSchema, type Action, type Session } from '@tianyan/console-app/api';
import { createContext, use } from 'react';
import { ApiError, callApi } from '../api/client.js';
import { keys } from '../api/keys.js';

/** Null: nobody is signed in. */
export function useSessionQuery(): UseQueryResult<Session | null> {
  return useQuery({
    queryKey: keys.session,
    queryFn: async ({ signal }) => {
      try {
        return await callApi(sessionSchema, '/session', { signal });
      } catch (error) {
        if (error instanceof ApiError && error.problem.code === 'unauthenticated') return null;
        throw error;
      }
    },
    staleTime: 60_000,
  });
}

export const SessionContext = createContext<Session | null>(null);

/** The signed-in person; only below the signed-in layout. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('useSession is used outside the signed-in layout');
  return session;
}

/** Whether the person's role allows it: what it does not is not offered, and the server refuses it. */
export function useMay(action: Action): boolean {
  return useSession().may.includes(action);
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => callApi(doneSchema, '/session', { method: 'DELETE' }),
    onSuccess: async () => {
      // An answer under way would say that somebody is still signed in.
      await client.cancelQueries({ queryKey: keys.session });
      // The session stays in the cache, as null: what shows it would not hear of a query that was thrown away.
      client.setQueryData(keys.session, null);
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.session[0] });
    },
  });
}
