import type { Reach } from '@tianyan/access';
import { RefusedError } from '@tianyan/kernel';
import { maybeRow, row, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import {
  CAMPAIGN_COLUMNS,
  campaignSchema,
  isTaskSeen,
  TASK_COLUMNS,
  taskSchema,
  type Campaign,
  type CampaignTask,
} from './campaign-rows.js';

export const NO_TASK = '没有这件复查的工单，可能链接有误，请回到列表重新打开。';

export interface CampaignTaskOfCampaign {
  task: CampaignTask;
  campaign: Campaign;
}

const placeSchema = z.object({ campaign_id: z.string() });

/** Throws RefusedError('not-found'), also for what is out of reach. */
export async function lockTask(client: ClientBase, reach: Reach, id: string): Promise<CampaignTaskOfCampaign> {
  const from = `FROM supervision_campaign_task t WHERE ${isTaskSeen('$1')} AND t.id = $2`;
  const params = [reach.parameter, id];
  const place = await maybeRow(client, placeSchema, `SELECT t.campaign_id ${from}`, params);
  if (!place) throw new RefusedError('not-found', NO_TASK);
  // The campaign first, as whoever gives tasks out does: two who wait for each other would wait for ever.
  const of = `SELECT ${CAMPAIGN_COLUMNS} FROM supervision_campaign c WHERE c.id = $1 FOR SHARE OF c`;
  const campaign = await row(client, campaignSchema, of, [place.campaign_id]);
  return { task: await row(client, taskSchema, `SELECT ${TASK_COLUMNS} ${from} FOR UPDATE OF t`, params), campaign };
}
