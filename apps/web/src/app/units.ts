import { queryOptions, useQuery } from '@tanstack/react-query';
import { unitListSchema } from '@tianyan/console-app/api';
import { callApi } from '../api/client.js';
import { keys } from '../api/keys.js';

/** Names of units change by the year; before the directory is loaded there are none. */
const STALE_MS = 600_000;

const unitsQuery = queryOptions({
  queryKey: keys.units,
  queryFn: ({ signal }) => callApi(unitListSchema, '/units', { signal }),
  staleTime: (asked) => (asked.state.data?.items.length ? STALE_MS : 0),
});

/** By code, for choosing and for names. */
export function useUnits(): readonly { code: string; name: string }[] {
  const { data } = useQuery(unitsQuery);
  return (data?.items ?? []).map(({ unitId, name }) => ({ code: unitId, name }));
}
