import { RefusedError, type Clock } from '@tianyan/kernel';
import { execute, idCursor, maybeRow, pageOf, row, rows, type Page, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { deliveryColumns, toDelivery, type Delivery, type DeliveryState } from './delivery.js';

const MAX_PAGE = 200;

interface PageQuery {
  cursor?: string | null;
  limit: number;
}

export type DeliveryPage = Page<Delivery>;

const deliverySchema = deliveryColumns.transform(toDelivery);
const countSchema = z.object({ count: z.int() });
const retriedSchema = z.object({ taken_back: z.boolean() });

/** What has been told to whom; and the inbox of a person. */
export class DeliveryQueries {
  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
  ) {}

  /** The person's inbox, newest first. */
  async inbox(userId: string, page: PageQuery & { unreadOnly: boolean }): Promise<DeliveryPage> {
    const limit = Math.min(page.limit, MAX_PAGE);
    const found = await rows(
      this.pool,
      deliverySchema,
      `SELECT * FROM alert_delivery WHERE channel = 'inbox' AND recipient = $1 AND state = 'delivered'
         AND ($2::bigint IS NULL OR id < $2) AND (NOT $3 OR read_at_ms IS NULL) ORDER BY id DESC LIMIT $4`,
      [userId, idCursor(page.cursor), page.unreadOnly, limit + 1],
    );
    return pageOf(found, limit, ({ id }) => id);
  }

  async unreadCount(userId: string): Promise<number> {
    const { count } = await row(
      this.pool,
      countSchema,
      `SELECT count(*) AS count FROM alert_delivery WHERE channel = 'inbox' AND recipient = $1 AND state = 'delivered' AND read_at_ms IS NULL`,
      [userId],
    );
    return count;
  }

  /** Marks the person's own entries as read, all of them without `ids`. */
  async markRead(userId: string, ids: readonly string[] | null): Promise<void> {
    await execute(
      this.pool,
      `UPDATE alert_delivery SET read_at_ms = $2
       WHERE channel = 'inbox' AND recipient = $1 AND state = 'delivered' AND read_at_ms IS NULL AND ($3::text[] IS NULL OR id::text = ANY($3))`,
      [userId, this.clock.nowMs(), ids],
    );
  }

  /** All deliveries, newest first. */
  async list(query: PageQuery & { state: DeliveryState | null }): Promise<DeliveryPage> {
    const limit = Math.min(query.limit, MAX_PAGE);
    const found = await rows(
      this.pool,
      deliverySchema,
      `SELECT * FROM alert_delivery WHERE ($1::text IS NULL OR state = $1) AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [query.state, idCursor(query.cursor), limit + 1],
    );
    return pageOf(found, limit, ({ id }) => id);
  }

  /** Gives a dead delivery its attempts again. Throws RefusedError: `not-found`; `conflict` unless it is dead. */
  async retry(id: string): Promise<void> {
    const delivery = await maybeRow(
      this.pool,
      retriedSchema,
      `SELECT kind = 'opened' AND EXISTS (SELECT 1 FROM alert_delivery w WHERE w.finding_id = d.finding_id AND w.round = d.round AND w.channel = d.channel
           AND w.recipient = d.recipient AND w.kind IN ('withdrawn', 'moved')) AS taken_back
       FROM alert_delivery d WHERE id = $1`,
      [idCursor(id)],
    );
    if (!delivery) throw new RefusedError('not-found', '没有这条送达记录');
    if (delivery.taken_back) throw new RefusedError('conflict', '这条疑点已经撤回，无需再送达');
    const retried = await execute(
      this.pool,
      `UPDATE alert_delivery SET state = 'waiting', attempts = 0, next_attempt_at_ms = $2, last_error = NULL WHERE id = $1 AND state = 'dead'`,
      [id, this.clock.nowMs()],
    );
    if (retried !== 1) throw new RefusedError('conflict', '只有死信可以重新送达');
  }
}
