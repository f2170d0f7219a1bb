import { queryOptions } from '@tanstack/react-query';
import {
  mendDetailSchema,
  mendListSchema,
  quarantineGroupDetailSchema,
  quarantineGroupListSchema,
  type MendDetail,
} from '@tianyan/console-app/api';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

/** How often a running mend is looked at; a batch takes about as long. */
const PROGRESS_EVERY_MS = 1_000;

export const groupsQuery = (source: string) =>
  queryOptions({
    queryKey: keys.quarantineGroups(source),
    queryFn: ({ signal }) =>
      callApi(quarantineGroupListSchema, '/quarantine/groups', { query: source === '' ? {} : { source }, signal }),
    refetchInterval: (query) =>
      query.state.data?.items.some(({ mend }) => mend?.state === 'running') ? PROGRESS_EVERY_MS : false,
  });

export const groupQuery = (key: string) =>
  queryOptions({
    queryKey: keys.quarantineGroup(key),
    queryFn: ({ signal }) => callApi(quarantineGroupDetailSchema, `/quarantine/groups/${encodeURIComponent(key)}`, { signal }),
    // Every reading is entered in the audit log: not again by itself.
    staleTime: Infinity,
    retry: false,
  });

export const mendsQuery = (filter: { group?: string; item?: string }) =>
  queryOptions({
    queryKey: keys.mends(filter),
    queryFn: ({ signal }) => callApi(mendListSchema, '/quarantine/mends', { query: filter, signal }),
    refetchInterval: (query) => (query.state.data?.items.some(({ state }) => state === 'running') ? PROGRESS_EVERY_MS : false),
  });

export function readMend(id: string, reason?: string): Promise<MendDetail> {
  const query = reason === undefined ? {} : { unmask: 'true', reason };
  return callApi(mendDetailSchema, `/quarantine/mends/${encodeURIComponent(id)}`, { query });
}
