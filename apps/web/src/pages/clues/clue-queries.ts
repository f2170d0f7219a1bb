import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import {
  clueCountsSchema,
  clueDetailSchema,
  clueHandlerListSchema,
  clueListSchema,
  clueReaderListSchema,
  relatedClueListSchema,
  type ClueListQuery,
} from '@tianyan/console-app/api';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

export type ClueFilter = Pick<ClueListQuery, 'state' | 'mine' | 'urgency' | 'text'>;

const PAGE = 50;

export function clueListQuery(filter: ClueFilter) {
  return infiniteQueryOptions({
    queryKey: keys.clueList(filter),
    queryFn: ({ pageParam, signal }) =>
      callApi(clueListSchema, '/clues', { query: { ...filter, limit: PAGE, ...(pageParam && { cursor: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
  });
}

export const clueCountsQuery = (filter: ClueFilter) =>
  queryOptions({
    queryKey: keys.clueCounts(filter),
    queryFn: ({ signal }) => callApi(clueCountsSchema, '/clues/counts', { query: filter, signal }),
  });

export const clueQuery = (id: string) =>
  queryOptions({
    queryKey: keys.clue(id),
    queryFn: ({ signal }) => callApi(clueDetailSchema, `/clues/${encodeURIComponent(id)}`, { signal }),
  });

export const handlersQuery = (id: string) =>
  queryOptions({
    queryKey: keys.clueHandlers(id),
    queryFn: ({ signal }) => callApi(clueHandlerListSchema, `/clues/${encodeURIComponent(id)}/handlers`, { signal }),
  });

export const readersQuery = (id: string) =>
  queryOptions({
    queryKey: keys.clueReaders(id),
    queryFn: ({ signal }) => callApi(clueReaderListSchema, `/clues/${encodeURIComponent(id)}/readers`, { signal }),
  });

/** Clues about the same thing as a finding. */
export const cluesOfFindingQuery = (findingId: string) =>
  queryOptions({
    queryKey: keys.cluesOfFinding(findingId),
    queryFn: ({ signal }) => callApi(relatedClueListSchema, `/findings/${encodeURIComponent(findingId)}/clues`, { signal }),
  });
