import { withinReach, type Reach } from '@tianyan/access';
import { RefusedError, type Clock } from '@tianyan/kernel';
import type pg from 'pg';
import { toDelivery, type Delivery, type DeliveryRow, type DeliveryState } from './delivery.js';

/** Ids are 64-bit; anything else in a cursor is spoilt. */
function idOf(cursor: string | null | undefined): string | null {
  if (cursor === null || cursor === undefined) return null;
  if (!/^\d{1,18}$/.test(cursor)) throw new RefusedError('invalid', '翻页位置无效，请回到第一页重新查询');
  return cursor;
}

const MAX_PAGE = 200;

interface Page {
  cursor?: string | null;
  limit: number;
}

export interface DeliveryPage {
  items: Delivery[];
  nextCursor: string | null;
}

/**
 * An entry is seen by the township it was told with; a summary where all that it sums up may be seen, since its words count
 * all of it. Teams are made of people who may see what the team is told of; this is for those whose reach became less.
 */
const isSeen = (parameter: `$${number}`) => `
  (${withinReach('d.township_code', parameter)} OR (d.kind LIKE 'summary%' AND EXISTS (SELECT 1 FROM alert_delivery m WHERE m.bundled_into = d.id)
    AND NOT EXISTS (SELECT 1 FROM alert_delivery m WHERE m.bundled_into = d.id AND ${withinReach('m.township_code', parameter)} IS NOT TRUE)))`;

/** What has been told to whom; and the inbox of a person. All within the reach of who asks. */
export class DeliveryQueries {
  constructor(
    private readonly pool: pg.Pool,
    private readonly clock: Clock,
  ) {}

  /** The person's inbox, newest first. */
  async inbox(reach: Reach, userId: string, page: Page & { unreadOnly: boolean }): Promise<DeliveryPage> {
    const limit = Math.min(page.limit, MAX_PAGE);
    const { rows } = await this.pool.query<DeliveryRow>(
      `SELECT * FROM alert_delivery d WHERE channel = 'inbox' AND recipient = $1 AND state = 'delivered' AND ${isSeen('$5')}
         AND ($2::bigint IS NULL OR id < $2) AND (NOT $3 OR read_at_ms IS NULL) ORDER BY id DESC LIMIT $4`,
      [userId, idOf(page.cursor), page.unreadOnly, limit + 1, reach.townshipCodes],
    );
    return toPage(rows, limit);
  }

  async unreadCount(reach: Reach, userId: string): Promise<number> {
    const { rows } = await this.pool.query<{ count: string }>(
      `SELECT count(*) AS count FROM alert_delivery d
       WHERE channel = 'inbox' AND recipient = $1 AND state = 'delivered' AND read_at_ms IS NULL AND ${isSeen('$2')}`,
      [userId, reach.townshipCodes],
    );
    return Number(rows[0]?.count ?? 0);
  }

  /** Marks the person's own entries as read, all of them without `ids`. */
  async markRead(reach: Reach, userId: string, ids: readonly string[] | null): Promise<void> {
    await this.pool.query(
      `UPDATE alert_delivery d SET read_at_ms = $2
       WHERE channel = 'inbox' AND recipient = $1 AND state = 'delivered' AND read_at_ms IS NULL AND ($3::text[] IS NULL OR id::text = ANY($3))
         AND ${isSeen('$4')}`,
      [userId, this.clock.nowMs(), ids, reach.townshipCodes],
    );
  }

  /** All deliveries, newest first. */
  async list(reach: Reach, query: Page & { state: DeliveryState | null }): Promise<DeliveryPage> {
    const limit = Math.min(query.limit, MAX_PAGE);
    const { rows } = await this.pool.query<DeliveryRow>(
      `SELECT * FROM alert_delivery d WHERE ($1::text IS NULL OR state = $1) AND ($2::bigint IS NULL OR id < $2) AND ${isSeen('$4')}
       ORDER BY id DESC LIMIT $3`,
      [query.state, idOf(query.cursor), limit + 1, reach.townshipCodes],
    );
    return toPage(rows, limit);
  }

  /** Gives a dead delivery its attempts again. Throws RefusedError: `not-found`; `conflict` unless it is dead. */
  async retry(reach: Reach, id: string): Promise<void> {
    const { rows } = await this.pool.query<{ state: DeliveryState; taken_back: boolean }>(
      `SELECT state, kind = 'opened' AND EXISTS (SELECT 1 FROM alert_delivery w WHERE w.finding_id = d.finding_id AND w.round = d.round AND w.channel = d.channel
           AND w.recipient = d.recipient AND w.kind IN ('withdrawn', 'moved')) AS taken_back
       FROM alert_delivery d WHERE id = $1 AND ${isSeen('$2')}`,
      [idOf(id), reach.townshipCodes],
    );
    const row = rows[0];
    if (!row) throw new RefusedError('not-found', '没有这条送达记录');
    if (row.taken_back) throw new RefusedError('conflict', '这条疑点已经撤回，无需再送达');
    const { rowCount } = await this.pool.query(
      `UPDATE alert_delivery SET state = 'waiting', attempts = 0, next_attempt_at_ms = $2, last_error = NULL WHERE id = $1 AND state = 'dead'`,
      [id, this.clock.nowMs()],
    );
    if (rowCount !== 1) throw new RefusedError('conflict', '只有死信可以重新送达');
  }
}

function toPage(rows: readonly DeliveryRow[], limit: number): DeliveryPage {
  const items = rows.slice(0, limit).map(toDelivery);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
