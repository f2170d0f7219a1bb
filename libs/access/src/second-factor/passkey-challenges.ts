import { MINUTE_MS, type Clock } from '@tianyan/kernel';
import { execute, maybeRow, type Pool } from '@tianyan/postgres';
import { z } from 'zod';

/** To find the key, touch it and type its PIN; half signed in one is for five minutes. */
const CHALLENGE_MS = 3 * MINUTE_MS;

/** Who has to answer: whoever holds the token of this digest, and for what. */
export interface ChallengeHolder {
  userId: string;
  holderDigest: string;
  purpose: 'enrol' | 'sign-in';
}

const challengeSchema = z.object({ challenge: z.string() });

/** What authenticators have to sign: each once, for a short time, by whom it was made for. */
export class PasskeyChallenges {
  /** @param clock the machine's clock */
  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
  ) {}

  /** In the place of the one before. */
  async keep({ userId, holderDigest, purpose }: ChallengeHolder, challenge: string): Promise<void> {
    const nowMs = this.clock.nowMs();
    await execute(this.pool, 'DELETE FROM access_passkey_challenge WHERE expires_at_ms <= $1', [nowMs]);
    await execute(
      this.pool,
      `INSERT INTO access_passkey_challenge (holder_digest, purpose, user_id, challenge, expires_at_ms) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (holder_digest, purpose) DO UPDATE SET user_id = excluded.user_id, challenge = excluded.challenge, expires_at_ms = excluded.expires_at_ms`,
      [holderDigest, purpose, userId, challenge, nowMs + CHALLENGE_MS],
    );
  }

  /** Null: there is none, it is over, or it was answered, rightly or not. */
  async take({ userId, holderDigest, purpose }: ChallengeHolder): Promise<string | null> {
    const found = await maybeRow(
      this.pool,
      challengeSchema,
      `DELETE FROM access_passkey_challenge WHERE holder_digest = $1 AND purpose = $2 AND user_id = $3 AND expires_at_ms > $4 RETURNING challenge`,
      [holderDigest, purpose, userId, this.clock.nowMs()],
    );
    return found?.challenge ?? null;
  }
}
