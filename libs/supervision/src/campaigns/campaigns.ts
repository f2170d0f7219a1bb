import { Reach, type User } from '@tianyan/access';
import { DAY_MS, RefusedError, startOfChinaDayMs, type Clock, type EpochMs, type IdSource } from '@tianyan/kernel';
import type { NoticeOutbox } from '@tianyan/notices';
import { execute, inTransaction, maybeRow, row, rows, type ClientBase, type Pool, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import {
  CAMPAIGN_STEP_LABELS,
  MAX_PICKED_ORDERS,
  type AssignTasks,
  type CampaignPick,
  type CampaignStepRequest,
  type OpenCampaign,
} from '../api/index.js';
import { signedBy } from '../in-place.js';
import { openText } from '../open-text.js';
import { sinceSeen, UNRECORDED, type StepRecord } from '../sent-before.js';
import {
  appendStep,
  assertSeenLast,
  historyOf,
  receiptOfStep,
  signingOf,
  type SupervisionReceipt,
  type Taker,
} from '../step-history.js';
import { campaignFactsOf, campaignMachine, campaignStepSchema, type CampaignStep, type OpenStep } from './campaign-facts.js';
import {
  CAMPAIGN_COLUMNS,
  campaignSchema,
  isCampaignSeen,
  TASK_COLUMNS,
  taskSchema,
  type Campaign,
  type CampaignTask,
} from './campaign-rows.js';
import { giverOf, loadsOf, mayHaveOf } from './campaign-giving.js';
import { askedCampaign, assertHasNoOrders } from './campaign-hands.js';
import { inboxOf, ownTasksNotice, tellOfOpening } from './campaign-notices.js';
import { draw, populationDigest } from './draw.js';
import type { OrderPopulation, PickedOrder } from './order-population.js';
import { spreadEvenly } from './spread.js';
import { takeTaskStep } from './task-writes.js';

export const NO_CAMPAIGN = '没有这个专项复查，可能链接有误，请回到列表重新打开。';
export const NOTHING_PICKED = '没有符合条件的工单，请放宽条件。';

/** What came of giving tasks to people. */
export interface Assigned {
  given: number;
  /** Nobody of those named may have them: out of reach, or recused. */
  left: number;
  /** Of the step of each that was given. */
  receipts: readonly SupervisionReceipt[];
  /** In whose place they were given, by account; null: in nobody's. */
  forAccount: string | null;
}

/** Puts what was given on record, in its transaction. */
export type AssignRecord = (client: ClientBase, assigned: Assigned) => Promise<void>;

/** What is written about a campaign is read by everybody who sees it. */
const NAMES_NOBODY = { mask: {}, cover: 'not-offered' } as const;

const countSchema = z.object({ count: z.int() });
/** How many orders of the campaign have ever been given to somebody. */
const COUNT_GIVEN = `SELECT count(*)::int AS count FROM supervision_campaign_task t
  JOIN supervision_campaign_step s ON s.owner_kind = 'campaign-task' AND s.owner_id = t.id
  WHERE t.campaign_id = $1 AND s.content->>'step' = 'assign'`;

/** What people do with campaigns that look again at orders (专项复查); each call is one transaction. */
export class Campaigns {
  constructor(
    private readonly parts: {
      pool: Pool;
      ids: IdSource;
      countyClock: Clock;
      population: Pick<OrderPopulation, 'find'>;
      /** Nobody may know the next, or choose it. */
      seeds: () => string;
      outbox: Pick<NoticeOutbox, 'enqueue'>;
    },
  ) {}

  /** How many orders a pick finds before any is drawn. Throws RefusedError like {@link open}. */
  async count(reach: Reach, pick: CampaignPick): Promise<number> {
    return (await this.parts.population.find(reach, pick)).length;
  }

  /**
   * Opens a campaign: picks its orders, once and for good. Sent twice it is opened once, and null is returned for the second.
   * Throws RefusedError: `invalid` where nothing fits, a text names somebody, or whoever is to lead it does not see all of it; `too-many` where more
   * fits than one campaign holds.
   * @param by.lead who is to lead it; null: the account is there no more
   * @param by.seriesId of the first that it repeats; missing: it repeats none
   */
  async open(
    { reach, taker, lead, seriesId }: { reach: Reach; taker: Taker; lead: User | null; seriesId?: string },
    { id, ...asked }: OpenCampaign,
    record: StepRecord = UNRECORDED,
  ): Promise<SupervisionReceipt | null> {
    assertNamesNobody(asked);
    if (await this.isOpened(this.parts.pool, id, taker)) return null;
    const population = await this.parts.population.find(reach, asked.pick);
    const { seed, orders } = await this.pickOf(population, asked.pick);
    const townships = townshipsOf(reach, orders);
    if (lead !== null) assertLeadSees(Reach.of({ user: lead }), townships);
    const step: OpenStep = {
      step: 'open',
      ...asked,
      seriesId: seriesId ?? id,
      seed,
      population: population.length,
      populationDigest: populationDigest(population),
      picked: orders.length,
      pickedDigest: populationDigest(orders),
    };
    return inTransaction(this.parts.pool, async (client) => {
      // Picking takes its time: what was sent a second time meanwhile waits here, and sees the first.
      await execute(client, `SELECT pg_advisory_xact_lock(hashtextextended('campaign/' || $1, 0))`, [id]);
      if (await this.isOpened(client, id, taker)) return null;
      const receipt = await this.write(client, { id, step, taker, orders, townships });
      const opened = { campaign: await this.get(client, id), lead, taker, byPlatform: seriesId !== undefined };
      await tellOfOpening(client, this.parts.outbox, opened);
      await record(client, receipt);
      return receipt;
    });
  }

  /**
   * What was sent before by the same person is answered as it was then. Throws RefusedError: `not-found`, also for what is out of reach; `conflict`
   * where somebody was quicker, or the step may not be taken.
   */
  async take(
    reach: Reach,
    taker: Taker,
    asked: { id: string; revision: number; request: CampaignStepRequest; forId?: string | undefined },
    record: StepRecord = UNRECORDED,
  ): Promise<SupervisionReceipt> {
    const { id, revision, request, forId } = asked;
    return inTransaction(this.parts.pool, async (client) => {
      const campaign = await lockCampaign(client, reach, id);
      const owner = { kind: 'campaign', id } as const;
      const history = await historyOf(client, owner, campaignStepSchema);
      const last = history.at(-1);
      if (!last) throw new Error(`campaign ${id} has no history`);
      const since = await sinceSeen(client, owner, { revision, taker, forId, request });
      if (typeof since === 'object') return since.sent;
      openText('理由', ('reason' in request ? request.reason : request.opinion) ?? '', NAMES_NOBODY);
      assertSeenLast(last, revision, { number: `专项“${campaign.name}”`, stepLabel: CAMPAIGN_STEP_LABELS[last.content.step] });
      const before = campaignFactsOf(history);
      const nowMs = this.parts.countyClock.nowMs();
      const signed = await signedBy(client, { taker, forId, nowMs }, askedCampaign(id, campaignMachine.actionsOf(request.step)));
      const refusal = campaignMachine.refusalOf(before, request.step, signingOf(signed));
      if (refusal !== null) throw new RefusedError('conflict', refusal);
      await assertHasNoOrders(client, id, signed);
      const facts = campaignMachine.after(before, request, signingOf(signed));
      const written = await appendStep<CampaignStep>(
        client,
        owner,
        { content: request, taker: signed, stateAfter: facts.state, nowMs },
        last,
      );
      await execute(
        client,
        `UPDATE supervision_campaign SET state = $2, weekly = $3, changed_at_ms = $4, steps = $5, head_hash = $6,
           due_at_ms = CASE WHEN $2 = 'running' THEN due_at_ms END WHERE id = $1`,
        [id, facts.state, facts.weekly, nowMs, written.seq, written.hash],
      );
      const receipt = receiptOfStep(id, written);
      await record(client, receipt);
      return receipt;
    });
  }

  /**
   * Gives tasks to people, evenly: those that are named, or all that nobody has who could look at them. Nobody gets what lies out of his reach, nor
   * what is of a unit for which he has recused himself.
   * Throws RefusedError: `not-found` like {@link take}; `conflict` for a campaign that is over; in the place of another (代理) like {@link giverOf}.
   * @param asked.ableIds everybody who can look at orders: what lies with anybody else lies with nobody
   */
  async assign(
    reach: Reach,
    taker: Taker,
    asked: {
      id: string;
      inspectors: readonly User[];
      ableIds: readonly string[];
      taskIds: AssignTasks['taskIds'];
      forId?: string | undefined;
    },
    record: AssignRecord = async () => undefined,
  ): Promise<Assigned> {
    const { id, inspectors, ableIds, taskIds, forId } = asked;
    return inTransaction(this.parts.pool, async (client) => {
      const campaign = await lockCampaign(client, reach, id);
      if (campaign.state !== 'running') throw new RefusedError('conflict', '这个专项已经结束，不能再分派。');
      const tasks = await rows(
        client,
        taskSchema,
        `SELECT ${TASK_COLUMNS} FROM supervision_campaign_task t WHERE t.campaign_id = $1
           AND t.state IN ('unassigned', 'assigned')
           AND CASE WHEN $2::text[] IS NULL THEN t.inspector_id IS NULL OR t.inspector_id <> ALL($3) ELSE t.id = ANY($2) END
         ORDER BY t.order_id FOR UPDATE OF t`,
        [id, taskIds ?? null, ableIds],
      );
      const nowMs = this.parts.countyClock.nowMs();
      const signed = await giverOf(client, campaign, { taker, forId, nowMs, inspectors });
      const mayHave = await mayHaveOf(client, { inspectors, tasks, giver: signed });
      const candidates = await loadsOf(
        client,
        id,
        inspectors,
        tasks.map((task) => task.id),
      );
      const { given: spread, left } = spreadEvenly(tasks, candidates, mayHave);
      // What already lies with the same person takes no step, and is told to nobody a second time.
      const given = spread.filter(({ task, inspectorId }) => task.inspectorId !== inspectorId);
      const receipts: SupervisionReceipt[] = [];
      for (const { task, inspectorId } of given) {
        const step = { step: 'assign', inspectorId } as const;
        receipts.push(await takeTaskStep(client, { task, openerId: campaign.openerId }, { step, taker: signed, nowMs }));
      }
      await this.tellGiven(client, campaign, { given, taker, nowMs });
      const forAccount = signed.standsFor?.account ?? null;
      const assigned = { given: given.length, left: left.length, receipts, forAccount };
      await record(client, assigned);
      return assigned;
    });
  }

  /** One notice to each, however many orders are given; whoever gives some to themselves knows. */
  private async tellGiven(
    client: ClientBase,
    campaign: Campaign,
    { given, taker, nowMs }: { given: readonly { task: CampaignTask; inspectorId: string }[]; taker: Taker; nowMs: EpochMs },
  ): Promise<void> {
    // Grows with every order that is given, and the campaign is under lock: so no two times are told under one number.
    const { count: round } = await row(client, countSchema, COUNT_GIVEN, [campaign.id]);
    const byInspector = Map.groupBy(given, ({ inspectorId }) => inspectorId);
    for (const [inspectorId, own] of byInspector) {
      if (inspectorId === taker.id) continue;
      const text = `这次分给您 ${own.length} 件，请在 ${campaign.endsOn} 前复查并登记结果。`;
      const townshipCode = own[0]?.task.townshipCode ?? null;
      const notice = ownTasksNotice('campaign-assigned', campaign, { round, text, atMs: nowMs, townshipCode });
      await this.parts.outbox.enqueue(client, notice, [inboxOf(inspectorId)]);
    }
  }

  /** Throws RefusedError('conflict') for an id that is somebody else's. */
  private async isOpened(db: Queryable, id: string, taker: Taker): Promise<boolean> {
    const sql = `SELECT ${CAMPAIGN_COLUMNS} FROM supervision_campaign c WHERE c.id = $1`;
    const found = await maybeRow(db, campaignSchema, sql, [id]);
    if (found === null) return false;
    if (found.openerId !== taker.id) throw new RefusedError('conflict', '这个编号已被使用，请刷新页面再试。');
    return true;
  }

  private get(client: ClientBase, id: string): Promise<Campaign> {
    return row(client, campaignSchema, `SELECT ${CAMPAIGN_COLUMNS} FROM supervision_campaign c WHERE c.id = $1`, [id]);
  }

  private async pickOf(
    population: readonly PickedOrder[],
    pick: CampaignPick,
  ): Promise<{ seed: string | null; orders: readonly PickedOrder[] }> {
    if (population.length === 0) throw new RefusedError('invalid', NOTHING_PICKED);
    const seed = pick.by === 'sample' ? this.parts.seeds() : null;
    const orders = pick.by === 'sample' && seed !== null ? await draw(population, { seed, ...pick }) : population;
    if (orders.length <= MAX_PICKED_ORDERS) return { seed, orders };
    throw new RefusedError(
      'too-many',
      `选中 ${orders.length} 件，一个专项最多 ${MAX_PICKED_ORDERS} 件。请缩小条件，或改为随机抽取较少的件数。`,
    );
  }

  private async write(
    client: ClientBase,
    made: { id: string; step: OpenStep; taker: Taker; orders: readonly PickedOrder[]; townships: readonly string[] | null },
  ): Promise<SupervisionReceipt> {
    const { id, step, taker, orders, townships } = made;
    const nowMs = this.parts.countyClock.nowMs();
    const owner = { kind: 'campaign', id } as const;
    const written = await appendStep(client, owner, { content: step, taker, stateAfter: 'running', nowMs }, null);
    await insertCampaign(client, { id, step, openerId: taker.id, townships, nowMs, hash: written.hash });
    const taskIds = orders.map(() => this.parts.ids.next());
    await insertTasks(client, { campaignId: id, orders, taskIds, nowMs });
    return receiptOfStep(id, written);
  }
}

/** Throws RefusedError('invalid'): what everybody reads, and what is asked of citizens, names none of them. */
function assertNamesNobody({ name, basis, checklist, questions }: Omit<OpenCampaign, 'id'>): void {
  openText('名称', name, NAMES_NOBODY);
  openText('依据', basis, NAMES_NOBODY);
  for (const kind of checklist) openText('问题种类', kind, NAMES_NOBODY);
  for (const question of questions) {
    openText('问题', question.text, NAMES_NOBODY);
    if (question.kind === 'choice') for (const option of question.options) openText('选项', option, NAMES_NOBODY);
  }
}

/** Whoever leads it gives its orders out, and would not find it. Throws RefusedError('invalid'). */
function assertLeadSees(reach: Reach, townships: readonly string[] | null): void {
  if (townships === null ? reach.isWholeCounty : townships.every((code) => reach.covers(code))) return;
  throw new RefusedError('invalid', '选中的工单超出负责人的管辖范围，负责人看不到这个专项。请另选负责人，或缩小条件。');
}

async function lockCampaign(client: ClientBase, reach: Reach, id: string): Promise<Campaign> {
  const sql = `SELECT ${CAMPAIGN_COLUMNS} FROM supervision_campaign c WHERE ${isCampaignSeen('$1')} AND c.id = $2 FOR UPDATE OF c`;
  const found = await maybeRow(client, campaignSchema, sql, [reach.parameter, id]);
  if (!found) throw new RefusedError('not-found', NO_CAMPAIGN);
  return found;
}

async function insertCampaign(
  client: ClientBase,
  made: { id: string; step: OpenStep; openerId: string; townships: readonly string[] | null; nowMs: EpochMs; hash: string },
): Promise<void> {
  const { id, step, openerId, townships, nowMs, hash } = made;
  await execute(
    client,
    `INSERT INTO supervision_campaign (id, series_id, name, basis, begins_on, ends_on, lead_id, opener_id, townships, pick, checklist, questions,
       weekly, seed, population, population_digest, picked, state, opened_at_ms, changed_at_ms, steps, head_hash, due_at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 'running', $18, $18, 1, $19, $20)`,
    [
      id,
      step.seriesId,
      step.name,
      step.basis,
      step.beginsOn,
      step.endsOn,
      step.leadId,
      openerId,
      townships,
      JSON.stringify(step.pick),
      step.checklist,
      JSON.stringify(step.questions),
      step.weekly,
      step.seed,
      step.population,
      step.populationDigest,
      step.picked,
      nowMs,
      hash,
      startOfChinaDayMs(step.endsOn) + DAY_MS,
    ],
  );
}

/** All at once: one by one a thousand take seconds. */
async function insertTasks(
  client: ClientBase,
  made: { campaignId: string; orders: readonly PickedOrder[]; taskIds: readonly string[]; nowMs: EpochMs },
): Promise<void> {
  const { campaignId, orders, taskIds, nowMs } = made;
  await execute(
    client,
    `INSERT INTO supervision_campaign_task (id, campaign_id, order_id, unit_code, township_code, accepted_at_ms, returns, state, changed_at_ms)
     SELECT o.id, $1, o.order_id, o.unit_code, o.township_code, o.accepted_at_ms, o.returns, 'unassigned', $2
     FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::int[])
       AS o (id, order_id, unit_code, township_code, accepted_at_ms, returns)`,
    [
      campaignId,
      nowMs,
      taskIds,
      orders.map(({ orderId }) => orderId),
      orders.map(({ unitCode }) => unitCode),
      orders.map(({ townshipCode }) => townshipCode),
      orders.map(({ acceptedAtMs }) => acceptedAtMs),
      orders.map(({ returns }) => returns),
    ],
  );
}

/** Null: an order of no township is among them, or nobody of a township alone has opened it. */
function townshipsOf(reach: Reach, orders: readonly PickedOrder[]): readonly string[] | null {
  const codes = new Set(orders.map(({ townshipCode }) => townshipCode));
  if (codes.has(null)) return null;
  const named = [...codes].filter((code) => code !== null).toSorted();
  return reach.isWholeCounty && named.length > 1 ? null : named;
}
