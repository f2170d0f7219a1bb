import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { sessionSchema, signedOutSchema, type Action, type Session } from '@tianyan/console-app/api';
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
    mutationFn: () => callApi(signedOutSchema, '/session', { method: 'DELETE' }),
    onSuccess: async ({ endSessionUrl }) => {
      // Whoever never kept anything does not wait for the program that keeps.
      await (await import('../device/kept.js')).forgetAll();
      // An answer under way would say that somebody is still signed in.
      await client.cancelQueries({ queryKey: keys.session });
      // All else that was read goes with the person: see query-client.ts.
      client.setQueryData(keys.session, null);
      // Whoever came by the identity service is still signed in there: the next at this desk would be let in as them.
      if (endSessionUrl !== null) window.location.assign(endSessionUrl);
    },
  });
}
