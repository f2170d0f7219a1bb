import { queryOptions } from '@tanstack/react-query';
import { loadListSchema, mappingListSchema, sourceDetailSchema, sourceListSchema } from '@tianyan/console-app/api';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

export const sourcesQuery = queryOptions({
  queryKey: keys.sources,
  queryFn: ({ signal }) => callApi(sourceListSchema, '/sources', { signal }),
  refetchInterval: 15_000,
});

export function sourceQuery(id: string) {
  return queryOptions({
    queryKey: keys.source(id),
    queryFn: ({ signal }) => callApi(sourceDetailSchema, `/sources/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: 15_000,
  });
}

/** While something is being loaded its numbers move on. */
const LOADING_EVERY_MS = 5_000;

export const loadsQuery = queryOptions({
  queryKey: keys.loads,
  queryFn: ({ signal }) => callApi(loadListSchema, '/loads', { signal }),
  refetchInterval: (query) => ((query.state.data?.items.length ?? 0) > 0 ? LOADING_EVERY_MS : 15_000),
});

export const mappingsQuery = queryOptions({
  queryKey: keys.mappings,
  queryFn: ({ signal }) => callApi(mappingListSchema, '/uploads/mappings', { signal }),
});
