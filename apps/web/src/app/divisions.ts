import { queryOptions, useQuery } from '@tanstack/react-query';
import { divisionListSchema } from '@tianyan/console-app/api';
import { callApi } from '../api/client.js';
import { keys } from '../api/keys.js';

/** Names of places change by the year; before the directory is loaded there are none. */
const STALE_MS = 600_000;

export const divisionsQuery = queryOptions({
  queryKey: keys.divisions,
  queryFn: ({ signal }) => callApi(divisionListSchema, '/divisions', { signal }),
  staleTime: (asked) => (asked.state.data?.items.length ? STALE_MS : 0),
});

/** By code, for choosing and for names. */
export function useTownships(): readonly { code: string; name: string }[] {
  const { data } = useQuery(divisionsQuery);
  return (data?.items ?? []).filter(({ level }) => level === 'township');
}
