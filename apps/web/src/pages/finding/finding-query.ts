import { queryOptions } from '@tanstack/react-query';
import { findingDetailSchema } from '@tianyan/console-app/api';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

export function findingQuery(id: string) {
  return queryOptions({
    queryKey: keys.finding(id),
    queryFn: ({ signal }) => callApi(findingDetailSchema, `/findings/${encodeURIComponent(id)}`, { signal }),
  });
}
