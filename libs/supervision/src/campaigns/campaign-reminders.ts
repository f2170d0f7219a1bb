import { standingDelegations, type User } from '@tianyan/access';
import { withDeputies } from '@tianyan/cases';
import { chinaDayOf } from '@tianyan/kernel';
import type { NoticeRecipient } from '@tianyan/notices';
import { inTransaction, rows, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import { takeDue, type Reminder, type ReminderParts } from '../deadlines.js';
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

const CAMPAIGNS = { table: 'supervision_campaign', alias: 'c', columns: CAMPAIGN_COLUMNS, schema: campaignSchema };

const waitingSchema = z.object({
  inspector_id: z.string().nullable(),
  state: z.string(),
  count: z.int(),
  township_code: z.string().nullable(),
});

/** Orders of a campaign that nobody has finished. */
interface Waiting {
  /** By whoever has them; with the township of one; null: none is of a township. */
  toLookAt: ReadonlyMap<string, { count: number; townshipCode: string | null }>;
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
    const { pool, countyClock, calendar } = this.parts;
    const nowMs = countyClock.nowMs();
    return inTransaction(pool, async (client) => {
      const campaigns = await takeDue(client, CAMPAIGNS, what, { nowMs, calendar });
      for (const campaign of campaigns) await this.remind(client, { campaign, what, nowMs }, users);
      return campaigns.length;
    });
  }

  private async remind(
    client: ClientBase,
    { campaign, what, nowMs }: { campaign: Campaign; what: Reminder; nowMs: number },
    users: readonly User[],
  ): Promise<void> {
    const waiting = await waitingOf(client, campaign.id);
    const kind = `campaign-${what}` as const;
    const leads =
      what === 'overdue'
        ? [...campaignLeads(campaign, users), ...campaignManagers(campaign, users)]
        : campaignLeads(campaign, users);
    const told = new Set(leads.map(({ id }) => id));
    const { outbox } = this.parts;
    const deputies = await standingDelegations(client, chinaDayOf(nowMs));
    const round = campaign.revision;
    const text = `${dayOf(campaign, what)}${stillToDo(waiting)}`;
    await outbox.enqueue(
      client,
      campaignNotice(kind, campaign, { round, text, atMs: nowMs }),
      withDeputies([...told].map(inboxOf), { users, deputies, sees: (user) => seesAll(user, campaign) }),
    );
    for (const [userId, { count, townshipCode }] of waiting.toLookAt) {
      // Whoever leads has read of all; who cannot sign in any more reads nothing.
      const inspector = users.find(({ id }) => id === userId);
      if (told.has(userId) || !inspector) continue;
      const tell = async (whose: string, recipients: readonly NoticeRecipient[]) => {
        const own = `${dayOf(campaign, what)}${whose}还有 ${count} 件没有登记结果，请尽快复查。`;
        await outbox.enqueue(client, ownTasksNotice(kind, campaign, { round, text: own, atMs: nowMs, townshipCode }), recipients);
      };
      await tell('分给您的', [inboxOf(userId)]);
      // One notice of a campaign to each: who leads it, or has orders of the own, has read of it.
      const sees = (user: User) => !told.has(user.id) && !waiting.toLookAt.has(user.id) && canLookAt(user, { townshipCode });
      const [, ...acting] = withDeputies([inboxOf(userId)], { users, deputies, sees });
      if (acting.length > 0) await tell(`您代理的${inspector.displayName}`, acting);
    }
  }
}

function dayOf({ endsOn }: Campaign, what: Reminder): string {
  return what === 'due-soon' ? `专项到 ${endsOn} 结束。` : `专项的结束日期 ${endsOn} 已过。`;
}

function stillToDo({ toLookAt, unassigned, toConfirm }: Waiting): string {
  const given = [...toLookAt.values()].reduce((sum, { count }) => sum + count, 0);
  const parts = [
    ...(unassigned > 0 ? [`${unassigned} 件没有分派`] : []),
    ...(given > 0 ? [`${given} 件没有登记结果`] : []),
    ...(toConfirm > 0 ? [`${toConfirm} 件待确认`] : []),
  ];
  return parts.length === 0 ? '工单都已复查，请结束专项。' : `还有${parts.join('、')}，请督促；不再复查的，请结束专项。`;
}

async function waitingOf(client: ClientBase, campaignId: string): Promise<Waiting> {
  const counted = await rows(
    client,
    waitingSchema,
    `SELECT inspector_id, state, count(*)::int AS count, min(township_code) AS township_code
     FROM supervision_campaign_task
     WHERE campaign_id = $1 AND state <> 'done' GROUP BY 1, 2 ORDER BY 1`,
    [campaignId],
  );
  const countOf = (state: string) => counted.filter((one) => one.state === state).reduce((sum, { count }) => sum + count, 0);
  return {
    toLookAt: new Map(
      counted.flatMap(({ inspector_id: id, state, count, township_code: townshipCode }) =>
        id !== null && state === 'assigned' ? [[id, { count, townshipCode }] as const] : [],
      ),
    ),
    unassigned: countOf('unassigned'),
    toConfirm: countOf('awaiting-confirmation'),
  };
}
