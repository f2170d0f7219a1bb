import { isAllowed, peopleNow, Reach, standingDelegations, type Action, type User } from '@tianyan/access';
import { withDeputies } from '@tianyan/cases';
import { chinaDayOf } from '@tianyan/kernel';
import type { Notice, NoticeKind, NoticeOutbox, NoticeRecipient, NoticeSeverity } from '@tianyan/notices';
import type { ClientBase } from '@tianyan/postgres';
import type { CampaignTaskStepRequest } from '../api/index.js';
import { allBut } from '../hearers.js';
import type { Taker } from '../step-history.js';
import type { Campaign, CampaignTask } from './campaign-rows.js';
import { recusalsOf } from './recusals.js';

type OfTask = Extract<NoticeKind, `campaign-task-${string}`>;
type OfCampaign = Exclude<Extract<NoticeKind, `campaign-${string}`>, OfTask>;

interface Words {
  severity: NoticeSeverity;
  /** Nothing of what an order is about. */
  title: (name: string) => string;
}

const CAMPAIGN_WORDS: Readonly<Record<OfCampaign, Words>> = {
  'campaign-opened': { severity: 'medium', title: (name) => `专项“${name}”有工单待分派` },
  'campaign-assigned': { severity: 'medium', title: (name) => `专项“${name}”有工单分给您复查` },
  'campaign-due-soon': { severity: 'medium', title: (name) => `专项“${name}”临期` },
  'campaign-overdue': { severity: 'high', title: (name) => `专项“${name}”超期` },
  'campaign-stopped': { severity: 'high', title: (name) => `专项“${name}”没有按周抽取` },
};
const TASK_WORDS: Readonly<Record<OfTask, Words & { text: string }>> = {
  'campaign-task-reported': {
    severity: 'medium',
    title: (name) => `专项“${name}”有复查结果待确认`,
    text: '复查人员登记了问题，须由另一人确认才算有问题。请打开查看：确认，或退回重查并写明理由。',
  },
  'campaign-task-returned': {
    severity: 'medium',
    title: (name) => `专项“${name}”有工单要重新复查`,
    text: '请打开看理由，重新复查后再登记结果。',
  },
};

/** @param told.round which time the campaign tells of it */
export function campaignNotice(
  kind: OfCampaign,
  { id, name, townships }: Campaign,
  told: { round: number; text: string; atMs: number },
): Notice {
  const { severity, title } = CAMPAIGN_WORDS[kind];
  return {
    subject: { kind: 'campaign', id },
    kind,
    round: told.round,
    severity,
    title: title(name),
    text: told.text,
    // Whoever is told sees all of it, and so the first.
    townshipCode: townships?.[0] ?? null,
    occurredAtMs: told.atMs,
    path: `/campaigns/${encodeURIComponent(id)}`,
    settlesForMs: 0,
  };
}

/** To whoever has some of its orders: with the place of one of them, since that person may not see the campaign as a whole. */
export function ownTasksNotice(
  kind: 'campaign-assigned' | Extract<OfCampaign, 'campaign-due-soon' | 'campaign-overdue'>,
  campaign: Campaign,
  { townshipCode, ...told }: { round: number; text: string; atMs: number; townshipCode: string | null },
): Notice {
  return { ...campaignNotice(kind, campaign, told), townshipCode, path: '/campaigns' };
}

/** Its round is the step that it tells of. */
function campaignTaskNotice(kind: OfTask, { name }: Campaign, task: CampaignTask): Notice {
  const { severity, title, text } = TASK_WORDS[kind];
  return {
    subject: { kind: 'campaign-task', id: task.id },
    kind,
    round: task.revision,
    severity,
    title: title(name),
    text,
    townshipCode: task.townshipCode,
    occurredAtMs: task.changedAtMs,
    path: `/campaign-tasks/${encodeURIComponent(task.id)}`,
    settlesForMs: 0,
  };
}

export const inboxOf = (userId: string): NoticeRecipient => ({ channel: 'inbox', userId, teamId: null });

/** Whoever may open and end such a campaign, and sees all of it. */
export function campaignManagers({ townships }: Pick<Campaign, 'townships'>, users: readonly User[]): readonly User[] {
  return able(users, 'manage-supervision').filter((user) => seesAll(user, { townships }));
}

/** Whoever leads it; where that person cannot any more, whoever manages it. */
export function campaignLeads(campaign: Pick<Campaign, 'townships' | 'leadId'>, users: readonly User[]): readonly User[] {
  const lead = able(users, 'handle-supervision').find(({ id }) => id === campaign.leadId);
  return lead && seesAll(lead, campaign) ? [lead] : campaignManagers(campaign, users);
}

/**
 * Tells whoever leads a campaign that its orders are picked and wait to be given out, with those who act in that one's place; nobody who opened it, and so
 * knows. In whose name the platform repeats it has not opened this one, and is told where nobody leads it any more.
 */
export async function tellOfOpening(
  client: ClientBase,
  outbox: Pick<NoticeOutbox, 'enqueue'>,
  { campaign, lead, taker, byPlatform }: { campaign: Campaign; lead: User | null; taker: Taker; byPlatform: boolean },
): Promise<void> {
  const { id: leadId } = lead !== null && isAllowed(lead.role, 'handle-supervision') ? lead : taker;
  if (!byPlatform && leadId === taker.id) return;
  const { picked, endsOn, openedAtMs: atMs } = campaign;
  const deputies = await standingDelegations(client, chinaDayOf(atMs));
  const theirs = deputies.filter(({ principalId }) => principalId === leadId).map(({ deputyId }) => deputyId);
  const people = await peopleNow(client, theirs);
  const users = [...people.values()].filter(({ isLocked }) => !isLocked).map(({ user }) => user);
  const sees = (user: User) => isAllowed(user.role, 'handle-supervision') && seesAll(user, campaign);
  const text = `已选出 ${picked} 件工单，还没有分派。请打开分派给复查人员，在 ${endsOn} 前复查完。`;
  const told = withDeputies([inboxOf(leadId)], { users, deputies, sees });
  const notice = campaignNotice('campaign-opened', campaign, { round: campaign.revision, text, atMs });
  await outbox.enqueue(client, notice, byPlatform ? told : allBut(taker, told));
}

/**
 * Tells of a step of one order whoever has something to do after it, with those who act in the place of one of them; nobody who has recused himself.
 * @param taken.fileDeputyIds who handed in files for it in the inspector's place, and so does not confirm it
 */
export async function tellOfStep(
  client: ClientBase,
  { outbox, accounts }: { outbox: Pick<NoticeOutbox, 'enqueue'>; accounts: readonly User[] },
  taken: {
    request: CampaignTaskStepRequest;
    taker: Taker;
    campaign: Campaign;
    task: CampaignTask;
    fileDeputyIds: readonly string[];
  },
): Promise<void> {
  const { request, taker, campaign, task } = taken;
  const isReport = request.step === 'report' && request.result === 'problem';
  const isBack = request.step === 'dispute' || request.step === 'reopen';
  if (!isReport && !isBack) return;
  const notTold = isReport ? [taker.id, taker.standsFor?.id, ...taken.fileDeputyIds] : [taker.id];
  const others = accounts.filter((user) => !notTold.includes(user.id) && canLookAt(user, task));
  const otherIds = others.map(({ id }) => id);
  const isRecused = await recusalsOf(client, otherIds, [task]);
  const free = others.filter(({ id }) => !isRecused(task, id));
  const deputies = await standingDelegations(client, chinaDayOf(task.changedAtMs));
  const withTheirs = (told: readonly NoticeRecipient[]) => withDeputies(told, { users: free, deputies, sees: () => true });
  if (isReport)
    await outbox.enqueue(
      client,
      campaignTaskNotice('campaign-task-reported', campaign, task),
      withTheirs(secondPeople(campaign, free).map(({ id }) => inboxOf(id))),
    );
  if (isBack && task.inspectorId !== null && task.inspectorId !== taker.id) {
    // Who stays away, or may look at it no more, leaves it to be given to somebody else.
    const inspector = free.find(({ id }) => id === task.inspectorId);
    const told = inspector ? [inspector] : secondPeople(campaign, free);
    await outbox.enqueue(
      client,
      campaignTaskNotice('campaign-task-returned', campaign, task),
      withTheirs(told.map(({ id }) => inboxOf(id))),
    );
  }
}

/** Who is asked to confirm: the lead, where he may; otherwise those who manage. */
function secondPeople({ leadId }: Campaign, free: readonly User[]): readonly User[] {
  const lead = free.find(({ id }) => id === leadId);
  return lead ? [lead] : able(free, 'manage-supervision');
}

/** By role and reach; recusals are asked of the database. */
export const canLookAt = (user: User, { townshipCode }: Pick<CampaignTask, 'townshipCode'>): boolean =>
  isAllowed(user.role, 'handle-supervision') && Reach.of({ user }).covers(townshipCode);
const able = (users: readonly User[], action: Action): readonly User[] => users.filter(({ role }) => isAllowed(role, action));

export const seesAll = (user: User, { townships }: Pick<Campaign, 'townships'>): boolean =>
  Reach.of({ user }).coversAll(townships);
