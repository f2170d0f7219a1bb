import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import {
  findingCountsSchema,
  findingGroupListSchema,
  findingListSchema,
  teamWeekListSchema,
  type FindingFilterQuery,
  type FindingListQuery,
} from '@tianyan/console-app/api';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

const PAGE_ITEMS = 30;
/** What the live feed of the overview shows. */
const NEWEST_ITEMS = 9;

export function findingListQuery(filter: FindingListQuery) {
  return infiniteQueryOptions({
    queryKey: keys.findingList(filter),
    queryFn: ({ pageParam, signal }) =>
      callApi(findingListSchema, '/findings', {
        query: { ...filter, limit: PAGE_ITEMS, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null, // the type of a page parameter comes from its first value
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}

export function findingGroupsQuery(filter: FindingListQuery) {
  return infiniteQueryOptions({
    queryKey: keys.findingGroups(filter),
    queryFn: ({ pageParam, signal }) =>
      callApi(findingGroupListSchema, '/findings/groups', {
        query: { ...filter, limit: PAGE_ITEMS, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null, // the type of a page parameter comes from its first value
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}

export function findingCountsQuery(filter: FindingFilterQuery) {
  return queryOptions({
    queryKey: keys.findingCounts(filter),
    queryFn: ({ signal }) => callApi(findingCountsSchema, '/findings/counts', { query: { ...filter }, signal }),
    placeholderData: keepPreviousData,
  });
}

export const teamWeeksQuery = queryOptions({
  queryKey: keys.teamWeeks,
  queryFn: ({ signal }) => callApi(teamWeekListSchema, '/findings/weeks', { signal }),
});

export const newestFindingsQuery = queryOptions({
  queryKey: keys.newestFindings,
  queryFn: ({ signal }) => callApi(findingListSchema, '/findings', { query: { limit: NEWEST_ITEMS }, signal }),
});
