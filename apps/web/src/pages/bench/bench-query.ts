import { queryOptions } from '@tanstack/react-query';
import { benchSchema, findingListSchema } from '@tianyan/console-app/api';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

export const benchQuery = queryOptions({
  queryKey: keys.bench,
  queryFn: ({ signal }) => callApi(benchSchema, '/bench', { signal }),
});

/** Of a team's week, what stands first. */
const WEEK_ITEMS = 10;

export const weekQuery = (team: string) =>
  queryOptions({
    queryKey: keys.benchWeek(team),
    queryFn: ({ signal }) =>
      callApi(findingListSchema, '/findings', {
        query: { team, place: 'week', status: 'open', order: 'risk', limit: WEEK_ITEMS },
        signal,
      }),
  });
