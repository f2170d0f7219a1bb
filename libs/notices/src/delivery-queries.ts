import { allWithinClasses, withinClasses, withinTownships, type Reach } from '@tianyan/access';
import { RefusedError, type Clock } from '@tianyan/kernel';
import { execute, idCursor, isCountedId, maybeRow, pageOf, row, rows, type Page, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { deliveryColumns, toDelivery, type Delivery, type DeliveryState } from './delivery.js';
import { ENDED_BY, SUBJECT_KINDS, type SubjectKind } from './notice.js';

const MAX_PAGE = 200;

interface PageQuery {
  cursor?: string | null;
  limit: number;
  /** What the person may hear of: see {@link subjectsFor}. Without it, findings alone. */
  subjects?: readonly SubjectKind[];
}

/** What the person may hear of: see {@link subjectsFor}. */
export type SeenSubjects = readonly SubjectKind[];

const ALERTS_ALONE: SeenSubjects = ['finding'];

export type DeliveryPage = Page<Delivery>;

const deliverySchema = deliveryColumns.transform(toDelivery);
const countSchema = z.object({ count: z.int() });
const retriedSchema = z.object({
  subject_kind: z.enum(SUBJECT_KINDS),
  has_ended: z.boolean(),
});

/** What is told of a finding bears its class, what is told of a clue or an exemption all of theirs; what else is told concerns no class. */
const isToldWithin = (
  delivery: 'd' | 'm',
  parameter: `$${number}`,
) => `(${withinTownships(`${delivery}.township_code`, parameter)}
  AND CASE WHEN ${delivery}.subject_kind = 'finding' THEN ${withinClasses(`${delivery}.problem_class`, parameter)}
    WHEN ${delivery}.subject_kind IN ('clue', 'exemption') THEN ${allWithinClasses(`${delivery}.problem_classes`, parameter)} ELSE true END)`;

/**
 * An entry is seen by the township and classes it was told with; a summary where all that it sums up may be seen, since its words count
 * all of it. Teams are made of people who may see what the team is told of; this is for those whose reach, or whose role,
 * became less. What is given to a unit has no township: it is told to the liaisons of that unit, and says no more than its number.
 */
export const isSeen = (parameter: `$${number}`, subjects: `$${number}`) => `
  d.subject_kind = ANY(${subjects}) AND (d.subject_kind = 'assignment' OR ${isToldWithin('d', parameter)} OR (d.kind LIKE 'summary%' AND EXISTS (SELECT 1 FROM notice_delivery m WHERE m.bundled_into = d.id)
    AND NOT EXISTS (SELECT 1 FROM notice_delivery m WHERE m.bundled_into = d.id AND ${isToldWithin('m', parameter)} IS NOT TRUE)))`;

const NO_DELIVERY = '没有这条送达记录';
const ENDED_WORDS: Readonly<Record<SubjectKind, string>> = {
  finding: '这条疑点已经撤回，无需再送达',
  source: '这个数据源已经恢复，无需再送达',
  rule: '这条规则已经恢复研判，无需再送达',
  exemption: '这条豁免已经结束，不能再送一次',
  clue: '这条线索已有新的办理，无需再送达',
  channel: '这个渠道已经另外试过，无需再送达',
  letter: '这份督办函已有新的办理，无需再送达',
  assignment: '这件交办事项已有新的办理，无需再送达',
  circular: '这份通报已有新的办理，无需再送达',
  platform: '这件事已经恢复，无需再送达',
  campaign: '这个专项已有新的情况，无需再送达',
  'campaign-task': '这件复查的工单已有新的办理，无需再送达',
};

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
      `SELECT * FROM notice_delivery d WHERE channel = 'inbox' AND recipient = $1 AND state = 'delivered' AND ${isSeen('$5', '$6')}
         AND ($2::bigint IS NULL OR id < $2) AND (NOT $3 OR read_at_ms IS NULL) ORDER BY id DESC LIMIT $4`,
      [userId, idCursor(page.cursor), page.unreadOnly, limit + 1, reach.parameter, page.subjects ?? ALERTS_ALONE],
    );
    return pageOf(found, limit, ({ id }) => id);
  }

  async unreadCount(reach: Reach, userId: string, subjects = ALERTS_ALONE): Promise<number> {
    const { count } = await row(
      this.pool,
      countSchema,
      `SELECT count(*) AS count FROM notice_delivery d
       WHERE channel = 'inbox' AND recipient = $1 AND state = 'delivered' AND read_at_ms IS NULL AND ${isSeen('$2', '$3')}`,
      [userId, reach.parameter, subjects],
    );
    return count;
  }

  /** Marks the person's own entries as read, all of them without `ids`. */
  async markRead(reach: Reach, userId: string, ids: readonly string[] | null, subjects = ALERTS_ALONE): Promise<void> {
    await execute(
      this.pool,
      `UPDATE notice_delivery d SET read_at_ms = $2
       WHERE channel = 'inbox' AND recipient = $1 AND state = 'delivered' AND read_at_ms IS NULL AND ($3::text[] IS NULL OR id::text = ANY($3))
         AND ${isSeen('$4', '$5')}`,
      [userId, this.clock.nowMs(), ids, reach.parameter, subjects],
    );
  }

  /** All deliveries, newest first. */
  async list(reach: Reach, query: PageQuery & { state: DeliveryState | null }): Promise<DeliveryPage> {
    const limit = Math.min(query.limit, MAX_PAGE);
    const found = await rows(
      this.pool,
      deliverySchema,
      `SELECT * FROM notice_delivery d WHERE ($1::text IS NULL OR state = $1) AND ($2::bigint IS NULL OR id < $2) AND ${isSeen('$4', '$5')}
       ORDER BY id DESC LIMIT $3`,
      [query.state, idCursor(query.cursor), limit + 1, reach.parameter, query.subjects ?? ALERTS_ALONE],
    );
    return pageOf(found, limit, ({ id }) => id);
  }

  /** Gives a dead delivery its attempts again. Throws RefusedError: `not-found`; `conflict` unless it is dead. */
  async retry(reach: Reach, id: string, subjects = ALERTS_ALONE): Promise<void> {
    if (!isCountedId(id)) throw new RefusedError('not-found', NO_DELIVERY);
    const delivery = await maybeRow(
      this.pool,
      retriedSchema,
      `SELECT subject_kind, EXISTS (SELECT 1 FROM notice_delivery w WHERE w.subject_kind = d.subject_kind AND w.subject_id = d.subject_id
           AND w.round = d.round AND w.channel = d.channel AND w.recipient = d.recipient
           AND ($3::jsonb -> d.kind) ? w.kind) AS has_ended
       FROM notice_delivery d WHERE id = $1 AND ${isSeen('$2', '$4')}`,
      [id, reach.parameter, JSON.stringify(ENDED_BY), subjects],
    );
    if (!delivery) throw new RefusedError('not-found', NO_DELIVERY);
    if (delivery.has_ended) throw new RefusedError('conflict', ENDED_WORDS[delivery.subject_kind]);
    const retried = await execute(
      this.pool,
      `UPDATE notice_delivery SET state = 'waiting', attempts = 0, next_attempt_at_ms = $2, last_error = NULL WHERE id = $1 AND state = 'dead'`,
      [id, this.clock.nowMs()],
    );
    if (retried !== 1) throw new RefusedError('conflict', '只有死信可以重新送达');
  }
}
