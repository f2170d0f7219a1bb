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

/** What has been told to whom; and the inbox of a person. */
export class DeliveryQueries {
  constructor(
    private readonly pool: pg.Pool,
    private readonly clock: Clock,
  ) {}

  /** The person's inbox, newest first. */
  async inbox(userId: string, page: Page & { unreadOnly: boolean }): Promise<DeliveryPage> {
    const limit = Math.min(page.limit, MAX_PAGE);
    const { rows } = await this.pool.query<DeliveryRow>(
      `SELECT * FROM alert_delivery WHERE channel = 'inbox' AND recipient = $1 AND state = 'delivered'
         AND ($2::bigint IS NULL OR id < $2) AND (NOT $3 OR read_at_ms IS NULL) ORDER BY id DESC LIMIT $4`,
      [userId, idOf(page.cursor), page.unreadOnly, limit + 1],
    );
    return toPage(rows, limit);
  }

  async unreadCount(userId: string): Promise<number> {
    const { rows } = await this.pool.query<{ count: string }>(
      `SELECT count(*) AS count FROM alert_delivery WHERE channel = 'inbox' AND recipient = $1 AND state = 'delivered' AND read_at_ms IS NULL`,
      [userId],
    );
    return Number(rows[0]?.count ?? 0);
  }

  /** Marks the person's own entries as read, all of them without `ids`. */
  async markRead(userId: string, ids: readonly string[] | null): Promise<void> {
    await this.pool.query(
      `UPDATE alert_delivery SET read_at_ms = $2
       WHERE channel = 'inbox' AND recipient = $1 AND state = 'delivered' AND read_at_ms IS NULL AND ($3::text[] IS NULL OR id::text = ANY($3))`,
      [userId, this.clock.nowMs(), ids],
    );
  }

  /** All deliveries, newest first. */
  async list(query: Page & { state: DeliveryState | null }): Promise<DeliveryPage> {
    const limit = Math.min(query.limit, MAX_PAGE);
    const { rows } = await this.pool.query<DeliveryRow>(
      `SELECT * FROM alert_delivery WHERE ($1::text IS NULL OR state = $1) AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [query.state, idOf(query.cursor), limit + 1],
    );
    return toPage(rows, limit);
  }

  /** Gives a dead delivery its attempts again. Throws RefusedError: `not-found`; `conflict` unless it is dead. */
  async retry(id: string): Promise<void> {
    const { rows } = await this.pool.query<{ state: DeliveryState; taken_back: boolean }>(
      `SELECT state, kind = 'opened' AND EXISTS (SELECT 1 FROM alert_delivery w WHERE w.finding_id = d.finding_id AND w.round = d.round AND w.channel = d.channel
           AND w.recipient = d.recipient AND w.kind IN ('withdrawn', 'moved')) AS taken_back
       FROM alert_delivery d WHERE id = $1`,
      [idOf(id)],
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
