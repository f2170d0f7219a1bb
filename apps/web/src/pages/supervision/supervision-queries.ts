import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import {
  assignedLetterDetailSchema,
  assignmentListSchema,
  letterDetailSchema,
  letterListSchema,
  rectificationDetailSchema,
  rectificationListSchema,
  rectificationTotalsSchema,
  type LetterListQuery,
  type RectificationFilter,
} from '@tianyan/console-app/api';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

export type LetterFilter = Pick<LetterListQuery, 'state' | 'kind' | 'unit' | 'overdue' | 'text' | 'origin'>;

const PAGE = 50;
/** No event tells of letters, nor anything to a liaison: an open page looks again by itself. */
export const LOOK_AGAIN_MS = 30_000;

export function letterListQuery(filter: LetterFilter) {
  return infiniteQueryOptions({
    queryKey: keys.letterList(filter),
    queryFn: ({ pageParam, signal }) =>
      callApi(letterListSchema, '/letters', {
        query: { ...filter, limit: PAGE, ...(pageParam && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
  });
}

export function rectificationListQuery(filter: RectificationFilter) {
  return infiniteQueryOptions({
    queryKey: keys.rectificationList(filter),
    queryFn: ({ pageParam, signal }) =>
      callApi(rectificationListSchema, '/rectifications', {
        query: { ...filter, limit: PAGE, ...(pageParam && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
  });
}

export const rectificationTotalsQuery = (filter: RectificationFilter) =>
  queryOptions({
    queryKey: keys.rectificationTotals(filter),
    queryFn: ({ signal }) => callApi(rectificationTotalsSchema, '/rectifications/totals', { query: filter, signal }),
  });

export const letterQuery = (id: string) =>
  queryOptions({
    queryKey: keys.letter(id),
    queryFn: ({ signal }) => callApi(letterDetailSchema, `/letters/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: LOOK_AGAIN_MS,
  });

/** @param base where it is asked: the commission's people and liaisons ask apart */
export const rectificationQuery = (base: string, id: string) =>
  queryOptions({
    queryKey: keys.rectification(base, id),
    queryFn: ({ signal }) => callApi(rectificationDetailSchema, `${base}/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: LOOK_AGAIN_MS,
  });

export const assignmentsQuery = queryOptions({
  queryKey: keys.assignments,
  queryFn: ({ signal }) => callApi(assignmentListSchema, '/assignments', { signal }),
  refetchInterval: LOOK_AGAIN_MS,
});

export const assignedLetterQuery = (id: string) =>
  queryOptions({
    queryKey: keys.assignedLetter(id),
    queryFn: ({ signal }) => callApi(assignedLetterDetailSchema, `/assignments/letters/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: LOOK_AGAIN_MS,
  });
