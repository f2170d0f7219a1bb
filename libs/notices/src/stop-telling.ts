import type { EpochMs } from '@tianyan/kernel';
import { execute, rows, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import type { NoticeSubject } from './notice.js';

/** `$1`, `$2`: kinds and ids of the subjects; `$3`: people, by their inboxes and the channels that are their own. A team's channels are all of its people's. */
const isTheirs = (d: string) => `${d}.subject_kind = ANY($1) AND ${d}.subject_id = ANY($2)
    AND (${d}.subject_kind, ${d}.subject_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))
    AND ((${d}.channel = 'inbox' AND ${d}.recipient = ANY($3::text[]))
      OR ${d}.recipient IN (SELECT c.id FROM team_channel c WHERE c.user_id = ANY($3::text[])))`;

// Waits for a summary that is just being made of them, which the statements after it then see; in the order in which summaries lock what they sum up.
const AWAIT_SUMMARIES = `
  SELECT d.id::text AS id FROM notice_delivery d WHERE d.state = 'waiting' AND d.bundle IS NOT NULL AND ${isTheirs('d')} ORDER BY d.id FOR UPDATE`;
const awaitedSchema = z.object({ id: z.string() });

/** A summary that has not been sent is made again of what is left of it. */
const TAKE_APART = `
  WITH apart AS (
    UPDATE notice_delivery s SET state = 'cancelled'
    WHERE s.state = 'waiting' AND s.attempts = 0
      AND s.id IN (SELECT d.bundled_into FROM notice_delivery d WHERE d.state = 'bundled' AND ${isTheirs('d')})
    RETURNING s.id)
  UPDATE notice_delivery m SET state = 'waiting', bundled_into = NULL, delivered_at_ms = NULL, next_attempt_at_ms = $4
  FROM apart WHERE m.bundled_into = apart.id`;

// Also what was tried and may have arrived, and what the next attempt of a summary would name again.
const CANCEL = `
  UPDATE notice_delivery d SET state = 'cancelled', last_error = '已回避，不再告知'
  WHERE ${isTheirs('d')} AND (d.state IN ('waiting', 'dead')
    OR (d.state = 'bundled' AND EXISTS (SELECT FROM notice_delivery s WHERE s.id = d.bundled_into AND s.state = 'waiting')))`;

/** Nothing of the subjects that has not arrived is told to these people, by whatever channel of their own; what has arrived stays. */
export async function stopTelling(
  client: ClientBase,
  told: { userIds: readonly string[]; subjects: readonly NoticeSubject[] },
  nowMs: EpochMs,
): Promise<void> {
  const { userIds, subjects } = told;
  if (userIds.length === 0 || subjects.length === 0) return;
  const of = [subjects.map(({ kind }) => kind), subjects.map(({ id }) => id), userIds];
  await rows(client, awaitedSchema, AWAIT_SUMMARIES, of);
  await execute(client, TAKE_APART, [...of, nowMs]);
  await execute(client, CANCEL, of);
}
