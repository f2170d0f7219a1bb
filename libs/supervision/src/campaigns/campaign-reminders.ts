import { standingDelegations, type User } from '@tianyan/access';
import { withDeputies, type Reminder } from '@tianyan/cases';
import { chinaDayOf } from '@tianyan/kernel';
import type { NoticeRecipient } from '@tianyan/notices';
import { rows, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import { tellDue, type ReminderParts } from '../deadlines.js';
import {
  campaignLeads,
  campaignManagers,
  campaignNotice,
  canLookAt,
  inboxOf,
  ownTasksNotice,
  seesAll,
} from './campaign-notices.js';
import { CAMPAIGN_COLUMNS, campaignSchema, type Campaign } from './campaign-rows.js';
import { recusalsOf } from './recusals.js';

const CAMPAIGNS = { table: 'supervision_campaign', alias: 'c', columns: CAMPAIGN_COLUMNS, schema: campaignSchema };

const countSchema = z.object({ state: z.string(), count: z.int() });
const givenSchema = z
  .object({ id: z.string(), inspector_id: z.string(), unit_code: z.string().nullable(), township_code: z.string().nullable() })
  .transform((row) => ({
    id: row.id,
    inspectorId: row.inspector_id,
    unitCode: row.unit_code,
    townshipCode: row.township_code,
  }));
type Given = z.output<typeof givenSchema>;

/** Orders of a campaign that nobody has finished. */
interface Waiting {
  /** In whose hands they are. */
  given: readonly Given[];
  /** Whether the person stays away from that order, or from its unit. */
  isRecused: (task: Given, userId: string) => boolean;
  unassigned: number;
  toConfirm: number;
}

/** What time brings to campaigns that run: their last day is near, and over. It tells people, and decides nothing. */
export class CampaignReminders {
  constructor(private readonly parts: ReminderParts) {}

  /** Returns how many days there were to tell of. */
  async round(): Promise<number> {
    const users = await this.parts.users.list();
    return (await this.tell('due-soon', users)) + (await this.tell('overdue', users));
  }

  /** Each last day once: whoever has orders to look at, and whoever leads; over, also whoever manages it. */
  private async tell(what: Reminder, users: readonly User[]): Promise<number> {
    const nowMs = this.parts.countyClock.nowMs();
    return tellDue(this.parts, CAMPAIGNS, what, (client, campaign) => this.remind(client, { campaign, what, nowMs }, users));
  }

  /** Returns whether somebody was told. */
  private async remind(
    client: ClientBase,
    { campaign, what, nowMs }: { campaign: Campaign; what: Reminder; nowMs: number },
    users: readonly User[],
  ): Promise<boolean> {
    const waiting = await waitingOf(client, campaign.id, users);
    const kind = `campaign-${what}` as const;
    const leads =
      what === 'overdue'
        ? [...campaignLeads(campaign, users), ...campaignManagers(campaign, users)]
        : campaignLeads(campaign, users);
    const told = new Set(leads.map(({ id }) => id));
    const deputies = await standingDelegations(client, chinaDayOf(nowMs));
    const sees = (user: User) => seesAll(user, campaign);
    const ofAll = withDeputies([...told].map(inboxOf), { users, deputies, sees });
    // Whoever leads has read of all, and knows the own; who acts in a lead's place does not.
    const shares = new Map([...sharesOf(waiting, { users, deputies })].filter(([userId]) => !told.has(userId)));
    const { outbox } = this.parts;
    const round = campaign.revision;
    const all = `${dayOf(campaign, what)}${stillToDo(waiting)}`;
    const isShared = (one: NoticeRecipient) => one.channel === 'inbox' && shares.has(one.userId);
    await outbox.enqueue(
      client,
      campaignNotice(kind, campaign, { round, text: all, atMs: nowMs }),
      ofAll.filter((one) => !isShared(one)),
    );
    // One notice of a campaign to each, of all that concerns that person: of a second nothing would be sent.
    for (const [userId, { words, townshipCode }] of shares) {
      const isToldOfAll = ofAll.some((one) => one.channel === 'inbox' && one.userId === userId);
      const notice = isToldOfAll
        ? campaignNotice(kind, campaign, { round, text: `${all}其中${words}`, atMs: nowMs })
        : ownTasksNotice(kind, campaign, { round, text: `${dayOf(campaign, what)}${words}`, atMs: nowMs, townshipCode });
      await outbox.enqueue(client, notice, [inboxOf(userId)]);
    }
    return ofAll.length + shares.size > 0;
  }
}

/**
 * By person: what lies with that one, and with those in whose place that one acts, without what one of them stays away from. Whoever leads has read of all;
 * who cannot sign in any more reads nothing, and so is among neither.
 */
function sharesOf(
  { given, isRecused }: Waiting,
  { users, deputies }: { users: readonly User[]; deputies: readonly { principalId: string; deputyId: string }[] },
): ReadonlyMap<string, { words: string; townshipCode: string | null }> {
  const shares = new Map<string, { words: string; townshipCode: string | null }>();
  const heldBy = (userId: string) => given.filter((task) => task.inspectorId === userId && !isRecused(task, userId));
  for (const user of users) {
    const principals = users.filter(({ id }) => deputies.some((one) => one.deputyId === user.id && one.principalId === id));
    const parts = [
      { whose: '分给您的', tasks: heldBy(user.id) },
      ...principals.map(({ id, displayName }) => ({
        whose: `您代理的${displayName}`,
        tasks: heldBy(id).filter((task) => canLookAt(user, task) && !isRecused(task, user.id)),
      })),
    ].filter(({ tasks }) => tasks.length > 0);
    const [first] = parts;
    if (!first) continue;
    const counts = parts.map(({ whose, tasks }) => `${whose}还有 ${tasks.length} 件`).join('、');
    const townshipCode = first.tasks.find((task) => task.townshipCode !== null)?.townshipCode ?? null;
    shares.set(user.id, { words: `${counts}没有登记结果，请尽快复查。`, townshipCode });
  }
  return shares;
}

function dayOf({ endsOn }: Campaign, what: Reminder): string {
  return what === 'due-soon' ? `专项到 ${endsOn} 结束。` : `专项的结束日期 ${endsOn} 已过。`;
}

function stillToDo({ given, isRecused, unassigned, toConfirm }: Waiting): string {
  const left = given.filter((task) => isRecused(task, task.inspectorId)).length;
  const held = given.length - left;
  const parts = [
    ...(unassigned > 0 ? [`${unassigned} 件没有分派`] : []),
    ...(left > 0 ? [`${left} 件分到的人已对其单位申请回避、要重新分派`] : []),
    ...(held > 0 ? [`${held} 件没有登记结果`] : []),
    ...(toConfirm > 0 ? [`${toConfirm} 件待确认`] : []),
  ];
  return parts.length === 0 ? '工单都已复查，请结束专项。' : `还有${parts.join('、')}，请督促；不再复查的，请结束专项。`;
}

async function waitingOf(client: ClientBase, campaignId: string, users: readonly User[]): Promise<Waiting> {
  const counted = await rows(
    client,
    countSchema,
    `SELECT state, count(*)::int AS count FROM supervision_campaign_task WHERE campaign_id = $1 AND state <> 'done' GROUP BY 1`,
    [campaignId],
  );
  const countOf = (state: string) => counted.find((one) => one.state === state)?.count ?? 0;
  // Never more than MAX_PICKED_ORDERS.
  const given = await rows(
    client,
    givenSchema,
    `SELECT id, inspector_id, unit_code, township_code FROM supervision_campaign_task
     WHERE campaign_id = $1 AND state = 'assigned' AND inspector_id IS NOT NULL ORDER BY township_code, id`,
    [campaignId],
  );
  const people = new Set([...users.map(({ id }) => id), ...given.map(({ inspectorId }) => inspectorId)]);
  const isRecused = await recusalsOf(client, [...people], given);
  return { given, isRecused, unassigned: countOf('unassigned'), toConfirm: countOf('awaiting-confirmation') };
}
