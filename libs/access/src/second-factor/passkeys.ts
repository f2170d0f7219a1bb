import { RefusedError, type Clock, type EpochMs, type IdSource } from '@tianyan/kernel';
import { execute, inTransaction, maybeRow, row, rows, type Pool } from '@tianyan/postgres';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { z } from 'zod';
import type { AuditLog } from '../audit-log.js';
import type { Actor } from '../user.js';
import type { PasskeyMade, PasskeyShown } from './passkey-answers.js';
import { PasskeyChallenges } from './passkey-challenges.js';

/** Of one person: a key at the desk, one at home, a telephone, and some to spare. */
export const MAX_PASSKEYS = 10;
/** What the browser shows beside the request. */
const RP_NAME = '天眼监督';

/** The site that a passkey is bound to. */
export interface PasskeySite {
  /** Scheme, host and port, as the browser has it. */
  origin: string;
  /** The host alone. */
  rpId: string;
}

export interface Passkey {
  id: string;
  name: string;
  madeAtMs: EpochMs;
  usedAtMs: EpochMs | null;
  /** Copied to other devices of the person. */
  backedUp: boolean;
}

const passkeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    made_at_ms: z.int(),
    used_at_ms: z.int().nullable(),
    backed_up: z.boolean(),
  })
  .transform((found): Passkey => ({
    id: found.id,
    name: found.name,
    madeAtMs: found.made_at_ms,
    usedAtMs: found.used_at_ms,
    backedUp: found.backed_up,
  }));
const keySchema = z.object({
  id: z.string(),
  credential_id: z.string(),
  public_key: z.instanceof(Buffer),
  counter: z.int(),
  transports: z.array(z.string()),
});
const countSchema = z.object({ count: z.int() });
const enrolledSchema = z.object({ user_id: z.string() });

const NO_PASSKEY = '没有这个通行密钥，可能已经删除，请刷新页面';

/** Keys that a device holds (通行密钥), shown in the place of a code: no false page can ask for them, since they sign for this site alone. */
export class Passkeys {
  private readonly challenges: PasskeyChallenges;

  /** @param parts.clock the machine's clock */
  constructor(private readonly parts: { pool: Pool; clock: Clock; ids: IdSource; audit: AuditLog }) {
    this.challenges = new PasskeyChallenges(parts.pool, parts.clock);
  }

  /** The person's, oldest first. */
  list(userId: string): Promise<Passkey[]> {
    return rows(
      this.parts.pool,
      passkeySchema,
      'SELECT id, name, made_at_ms, used_at_ms, backed_up FROM access_passkey WHERE user_id = $1 ORDER BY made_at_ms, id',
      [userId],
    );
  }

  /** Asked before a code is shown, which is then spent. Throws RefusedError('conflict') with as many as there may be. */
  async assertMayAdd(userId: string): Promise<void> {
    assertRoom((await this.keysOf(userId, null)).length);
  }

  /** Asked before a code is shown, which is then spent. Throws RefusedError('not-found'), also for somebody else's. */
  async assertHas(userId: string, id: string): Promise<void> {
    if (!(await this.list(userId)).some((key) => key.id === id)) throw new RefusedError('not-found', NO_PASSKEY);
  }

  /** What the browser is asked to make. Throws RefusedError('conflict') without the codes of an app, or with as many as there may be. */
  async beginEnrolment(
    { user }: Actor,
    holderDigest: string,
    { rpId }: PasskeySite,
  ): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const keys = await this.keysOf(user.id, null);
    assertRoom(keys.length);
    await this.assertHasCodes(user.id);
    const options = await generateRegistrationOptions({
      rpName: RP_NAME,
      rpID: rpId,
      // Not the account's own id: it is kept on the device.
      userName: user.account,
      userDisplayName: user.displayName,
      attestationType: 'none',
      excludeCredentials: keys.map((key) => ({ id: key.credential_id, transports: key.transports })),
      authenticatorSelection: { userVerification: 'required', residentKey: 'discouraged' },
    });
    await this.challenges.keep({ userId: user.id, holderDigest, purpose: 'enrol' }, options.challenge);
    return options;
  }

  /** Throws RefusedError: `invalid` for an answer that does not hold, `conflict` where nothing waits for one, or the name is taken. */
  async enrol(
    actor: Actor,
    holderDigest: string,
    asked: { site: PasskeySite; name: string; made: PasskeyMade },
  ): Promise<Passkey> {
    const { site, name, made } = asked;
    const { user } = actor;
    const challenge = await this.challenges.take({ userId: user.id, holderDigest, purpose: 'enrol' });
    if (challenge === null) throw new RefusedError('conflict', '登记等待的时间过长，请重新开始');
    const registered = await verified(() =>
      verifyRegistrationResponse({
        response: made,
        expectedChallenge: challenge,
        expectedOrigin: site.origin,
        expectedRPID: site.rpId,
        requireUserVerification: true,
      }),
    );
    if (!registered?.registrationInfo)
      throw new RefusedError('invalid', '通行密钥没有登记成功：请从平台的正式地址打开本页，按设备的提示输入 PIN、指纹或面容');
    const { credential, credentialDeviceType, credentialBackedUp } = registered.registrationInfo;
    return inTransaction(this.parts.pool, async (client) => {
      // Under lock: of two at once the second counts the first, and none is left over where the codes are taken away meanwhile.
      const sql = 'SELECT user_id FROM access_totp WHERE user_id = $1 AND confirmed_at_ms IS NOT NULL FOR UPDATE';
      if (!(await maybeRow(client, enrolledSchema, sql, [user.id]))) throw new RefusedError('conflict', NO_CODES);
      const { count } = await row(client, countSchema, 'SELECT count(*)::int AS count FROM access_passkey WHERE user_id = $1', [
        user.id,
      ]);
      assertRoom(count);
      const kept = await maybeRow(
        client,
        passkeySchema,
        `INSERT INTO access_passkey (id, user_id, credential_id, name, public_key, counter, rp_id, transports, syncable, backed_up, made_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING RETURNING id, name, made_at_ms, used_at_ms, backed_up`,
        [
          this.parts.ids.next(),
          user.id,
          credential.id,
          name,
          Buffer.from(credential.publicKey),
          credential.counter,
          site.rpId,
          made.response.transports,
          credentialDeviceType === 'multiDevice',
          credentialBackedUp,
          this.parts.clock.nowMs(),
        ],
      );
      if (!kept) throw new RefusedError('conflict', '已有一个同名的通行密钥，或这个密钥已经登记过，请换一个名称或密钥');
      await this.parts.audit.record(actor, { action: 'enrol-passkey', object: `passkey/${kept.id}` }, client);
      return kept;
    });
  }

  /** By the person, who has shown a code. Throws RefusedError('not-found'), also for somebody else's. */
  async remove(actor: Actor, id: string): Promise<void> {
    await inTransaction(this.parts.pool, async (client) => {
      const sql = 'DELETE FROM access_passkey WHERE id = $1 AND user_id = $2';
      if ((await execute(client, sql, [id, actor.user.id])) === 0) throw new RefusedError('not-found', NO_PASSKEY);
      await this.parts.audit.record(actor, { action: 'remove-passkey', object: `passkey/${id}` }, client);
    });
  }

  /** Whether the person may show one there. */
  async isOffered(userId: string, { rpId }: PasskeySite): Promise<boolean> {
    return (await this.keysOf(userId, rpId)).length > 0;
  }

  /** What the browser is asked to show. Throws RefusedError('conflict') for whoever has none of this site. */
  async beginSignIn(userId: string, holderDigest: string, { rpId }: PasskeySite): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const keys = await this.keysOf(userId, rpId);
    if (keys.length === 0) throw new RefusedError('conflict', '这个账号在本站没有登记通行密钥，请输入验证码');
    const options = await generateAuthenticationOptions({
      rpID: rpId,
      allowCredentials: keys.map((key) => ({ id: key.credential_id, transports: key.transports })),
      userVerification: 'required',
    });
    await this.challenges.keep({ userId, holderDigest, purpose: 'sign-in' }, options.challenge);
    return options;
  }

  /** Takes what was shown; false: it does not hold, is somebody else's, was shown before, or its counter says that there is a copy. */
  async take(
    userId: string,
    holderDigest: string,
    { site, shown }: { site: PasskeySite; shown: PasskeyShown },
  ): Promise<boolean> {
    const challenge = await this.challenges.take({ userId, holderDigest, purpose: 'sign-in' });
    const key = (await this.keysOf(userId, site.rpId)).find((one) => one.credential_id === shown.id);
    if (challenge === null || !key) return false;
    const answer = await verified(() =>
      verifyAuthenticationResponse({
        response: shown,
        expectedChallenge: challenge,
        expectedOrigin: site.origin,
        expectedRPID: site.rpId,
        requireUserVerification: true,
        credential: { id: key.credential_id, publicKey: new Uint8Array(key.public_key), counter: key.counter },
      }),
    );
    if (!answer?.verified) return false;
    const { newCounter, credentialBackedUp } = answer.authenticationInfo;
    // Of two at once with the same counter one finds it raised.
    const sql = 'UPDATE access_passkey SET counter = $3, backed_up = $4, used_at_ms = $5 WHERE id = $1 AND counter = $2';
    const taken = [key.id, key.counter, newCounter, credentialBackedUp, this.parts.clock.nowMs()];
    return (await execute(this.parts.pool, sql, taken)) === 1;
  }

  private async assertHasCodes(userId: string): Promise<void> {
    const sql = 'SELECT user_id FROM access_totp WHERE user_id = $1 AND confirmed_at_ms IS NOT NULL';
    if (!(await maybeRow(this.parts.pool, enrolledSchema, sql, [userId]))) throw new RefusedError('conflict', NO_CODES);
  }

  /** @param rpId null: of every site */
  private keysOf(userId: string, rpId: string | null) {
    return rows(
      this.parts.pool,
      keySchema,
      `SELECT id, credential_id, public_key, counter, transports FROM access_passkey
       WHERE user_id = $1 AND ($2::text IS NULL OR rp_id = $2) ORDER BY made_at_ms, id`,
      [userId, rpId],
    );
  }
}

const NO_CODES = '请先启用动态验证码：通行密钥丢失时要用验证码或恢复码登录';

/** The library throws for whatever in a browser's answer does not hold; its answer is the person's, and wrong. */
async function verified<T>(check: () => Promise<T>): Promise<T | null> {
  try {
    return await check();
  } catch {
    return null;
  }
}

/** Throws RefusedError('conflict'). */
function assertRoom(count: number): void {
  if (count >= MAX_PASSKEYS) throw new RefusedError('conflict', `最多可登记 ${MAX_PASSKEYS} 个通行密钥，请先删除不用的`);
}
