import { isAllowed, Reach, type AuditLog, type User, type UserStore } from '@tianyan/access';
import {
  chinaDayOf,
  DAY_MS,
  errorKind,
  HOUR_MS,
  RefusedError,
  RetriableError,
  sha256Hex,
  startOfChinaDayMs,
  type ChinaDay,
  type Clock,
  type EpochMs,
} from '@tianyan/kernel';
import type { NoticeOutbox } from '@tianyan/notices';
import { inTransaction, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import type { CampaignPick } from '../api/index.js';
import { campaignManagers, campaignNotice, inboxOf } from './campaign-notices.js';
import { CAMPAIGN_COLUMNS, campaignSchema, type Campaign } from './campaign-rows.js';
import { NOTHING_PICKED, type Campaigns } from './campaigns.js';
import { PICK_TOO_SLOW } from './order-population.js';

const WEEK_DAYS = 7;
/** Tried in one round, each of which may ask the warehouse for seconds; the next goes on behind them. */
const MAX_PER_ROUND = 20;
/** A week in which nothing was to be picked is looked at again so much later: orders come in by the day. */
const EMPTY_FOR_MS = HOUR_MS;
const STILL_TOO_SLOW =
  '这一周还没有抽取：每次都没能在规定时间内选完。平台会接着试，这一周里选完了就照常发起；总是这样的，请停止每周抽取，缩短受理日期或增加条件后另行发起。';

const dueSchema = z
  .object({ id: z.string(), series_id: z.string(), begins_on: z.string() })
  .transform((row) => ({ id: row.id, seriesId: row.series_id, beginsOn: row.begins_on }));

/** What time brings to campaigns: those that repeat are drawn anew each week. */
export class CampaignWatch {
  /** The series that was tried last: those that cannot be drawn stay due, and none of the others waits for them. */
  private lastTried = '';
  /** Series of whose present week nothing was to be picked, with that week, and when that was seen. After a start each is tried once more. */
  private readonly empty = new Map<string, { beginsOn: ChinaDay; atMs: EpochMs }>();

  constructor(
    private readonly parts: {
      pool: Pool;
      campaigns: Pick<Campaigns, 'open'>;
      users: Pick<UserStore, 'list'>;
      countyClock: Clock;
      audit: Pick<AuditLog, 'record'>;
      outbox: NoticeOutbox;
      /** A week that could not be drawn; it is tried again with the next round. */
      onFailed: (seriesId: string, error: unknown) => void;
    },
  ) {}

  /**
   * Returns how many were opened. Of weeks in which nothing ran only the present one is drawn. What fails for one series fails for no other: it is told
   * by `onFailed`, and thrown at the end where trying again is not known to help.
   */
  async round(): Promise<number> {
    const today = chinaDayOf(this.parts.countyClock.nowMs());
    const users = await this.parts.users.list();
    let opened = 0;
    const unknown: unknown[] = [];
    for (const campaign of await this.inTurn(today))
      try {
        this.lastTried = campaign.seriesId;
        if (await this.repeat(campaign, users, today)) opened++;
      } catch (error) {
        this.parts.onFailed(campaign.seriesId, error);
        if (errorKind(error) !== 'retriable') unknown.push(error);
      }
    if (unknown.length > 0) throw unknown[0];
    return opened;
  }

  /** The last campaigns of some series whose week is due, beginning behind the series that was tried last. */
  private async inTurn(today: ChinaDay): Promise<readonly Campaign[]> {
    // All of them: what a limit leaves out would wait for ever behind what stays due.
    const due = await rows(
      this.parts.pool,
      dueSchema,
      `SELECT c.id, c.series_id, to_char(c.begins_on, 'YYYY-MM-DD') AS begins_on FROM (SELECT DISTINCT ON (series_id) id, series_id, begins_on FROM supervision_campaign ORDER BY series_id, begins_on DESC) c
       WHERE c.begins_on + ${WEEK_DAYS} <= $1::date
         AND NOT EXISTS (SELECT FROM supervision_campaign e WHERE e.series_id = c.series_id AND NOT e.weekly)`,
      [today],
    );
    for (const seriesId of this.empty.keys()) if (!due.some((one) => one.seriesId === seriesId)) this.empty.delete(seriesId);
    const inOrder = due.filter((one) => !this.isKnownEmpty(one, today)).toSorted((a, b) => (a.seriesId < b.seriesId ? -1 : 1));
    const next = [
      ...inOrder.filter(({ seriesId }) => seriesId > this.lastTried),
      ...inOrder.filter(({ seriesId }) => seriesId <= this.lastTried),
    ].slice(0, MAX_PER_ROUND);
    const sql = `SELECT ${CAMPAIGN_COLUMNS} FROM supervision_campaign c WHERE c.id = ANY($1)`;
    const campaigns = await rows(this.parts.pool, campaignSchema, sql, [next.map(({ id }) => id)]);
    return next.flatMap(({ id }) => campaigns.find((one) => one.id === id) ?? []);
  }

  private isKnownEmpty(last: Pick<Campaign, 'seriesId' | 'beginsOn'>, today: ChinaDay): boolean {
    const seen = this.empty.get(last.seriesId);
    if (seen?.beginsOn !== later(last.beginsOn, daysTo(last, today))) return false;
    const ageMs = this.parts.countyClock.nowMs() - seen.atMs;
    return ageMs >= 0 && ageMs < EMPTY_FOR_MS;
  }

  /** In the name of who opened the first, or of who leads it: nobody else has said that it may be. */
  private async repeat(last: Campaign, users: readonly User[], today: ChinaDay): Promise<boolean> {
    const lead = users.find(({ id }) => id === last.leadId) ?? null;
    const opener = users.find(({ id, role }) => id === last.openerId && isAllowed(role, 'manage-supervision'));
    const user = opener ?? (lead !== null && isAllowed(lead.role, 'handle-supervision') ? lead : null);
    const days = daysTo(last, today);
    if (user === null) return this.stopped(last, { users, days, reason: '发起人和负责人都已停用或不再能办理' });
    const beginsOn = later(last.beginsOn, days);
    const { seriesId, name, basis, leadId, checklist, questions } = last;
    const asked = {
      id: idOfWeek(seriesId, beginsOn),
      name,
      basis,
      leadId,
      beginsOn,
      endsOn: later(last.endsOn, days),
      pick: laterPick(last.pick, days),
      checklist: [...checklist],
      questions: [...questions],
      weekly: true,
    };
    try {
      const by = { reach: Reach.of({ user }), taker: user, lead, seriesId };
      // As if that person had opened it: the hash of the pick stands a second time where nobody changes it.
      const receipt = await this.parts.campaigns.open(by, asked, (client, { id, hash }) =>
        this.parts.audit.record({ user, address: null }, { action: 'open-campaign', object: `campaign/${id}@${hash}` }, client),
      );
      return receipt !== null;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      // A week without such orders has no campaign; it is looked for again while the week lasts.
      if (error.message === NOTHING_PICKED) {
        this.empty.set(seriesId, { beginsOn, atMs: this.parts.countyClock.nowMs() });
        return false;
      }
      if (error.message !== PICK_TOO_SLOW) return this.stopped(last, { users, days, reason: error.message });
      // Of a warehouse that is busy now the next round picks. What has failed for a day will hardly end by itself.
      if (today > beginsOn) await this.tell(last, { users, days, text: STILL_TOO_SLOW });
      throw new RetriableError('a week could not be drawn in time', { cause: error });
    }
  }

  private async stopped(
    last: Campaign,
    { users, days, reason }: { users: readonly User[]; days: number; reason: string },
  ): Promise<false> {
    const text = `这一周没有抽取：${reason}${reason.endsWith('。') ? '' : '。'}请打开查看；不再需要的，停止每周抽取；还需要的，另行发起。`;
    await this.tell(last, { users, days, text });
    return false;
  }

  /** Whoever may open campaigns, once a week: of a series that stops without a word nobody would miss the visits. */
  private async tell(
    last: Campaign,
    { users, days, text }: { users: readonly User[]; days: number; text: string },
  ): Promise<void> {
    const { pool, outbox, countyClock } = this.parts;
    const notice = campaignNotice('campaign-stopped', last, { round: days / WEEK_DAYS, text, atMs: countyClock.nowMs() });
    const told = campaignManagers(last, users).map(({ id }) => inboxOf(id));
    await inTransaction(pool, (client) => outbox.enqueue(client, notice, told));
  }
}

/** The same whoever draws the week, and however often. */
function idOfWeek(seriesId: string, beginsOn: ChinaDay): string {
  const hex = sha256Hex(`${seriesId} ${beginsOn}`);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Orders of as many days later. */
function laterPick(pick: CampaignPick, days: number): CampaignPick {
  if (pick.by === 'list') return pick;
  const { fromDay, toDay } = pick.condition;
  return { ...pick, condition: { ...pick.condition, fromDay: later(fromDay, days), toDay: later(toDay, days) } };
}

const later = (day: ChinaDay, days: number): ChinaDay => chinaDayOf(startOfChinaDayMs(day) + days * DAY_MS);
/** From the last week that was drawn to the present one of the series. */
const daysTo = ({ beginsOn }: Pick<Campaign, 'beginsOn'>, today: ChinaDay): number =>
  WEEK_DAYS * Math.floor(daysBetween(beginsOn, today) / WEEK_DAYS);
const daysBetween = (from: ChinaDay, to: ChinaDay): number => (startOfChinaDayMs(to) - startOfChinaDayMs(from)) / DAY_MS;
