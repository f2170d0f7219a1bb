import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import {
  assignedCircularDetailSchema,
  assignedCircularsSchema,
  circularDetailSchema,
  circularListSchema,
  type CircularListQuery,
} from '@tianyan/console-app/circular-api';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { LOOK_AGAIN_MS } from './supervision-queries.js';

export type CircularFilter = Pick<CircularListQuery, 'state' | 'unit' | 'township' | 'overdue' | 'text' | 'origin'>;

const PAGE = 50;

export function circularListQuery(filter: CircularFilter) {
  return infiniteQueryOptions({
    queryKey: keys.circularList(filter),
    queryFn: ({ pageParam, signal }) =>
      callApi(circularListSchema, '/circulars', {
        query: { ...filter, limit: PAGE, ...(pageParam && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
  });
}

export const circularQuery = (id: string) =>
  queryOptions({
    queryKey: keys.circular(id),
    queryFn: ({ signal }) => callApi(circularDetailSchema, `/circulars/${encodeURIComponent(id)}`, { signal }),
  });

export const assignedCircularsQuery = queryOptions({
  queryKey: keys.assignedCirculars,
  queryFn: ({ signal }) => callApi(assignedCircularsSchema, '/assignments/circulars', { signal }),
  refetchInterval: LOOK_AGAIN_MS,
});

export const assignedCircularQuery = (id: string) =>
  queryOptions({
    queryKey: keys.assignedCircular(id),
    queryFn: ({ signal }) =>
      callApi(assignedCircularDetailSchema, `/assignments/circulars/${encodeURIComponent(id)}`, { signal }),
  });
