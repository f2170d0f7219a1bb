import { MINUTE_MS, RefusedError } from '@tianyan/kernel';
import type { AuditLog } from './audit-log.js';
import { assertAcceptablePassword, checkAgainstNobody, passwordMatches } from './passwords.js';
import type { ActiveSession, SessionStore } from './session-store.js';
import type { SignInLimits } from './sign-in-limits.js';
import type { UserStore } from './user-store.js';
import type { Actor } from './user.js';

/** Signing in and out, and changing one's password. */
export class SignIn {
  constructor(private readonly parts: { users: UserStore; sessions: SessionStore; limits: SignInLimits; audit: AuditLog }) {}

  /**
   * Opens a session; the token goes into the cookie and nowhere else.
   * Throws RefusedError: `unauthenticated`, with one message for a wrong password and an unknown account; `too-many`.
   */
  async open(input: { account: string; password: string; address: string }): Promise<{ token: string; session: ActiveSession }> {
    const { users, sessions, limits, audit } = this.parts;
    const { password, address } = input;
    // As it is kept, so that the log is found by it.
    const account = input.account.toLowerCase();
    await this.takeAttempt({ account, address });
    const found = await users.findForSignIn(account);
    const matches = found ? await passwordMatches(found.passwordHash, password) : await checkAgainstNobody(password);
    await audit.record({ account, address }, { action: 'sign-in', succeeded: matches && found?.isLocked === false });
    if (!found || !matches) throw new RefusedError('unauthenticated', '账号或密码不正确');
    // Told to whoever knows the password alone.
    if (found.isLocked) throw new RefusedError('unauthenticated', '这个账号已停用；要恢复，请联系安全管理员');
    await limits.giveBack(account, address);
    const { token } = await sessions.open(found.user.id, address, found.passwordHash);
    const session = await sessions.find(token);
    if (!session) throw new Error('a session just opened was not found');
    return { token, session };
  }

  /** Throws RefusedError('too-many'); the first refusal of each delay is entered in the audit log. */
  private async takeAttempt(attempt: { account: string; address: string }): Promise<void> {
    const blocked = await this.parts.limits.take(attempt.account, attempt.address);
    if (blocked === null) return;
    if (blocked.isFirst) await this.parts.audit.record(attempt, { action: 'sign-in-refused', succeeded: false });
    const wait =
      blocked.waitMs > MINUTE_MS ? `约 ${Math.ceil(blocked.waitMs / MINUTE_MS)} 分钟` : `${Math.ceil(blocked.waitMs / 1000)} 秒`;
    throw new RefusedError('too-many', `尝试次数过多，请 ${wait}后再试；急用请联系安全管理员解除`);
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
    const { users, limits, audit } = this.parts;
    const { account } = session.user;
    await this.takeAttempt({ account, address: input.address });
    const found = await users.findForSignIn(account);
    if (!found || !(await passwordMatches(found.passwordHash, input.current))) {
      await audit.record({ user: session.user, address: input.address }, { action: 'change-password', succeeded: false });
      throw new RefusedError('invalid', '当前密码不正确');
    }
    await limits.giveBack(account, input.address);
    assertAcceptablePassword({ account, current: input.current, next: input.next });
    const isSet = await users.setPassword(session.user.id, input.next, {
      keepDigest: session.tokenDigest,
      before: found.passwordHash,
    });
    if (!isSet) throw new RefusedError('conflict', '密码刚刚被重置或账号已停用，没有修改，请重新登录');
    await audit.record({ user: session.user, address: input.address }, { action: 'change-password' });
  }
}
