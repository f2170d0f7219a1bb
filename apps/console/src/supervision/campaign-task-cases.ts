import { Reach, type Actor, type AuditLog, type Cover, type Delegations } from '@tianyan/access';
import type { StepReceipt } from '@tianyan/cases';
import type { Files } from '@tianyan/files';
import { RefusedError } from '@tianyan/kernel';
import type { ClientBase } from '@tianyan/postgres';
import {
  NO_TASK,
  taskMachine,
  taskSubject,
  type CampaignQueries,
  type CampaignTaskDetail as StoredTask,
  type CampaignTasks,
  type OutcomeRecord,
  type TaskOutcomes,
} from '@tianyan/supervision';
import type {
  CampaignTaskDetail,
  CampaignTaskStepBody,
  ClueOfCampaignTaskBody,
  LetterOfCampaignTaskBody,
  OwnCampaignTasks,
  RectifyCampaignTaskBody,
} from '../api/index.js';
import { askingOf } from '../delegations/deputy-steps.js';
import { taskAnswer, taskDetailAnswer } from './campaign-answers.js';
import type { OrderCovers } from './order-covers.js';
import { permitted } from './step-permit.js';
import { LETTER_RECORD, RECTIFICATION_RECORD, stepRecord, TASK_RECORD } from './step-record.js';
import type { SupervisionWording } from './supervision-words.js';

/** What people can do with the picked orders of a campaign, within their reach: what lies outside answers like what is not there. */
export class CampaignTaskCases {
  constructor(
    private readonly parts: {
      campaignTasks: CampaignTasks;
      taskOutcomes: TaskOutcomes;
      files: Pick<Files, 'list'>;
      delegations: Pick<Delegations, 'standingFor'>;
      campaignQueries: CampaignQueries;
      orderCovers: OrderCovers;
      wording: SupervisionWording;
      audit: AuditLog;
    },
  ) {}

  async own(actor: Actor): Promise<OwnCampaignTasks> {
    const { campaignQueries, delegations, wording } = this.parts;
    const [principals, words] = await Promise.all([delegations.standingFor(actor.user), wording.now()]);
    const principalIds = principals.map(({ id }) => id);
    const tasks = await campaignQueries.own(Reach.of(actor), principalIds);
    const given = new Set(tasks.map(({ inspectorId }) => inspectorId));
    return {
      items: tasks.map((task) => taskAnswer(task, words)),
      forNames: principals.filter(({ id }) => given.has(id)).map(({ displayName }) => displayName),
    };
  }

  async get(actor: Actor, id: string): Promise<CampaignTaskDetail> {
    const [found, words] = await Promise.all([this.find(actor, id), this.parts.wording.now()]);
    const files = await this.parts.files.list(taskSubject(id));
    const { campaignQueries, delegations } = this.parts;
    const asking = await askingOf(actor, delegations, {
      mayStandIn: (reach, deputyId) => campaignQueries.mayStandInOfTask(reach, deputyId, id),
    });
    return taskDetailAnswer(found, files, { words, asking, seesUnclassed: Reach.of(actor).coversClass(null) });
  }

  async take(actor: Actor, id: string, { revision, step: request, forId }: CampaignTaskStepBody): Promise<CampaignTaskDetail> {
    const { campaignTasks, audit } = this.parts;
    const step = { actions: taskMachine.actionsOf(request.step), object: `campaign-task/${id}/${request.step}`, forId };
    return permitted(audit, actor, step, async () => {
      const covers = await this.coversOf(actor, id);
      const asked = { id, revision, request, covers, forId };
      await campaignTasks.take(Reach.of(actor), actor.user, asked, stepRecord(audit, actor, TASK_RECORD));
      return this.get(actor, id);
    });
  }

  /** The item stands in the ledger, and the task says which it is. */
  async rectify(actor: Actor, id: string, { revision, item: request }: RectifyCampaignTaskBody): Promise<CampaignTaskDetail> {
    const asked = { id, revision, request, covers: await this.coversOf(actor, id) };
    const record = this.recording(actor, stepRecord(this.parts.audit, actor, RECTIFICATION_RECORD));
    await this.parts.taskOutcomes.rectify(Reach.of(actor), actor.user, asked, record);
    return this.get(actor, id);
  }

  /** The letter waits for whoever issues it, like any other. */
  async draftLetter(actor: Actor, id: string, { revision, letter }: LetterOfCampaignTaskBody): Promise<CampaignTaskDetail> {
    const asked = { id, revision, request: letter, covers: await this.coversOf(actor, id) };
    await this.parts.wording.assertUnit(letter.content.unitCode);
    const record = this.recording(actor, stepRecord(this.parts.audit, actor, LETTER_RECORD));
    await this.parts.taskOutcomes.draftLetter(Reach.of(actor), actor.user, asked, record);
    return this.get(actor, id);
  }

  /** The clue waits for whoever assigns it, like any other. */
  async registerClue(actor: Actor, id: string, { revision, clue }: ClueOfCampaignTaskBody): Promise<CampaignTaskDetail> {
    const asked = { id, revision, request: clue, covers: await this.coversOf(actor, id) };
    const { audit, taskOutcomes } = this.parts;
    const record = this.recording<StepReceipt>(actor, (client, { clueId, seq, hash }) =>
      audit.record(actor, { action: 'register-clue', object: `clue/${clueId}/step/${seq}@${hash}`, reason: clue.reason }, client),
    );
    await taskOutcomes.registerClue(Reach.of(actor), actor.user, asked, record);
    return this.get(actor, id);
  }

  private async coversOf(actor: Actor, id: string): Promise<readonly Cover[]> {
    return this.parts.orderCovers.of(actor, (await this.find(actor, id)).task.orderId);
  }

  /** The step of the order, and that of what was made of its problem. */
  private recording<Made>(actor: Actor, made: (client: ClientBase, made: Made) => Promise<void>): OutcomeRecord<Made> {
    const ofTask = stepRecord(this.parts.audit, actor, TASK_RECORD);
    return async (client, step, first) => {
      await ofTask(client, step);
      await made(client, first);
    };
  }

  private async find(actor: Actor, id: string): Promise<StoredTask> {
    const found = await this.parts.campaignQueries.task(Reach.of(actor), id);
    if (!found) throw new RefusedError('not-found', NO_TASK);
    return found;
  }
}
