import { MINUTE_MS, RefusedError, type Clock, type EpochMs } from '@tianyan/kernel';
import { execute, inTransaction, maybeRow, type ClientBase, type Pool, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import type { AuditLog } from '../audit-log.js';
import type { Actor } from '../user.js';
import { newRecoveryCodes, newTotpSecret, recoveryCodeText, timeStepOf, totpUri, typedCode } from './codes.js';
import type { Seal } from './seal.js';

/** So long the picture may stand on the screen; an older one is made anew. */
const ENROL_WITHIN_MS = 15 * MINUTE_MS;

export type SecondFactorKind = 'totp' | 'recovery-code' | 'passkey';

export interface EnrolledFactor {
  confirmedAtMs: EpochMs;
  recoveryCodesLeft: number;
}

const totpSchema = z.object({
  sealed_secret: z.string(),
  made_at_ms: z.int(),
  confirmed_at_ms: z.int().nullable(),
});
const enrolledSchema = z
  .object({ confirmed_at_ms: z.int(), left_over: z.int() })
  .transform((found): EnrolledFactor => ({ confirmedAtMs: found.confirmed_at_ms, recoveryCodesLeft: found.left_over }));

/** Codes of an app, asked for after the password, and recovery codes for who has lost it. */
export class SecondFactors {
  /** @param parts.clock the machine's clock */
  constructor(private readonly parts: { pool: Pool; clock: Clock; seal: Seal; audit: AuditLog }) {}

  /** Null: none is asked for. */
  enrolled(userId: string): Promise<EnrolledFactor | null> {
    return maybeRow(
      this.parts.pool,
      enrolledSchema,
      `SELECT confirmed_at_ms, (SELECT count(*) FROM access_recovery_code r WHERE r.user_id = t.user_id AND used_at_ms IS NULL) AS left_over
       FROM access_totp t WHERE user_id = $1 AND confirmed_at_ms IS NOT NULL`,
      [userId],
    );
  }

  /** Makes the secret; it counts from its first code on. Throws RefusedError('conflict') where there is one already. */
  async begin({ user }: Actor): Promise<{ secret: string; uri: string }> {
    const secret = newTotpSecret();
    const made = await execute(
      this.parts.pool,
      `INSERT INTO access_totp (user_id, sealed_secret, made_at_ms) VALUES ($1, $2, $3)
       ON CONFLICT (user_id) DO UPDATE SET sealed_secret = excluded.sealed_secret, made_at_ms = excluded.made_at_ms
         WHERE access_totp.confirmed_at_ms IS NULL`,
      [user.id, this.parts.seal.seal(secret, sealedFor(user.id)), this.parts.clock.nowMs()],
    );
    if (made === 0) throw new RefusedError('conflict', '已经启用了动态验证码；要换手机，请先停用再重新启用');
    return { secret, uri: totpUri(secret, user.account) };
  }

  /**
   * The first code shows that the app has the secret. Ends the person's other sessions, which showed no code. Returns the recovery
   * codes, this once. Throws RefusedError: `invalid` for a wrong code, `conflict` where nothing waits for one.
   */
  confirm(actor: Actor, code: string, keepDigest: string): Promise<string[]> {
    const { user } = actor;
    return inTransaction(this.parts.pool, async (client) => {
      const nowMs = this.parts.clock.nowMs();
      const found = await maybeRow(client, totpSchema, 'SELECT * FROM access_totp WHERE user_id = $1 FOR UPDATE', [user.id]);
      if (!found || found.confirmed_at_ms !== null || found.made_at_ms < nowMs - ENROL_WITHIN_MS)
        throw new RefusedError('conflict', '这个二维码已失效，请重新开始');
      const step = timeStepOf(this.secretOf(found.sealed_secret, user.id), typedCode(code), nowMs);
      if (step === null)
        throw new RefusedError('invalid', '验证码不正确，请输入手机上正在显示的六位数字；一直不对，请检查手机的时间是否准确');
      await execute(client, 'UPDATE access_totp SET confirmed_at_ms = $2, last_time_step = $3 WHERE user_id = $1', [
        user.id,
        nowMs,
        step,
      ]);
      const codes = await this.makeRecoveryCodes(client, user.id);
      await execute(client, 'DELETE FROM access_session WHERE user_id = $1 AND token_digest <> $2', [user.id, keepDigest]);
      await this.parts.audit.record(actor, { action: 'enrol-second-factor', object: 'totp' }, client);
      return codes.map(recoveryCodeText);
    });
  }

  /**
   * Takes a code of the app or a recovery code; each is taken once, also by two requests at the same moment. Null: it is none, or was
   * taken already.
   */
  async take(userId: string, typed: string): Promise<SecondFactorKind | null> {
    const { pool, clock, seal } = this.parts;
    const code = typedCode(typed);
    const found = await maybeRow(
      pool,
      totpSchema,
      'SELECT * FROM access_totp WHERE user_id = $1 AND confirmed_at_ms IS NOT NULL',
      [userId],
    );
    if (!found) return null;
    const step = timeStepOf(this.secretOf(found.sealed_secret, userId), code, clock.nowMs());
    if (step !== null) {
      const later =
        'UPDATE access_totp SET last_time_step = $2 WHERE user_id = $1 AND sealed_secret = $3 AND last_time_step < $2';
      return (await execute(pool, later, [userId, step, found.sealed_secret])) === 1 ? 'totp' : null;
    }
    const first = 'UPDATE access_recovery_code SET used_at_ms = $3 WHERE user_id = $1 AND digest = $2 AND used_at_ms IS NULL';
    const taken = await execute(pool, first, [userId, seal.digest(code, sealedFor(userId)), clock.nowMs()]);
    return taken === 1 ? 'recovery-code' : null;
  }

  /** By the person, who has shown a code. */
  async remove(actor: Actor): Promise<void> {
    await inTransaction(this.parts.pool, async (client) => {
      await removeSecondFactors(client, actor.user.id);
      await this.parts.audit.record(actor, { action: 'remove-second-factor', object: 'totp' }, client);
    });
  }

  private secretOf(sealed: string, userId: string): string {
    const secret = this.parts.seal.open(sealed, sealedFor(userId));
    // Everybody with a second factor is shut out: whoever runs the platform has to bring the key back.
    if (secret === null) throw new Error('a second factor was sealed with another key than the one that is configured');
    return secret;
  }

  private async makeRecoveryCodes(client: ClientBase, userId: string): Promise<string[]> {
    const codes = newRecoveryCodes();
    const digests = codes.map((code) => this.parts.seal.digest(code, sealedFor(userId)));
    await execute(client, 'DELETE FROM access_recovery_code WHERE user_id = $1', [userId]);
    await execute(client, 'INSERT INTO access_recovery_code (user_id, digest) SELECT $1, unnest($2::text[])', [userId, digests]);
    return codes;
  }
}

/** With the password, whoever resets an account takes these away too: the telephone may be what was lost. Passkeys go with the codes. */
export async function removeSecondFactors(db: Queryable, userId: string): Promise<void> {
  await execute(db, 'DELETE FROM access_totp WHERE user_id = $1', [userId]);
  await execute(db, 'DELETE FROM access_sign_in_step WHERE user_id = $1', [userId]);
  await execute(db, 'DELETE FROM access_passkey_challenge WHERE user_id = $1', [userId]);
}

function sealedFor(userId: string): string {
  return `totp/${userId}`;
}
