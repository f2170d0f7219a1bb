import { MINUTE_MS, secretToken, sha256Hex, type Clock, type EpochMs } from '@tianyan/kernel';
import { execute, maybeRow, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { toUser, userColumns } from '../user-store.js';
import type { User } from '../user.js';

/** To take the telephone out and type six digits. */
export const SIGN_IN_STEP_MS = 5 * MINUTE_MS;
/** Then the first step is asked for again; what counts over time are the limits of sign-ins. */
export const MAX_CODES_PER_STEP = 5;

/** By what somebody has shown who they are, before a code. */
export type SignedInBy = 'password' | 'identity-service';
export const signedInBySchema = z.enum(['password', 'identity-service']);

export interface SignInStep {
  user: User;
  passwordHash: string;
  signedInBy: SignedInBy;
  /** Codes tried, with this one. */
  attempts: number;
}

const stepSchema = userColumns
  .extend({
    password_hash: z.string(),
    password_digest: z.string(),
    signed_in_by: signedInBySchema,
    attempts: z.int(),
  })
  .transform((row) => ({
    user: toUser(row),
    passwordHash: row.password_hash,
    passwordDigest: row.password_digest,
    signedInBy: row.signed_in_by,
    attempts: row.attempts,
  }));

const ownerSchema = z.object({ user_id: z.string() });

/** People half signed in. The token lives only in the browser, and is no session's. */
export class SignInSteps {
  /** @param clock the machine's clock */
  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
  ) {}

  async open(of: {
    userId: string;
    passwordHash: string;
    signedInBy: SignedInBy;
  }): Promise<{ token: string; expiresAtMs: EpochMs }> {
    const token = secretToken();
    const nowMs = this.clock.nowMs();
    const expiresAtMs = nowMs + SIGN_IN_STEP_MS;
    await execute(this.pool, 'DELETE FROM access_sign_in_step WHERE expires_at_ms <= $1', [nowMs]);
    await execute(
      this.pool,
      `INSERT INTO access_sign_in_step (token_digest, user_id, signed_in_by, password_digest, expires_at_ms)
       VALUES ($1, $2, $3, $4, $5)`,
      [sha256Hex(token), of.userId, of.signedInBy, sha256Hex(of.passwordHash), expiresAtMs],
    );
    return { token, expiresAtMs };
  }

  /** Whose it is; null: nothing is awaited for it. */
  async userIdOf(token: string): Promise<string | null> {
    const sql = 'SELECT user_id FROM access_sign_in_step WHERE token_digest = $1 AND expires_at_ms > $2 AND attempts < $3';
    const found = await maybeRow(this.pool, ownerSchema, sql, [sha256Hex(token), this.clock.nowMs(), MAX_CODES_PER_STEP]);
    return found?.user_id ?? null;
  }

  /** Counts an attempt before the code is looked at; null: expired, used up, or the person's password or lock has changed. */
  async takeAttempt(token: string): Promise<SignInStep | null> {
    const found = await maybeRow(
      this.pool,
      stepSchema,
      `UPDATE access_sign_in_step s SET attempts = attempts + 1 FROM access_user u
       WHERE s.token_digest = $1 AND s.expires_at_ms > $2 AND s.attempts < $3 AND u.id = s.user_id AND u.locked_at_ms IS NULL
       RETURNING u.*, s.password_digest, s.signed_in_by, s.attempts`,
      [sha256Hex(token), this.clock.nowMs(), MAX_CODES_PER_STEP],
    );
    return found && sha256Hex(found.passwordHash) === found.passwordDigest ? found : null;
  }

  /** It has become a session, or is given up; false: it was closed already. */
  async close(token: string): Promise<boolean> {
    return (await execute(this.pool, 'DELETE FROM access_sign_in_step WHERE token_digest = $1', [sha256Hex(token)])) === 1;
  }
}
