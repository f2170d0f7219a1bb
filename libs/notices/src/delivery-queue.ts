import { backoffDelayMs, HOUR_MS, MINUTE_MS, type BackoffPolicy, type Clock, type Rng } from '@tianyan/kernel';
import { execute, row, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { deliveryColumns, toDelivery, type Delivery } from './delivery.js';
import { EVENT_CHANNEL } from './event-channel.js';
import { isQuiet, minuteOfDay } from './quiet-hours.js';

/** About half a day of patience: a receiver that is down over night gets its messages in the morning. */
export const DELIVERY_BACKOFF: BackoffPolicy = { maxAttempts: 12, firstDelayMs: 5_000, maxDelayMs: 2 * HOUR_MS };
/** A delivery taken by a process that then died comes back after so long. Longer than an attempt may take. */
export const LEASE_MS = 2 * MINUTE_MS;
/** Longest reason that is kept of a failed attempt. */
const MAX_ERROR_CHARS = 500;

/** A delivery that is being sent, with where to. */
export interface ClaimedDelivery extends Delivery {
  webhookUrl: string | null;
  webhookKeyVersion: number;
  /** Of a channel of the team: see {@link openTarget}. Null: it is gone, or this is a webhook. */
  sealedTarget: string | null;
}

const claimedSchema = deliveryColumns
  .extend({ webhook_url: z.string().nullable(), webhook_key_version: z.int().nullable(), sealed_target: z.string().nullable() })
  .transform((row): ClaimedDelivery => ({
    ...toDelivery(row),
    webhookUrl: row.webhook_url,
    webhookKeyVersion: row.webhook_key_version ?? 0,
    sealedTarget: row.sealed_target,
  }));
const countSchema = z.object({ count: z.int() });
const stateCountSchema = z.object({ state: z.string(), count: z.int() });

// A withdrawal waits for its opening, as every later notice of one subject for the earlier: the receiver must not hear of the end first.
const CLAIM = `
  WITH due AS (
    SELECT d.id FROM notice_delivery d
    WHERE d.state = 'waiting' AND d.channel <> 'inbox' AND d.bundle IS NULL AND d.next_attempt_at_ms <= $1
      AND NOT EXISTS (SELECT 1 FROM notice_delivery earlier WHERE earlier.subject_kind = d.subject_kind AND earlier.subject_id = d.subject_id AND earlier.channel = d.channel
        AND earlier.recipient = d.recipient AND earlier.state = 'waiting' AND earlier.id < d.id)
      AND NOT (${isQuiet('$4')})
    ORDER BY d.next_attempt_at_ms, d.id LIMIT $2 FOR UPDATE SKIP LOCKED)
  UPDATE notice_delivery d SET attempts = d.attempts + 1, next_attempt_at_ms = $3
  FROM due WHERE d.id = due.id
  RETURNING d.*, (SELECT t.webhook_url FROM alert_team t WHERE t.id = d.recipient) AS webhook_url,
    (SELECT t.webhook_key_version FROM alert_team t WHERE t.id = d.recipient) AS webhook_key_version,
    (SELECT c.sealed_target FROM team_channel c WHERE c.id = d.recipient AND c.kind = d.channel) AS sealed_target`;

// An inbox entry needs no transport: it is delivered by being there. SKIP LOCKED: it is just being withdrawn, or delivered.
const DELIVER_INBOX = `
  WITH due AS (
    SELECT id FROM notice_delivery WHERE state = 'waiting' AND channel = 'inbox' AND bundle IS NULL AND next_attempt_at_ms <= $1
    ORDER BY next_attempt_at_ms, id LIMIT $2 FOR UPDATE SKIP LOCKED),
  delivered AS (
    UPDATE notice_delivery d SET state = 'delivered', attempts = d.attempts + 1, delivered_at_ms = $1
    FROM due WHERE d.id = due.id RETURNING d.id),
  told AS (
    SELECT pg_notify($3, json_build_object('kind', 'notice', 'id', max(id)::text)::text) FROM delivered HAVING count(*) > 0)
  SELECT (SELECT count(*) FROM delivered)::int AS count, (SELECT count(*) FROM told) AS notices`;

/** Inbox entries of one statement, which takes well under a second; after an outage thousands may be due. */
const INBOX_PER_STATEMENT = 1_000;

/**
 * The waiting deliveries, for any number of notifiers. Taking one counts the attempt and leases it in one statement: a
 * process killed in the middle leaves no lock behind, and the same delivery goes out again with the same key.
 */
export class DeliveryQueue {
  constructor(private readonly input: { pool: Pool; clock: Clock; rng: Rng }) {}

  /** Takes what is due to leave the platform; not what waits for the end of a team's quiet hours. */
  async claim(limit: number): Promise<ClaimedDelivery[]> {
    const nowMs = this.input.clock.nowMs();
    return rows(this.input.pool, claimedSchema, CLAIM, [nowMs, limit, nowMs + LEASE_MS, minuteOfDay(nowMs)]);
  }

  /** Lets people see all inbox entries that are due, and tells open consoles. */
  async deliverInbox(): Promise<void> {
    let last: number;
    do {
      const params = [this.input.clock.nowMs(), INBOX_PER_STATEMENT, EVENT_CHANNEL];
      last = (await row(this.input.pool, countSchema, DELIVER_INBOX, params)).count;
    } while (last === INBOX_PER_STATEMENT);
  }

  async delivered(delivery: ClaimedDelivery): Promise<void> {
    await execute(
      this.input.pool,
      `UPDATE notice_delivery SET state = 'delivered', delivered_at_ms = $2, last_error = NULL WHERE id = $1 AND state = 'waiting'`,
      [delivery.id, this.input.clock.nowMs()],
    );
  }

  /**
   * @param reason Chinese, for the administrator
   * @param again whether another attempt makes sense; the last one never has another
   * @param retryAfterMs the receiver wants to be left alone for so long
   */
  async failed(delivery: ClaimedDelivery, reason: string, again: boolean, retryAfterMs = 0): Promise<void> {
    const dead = !again || delivery.attempts >= DELIVERY_BACKOFF.maxAttempts;
    const pauseMs = backoffDelayMs(DELIVERY_BACKOFF, delivery.attempts, this.input.rng);
    const nextAttemptAtMs = this.input.clock.nowMs() + Math.max(pauseMs, retryAfterMs);
    await execute(
      this.input.pool,
      `UPDATE notice_delivery SET state = $2, next_attempt_at_ms = $3, last_error = $4 WHERE id = $1 AND state = 'waiting'`,
      [delivery.id, dead ? 'dead' : 'waiting', nextAttemptAtMs, reason.slice(0, MAX_ERROR_CHARS)],
    );
  }

  /** Puts back what was not sent at all, as it was before it was taken; with the reason, where a person has to do something. */
  async held(delivery: ClaimedDelivery, afterMs: number, reason: string | null = null): Promise<void> {
    await execute(
      this.input.pool,
      `UPDATE notice_delivery SET attempts = attempts - 1, next_attempt_at_ms = $2, last_error = coalesce($3, last_error) WHERE id = $1 AND state = 'waiting'`,
      [delivery.id, this.input.clock.nowMs() + afterMs, reason],
    );
  }

  /** What it told of is over: nothing is sent. */
  async dropped(delivery: ClaimedDelivery): Promise<void> {
    await execute(this.input.pool, `UPDATE notice_delivery SET state = 'cancelled' WHERE id = $1 AND state = 'waiting'`, [
      delivery.id,
    ]);
  }

  /** Deliveries by state; for metrics. */
  async countByState(): Promise<Record<string, number>> {
    const sql = 'SELECT state, count(*) AS count FROM notice_delivery GROUP BY state';
    const counts = await rows(this.input.pool, stateCountSchema, sql);
    return Object.fromEntries(counts.map(({ state, count }) => [state, count]));
  }
}
