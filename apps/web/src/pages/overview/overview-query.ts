import { queryOptions, useQuery } from '@tanstack/react-query';
import { overviewSchema } from '@tianyan/console-app/api';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useMay } from '../../app/session.js';

/** County time and the counters in the menu move on even when nothing happens. */
const OVERVIEW_EVERY_MS = 15_000;

export const overviewQuery = queryOptions({
  queryKey: keys.overview,
  queryFn: ({ signal }) => callApi(overviewSchema, '/overview', { signal }),
  refetchInterval: OVERVIEW_EVERY_MS,
});

/** What every page takes from it; nothing for who has no overview. */
export function useOverview() {
  return useQuery({ ...overviewQuery, enabled: useMay('read-findings') });
}
