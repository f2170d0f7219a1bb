import { RefusedError } from '@tianyan/kernel';
import { execute, row, rows, type ClientBase, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import type { Taker } from '../step-history.js';
import type { CampaignTask } from './campaign-rows.js';

type Concerned = Pick<CampaignTask, 'id' | 'unitCode'>;

/** A step by which somebody has said that he may not judge one order; for an order of no unit nothing else tells it. */
const IS_RECUSE_STEP = `s.owner_kind = 'campaign-task' AND s.content->>'step' = 'recuse'`;

const recusedSchema = z.object({ recused: z.boolean() });
const personSchema = z.object({ user_id: z.string() });
const ofUnitSchema = z.object({ user_id: z.string(), unit_code: z.string() });
const ofTaskSchema = z.object({ user_id: z.string(), task_id: z.string() });

/** Nothing of the unit is given to that person again. */
export async function recuse(client: ClientBase, taker: Taker, { unitCode }: Concerned): Promise<void> {
  if (unitCode === null) return;
  const sql = 'INSERT INTO supervision_campaign_recusal (user_id, unit_code) VALUES ($1, $2) ON CONFLICT DO NOTHING';
  await execute(client, sql, [taker.id, unitCode]);
}

/**
 * Nor does he judge what others find there, or what was in his hands before, nor does anybody in his place. Throws RefusedError('conflict').
 */
export async function assertNotRecused(client: ClientBase, { id, standsFor }: Taker, { id: taskId }: Concerned): Promise<void> {
  if (await isRecusedOfTask(client, taskId, id))
    throw new RefusedError('conflict', '您已对这个单位或这件工单申请回避，须由另一人办理；已分给您的，请也申请回避。');
  if (standsFor && (await isRecusedOfTask(client, taskId, standsFor.id)))
    throw new RefusedError('conflict', '您代理的人已对这个单位或这件工单申请回避，您不能代办。');
}

/** Whether the person has said that he may not judge the order's unit, or this one order. */
export async function isRecusedOfTask(db: Queryable, taskId: string, userId: string): Promise<boolean> {
  const { recused } = await row(
    db,
    recusedSchema,
    `SELECT (EXISTS (SELECT FROM supervision_campaign_recusal r JOIN supervision_campaign_task t ON t.unit_code = r.unit_code WHERE t.id = $1 AND r.user_id = $2)
       OR EXISTS (SELECT FROM supervision_campaign_step s WHERE ${IS_RECUSE_STEP} AND s.owner_id = $1 AND s.taker_id = $2)) AS recused`,
    [taskId, userId],
  );
  return recused;
}

/** Everybody who has said so of one of the orders, or of its unit. */
export async function recusedOfTasks(db: Queryable, taskIds: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await rows(
    db,
    personSchema,
    `SELECT r.user_id FROM supervision_campaign_recusal r JOIN supervision_campaign_task t ON t.unit_code = r.unit_code WHERE t.id = ANY($1)
     UNION SELECT s.taker_id FROM supervision_campaign_step s WHERE ${IS_RECUSE_STEP} AND s.owner_id = ANY($1)`,
    [taskIds],
  );
  return new Set(found.map(({ user_id: userId }) => userId));
}

/** Who may not be given which of the tasks. */
export async function recusalsOf(
  client: ClientBase,
  userIds: readonly string[],
  tasks: readonly Concerned[],
): Promise<(task: Concerned, userId: string) => boolean> {
  const ofUnits = await rows(
    client,
    ofUnitSchema,
    'SELECT user_id, unit_code FROM supervision_campaign_recusal WHERE user_id = ANY($1)',
    [userIds],
  );
  const ofTasks = await rows(
    client,
    ofTaskSchema,
    `SELECT s.taker_id AS user_id, s.owner_id AS task_id FROM supervision_campaign_step s
     WHERE ${IS_RECUSE_STEP} AND s.owner_id = ANY($2) AND s.taker_id = ANY($1)`,
    [userIds, tasks.map(({ id }) => id)],
  );
  const units = new Set(ofUnits.map((one) => `${one.user_id} ${one.unit_code}`));
  const single = new Set(ofTasks.map((one) => `${one.user_id} ${one.task_id}`));
  return ({ id, unitCode }, userId) => single.has(`${userId} ${id}`) || (unitCode !== null && units.has(`${userId} ${unitCode}`));
}
