import type { Clock, EpochMs } from '@tianyan/kernel';
import { execute, idText, rows, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import { announceNotice } from './event-channel.js';
import {
  assertKindOf,
  ENDED_BY,
  type BeginningKind,
  type Notice,
  type NoticeKind,
  type NoticeRecipient,
  type NoticeSubject,
} from './notice.js';
import { severityRank } from './severity.js';
import { stopTelling } from './stop-telling.js';

const storedSchema = z.object({ id: idText });

const NOTICE_VALUES = `$1::text, $2::text, $3::int, $4::text`;
const NOTICE_WORDS = `$5::smallint, $6::text, $7::text, $8::text, $9::bigint, $10::text, $11::text[], $12::text[]`;
const COLUMNS = `(subject_kind, subject_id, round, kind, severity, title, body, township_code, occurred_at_ms, path, traces, problem_classes,
    channel, recipient, team_id, state, next_attempt_at_ms, created_at_ms)`;

const INSERT = `
  INSERT INTO notice_delivery ${COLUMNS}
  SELECT DISTINCT ON (t.channel, t.recipient) ${NOTICE_VALUES}, ${NOTICE_WORDS}, t.channel, t.recipient, t.team_id, 'waiting', $13::bigint, $14::bigint
  FROM unnest($15::text[], $16::text[], $17::text[]) AS t (channel, recipient, team_id)
  ORDER BY t.channel, t.recipient, t.team_id
  ON CONFLICT (subject_kind, subject_id, round, kind, channel, recipient) DO NOTHING
  RETURNING id`;

// Nobody has been told of the beginning yet: there is nothing to end. Row locks make this wait for a delivery being claimed.
const CANCEL_UNTOLD = `
  UPDATE notice_delivery SET state = 'cancelled'
  WHERE subject_kind = $1 AND subject_id = $2 AND round = $3 AND kind = $4 AND (state = 'dead' OR (state = 'waiting' AND attempts = 0))`;

// Who was told of the beginning, or of its lasting, or may have been (an attempt whose answer was lost).
const INSERT_END = `
  INSERT INTO notice_delivery ${COLUMNS}
  SELECT DISTINCT ON (o.channel, o.recipient)
    ${NOTICE_VALUES}, ${NOTICE_WORDS}, o.channel, o.recipient, o.team_id, 'waiting', $13::bigint, $14::bigint
  FROM notice_delivery o
  WHERE o.subject_kind = $1 AND o.subject_id = $2
    AND ((o.round = $3 AND o.kind = $15) OR (o.kind = $16::text AND o.created_at_ms >= $17::bigint))
    AND (o.state = 'delivered' OR (o.state = 'waiting' AND o.attempts > 0))
  ORDER BY o.channel, o.recipient, o.id
  ON CONFLICT (subject_kind, subject_id, round, kind, channel, recipient) DO NOTHING
  RETURNING id`;

/** As the table names it: a person, a team, or a channel of a team. */
function recipientId(recipient: NoticeRecipient): string {
  if (recipient.channel === 'inbox') return recipient.userId;
  return recipient.channel === 'webhook' ? recipient.teamId : recipient.channelId;
}

/**
 * Takes note of what people must hear. All calls belong into the transaction that stores what is told: then there is neither a
 * notice without its cause nor a cause without its notice. They send nothing themselves; a notice under a known key changes nothing.
 * Alerts of findings come by the thousand and with rules of their own: {@link AlertOutbox} writes them into the same table.
 */
export class NoticeOutbox {
  constructor(
    /** The machine's: deliveries are retried in real time, whatever the county's time is. */
    private readonly clock: Clock,
  ) {}

  /** Throws RangeError for a kind that is not about this kind of subject. */
  async enqueue(client: ClientBase, notice: Notice, recipients: readonly NoticeRecipient[]): Promise<void> {
    assertKindOf(notice.subject, notice.kind);
    const stored = await rows(client, storedSchema, INSERT, [
      ...this.valuesOf(notice),
      recipients.map(({ channel }) => channel),
      recipients.map(recipientId),
      recipients.map(({ teamId }) => teamId),
    ]);
    await announceNotice(client, stored.at(-1)?.id);
  }

  /**
   * Tells exactly those who were told of the beginning that it is over; nobody else, and nobody at all before they were.
   * @param lasting by which kind, and from which instant on, more were told that it lasts: they were promised to hear of the end
   */
  async enqueueEnd(
    client: ClientBase,
    notice: Notice,
    beginning: BeginningKind,
    lasting?: { kind: NoticeKind; sinceMs: EpochMs },
  ): Promise<void> {
    assertKindOf(notice.subject, notice.kind);
    if (!(ENDED_BY[beginning] as readonly string[]).includes(notice.kind))
      throw new RangeError(`a notice of the kind ${notice.kind} does not end one of the kind ${beginning}`);
    const { subject, round } = notice;
    await execute(client, CANCEL_UNTOLD, [subject.kind, subject.id, round, beginning]);
    const stored = await rows(client, storedSchema, INSERT_END, [
      ...this.valuesOf(notice),
      beginning,
      lasting?.kind ?? null,
      lasting?.sinceMs ?? null,
    ]);
    await announceNotice(client, stored.at(-1)?.id);
  }

  /** What of a kind nobody has heard yet is not told any more. */
  async cancelUnsent(client: ClientBase, subject: NoticeSubject, kind: NoticeKind): Promise<void> {
    await execute(
      client,
      `UPDATE notice_delivery SET state = 'cancelled' WHERE subject_kind = $1 AND subject_id = $2 AND kind = $3 AND state = 'waiting' AND attempts = 0`,
      [subject.kind, subject.id, kind],
    );
  }

  /** Takes what was told of these subjects out of the inboxes of everybody but these people. */
  async takeBack(client: ClientBase, subjects: readonly NoticeSubject[], keptBy: readonly string[]): Promise<void> {
    await execute(
      client,
      `UPDATE notice_delivery SET state = 'cancelled' WHERE subject_kind = ANY($1) AND subject_id = ANY($2)
         AND (subject_kind, subject_id) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND channel = 'inbox' AND recipient <> ALL($3)
         AND state IN ('waiting', 'delivered')`,
      [subjects.map(({ kind }) => kind), subjects.map(({ id }) => id), keptBy],
    );
  }

  /** Whoever stays away from these subjects hears of them no more: what has not arrived is cancelled, in summaries too. What has arrived stays. */
  async stopTelling(client: ClientBase, userIds: readonly string[], subjects: readonly NoticeSubject[]): Promise<void> {
    await stopTelling(client, { userIds, subjects }, this.clock.nowMs());
  }

  private valuesOf(notice: Notice): unknown[] {
    const nowMs = this.clock.nowMs();
    return [
      notice.subject.kind,
      notice.subject.id,
      notice.round,
      notice.kind,
      severityRank(notice.severity),
      notice.title,
      notice.text,
      notice.townshipCode,
      notice.occurredAtMs,
      notice.path,
      notice.traces ?? [],
      notice.problemClasses ?? null,
      nowMs + notice.settlesForMs,
      nowMs,
    ];
  }
}
