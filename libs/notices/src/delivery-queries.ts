import { withinReach, type Reach } from '@tianyan/access';
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
    private readonly pool: Pool,
    private readonly clock: Clock,
  ) {}

  /** The person's inbox, newest first. */
  async inbox(reach: Reach, userId: string, page: PageQuery & { unreadOnly: boolean }): Promise<DeliveryPage> {
    const limit = Math.min(page.limit, MAX_PAGE);
    const found = await rows(
      this.pool,
      deliverySchema,
      `SELECT * FROM alert_delivery d WHERE channel = 'inbox' AND recipient = $1 AND state = 'delivered' AND ${isSeen('$5')}
         AND ($2::bigint IS NULL OR id < $2) AND (NOT $3 OR read_at_ms IS NULL) ORDER BY id DESC LIMIT $4`,
      [userId, idCursor(page.cursor), page.unreadOnly, limit + 1, reach.townshipCodes],
    );
    return pageOf(found, limit, ({ id }) => id);
  }

  async unreadCount(reach: Reach, userId: string): Promise<number> {
    const { count } = await row(
      this.pool,
      countSchema,
      `SELECT count(*) AS count FROM alert_delivery d
       WHERE channel = 'inbox' AND recipient = $1 AND state = 'delivered' AND read_at_ms IS NULL AND ${isSeen('$2')}`,
      [userId, reach.townshipCodes],
    );
    return count;
  }

  /** Marks the person's own entries as read, all of them without `ids`. */
  async markRead(reach: Reach, userId: string, ids: readonly string[] | null): Promise<void> {
    await execute(
      this.pool,
      `UPDATE alert_delivery d SET read_at_ms = $2
       WHERE channel = 'inbox' AND recipient = $1 AND state = 'delivered' AND read_at_ms IS NULL AND ($3::text[] IS NULL OR id::text = ANY($3))
         AND ${isSeen('$4')}`,
      [userId, this.clock.nowMs(), ids, reach.townshipCodes],
    );
  }

  /** All deliveries, newest first. */
  async list(reach: Reach, query: PageQuery & { state: DeliveryState | null }): Promise<DeliveryPage> {
    const limit = Math.min(query.limit, MAX_PAGE);
    const found = await rows(
      this.pool,
      deliverySchema,
      `SELECT * FROM alert_delivery d WHERE ($1::text IS NULL OR state = $1) AND ($2::bigint IS NULL OR id < $2) AND ${isSeen('$4')}
       ORDER BY id DESC LIMIT $3`,
      [query.state, idCursor(query.cursor), limit + 1, reach.townshipCodes],
    );
    return pageOf(found, limit, ({ id }) => id);
  }

  /** Gives a dead delivery its attempts again. Throws RefusedError: `not-found`; `conflict` unless it is dead. */
  async retry(reach: Reach, id: string): Promise<void> {
    const delivery = await maybeRow(
      this.pool,
      retriedSchema,
      `SELECT kind = 'opened' AND EXISTS (SELECT 1 FROM alert_delivery w WHERE w.finding_id = d.finding_id AND w.round = d.round AND w.channel = d.channel
           AND w.recipient = d.recipient AND w.kind IN ('withdrawn', 'moved')) AS taken_back
       FROM alert_delivery d WHERE id = $1 AND ${isSeen('$2')}`,
      [idCursor(id), reach.townshipCodes],
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
