import type { Reach } from '@tianyan/access';
import { execute, inSnapshot, maybeRow, pageOf, row, rows, type Page, type Pool, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import type { CampaignState, CampaignTaskState, CheckResult } from '../api/index.js';
import { MAX_SUPERVISION_PAGE, positionOf } from '../letters/letter-queries.js';
import { isRectificationSeen } from '../rectifications/rectification-rows.js';
import { historyOf, isUnbroken, type StoredStep } from '../step-history.js';
import { campaignFactsOf, campaignStepSchema, type CampaignFacts, type CampaignStep } from './campaign-facts.js';
import { resultsOf, type CampaignResults } from './campaign-results.js';
import { hasOrders } from './campaign-hands.js';
import {
  CAMPAIGN_COLUMNS,
  CAMPAIGN_SEEN,
  campaignSchema,
  isCampaignSeen,
  isTaskSeen,
  TASK_COLUMNS,
  TASK_SEEN,
  taskSchema,
  type Campaign,
  type CampaignTask,
} from './campaign-rows.js';
import { isRecusedOfTask } from './recusals.js';
import { livingOf, outcomesOf, type ClueOfProblem, type LetterOfProblem } from './task-outcomes.js';
import { taskFactsOf, taskStepSchema, type TaskFacts, type TaskStep } from './task-facts.js';

/** Shown of an inspector at once: more is not looked at in one campaign. */
const MAX_OWN = 200;

/** Orders that somebody has to look at; those of campaigns that are over are nobody's work. */
const TO_LOOK_AT = `supervision_campaign_task t JOIN supervision_campaign c ON c.id = t.campaign_id AND c.state = 'running' AND t.state = 'assigned'`;

const countSchema = z.object({ count: z.int() });
const workloadSchema = z.object({ inspector_id: z.string(), count: z.int() });
const orderSchema = z.object({ id: z.string(), order_id: z.string() });

export interface CampaignDetail {
  campaign: Campaign;
  facts: CampaignFacts;
  /** Oldest first. */
  steps: readonly StoredStep<CampaignStep>[];
  unbroken: boolean;
  results: CampaignResults;
}

export interface CampaignTaskDetail {
  task: CampaignTask;
  campaign: Campaign;
  facts: TaskFacts;
  /** Oldest first. */
  steps: readonly StoredStep<TaskStep>[];
  unbroken: boolean;
  /** Whoever asks has withdrawn from judging it. */
  recused: boolean;
  /** What came of its problem, as far as whoever asks may see it. */
  letters: readonly LetterOfProblem[];
  clues: readonly ClueOfProblem[];
  /** Whether one of them stands, whoever may see it. */
  stands: { letter: boolean; clue: boolean };
}

export interface CampaignTaskFilter {
  state?: CampaignTaskState;
  result?: CheckResult;
  unitCode?: string;
  inspectorId?: string;
}

/** Campaigns and their orders, as people see them within their reach. */
export class CampaignQueries {
  constructor(private readonly pool: Pool) {}

  /** The last changed first. */
  async list(
    reach: Reach,
    { state }: { state?: CampaignState },
    page: { cursor: string | null; limit: number },
  ): Promise<Page<Campaign>> {
    const limit = Math.min(page.limit, MAX_SUPERVISION_PAGE);
    const [beforeMs, beforeId] = positionOf(page.cursor);
    const found = await rows(
      this.pool,
      campaignSchema,
      `SELECT ${CAMPAIGN_COLUMNS} FROM supervision_campaign c WHERE ${isCampaignSeen('$1')} AND ($2::text IS NULL OR c.state = $2)
         AND ($3::bigint IS NULL OR (c.changed_at_ms, c.id) < ($3, $4)) ORDER BY c.changed_at_ms DESC, c.id DESC LIMIT $5`,
      [reach.parameter, state ?? null, beforeMs, beforeId, limit + 1],
    );
    return pageOf(found, limit, ({ changedAtMs, id }) => `${changedAtMs}_${id}`);
  }

  /** With what has been found; null: there is none, or it lies out of reach. */
  get(reach: Reach, id: string): Promise<CampaignDetail | null> {
    return inSnapshot(this.pool, async (client) => {
      const sql = `SELECT ${CAMPAIGN_COLUMNS} FROM supervision_campaign c WHERE ${isCampaignSeen('$1')} AND c.id = $2`;
      const campaign = await maybeRow(client, campaignSchema, sql, [reach.parameter, id]);
      if (!campaign) return null;
      const owner = { kind: 'campaign', id } as const;
      const steps = await historyOf(client, owner, campaignStepSchema);
      const of = `SELECT ${TASK_COLUMNS} FROM supervision_campaign_task t WHERE ${isTaskSeen('$1')} AND t.campaign_id = $2`;
      const tasks = await rows(client, taskSchema, of, [reach.parameter, id]);
      const unbroken = isUnbroken(owner, steps, campaign.headHash);
      return { campaign, facts: campaignFactsOf(steps), steps, unbroken, results: resultsOf(campaign, tasks) };
    });
  }

  /** Whether the deputy may act there in the place of whose reach it is: all of it is seen, and the deputy was given none of its orders. */
  async mayStandIn(principal: Reach, deputyId: string, id: string): Promise<boolean> {
    const isSeen = (await execute(this.pool, CAMPAIGN_SEEN, [principal.parameter, id])) > 0;
    return isSeen && !(await hasOrders(this.pool, id, deputyId));
  }

  /** The same of an order: it is seen, and neither has withdrawn from judging it. */
  async mayStandInOfTask(principal: Reach, deputyId: string, id: string): Promise<boolean> {
    if ((await execute(this.pool, TASK_SEEN, [principal.parameter, id])) === 0) return false;
    for (const userId of [deputyId, principal.userId]) if (await isRecusedOfTask(this.pool, id, userId)) return false;
    return true;
  }

  /** Of one campaign, by number of the order. */
  async tasks(
    reach: Reach,
    asked: { campaignId: string; filter: CampaignTaskFilter; page: { cursor: string | null; limit: number } },
  ): Promise<Page<CampaignTask>> {
    const { campaignId, filter, page } = asked;
    const limit = Math.min(page.limit, MAX_SUPERVISION_PAGE);
    const found = await rows(
      this.pool,
      taskSchema,
      `SELECT ${TASK_COLUMNS} FROM supervision_campaign_task t WHERE ${isTaskSeen('$1')} AND t.campaign_id = $2
         AND ($3::text IS NULL OR t.state = $3) AND ($4::text IS NULL OR t.result = $4) AND ($5::text IS NULL OR t.unit_code = $5)
         AND ($6::text IS NULL OR t.inspector_id = $6) AND ($7::text IS NULL OR t.order_id > $7) ORDER BY t.order_id LIMIT $8`,
      [
        reach.parameter,
        campaignId,
        filter.state ?? null,
        filter.result ?? null,
        filter.unitCode ?? null,
        filter.inspectorId ?? null,
        page.cursor,
        limit + 1,
      ],
    );
    return pageOf(found, limit, ({ orderId }) => orderId);
  }

  /**
   * What the person who asks is to look at, and has looked at; what is to be done first, of that the person's own.
   * @param principalIds in whose place the person acts: theirs too, of each as many as of the person, so that none hides another's
   */
  own(reach: Reach, principalIds: readonly string[] = []): Promise<readonly CampaignTask[]> {
    return rows(
      this.pool,
      taskSchema,
      `SELECT ${TASK_COLUMNS} FROM unnest($2::text[]) WITH ORDINALITY AS p (id, place) CROSS JOIN LATERAL (
         SELECT t.*, c.ends_on FROM supervision_campaign_task t JOIN supervision_campaign c ON c.id = t.campaign_id
         WHERE ${isTaskSeen('$1')} AND t.inspector_id = p.id AND c.state = 'running'
         ORDER BY t.state <> 'assigned', c.ends_on, t.order_id LIMIT ${MAX_OWN}) t
       ORDER BY t.state <> 'assigned', p.place, t.ends_on, t.order_id`,
      [reach.parameter, [reach.userId, ...principalIds]],
    );
  }

  /** By account: how many orders it has to look at in the whole county, of which nothing else is told. */
  async workloads(): Promise<ReadonlyMap<string, number>> {
    const counted = await rows(
      this.pool,
      workloadSchema,
      `SELECT t.inspector_id, count(*)::int AS count FROM ${TO_LOOK_AT} GROUP BY 1`,
    );
    return new Map(counted.map(({ inspector_id: id, count }) => [id, count]));
  }

  /** The order that an item of the ledger came of; null: it came of none, or lies out of reach. */
  async taskOf(reach: Reach, rectificationId: string): Promise<{ id: string; orderId: string } | null> {
    const found = await maybeRow(
      this.pool,
      orderSchema,
      `SELECT t.id, t.order_id FROM supervision_campaign_step s JOIN supervision_campaign_task t ON t.id = s.owner_id
       WHERE s.content->>'step' = 'register-rectification' AND s.content->>'rectificationId' = $3
         AND EXISTS (SELECT FROM supervision_rectification r WHERE r.id = $3 AND ${isRectificationSeen('$1', '$2')})`,
      [reach.parameter, reach.userId, rectificationId],
    );
    return found && { id: found.id, orderId: found.order_id };
  }

  /** Null: there is none, or it lies out of reach. */
  task(reach: Reach, id: string): Promise<CampaignTaskDetail | null> {
    return inSnapshot(this.pool, async (client) => {
      const sql = `SELECT ${TASK_COLUMNS} FROM supervision_campaign_task t WHERE ${isTaskSeen('$1')} AND t.id = $2`;
      const task = await maybeRow(client, taskSchema, sql, [reach.parameter, id]);
      if (!task) return null;
      const of = `SELECT ${CAMPAIGN_COLUMNS} FROM supervision_campaign c WHERE c.id = $1`;
      const campaign = await row(client, campaignSchema, of, [task.campaignId]);
      const owner = { kind: 'campaign-task', id } as const;
      const steps = await historyOf(client, owner, taskStepSchema);
      const facts = taskFactsOf(steps, campaign.openerId);
      const recused = await isRecusedOfTask(client, id, reach.userId);
      const outcomes = await outcomesOf(client, reach, id);
      const stands = await livingOf(client, id);
      return { task, campaign, facts, steps, unbroken: isUnbroken(owner, steps, task.headHash), recused, ...outcomes, stands };
    });
  }
}

/** How many orders the account has to look at in the whole county, of which nothing else is told. */
export async function countHandledTasks(db: Queryable, userId: string): Promise<number> {
  const sql = `SELECT count(*)::int AS count FROM ${TO_LOOK_AT} WHERE t.inspector_id = $1`;
  return (await row(db, countSchema, sql, [userId])).count;
}
