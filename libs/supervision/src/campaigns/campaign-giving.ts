import { Reach, type Action, type User } from '@tianyan/access';
import { RefusedError, type EpochMs } from '@tianyan/kernel';
import { rows, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import { signedBy } from '../in-place.js';
import type { Taker } from '../step-history.js';
import type { Campaign, CampaignTask } from './campaign-rows.js';
import { askedCampaign, assertHasNoOrders } from './campaign-hands.js';
import { recusalsOf } from './recusals.js';
import type { Candidate } from './spread.js';

const loadSchema = z.object({ id: z.string(), load: z.int() });

/** What the role has to allow of whoever gives out orders of a campaign: who leads it has been chosen for it, everybody else has to manage. */
export const givingAction = ({ leadId }: Pick<Campaign, 'leadId'>, userId: string): Action =>
  leadId === userId ? 'handle-supervision' : 'manage-supervision';

/**
 * Whoever gives them out: the person alone, or in the place of another (代理) who might. As of all that is decided, a deputy who has orders of the campaign
 * gives none out, nor are any given to the deputy by that. Throws RefusedError as {@link signedBy}, and `conflict`.
 */
export async function giverOf(
  client: ClientBase,
  campaign: Pick<Campaign, 'id' | 'leadId'>,
  { inspectors, ...who }: { taker: Taker; forId: string | undefined; nowMs: EpochMs; inspectors: readonly Pick<User, 'id'>[] },
): Promise<Taker> {
  const { taker, forId } = who;
  const signed = await signedBy(client, who, askedCampaign(campaign.id, [givingAction(campaign, forId ?? taker.id)]));
  await assertHasNoOrders(client, campaign.id, signed);
  if (signed.standsFor && inspectors.some(({ id }) => id === taker.id))
    throw new RefusedError('conflict', '代办分派的，不能分给自己。请另选复查人员，或由本人、委领导、案件管理人员分给您。');
  return signed;
}

/** Who may have which order: within reach, and not recused; nor is any given by a deputy where one of the two who sign is recused. */
export async function mayHaveOf(
  client: ClientBase,
  { inspectors, tasks, giver }: { inspectors: readonly User[]; tasks: readonly CampaignTask[]; giver: Taker },
): Promise<(task: CampaignTask, userId: string) => boolean> {
  const userIds = inspectors.map(({ id }) => id);
  const signedIds = giver.standsFor ? [giver.id, giver.standsFor.id] : [];
  const isRecused = await recusalsOf(client, [...userIds, ...signedIds], tasks);
  const reaches = new Map(inspectors.map((user) => [user.id, Reach.of({ user })]));
  return (task, userId) =>
    (reaches.get(userId)?.covers(task.townshipCode) ?? false) && ![userId, ...signedIds].some((id) => isRecused(task, id));
}

/** How many of the campaign's each has, without those that are given anew. */
export async function loadsOf(
  client: ClientBase,
  campaignId: string,
  inspectors: readonly User[],
  taskIds: readonly string[],
): Promise<readonly Candidate[]> {
  const found = await rows(
    client,
    loadSchema,
    `SELECT inspector_id AS id, count(*)::int AS load FROM supervision_campaign_task
     WHERE campaign_id = $1 AND inspector_id IS NOT NULL AND id <> ALL($2) GROUP BY inspector_id`,
    [campaignId, taskIds],
  );
  const loads = new Map(found.map(({ id, load }) => [id, load]));
  return inspectors.map(({ id }) => ({ id, load: loads.get(id) ?? 0 }));
}
