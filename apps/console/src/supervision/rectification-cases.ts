import { Reach, type Actor, type AuditLog, type Cover, type Delegations, type Reveals } from '@tianyan/access';
import type { Files } from '@tianyan/files';
import { RefusedError } from '@tianyan/kernel';
import {
  NO_ITEM,
  rectificationMachine,
  rectificationSubject,
  type CampaignQueries,
  type ImprovementFigures,
  type LetterQueries,
  type RectificationDetail as StoredItem,
  type RectificationFilter,
  type RectificationQueries,
  type Rectifications,
  type StepRecord,
} from '@tianyan/supervision';
import type { z } from 'zod';
import {
  RECTIFICATION_STATE_LABELS,
  RECTIFICATION_STATES,
  type RectificationDetail,
  type rectificationFilterSchema,
  type RectificationList,
  type rectificationListQuerySchema,
  type RectificationPeople,
  type RectificationStepBody,
  type RectificationTotals,
  type RegisterRectificationRequest,
} from '../api/index.js';
import { askingAlone, askingOf } from '../delegations/deputy-steps.js';
import type { OrderCovers } from './order-covers.js';
import type { SourceCovers } from './source-covers.js';
import { permitted } from './step-permit.js';
import { RECTIFICATION_RECORD, stepRecord } from './step-record.js';
import { rectificationAnswer, rectificationDetailAnswer } from './supervision-answers.js';
import type { SupervisionWording } from './supervision-words.js';

/** Steps with words that the unit reads. */
const READ_BY_UNIT: ReadonlySet<RectificationStepBody['step']['step']> = new Set(['progress', 'reject']);

/** The ledger of rectifications (整改台账) for the commission's people, within the person's reach. */
export class RectificationCases {
  constructor(
    private readonly parts: {
      rectifications: Rectifications;
      rectificationQueries: RectificationQueries;
      letterQueries: LetterQueries;
      improvements: ImprovementFigures;
      covers: SourceCovers;
      campaignQueries: Pick<CampaignQueries, 'taskOf'>;
      orderCovers: OrderCovers;
      files: Pick<Files, 'list'>;
      delegations: Pick<Delegations, 'standingFor'>;
      wording: SupervisionWording;
      audit: AuditLog;
      reveals: Reveals;
    },
  ) {}

  async list(actor: Actor, query: z.output<typeof rectificationListQuerySchema>): Promise<RectificationList> {
    const words = await this.parts.wording.now();
    const page = { cursor: query.cursor ?? null, limit: query.limit };
    const filter = filterOf(query, words.today);
    const { items, nextCursor } = await this.parts.rectificationQueries.list(Reach.of(actor), filter, page);
    return { items: items.map((item) => rectificationAnswer(item, words)), nextCursor };
  }

  async totals(actor: Actor, query: z.output<typeof rectificationFilterSchema>): Promise<RectificationTotals> {
    const { today } = await this.parts.wording.now();
    const found = await this.parts.rectificationQueries.totals(Reach.of(actor), filterOf(query, today), today);
    const { total, byState, overdue, recoveredFen, improvements } = found;
    const counted = await this.parts.improvements.counts(Reach.of(actor), { ...(query.unit && { unitCode: query.unit }) });
    return {
      total,
      byState: RECTIFICATION_STATES.map((key) => ({ key, label: RECTIFICATION_STATE_LABELS[key], count: byState.get(key) ?? 0 })),
      overdue,
      settledPermille: total === 0 ? null : Math.floor(((byState.get('settled') ?? 0) * 1_000) / total),
      recoveredFen,
      improvements,
      countedImprovements: counted.total,
    };
  }

  async get(actor: Actor, id: string): Promise<RectificationDetail> {
    const { delegations, rectificationQueries } = this.parts;
    const [found, words] = await Promise.all([this.find(actor, id), this.parts.wording.now()]);
    const asking = await askingOf(actor, delegations, {
      mayStandIn: (reach, deputyId) => rectificationQueries.mayStandIn(reach, deputyId, id),
      isRecused: (reach) => rectificationQueries.isRecused(reach, id),
    });
    const files = await this.parts.files.list(rectificationSubject(id));
    const campaignTask = await this.parts.campaignQueries.taskOf(Reach.of(actor), id);
    return { ...rectificationDetailAnswer(found, files, { words, asking, side: 'office' }), campaignTask };
  }

  async register(actor: Actor, request: RegisterRectificationRequest): Promise<RectificationDetail> {
    const { rectifications, wording } = this.parts;
    await wording.assertUnit(request.unitCode);
    const covers = await this.coversOf(actor, request.letterId);
    const receipt = await rectifications.register(Reach.of(actor), actor.user, request, covers, this.record(actor));
    return this.get(actor, receipt.id);
  }

  async take(actor: Actor, id: string, { revision, step: request, forId }: RectificationStepBody): Promise<RectificationDetail> {
    const actions = rectificationMachine.actionsOf(request.step);
    const step = { actions, object: `rectification/${id}/${request.step}`, forId };
    return permitted(this.parts.audit, actor, step, async () => {
      const covers = await this.coversOfItem(actor, (await this.find(actor, id)).item, request.step);
      const asked = { id, revision, request, forId };
      await this.parts.rectifications.take(Reach.of(actor), actor.user, asked, covers, this.record(actor));
      return this.get(actor, id);
    });
  }

  /** An item as a ledger that comes back is compared with it: as it is shown, as it is kept, and what its unit must not read. */
  async forLedger(
    actor: Actor,
    id: string,
  ): Promise<{ shown: RectificationDetail; found: StoredItem; covers: readonly Cover[] }> {
    const [found, words] = await Promise.all([this.find(actor, id), this.parts.wording.now()]);
    const recused = await this.parts.rectificationQueries.isRecused(Reach.of(actor), id);
    const asking = { ...askingAlone(actor), recused };
    const shown = rectificationDetailAnswer(found, [], { words, asking, side: 'office' });
    return { shown, found, covers: await this.coversOfItem(actor, found.item, 'progress') };
  }

  async people(actor: Actor, id: string, reason: string): Promise<RectificationPeople> {
    const { item } = await this.find(actor, id);
    const object = `rectification/${id}/people`;
    await this.parts.reveals.permit(actor, { action: 'read-rectification-people', object, reason });
    return { responsible: item.responsible, leader: item.leader };
  }

  /** Of what its letter came from, or of the order that was looked at again, where the unit reads what is written. */
  private async coversOfItem(
    actor: Actor,
    { id, letterId }: StoredItem['item'],
    kind: RectificationStepBody['step']['step'],
  ): Promise<readonly Cover[]> {
    if (letterId !== null) return this.coversOf(actor, letterId);
    if (!READ_BY_UNIT.has(kind)) return [];
    const task = await this.parts.campaignQueries.taskOf(Reach.of(actor), id);
    return task === null ? [] : this.parts.orderCovers.of(actor, task.orderId);
  }

  /** Of what its letter came from. */
  private async coversOf(actor: Actor, letterId: string | undefined): Promise<readonly Cover[]> {
    const found = letterId === undefined ? null : await this.parts.letterQueries.get(Reach.of(actor), letterId);
    return found ? this.parts.covers.of(actor, found.letter.origin) : [];
  }

  private async find(actor: Actor, id: string): Promise<StoredItem> {
    const found = await this.parts.rectificationQueries.get(Reach.of(actor), id);
    if (!found) throw new RefusedError('not-found', NO_ITEM);
    return found;
  }

  /** What puts a step on record, wherever it was asked for. */
  record(actor: Actor): StepRecord {
    return stepRecord(this.parts.audit, actor, RECTIFICATION_RECORD);
  }
}

function filterOf(
  { state, unit, township, overdue }: z.output<typeof rectificationFilterSchema>,
  today: string,
): RectificationFilter {
  return {
    ...(state && { states: state }),
    ...(unit && { unitCode: unit }),
    ...(township && { townshipCode: township }),
    ...(overdue === 'true' && { overdueOn: today }),
  };
}
