import { queryOptions } from '@tanstack/react-query';
import { overviewSchema } from '@tianyan/console-app/api';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

/** County time and the counters in the menu move on even when nothing happens. */
const OVERVIEW_EVERY_MS = 15_000;

export const overviewQuery = queryOptions({
  queryKey: keys.overview,
  queryFn: ({ signal }) => callApi(overviewSchema, '/overview', { signal }),
  refetchInterval: OVERVIEW_EVERY_MS,
});
