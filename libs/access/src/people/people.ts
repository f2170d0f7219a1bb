import { RefusedError, type Clock } from '@tianyan/kernel';
import { execute, maybeRow, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { isAllowed } from '../api/index.js';
import type { AuditLog } from '../audit-log.js';
import { hashPassword, randomPassword } from '../passwords.js';
import { removeSecondFactors } from '../second-factor/index.js';
import { SESSION_IDLE_MS } from '../session-store.js';
import type { Actor } from '../user.js';
import { assertNamedAsLeft, isNothing, leftName, type CountHandledWork, type HandledWork } from './handled-work.js';
import {
  assertMayStill,
  assertStillHeld,
  changingPeople,
  endSessionsOf,
  isSamePerson,
  personOf,
  SERVER_ACCOUNT,
} from './held-roles.js';
import { CONFIRMED_BY, MAX_PEOPLE, personSchema, type Person } from './person.js';

const idSchema = z.object({ id: z.string() });

/** Accounts as whoever manages them sees them. What takes nothing but something away from a person happens at once. */
export class People {
  /** @param parts.clock the machine's clock */
  constructor(private readonly parts: { pool: Pool; clock: Clock; audit: AuditLog }) {}

  /** Whether there is such an account, locked or not. */
  async exists(id: string): Promise<boolean> {
    return (await maybeRow(this.parts.pool, idSchema, 'SELECT id FROM access_user WHERE id = $1', [id])) !== null;
  }

  /** All, by account. */
  list(): Promise<Person[]> {
    const nowMs = this.parts.clock.nowMs();
    return rows(
      this.parts.pool,
      personSchema,
      `SELECT u.*, coalesce(s.sessions, 0) AS sessions, s.last_seen_at_ms, ${CONFIRMED_BY} FROM access_user u LEFT JOIN (
         SELECT user_id, count(*) AS sessions, max(last_seen_at_ms) AS last_seen_at_ms FROM access_session
         WHERE expires_at_ms > $1 AND last_seen_at_ms > $2 GROUP BY user_id) s ON s.user_id = u.id
       ORDER BY u.account LIMIT ${MAX_PEOPLE}`,
      [nowMs, nowMs - SESSION_IDLE_MS],
    );
  }

  /**
   * The person cannot sign in any more, from this moment. What the person still handles has been handed over, or is named as left (留下): with other
   * numbers than `asked.left` nothing is done. Throws RefusedError: `not-found`, `conflict`, `forbidden`.
   */
  lock(actor: Actor, id: string, asked: { reason: string; left: HandledWork; counted: CountHandledWork }): Promise<void> {
    const { reason, left, counted } = asked;
    return this.changing(async (client) => {
      await assertMayStill(client, actor.user, 'manage-people');
      const person = await personOf(client, id);
      if (isSamePerson(actor.user, person)) throw new RefusedError('forbidden', '不能停用自己的账号，请由另一名安全管理员停用');
      if (person.lockedAtMs !== null) throw new RefusedError('conflict', '这个账号已经停用，请刷新页面');
      await assertStillHeld(client, person, null);
      // Waits for steps under way that give the person something: see `heldUser`.
      await execute(client, 'SELECT id FROM access_user WHERE id = $1 FOR UPDATE', [id]);
      assertNamedAsLeft(person, await counted(client, id), left);
      await execute(client, 'UPDATE access_user SET locked_at_ms = $2, lock_reason = $3 WHERE id = $1', [
        id,
        this.parts.clock.nowMs(),
        reason,
      ]);
      await endSessionsOf(client, id);
      const object = `person/${person.account}${isNothing(left) ? '' : `/left/${leftName(left)}`}`;
      await this.parts.audit.record(actor, { action: 'lock-person', object, reason }, client);
    });
  }

  /** Whoever is signed in as the person is signed out everywhere. Throws RefusedError('not-found'). */
  endSessions(actor: Actor, id: string): Promise<void> {
    return this.changing(async (client) => {
      await assertMayStill(client, actor.user, 'manage-people');
      const person = await personOf(client, id);
      await endSessionsOf(client, id);
      await this.parts.audit.record(actor, { action: 'end-sessions', object: `person/${person.account}` }, client);
    });
  }

  /**
   * Makes the first password of an account that was made or reset, and says it this once; it has to be changed at the first
   * sign-in. Throws RefusedError: `not-found`, `forbidden` where it is not the person's to fetch, `conflict` where none is due.
   */
  async issuePassword(actor: Actor, id: string): Promise<{ account: string; password: string }> {
    const password = randomPassword();
    const passwordHash = await hashPassword(password);
    return this.changing(async (client) => {
      const person = await personOf(client, id);
      assertMayFetch(actor, person);
      await assertMayStill(client, actor.user, isAllowed(person.role, 'review-grants') ? 'review-grants' : 'manage-people');
      if (person.lockedAtMs !== null) throw new RefusedError('conflict', '这个账号已停用，请先恢复');
      if (!person.passwordDue)
        throw new RefusedError('conflict', '这个账号的初始密码已经领取过，只能领取一次；没有收到的，请重新申请重置密码');
      await this.handOver(client, id, passwordHash);
      await this.parts.audit.record(actor, { action: 'issue-password', object: `person/${person.account}` }, client);
      return { account: person.account, password };
    });
  }

  /**
   * For whoever has the server itself in hand, when nobody can sign in who could do it: makes a new password, says it this
   * once, and ends every session of the account. Throws RefusedError: `not-found`, `conflict` for a locked one.
   */
  async resetOnServer(account: string): Promise<string> {
    const password = randomPassword();
    const passwordHash = await hashPassword(password);
    await this.changing(async (client) => {
      const found = await maybeRow(client, idSchema, 'SELECT id FROM access_user WHERE account = $1', [account.toLowerCase()]);
      const person = await personOf(client, found?.id ?? '');
      if (person.lockedAtMs !== null) throw new RefusedError('conflict', '这个账号已停用，请由安全管理员在控制台恢复');
      await this.handOver(client, person.id, passwordHash);
      await removeSecondFactors(client, person.id);
      const server = { account: SERVER_ACCOUNT, address: null };
      await this.parts.audit.record(server, { action: 'reset-on-server', object: `person/${person.account}` }, client);
    });
    return password;
  }

  /** A password that somebody else than the person knows: it has to be changed at the first sign-in. */
  private async handOver(client: ClientBase, id: string, passwordHash: string): Promise<void> {
    await execute(
      client,
      'UPDATE access_user SET password_hash = $2, password_due = false, must_change_password = true WHERE id = $1',
      [id, passwordHash],
    );
    await endSessionsOf(client, id);
  }

  private changing<T>(work: (client: ClientBase) => Promise<T>): Promise<T> {
    return changingPeople(this.parts.pool, work);
  }
}

/**
 * Whether the first password of a person is the actor's to hand over. Whoever reviews is not handed one by whoever proposes: that one could sign in as
 * the reviewer. Of those it is fetched by whoever confirmed the account or the reset.
 */
export function mayFetchPassword({ user }: Actor, person: Person): boolean {
  if (!person.passwordDue || person.lockedAtMs !== null || isSamePerson(user, person)) return false;
  return isAllowed(person.role, 'review-grants') ? person.confirmedBy === user.account : isAllowed(user.role, 'manage-people');
}

function assertMayFetch(actor: Actor, person: Person): void {
  if (isSamePerson(actor.user, person)) throw new RefusedError('forbidden', '不能领取自己的初始密码');
  if (!person.passwordDue || person.lockedAtMs !== null || mayFetchPassword(actor, person)) return;
  throw new RefusedError(
    'forbidden',
    isAllowed(person.role, 'review-grants') ? '能复核授权的人，初始密码由复核通过的人领取' : '初始密码由安全管理员领取',
  );
}
