import { MINUTE_MS, RefusedError, sha256Hex, type EpochMs } from '@tianyan/kernel';
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import type { AuditAction } from './api/index.js';
import type { AuditLog } from './audit-log.js';
import { assertAcceptablePassword, checkAgainstNobody, passwordMatches } from './passwords.js';
import type {
  Passkeys,
  PasskeyShown,
  PasskeySite,
  SecondFactorKind,
  SecondFactors,
  SignedInBy,
  SignInStep,
  SignInSteps,
} from './second-factor/index.js';
import type { ActiveSession, SessionStore } from './session-store.js';
import type { SignInLimits } from './sign-in-limits.js';
import type { FoundForSignIn, UserStore } from './user-store.js';
import type { Actor } from './user.js';

export interface SignedIn {
  state: 'signed-in';
  token: string;
  session: ActiveSession;
}

/** Signed in, or half: a code of the second factor is awaited. The token goes into the cookie and nowhere else. */
export type SignInAnswer = SignedIn | { state: 'code-awaited'; token: string; expiresAtMs: EpochMs };

/** As {@link SignInAnswer}, or why whoever the identity service has named is not let in. */
export type NamedAnswer = SignInAnswer | { state: 'refused'; why: 'unknown-account' | 'locked' };

interface SignInParts {
  users: UserStore;
  sessions: SessionStore;
  limits: SignInLimits;
  audit: AuditLog;
  steps: SignInSteps;
  secondFactors: SecondFactors;
  passkeys: Passkeys;
}

const EXPIRED = '这次登录已过期，请重新登录';
const WRONG_CODE = '验证码不正确或已经用过，请输入手机上正在显示的六位数字；没有手机，请输入一个恢复码';
const WRONG_PASSKEY = '通行密钥没有通过：请按设备的提示重试；一直不行，请输入验证码或恢复码';

/** Where an attempt is counted. */
interface Attempt {
  account: string;
  address: string;
}

/** Signing in and out, and changing one's password. */
export class SignIn {
  constructor(private readonly parts: SignInParts) {}

  /**
   * By password. Throws RefusedError: `unauthenticated`, with one message for a wrong password and an unknown account; `too-many`.
   */
  async open(input: { account: string; password: string; address: string }): Promise<SignInAnswer> {
    const { users, limits, audit, secondFactors } = this.parts;
    const { password, address } = input;
    // As it is kept, so that the log is found by it.
    const account = input.account.toLowerCase();
    await this.takeAttempt({ account, address });
    const found = await users.findForSignIn(account);
    const matches = found ? await passwordMatches(found.passwordHash, password) : await checkAgainstNobody(password);
    const mayEnter = found !== null && matches && !found.isLocked;
    // Until the code is right the attempt stays counted: whoever has the password alone guesses codes by the same limits.
    if (mayEnter && (await secondFactors.enrolled(found.user.id))) return this.awaitCode(found, 'password', address);
    await audit.record({ account, address }, { action: 'sign-in', succeeded: mayEnter });
    if (!found || !matches) throw new RefusedError('unauthenticated', '账号或密码不正确');
    // Told to whoever knows the password alone.
    if (found.isLocked) throw new RefusedError('unauthenticated', '这个账号已停用；要恢复，请联系安全管理员');
    await limits.giveBack(account, address);
    return this.openSession(found, 'password', address);
  }

  /**
   * For whoever the county's identity service has named. No account is ever made by it.
   * @param input.trustsFactor the service has asked for a second factor itself
   */
  async openNamed(input: { account: string; address: string; trustsFactor: boolean }): Promise<NamedAnswer> {
    const { users, audit, secondFactors } = this.parts;
    const { address, trustsFactor } = input;
    const account = input.account.toLowerCase();
    const found = await users.findForSignIn(account);
    const mayEnter = found !== null && !found.isLocked;
    if (mayEnter && !trustsFactor && (await secondFactors.enrolled(found.user.id)))
      return this.awaitCode(found, 'identity-service', address);
    await audit.record({ account, address }, { action: 'sign-in', object: 'identity-service', succeeded: mayEnter });
    if (!found) return { state: 'refused', why: 'unknown-account' };
    if (found.isLocked) return { state: 'refused', why: 'locked' };
    return this.openSession(found, 'identity-service', address);
  }

  /**
   * The second step. Throws RefusedError: `unauthenticated` where the first has to be taken again, `invalid` for a wrong code or one
   * that was taken already, `too-many`.
   */
  complete(input: { token: string; code: string; address: string }): Promise<SignedIn> {
    const { token, code, address } = input;
    return this.completeStep({ token, address }, (step) => this.parts.secondFactors.take(step.user.id, code), WRONG_CODE);
  }

  /** What the browser is asked to show in the place of a code. Throws RefusedError: `unauthenticated`, `conflict` without a passkey. */
  async askPasskey(token: string, site: PasskeySite): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const userId = await this.parts.steps.userIdOf(token);
    if (userId === null) throw new RefusedError('unauthenticated', EXPIRED);
    return this.parts.passkeys.beginSignIn(userId, sha256Hex(token), site);
  }

  /** The second step by a passkey. Throws like {@link complete}. */
  completeByPasskey(input: { token: string; shown: PasskeyShown; site: PasskeySite; address: string }): Promise<SignedIn> {
    const { token, shown, site, address } = input;
    const take = async (step: SignInStep) =>
      (await this.parts.passkeys.take(step.user.id, sha256Hex(token), { site, shown })) ? 'passkey' : null;
    return this.completeStep({ token, address }, take, WRONG_PASSKEY);
  }

  private async completeStep(
    { token, address }: { token: string; address: string },
    take: (step: SignInStep) => Promise<SecondFactorKind | null>,
    refusal: string,
  ): Promise<SignedIn> {
    const { steps, limits, audit } = this.parts;
    const step = await steps.takeAttempt(token);
    if (!step) throw new RefusedError('unauthenticated', EXPIRED);
    const { account } = step.user;
    // The first code goes with the password's attempt, which is still counted; the identity service's was counted nowhere.
    if (step.attempts > 1 || step.signedInBy === 'identity-service') await this.takeAttempt({ account, address });
    const kind = await take(step);
    if (kind === null) {
      await audit.record({ account, address }, { action: 'refuse-second-factor', succeeded: false });
      throw new RefusedError('invalid', refusal);
    }
    if (kind === 'recovery-code') await audit.record({ account, address }, { action: 'use-recovery-code' });
    if (!(await steps.close(token))) throw new RefusedError('unauthenticated', EXPIRED);
    await audit.record({ account, address }, { action: 'sign-in', object: `${step.signedInBy}/${kind}` });
    await limits.giveBack(account, address);
    return this.openSession(step, step.signedInBy, address);
  }

  /**
   * Whoever is signed in shows the password again: an unattended desk must not suffice. Throws RefusedError: `invalid`, `too-many`.
   * @param action what it is for, as which a wrong one is entered in the audit log
   */
  async assertPassword(
    session: ActiveSession,
    input: { password: string; address: string; action: AuditAction },
  ): Promise<Entering> {
    const { users, limits, audit } = this.parts;
    const { account } = session.user;
    await this.takeAttempt({ account, address: input.address });
    const found = await users.findForSignIn(account);
    if (!found || !(await passwordMatches(found.passwordHash, input.password))) {
      await audit.record({ user: session.user, address: input.address }, { action: input.action, succeeded: false });
      throw new RefusedError('invalid', '当前密码不正确');
    }
    await limits.giveBack(account, input.address);
    return found;
  }

  /** A code of the person who is signed in, counted like one at the sign-in. Throws RefusedError: `invalid`, `too-many`. */
  async assertCode({ user, address }: Actor, code: string): Promise<void> {
    const { limits, audit, secondFactors } = this.parts;
    const attempt = { account: user.account, address: address ?? '' };
    await this.takeAttempt(attempt);
    const kind = await secondFactors.take(user.id, code);
    if (kind === null) {
      await audit.record({ user, address }, { action: 'refuse-second-factor', succeeded: false });
      throw new RefusedError('invalid', '验证码不正确或已经用过，请等手机显示下一个再输入；没有手机，请输入一个恢复码');
    }
    if (kind === 'recovery-code') await audit.record({ user, address }, { action: 'use-recovery-code' });
    await limits.giveBack(attempt.account, attempt.address);
  }

  /** Throws RefusedError('too-many'); the first refusal of each delay is entered in the audit log. */
  private async takeAttempt(attempt: Attempt): Promise<void> {
    const blocked = await this.parts.limits.take(attempt.account, attempt.address);
    if (blocked === null) return;
    if (blocked.isFirst) await this.parts.audit.record(attempt, { action: 'sign-in-refused', succeeded: false });
    const wait =
      blocked.waitMs > MINUTE_MS ? `约 ${Math.ceil(blocked.waitMs / MINUTE_MS)} 分钟` : `${Math.ceil(blocked.waitMs / 1000)} 秒`;
    throw new RefusedError('too-many', `尝试次数过多，请 ${wait}后再试；急用请联系安全管理员解除`);
  }

  private async awaitCode(of: Entering, signedInBy: SignedInBy, address: string): Promise<SignInAnswer> {
    const { audit, steps } = this.parts;
    await audit.record({ account: of.user.account, address }, { action: 'first-step', object: signedInBy });
    const opened = await steps.open({ userId: of.user.id, passwordHash: of.passwordHash, signedInBy });
    return { state: 'code-awaited', ...opened };
  }

  private async openSession(of: Entering, signedInBy: SignedInBy, address: string): Promise<SignedIn> {
    const { token } = await this.parts.sessions.open(of.user.id, address, of.passwordHash, signedInBy);
    const session = await this.parts.sessions.find(token);
    if (!session) throw new Error('a session just opened was not found');
    return { state: 'signed-in', token, session };
  }

  async close(session: ActiveSession, address: string): Promise<void> {
    await this.parts.sessions.close(session.tokenDigest);
    await this.parts.audit.record({ user: session.user, address }, { action: 'sign-out' });
  }

  /** One of the person's own, wherever it was opened. */
  async closeOwn(actor: Actor, tokenDigest: string): Promise<void> {
    await this.parts.audit.record(actor, { action: 'sign-out', object: 'other-session' });
    await this.parts.sessions.closeOf(actor.user.id, tokenDigest);
  }

  /** Ends the person's other sessions. Throws RefusedError('invalid') for a wrong current or an unacceptable new password. */
  async changePassword(session: ActiveSession, input: { current: string; next: string; address: string }): Promise<void> {
    const { users, audit } = this.parts;
    const { account } = session.user;
    const { current: password, address } = input;
    const found = await this.assertPassword(session, { password, address, action: 'change-password' });
    assertAcceptablePassword({ account, current: input.current, next: input.next });
    const isSet = await users.setPassword(session.user.id, input.next, {
      keepDigest: session.tokenDigest,
      before: found.passwordHash,
    });
    if (!isSet) throw new RefusedError('conflict', '密码刚刚被重置或账号已停用，没有修改，请重新登录');
    await audit.record({ user: session.user, address }, { action: 'change-password' });
  }
}

type Entering = Pick<FoundForSignIn, 'user' | 'passwordHash'>;
