import { HOUR_MS, MINUTE_MS, RefusedError, secretToken, sha256Hex, type Clock, type EpochMs } from '@tianyan/kernel';
import { execute, maybeRow, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import type { Role } from './api/index.js';
import { signedInBySchema, type SignedInBy } from './second-factor/index.js';
import { toUser, userColumns } from './user-store.js';
import type { User } from './user.js';

/** Without a request for so long the session ends: an unattended desk. */
export const SESSION_IDLE_MS = 2 * HOUR_MS;
/** A working day and a bit: everyone signs in again each day. */
export const SESSION_MAX_MS = 12 * HOUR_MS;
/** The time of the last request is written at most so often; each request would otherwise be a write. */
const TOUCH_INTERVAL_MS = MINUTE_MS;

/**
 * Sessions that one person may have at once: a desk, a laptop, a telephone, some programs. The one unused for longest ends
 * when another is opened.
 */
export const MAX_SESSIONS_PER_USER = 10;

export interface ActiveSession {
  user: User;
  tokenDigest: string;
  expiresAtMs: EpochMs;
  signedInBy: SignedInBy;
  /** The person's role asks for a second factor and there is none: it is set up before anything else. */
  mustEnrolSecondFactor: boolean;
}

/** Who must have a second factor. */
export interface SecondFactorDemand {
  roles: readonly Role[];
  /** The identity service asks for one itself: whoever comes by it is asked for none here. */
  identityServiceAsks: boolean;
}
const NOBODY: SecondFactorDemand = { roles: [], identityServiceAsks: false };

/** As the person sees it. The digest of a token opens nothing. */
export interface OpenSession {
  tokenDigest: string;
  openedAtMs: EpochMs;
  lastSeenAtMs: EpochMs;
  address: string | null;
}

const openSchema = z
  .object({ token_digest: z.string(), created_at_ms: z.int(), last_seen_at_ms: z.int(), address: z.string().nullable() })
  .transform((found): OpenSession => ({
    tokenDigest: found.token_digest,
    openedAtMs: found.created_at_ms,
    lastSeenAtMs: found.last_seen_at_ms,
    address: found.address,
  }));
const sessionColumns = userColumns.extend({
  last_seen_at_ms: z.int(),
  expires_at_ms: z.int(),
  signed_in_by: signedInBySchema,
  has_second_factor: z.boolean(),
});

/** Sessions. The token itself lives only in the person's browser. */
export class SessionStore {
  /** @param clock the machine's clock */
  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
    private readonly demand: SecondFactorDemand = NOBODY,
  ) {}

  /**
   * Opens one for whoever has just shown who they are while `passwordHash` was what is kept: if the password was reset or the account
   * locked meanwhile, there is none. Whoever comes by the identity service needs no password to be made first.
   * Throws RefusedError('unauthenticated').
   */
  async open(
    userId: string,
    address: string,
    passwordHash: string,
    signedInBy: SignedInBy = 'password',
  ): Promise<{ token: string; expiresAtMs: EpochMs }> {
    const token = secretToken();
    const nowMs = this.clock.nowMs();
    const expiresAtMs = nowMs + SESSION_MAX_MS;
    await execute(this.pool, 'DELETE FROM access_session WHERE expires_at_ms <= $1 OR last_seen_at_ms <= $2', [
      nowMs,
      nowMs - SESSION_IDLE_MS,
    ]);
    const opened = await execute(
      this.pool,
      `INSERT INTO access_session (token_digest, user_id, created_at_ms, last_seen_at_ms, expires_at_ms, address, signed_in_by)
       SELECT $1, id, $3, $3, $4, $5, $7 FROM access_user
       WHERE id = $2 AND password_hash = $6 AND locked_at_ms IS NULL AND (NOT password_due OR $7 = 'identity-service') FOR SHARE`,
      [sha256Hex(token), userId, nowMs, expiresAtMs, address, passwordHash, signedInBy],
    );
    if (opened === 0) throw new RefusedError('unauthenticated', '账号刚刚停用或重置了密码，请联系安全管理员');
    await execute(
      this.pool,
      `DELETE FROM access_session WHERE user_id = $1 AND token_digest NOT IN (SELECT token_digest FROM access_session
         WHERE user_id = $1 ORDER BY token_digest = $2 DESC, last_seen_at_ms DESC, created_at_ms DESC LIMIT ${MAX_SESSIONS_PER_USER})`,
      [userId, sha256Hex(token)],
    );
    return { token, expiresAtMs };
  }

  /** The person behind a token; null for an unknown, idle or expired one. */
  async find(token: string): Promise<ActiveSession | null> {
    const tokenDigest = sha256Hex(token);
    const nowMs = this.clock.nowMs();
    const row = await maybeRow(
      this.pool,
      sessionColumns,
      `SELECT u.*, s.last_seen_at_ms, s.expires_at_ms, s.signed_in_by, EXISTS (
         SELECT 1 FROM access_totp t WHERE t.user_id = u.id AND t.confirmed_at_ms IS NOT NULL) AS has_second_factor
       FROM access_session s JOIN access_user u ON u.id = s.user_id
       WHERE s.token_digest = $1 AND s.expires_at_ms > $2 AND s.last_seen_at_ms > $3 AND u.locked_at_ms IS NULL`,
      [tokenDigest, nowMs, nowMs - SESSION_IDLE_MS],
    );
    if (!row) return null;
    if (nowMs - row.last_seen_at_ms >= TOUCH_INTERVAL_MS) {
      await execute(
        this.pool,
        'UPDATE access_session SET last_seen_at_ms = greatest(last_seen_at_ms, $2) WHERE token_digest = $1',
        [tokenDigest, nowMs],
      );
    }
    const signedInBy = row.signed_in_by;
    const isAsked =
      this.demand.roles.includes(row.role) && !(signedInBy === 'identity-service' && this.demand.identityServiceAsks);
    return {
      // Whoever comes by the identity service does not use the first password, nor know it.
      user: { ...toUser(row), mustChangePassword: row.must_change_password && signedInBy === 'password' },
      tokenDigest,
      expiresAtMs: row.expires_at_ms,
      signedInBy,
      mustEnrolSecondFactor: isAsked && !row.has_second_factor,
    };
  }

  /** Whether the session still runs; unlike {@link find} it does not count as activity. */
  async isAlive(tokenDigest: string): Promise<boolean> {
    const nowMs = this.clock.nowMs();
    const alive = await execute(
      this.pool,
      'SELECT 1 FROM access_session WHERE token_digest = $1 AND expires_at_ms > $2 AND last_seen_at_ms > $3',
      [tokenDigest, nowMs, nowMs - SESSION_IDLE_MS],
    );
    return alive === 1;
  }

  /** The person's own that still run, the newest first. */
  async listOf(userId: string): Promise<OpenSession[]> {
    const nowMs = this.clock.nowMs();
    return rows(
      this.pool,
      openSchema,
      `SELECT * FROM access_session WHERE user_id = $1 AND expires_at_ms > $2 AND last_seen_at_ms > $3
       ORDER BY created_at_ms DESC, token_digest LIMIT ${MAX_SESSIONS_PER_USER}`,
      [userId, nowMs, nowMs - SESSION_IDLE_MS],
    );
  }

  /** Ends one of the person's own; nothing for another's. */
  async closeOf(userId: string, tokenDigest: string): Promise<void> {
    await execute(this.pool, 'DELETE FROM access_session WHERE user_id = $1 AND token_digest = $2', [userId, tokenDigest]);
  }

  async close(tokenDigest: string): Promise<void> {
    await execute(this.pool, 'DELETE FROM access_session WHERE token_digest = $1', [tokenDigest]);
  }
}
