import { RefusedError } from '@tianyan/kernel';
import { execute, type ClientBase } from '@tianyan/postgres';
import type { Taker } from '../step-history.js';

/** Who has orders of a campaign decides about it for nobody: it says what became of them. Throws RefusedError('conflict'). */
export async function assertHasNoOrders(client: ClientBase, campaignId: string, { id, standsFor }: Taker): Promise<void> {
  if (!standsFor) return;
  // Whoever may step there sees all of its orders; of which there are some no more is told.
  const sql = 'SELECT 1 FROM supervision_campaign_task t WHERE t.campaign_id = $1 AND t.inspector_id = $2 LIMIT 1';
  if ((await execute(client, sql, [campaignId, id])) > 0)
    throw new RefusedError('conflict', '这个专项有工单分给了您，您不能代办，须由本人或另一人办理。');
}
