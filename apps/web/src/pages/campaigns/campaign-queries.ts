import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import {
  campaignDetailSchema,
  campaignLeadListSchema,
  campaignListSchema,
  campaignTaskDetailSchema,
  campaignTaskListSchema,
  ownCampaignTasksSchema,
  type CampaignState,
  type CampaignTaskListQuery,
} from '@tianyan/console-app/api';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

const PAGE = 50;

export type TaskFilter = Pick<CampaignTaskListQuery, 'state' | 'result' | 'unit' | 'inspector'>;

export function campaignListQuery(filter: { state?: CampaignState }) {
  return infiniteQueryOptions({
    queryKey: keys.campaignList(filter),
    queryFn: ({ pageParam, signal }) =>
      callApi(campaignListSchema, '/campaigns', {
        query: { ...filter, limit: PAGE, ...(pageParam && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
  });
}

export const campaignQuery = (id: string) =>
  queryOptions({
    queryKey: keys.campaign(id),
    queryFn: ({ signal }) => callApi(campaignDetailSchema, `/campaigns/${encodeURIComponent(id)}`, { signal }),
  });

export function campaignTasksQuery(id: string, filter: TaskFilter) {
  return infiniteQueryOptions({
    queryKey: keys.campaignTasks(id, filter),
    queryFn: ({ pageParam, signal }) =>
      callApi(campaignTaskListSchema, `/campaigns/${encodeURIComponent(id)}/tasks`, {
        query: { ...filter, limit: PAGE, ...(pageParam && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
  });
}

export const ownTasksQuery = queryOptions({
  queryKey: keys.ownCampaignTasks,
  queryFn: ({ signal }) => callApi(ownCampaignTasksSchema, '/campaign-tasks', { signal }),
});

export const campaignTaskQuery = (id: string) =>
  queryOptions({
    queryKey: keys.campaignTask(id),
    queryFn: ({ signal }) => callApi(campaignTaskDetailSchema, `/campaign-tasks/${encodeURIComponent(id)}`, { signal }),
  });

export const campaignLeadsQuery = queryOptions({
  queryKey: keys.campaignLeads,
  queryFn: ({ signal }) => callApi(campaignLeadListSchema, '/campaigns/leads', { signal }),
});
