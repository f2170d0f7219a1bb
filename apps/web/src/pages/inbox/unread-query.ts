import { queryOptions, useQuery } from '@tanstack/react-query';
import { inboxSchema } from '@tianyan/console-app/api';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useMay } from '../../app/session.js';

const ASK_AGAIN_MS = 30_000;

const unreadQuery = queryOptions({
  queryKey: keys.unread,
  queryFn: async ({ signal }) =>
    (await callApi(inboxSchema, '/inbox', { query: { unread: 'true', limit: 1 }, signal })).unreadCount,
  refetchInterval: ASK_AGAIN_MS,
});

/** How many notices wait for who has no overview, where it stands otherwise: liaisons, and who administers people. */
export function useUnreadWithoutOverview(): number | undefined {
  return useQuery({ ...unreadQuery, enabled: !useMay('read-findings') }).data;
}
