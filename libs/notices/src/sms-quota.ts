import { createHmac } from 'node:crypto';
import { DAY_MS, type Clock } from '@tianyan/kernel';
import { execute, maybeRow, type Pool } from '@tianyan/postgres';
import { z } from 'zod';

const takenSchema = z.object({ at_ms: z.int() });
const freeSchema = z.object({ free_at_ms: z.int().nullable() });

const WITHIN_A_DAY = (row: string) =>
  `ARRAY(SELECT at_ms FROM unnest(${row}.taken_at_ms) AS at_ms WHERE at_ms > $2::bigint - ${DAY_MS} ORDER BY at_ms)`;

// One statement under the lock of the number's row: of two notifiers that ask for the last place at once, the second sees what the first has taken.
const TAKE = `
  INSERT INTO sms_quota AS q (number_digest, taken_at_ms) VALUES ($1, ARRAY[$2::bigint])
  ON CONFLICT (number_digest) DO UPDATE SET taken_at_ms = ${WITHIN_A_DAY('q')} || $2::bigint
    WHERE cardinality(${WITHIN_A_DAY('q')}) < $3::int
  RETURNING $2::bigint AS at_ms`;

// The place that is free first: of so many within a day, the one before the last `$3` frees nothing.
const FREE_AT = `
  SELECT (SELECT at_ms + ${DAY_MS} FROM unnest(taken_at_ms) AS at_ms ORDER BY at_ms DESC OFFSET $2::int - 1 LIMIT 1) AS free_at_ms
  FROM sms_quota WHERE number_digest = $1`;

const GIVE_BACK = `
  UPDATE sms_quota SET taken_at_ms = taken_at_ms[:array_position(taken_at_ms, $2::bigint) - 1] || taken_at_ms[array_position(taken_at_ms, $2::bigint) + 1:]
  WHERE number_digest = $1 AND $2::bigint = ANY(taken_at_ms)`;

// Numbers that were told nothing for a day: what nobody sends to any more leaves nothing behind.
const FORGET = `DELETE FROM sms_quota WHERE NOT EXISTS (SELECT 1 FROM unnest(taken_at_ms) AS at_ms WHERE at_ms > $1::bigint - ${DAY_MS})`;

/** A place of a number's day: given back where nothing arrived. */
export interface SmsPlace {
  giveBack(): Promise<void>;
}

/**
 * How many short messages a number is sent within a day, in PostgreSQL: exact with any number of notifiers. A process that dies between taking a
 * place and sending has used it up: the number hears one less, never one more.
 */
export class SmsQuota {
  constructor(
    private readonly parts: {
      pool: Pool;
      /** The machine's. */
      clock: Clock;
      /** The installation's: a digest without it could be tried out over all numbers there are. */
      secret: string;
    },
  ) {}

  /** Takes a place, or says in how many milliseconds (above 0) one is free. */
  async take(number: string, perDay: number): Promise<SmsPlace | number> {
    const { pool, clock } = this.parts;
    const digest = this.digestOf(number);
    const nowMs = clock.nowMs();
    const taken = await maybeRow(pool, takenSchema, TAKE, [digest, nowMs, perDay]);
    if (taken === null) {
      const free = await maybeRow(pool, freeSchema, FREE_AT, [digest, perDay]);
      return Math.max(1, (free?.free_at_ms ?? nowMs) - nowMs);
    }
    await execute(pool, FORGET, [nowMs]);
    return {
      async giveBack() {
        await execute(pool, GIVE_BACK, [digest, nowMs]);
      },
    };
  }

  private digestOf(number: string): string {
    return createHmac('sha256', this.parts.secret).update(`sms-quota/${number}`).digest('hex');
  }
}
