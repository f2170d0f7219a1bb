import { isAllowed, Reach, type Actor, type AuditLog, type Delegations, type User, type UserStore } from '@tianyan/access';
import { RefusedError } from '@tianyan/kernel';
import {
  campaignMachine,
  givingAction,
  NO_CAMPAIGN,
  taskMachine,
  type CampaignDetail as StoredCampaign,
  type CampaignQueries,
  type Campaigns,
} from '@tianyan/supervision';
import type { z } from 'zod';
import type {
  AssignedTasks,
  AssignTasksRequest,
  CampaignDetail,
  CampaignLeadList,
  CampaignList,
  campaignListQuerySchema,
  CampaignStepBody,
  CampaignTaskList,
  campaignTaskListQuerySchema,
  OpenCampaign,
  PickCount,
  CountPickRequest,
} from '../api/index.js';
import type { RuleBook } from '../rules/rule-book.js';
import { askingOf, type Asking } from '../delegations/deputy-steps.js';
import { campaignAnswer, campaignDetailAnswer, taskAnswer } from './campaign-answers.js';
import { permitted } from './step-permit.js';
import { ASSIGNED_TASK_RECORD, CAMPAIGN_RECORD, stepRecord } from './step-record.js';
import type { SupervisionWording } from './supervision-words.js';

/** What people can do with campaigns (专项复查), within their reach: what lies outside answers like what is not there. */
export class CampaignCases {
  constructor(
    private readonly parts: {
      campaigns: Campaigns;
      campaignQueries: CampaignQueries;
      users: Pick<UserStore, 'list'>;
      delegations: Pick<Delegations, 'standingFor'>;
      rules: Pick<RuleBook, 'find' | 'findRetired'>;
      wording: SupervisionWording;
      audit: AuditLog;
    },
  ) {}

  async list(actor: Actor, { state, cursor, limit }: z.output<typeof campaignListQuerySchema>): Promise<CampaignList> {
    const words = await this.parts.wording.now();
    const page = { cursor: cursor ?? null, limit };
    const { items, nextCursor } = await this.parts.campaignQueries.list(Reach.of(actor), { ...(state && { state }) }, page);
    return { items: items.map((campaign) => campaignAnswer(campaign, words)), nextCursor };
  }

  /** Who can lead one, or look at its orders. */
  async leads(): Promise<CampaignLeadList> {
    return { items: named(await this.inspectors()) };
  }

  async count(actor: Actor, { pick }: CountPickRequest): Promise<PickCount> {
    return { population: await this.parts.campaigns.count(Reach.of(actor), pick) };
  }

  async open(actor: Actor, asked: OpenCampaign): Promise<CampaignDetail> {
    const { campaigns, audit } = this.parts;
    const inspectors = await this.inspectors();
    const { id } = asked;
    const lead = inspectors.find((user) => user.id === asked.leadId);
    if (!lead) throw new RefusedError('invalid', '请从列表中选择负责人。');
    // The hash of the pick stands a second time where nobody changes it.
    await campaigns.open({ reach: Reach.of(actor), taker: actor.user, lead }, asked, (client, receipt) =>
      audit.record(actor, { action: 'open-campaign', object: `campaign/${receipt.id}@${receipt.hash}` }, client),
    );
    return this.get(actor, id);
  }

  async get(actor: Actor, id: string): Promise<CampaignDetail> {
    const [found, words, inspectors] = await Promise.all([this.find(actor, id), this.parts.wording.now(), this.inspectors()]);
    const { campaignQueries, delegations } = this.parts;
    const asking = await askingOf(actor, delegations, {
      mayStandIn: (reach, deputyId) => campaignQueries.mayStandIn(reach, deputyId, id),
    });
    const seesRule = await this.seesRule(actor, found);
    return campaignDetailAnswer(found, { words, asking, seesRule, ...givingOf(found, asking, inspectors) });
  }

  async take(actor: Actor, id: string, { revision, step: request, forId }: CampaignStepBody): Promise<CampaignDetail> {
    const { campaigns, audit } = this.parts;
    const step = { actions: campaignMachine.actionsOf(request.step), object: `campaign/${id}/${request.step}`, forId };
    return permitted(audit, actor, step, async () => {
      const asked = { id, revision, request, forId };
      await campaigns.take(Reach.of(actor), actor.user, asked, stepRecord(audit, actor, CAMPAIGN_RECORD));
      return this.get(actor, id);
    });
  }

  async tasks(actor: Actor, id: string, query: z.output<typeof campaignTaskListQuerySchema>): Promise<CampaignTaskList> {
    const { state, result, unit, inspector, cursor, limit } = query;
    await this.find(actor, id);
    const filter = {
      ...(state && { state }),
      ...(result && { result }),
      ...(unit && { unitCode: unit }),
      ...(inspector && { inspectorId: inspector }),
    };
    const asked = { campaignId: id, filter, page: { cursor: cursor ?? null, limit } };
    const [{ items, nextCursor }, words] = await Promise.all([
      this.parts.campaignQueries.tasks(Reach.of(actor), asked),
      this.parts.wording.now(),
    ]);
    return { items: items.map((task) => taskAnswer(task, words)), nextCursor };
  }

  async assign(actor: Actor, id: string, request: AssignTasksRequest): Promise<AssignedTasks> {
    const { forId } = request;
    const found = await this.find(actor, id);
    if (forId === undefined && !mayAssign(found, actor.user))
      throw new RefusedError('conflict', '只有这个专项的负责人、委领导或案件管理人员可以分派。');
    const step = { actions: taskMachine.actionsOf('assign'), object: `campaign/${id}/assign`, forId };
    return permitted(this.parts.audit, actor, step, () => this.give(actor, id, request));
  }

  private async give(actor: Actor, id: string, { inspectorIds, taskIds, forId }: AssignTasksRequest): Promise<AssignedTasks> {
    const { campaigns, audit } = this.parts;
    const all = await this.inspectors();
    const inspectors = all.filter((user) => inspectorIds.includes(user.id));
    if (inspectors.length < new Set(inspectorIds).size)
      throw new RefusedError('invalid', '有的复查人员已停用或不能复查，请刷新页面重新选择。');
    const asked = { id, inspectors, ableIds: all.map((user) => user.id), taskIds, forId };
    const recordStep = stepRecord(audit, actor, ASSIGNED_TASK_RECORD);
    const { given, left } = await campaigns.assign(Reach.of(actor), actor.user, asked, async (client, assigned) => {
      const place = assigned.forAccount === null ? '' : `/for/${assigned.forAccount}`;
      const object = `campaign/${id}/tasks/${assigned.given}${place}`;
      await audit.record(actor, { action: 'assign-campaign-tasks', object }, client);
      for (const receipt of assigned.receipts) await recordStep(client, receipt);
    });
    return { given, left };
  }

  private async inspectors(): Promise<readonly User[]> {
    return (await this.parts.users.list()).filter(({ role }) => isAllowed(role, 'handle-supervision'));
  }

  private async seesRule(actor: Actor, { campaign: { pick } }: StoredCampaign): Promise<boolean> {
    const ruleId = pick.by === 'list' ? undefined : pick.condition.ruleId;
    if (ruleId === undefined) return true;
    const rule = (await this.parts.rules.find(ruleId)) ?? (await this.parts.rules.findRetired(ruleId));
    return Reach.of(actor).coversClass(rule?.class ?? null);
  }

  private async find(actor: Actor, id: string): Promise<StoredCampaign> {
    const found = await this.parts.campaignQueries.get(Reach.of(actor), id);
    if (!found) throw new RefusedError('not-found', NO_CAMPAIGN);
    return found;
  }
}

const mayAssign = ({ campaign }: StoredCampaign, { id, role }: Pick<User, 'id' | 'role'>): boolean =>
  isAllowed(role, givingAction(campaign, id));

/** To whom orders can be given now, and in whose place; a deputy gives none to the own person. */
function givingOf(
  found: StoredCampaign,
  { userId: id, role, principals }: Asking,
  inspectors: readonly User[],
): Pick<CampaignDetail, 'inspectors' | 'assignFor'> {
  if (mayAssign(found, { id, role })) return { inspectors: named(inspectors), assignFor: null };
  const principal = principals.find((one) => mayAssign(found, one));
  if (!principal) return { inspectors: [], assignFor: null };
  const assignFor = { forId: principal.id, forName: principal.displayName };
  return { inspectors: named(inspectors.filter((user) => user.id !== id)), assignFor };
}
const named = (users: readonly User[]) => users.map(({ id, displayName: name }) => ({ id, name }));
