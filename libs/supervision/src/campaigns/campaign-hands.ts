import { RefusedError } from '@tianyan/kernel';
import { execute, type ClientBase, type Queryable } from '@tianyan/postgres';
import type { AskedThing } from '../in-place.js';
import type { Taker } from '../step-history.js';
import { CAMPAIGN_SEEN } from './campaign-rows.js';

/** Of a campaign, whatever a role has to allow for it. */
export const askedCampaign = (id: string, actions: AskedThing['actions']): AskedThing => ({
  noun: '这个专项',
  actions,
  sql: CAMPAIGN_SEEN,
  paramsOf: (reach) => [reach.parameter, id],
});

/** Who has orders of a campaign decides about it for nobody: it says what became of them. Throws RefusedError('conflict'). */
export async function assertHasNoOrders(client: ClientBase, campaignId: string, { id, standsFor }: Taker): Promise<void> {
  if (standsFor && (await hasOrders(client, campaignId, id)))
    throw new RefusedError('conflict', '这个专项有工单分给了您，您不能代办，须由本人或另一人办理。');
}

/** Of a campaign that is seen: who sees one sees all of its orders. */
export async function hasOrders(db: Queryable, campaignId: string, userId: string): Promise<boolean> {
  const sql = 'SELECT 1 FROM supervision_campaign_task t WHERE t.campaign_id = $1 AND t.inspector_id = $2 LIMIT 1';
  return (await execute(db, sql, [campaignId, userId])) > 0;
}
