import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { grantListSchema, handledNumbersSchema, personListSchema, type GrantQuery } from '@tianyan/console-app/api';
import { App } from 'antd';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

/** Another reviews what one proposes, often within the same hour. */
const ASK_AGAIN_MS = 15_000;

export const peopleQuery = queryOptions({
  queryKey: keys.people,
  queryFn: ({ signal }) => callApi(personListSchema, '/people', { signal }),
  refetchInterval: ASK_AGAIN_MS,
});

/** As it is when the dialog opens: it is locked by these numbers. */
export const handledNumbersQuery = (userId: string) =>
  queryOptions({
    queryKey: keys.handledNumbers(userId),
    queryFn: ({ signal }) => callApi(handledNumbersSchema, `/people/${encodeURIComponent(userId)}/handled`, { signal }),
    gcTime: 0,
  });

export function grantsQuery(state: GrantQuery['state']) {
  return infiniteQueryOptions({
    queryKey: [...keys.grants, state ?? 'all'],
    queryFn: ({ pageParam, signal }) =>
      callApi(grantListSchema, '/grants', {
        query: { ...(state === undefined ? {} : { state }), ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null, // the type of a page parameter comes from its first value
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ASK_AGAIN_MS,
  });
}

/** Asks for a change of people, says so, and reads them again. */
export function usePeopleChange<Request, Answer>(
  change: (request: Request) => Promise<Answer>,
  said: string,
  onDone: () => void,
) {
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      void message.success(said);
      onDone();
      await client.invalidateQueries({ queryKey: keys.people });
    },
  });
}
