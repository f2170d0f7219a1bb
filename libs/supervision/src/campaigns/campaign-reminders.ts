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
  }
}

/**
 * By person: what lies with that one, and with those in whose place that one acts. Whoever leads has read of all; who cannot sign in any more reads
 * nothing, and so is among neither.
 */
function sharesOf(
  { toLookAt }: Waiting,
  { users, deputies }: { users: readonly User[]; deputies: readonly { principalId: string; deputyId: string }[] },
): ReadonlyMap<string, { words: string; townshipCode: string | null }> {
  const shares = new Map<string, { words: string; townshipCode: string | null }>();
  for (const user of users) {
    const own = toLookAt.get(user.id);
    const principals = users.filter(({ id }) => deputies.some((one) => one.deputyId === user.id && one.principalId === id));
    const theirs = principals.flatMap(({ id, displayName }) => {
      const given = toLookAt.get(id);
      return given && canLookAt(user, given) ? [{ ...given, whose: `您代理的${displayName}` }] : [];
    });
    const parts = [...(own ? [{ ...own, whose: '分给您的' }] : []), ...theirs];
    const [first] = parts;
    if (!first) continue;
    const counts = parts.map(({ whose, count }) => `${whose}还有 ${count} 件`).join('、');
    shares.set(user.id, { words: `${counts}没有登记结果，请尽快复查。`, townshipCode: first.townshipCode });
  }
  return shares;
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
