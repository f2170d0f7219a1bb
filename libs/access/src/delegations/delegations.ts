import { chinaDayOf, DAY_MS, RefusedError, startOfChinaDayMs, type Clock } from '@tianyan/kernel';
import { execute, isCountedId, maybeRow, row, rows, type ClientBase, type Pool, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import { MAX_DELEGATION_DAYS, type Action } from '../api/index.js';
import type { AuditLog } from '../audit-log.js';
import { assertMayStill, changingPeople } from '../people/held-roles.js';
import { heldUser, peopleNow, toUser, userColumns } from '../user-store.js';
import type { Actor, User } from '../user.js';
import {
  assertMayStandFor,
  DELEGATION_COLUMNS,
  delegationSchema,
  refusalOfDeputy,
  STANDS,
  type Delegation,
} from './delegation.js';

/** Of one person's list, the newest: some years of leaves. */
const MAX_SHOWN = 100;

const pairSchema = z.object({ principal_id: z.string(), deputy_id: z.string() });
const principalSchema = userColumns.transform(toUser);

/**
 * Who acts in the place of whom (代理). Named by the person, confirmed by another like every grant (ADR 0040); ended by either of the two at once.
 * Entered in the audit log in the same transaction.
 */
export class Delegations {
  /** @param parts.countyClock days are the county's */
  constructor(private readonly parts: { pool: Pool; clock: Clock; countyClock: Clock; audit: AuditLog }) {}

  /** What concerns the person, and for who reviews grants what waits; the newest first. */
  list(userId: string, { reviews }: { reviews: boolean }): Promise<Delegation[]> {
    return rows(
      this.parts.pool,
      delegationSchema,
      `SELECT ${DELEGATION_COLUMNS} FROM access_delegation d WHERE $1 IN (d.principal_id, d.deputy_id) OR ($2 AND d.state = 'pending')
       ORDER BY d.id DESC LIMIT ${MAX_SHOWN}`,
      [userId, reviews],
    );
  }

  /**
   * Throws RefusedError: `invalid` for days that are past or too many, or a deputy who cannot be; `conflict` where days overlap with another
   * delegation of the person.
   */
  async propose(
    actor: Actor,
    asked: { deputyId: string; fromDay: string; untilDay: string; reason: string },
  ): Promise<Delegation> {
    const { deputyId, fromDay, untilDay, reason } = asked;
    this.assertDays(fromDay, untilDay);
    return this.changing(actor, 'delegate', async (client) => {
      const [principal, deputy] = [await heldUser(client, actor.user.id), await heldUser(client, deputyId)];
      if (!principal || !deputy) throw new RefusedError('invalid', '没有这个账号，或已停用，请另选代理人。');
      const refusal = refusalOfDeputy(principal, deputy);
      if (refusal !== null) throw new RefusedError('invalid', refusal);
      const taken = await execute(
        client,
        `SELECT 1 FROM access_delegation WHERE principal_id = $1 AND state IN ('pending', 'confirmed') AND from_day <= $3::date AND until_day >= $2::date`,
        [principal.id, fromDay, untilDay],
      );
      if (taken > 0) throw new RefusedError('conflict', '这几天您已请人代理，或有一项代理等待复核；要换人，请先撤回。');
      const made = await row(
        client,
        delegationSchema,
        `INSERT INTO access_delegation AS d (principal_id, deputy_id, from_day, until_day, reason, asked_at_ms) VALUES ($1, $2, $3, $4, $5, $6)
         RETURNING ${DELEGATION_COLUMNS}`,
        [principal.id, deputy.id, fromDay, untilDay, reason, this.parts.clock.nowMs()],
      );
      await this.note(client, actor, 'propose-delegation', made, reason);
      return made;
    });
  }

  /** Throws RefusedError: `not-found`, `conflict`, and `forbidden` for either of the two. */
  settle(actor: Actor, id: string, { confirmed, reason }: { confirmed: boolean; reason: string }): Promise<Delegation> {
    return this.changing(actor, 'review-grants', async (client) => {
      const found = await this.locked(client, id, ['pending']);
      if ([found.principalId, found.deputyId].includes(actor.user.id))
        throw new RefusedError('forbidden', '这项代理涉及您本人，须由另一人复核。');
      const [principal, deputy] = [await heldUser(client, found.principalId), await heldUser(client, found.deputyId)];
      if (confirmed) {
        if (!principal || !deputy) throw new RefusedError('conflict', '其中一人的账号已停用，请驳回这项代理。');
        assertMayStandFor(principal, deputy);
        if (found.untilDay < this.today()) throw new RefusedError('conflict', '代理的日期已过，请驳回这项代理。');
      }
      const after = await row(
        client,
        delegationSchema,
        `UPDATE access_delegation d SET state = $2, settled_by = $3, settled_at_ms = $4, settle_reason = $5 WHERE d.id = $1 RETURNING ${DELEGATION_COLUMNS}`,
        [found.id, confirmed ? 'confirmed' : 'rejected', actor.user.account, this.parts.clock.nowMs(), reason],
      );
      await this.note(client, actor, confirmed ? 'confirm-delegation' : 'reject-delegation', found, reason);
      return after;
    });
  }

  /** At once, by either of the two. Throws RefusedError: `not-found`, also for what concerns others; `conflict` where it is over. */
  end(actor: Actor, id: string, reason: string): Promise<Delegation> {
    return this.changing(actor, 'read-delegations', async (client) => {
      const found = await this.locked(client, id, ['pending', 'confirmed']);
      if (![found.principalId, found.deputyId].includes(actor.user.id)) throw new RefusedError('not-found', NOT_FOUND);
      const after = await row(
        client,
        delegationSchema,
        `UPDATE access_delegation d SET state = 'ended', ended_by = $2, ended_at_ms = $3, end_reason = $4 WHERE d.id = $1 RETURNING ${DELEGATION_COLUMNS}`,
        [found.id, actor.user.account, this.parts.clock.nowMs(), reason],
      );
      await this.note(client, actor, 'end-delegation', found, reason);
      return after;
    });
  }

  /** In whose place the person acts today, as they stand now. */
  async standingFor(deputy: User): Promise<User[]> {
    const found = await rows(
      this.parts.pool,
      principalSchema,
      `SELECT p.* FROM access_delegation JOIN access_user p ON p.id = principal_id
       WHERE deputy_id = $1 AND ${STANDS} AND p.locked_at_ms IS NULL ORDER BY p.account`,
      [deputy.id, this.today()],
    );
    return found.filter((principal) => refusalOfDeputy(principal, deputy) === null);
  }

  private today(): string {
    return chinaDayOf(this.parts.countyClock.nowMs());
  }

  private assertDays(fromDay: string, untilDay: string): void {
    if (untilDay < fromDay) throw new RefusedError('invalid', '结束日期早于开始日期，请改过再提交。');
    if (fromDay < this.today()) throw new RefusedError('invalid', '开始日期已过，请从今天或以后开始。');
    if (startOfChinaDayMs(untilDay) - startOfChinaDayMs(fromDay) >= MAX_DELEGATION_DAYS * DAY_MS)
      throw new RefusedError('invalid', `一次最多代理 ${MAX_DELEGATION_DAYS} 天；更久的请移交，或另行任命。`);
  }

  private async locked(client: ClientBase, id: string, states: readonly Delegation['state'][]): Promise<Delegation> {
    const sql = `SELECT ${DELEGATION_COLUMNS} FROM access_delegation d WHERE d.id = $1 FOR UPDATE`;
    const found = isCountedId(id) ? await maybeRow(client, delegationSchema, sql, [id]) : null;
    if (!found) throw new RefusedError('not-found', NOT_FOUND);
    if (!states.includes(found.state)) throw new RefusedError('conflict', '这项代理已经办过，请刷新页面查看结果。');
    return found;
  }

  /** In turn with whatever changes people: a deputy who is just being locked is not confirmed. */
  private changing<T>(actor: Actor, action: Action, work: (client: ClientBase) => Promise<T>): Promise<T> {
    return changingPeople(this.parts.pool, async (client) => {
      await assertMayStill(client, actor.user, action);
      return work(client);
    });
  }

  /** By their accounts, also of who is locked by now: ids say nothing to whoever reads the log. */
  private async note(
    client: ClientBase,
    actor: Actor,
    action: 'propose-delegation' | 'confirm-delegation' | 'reject-delegation' | 'end-delegation',
    { id, principalId, deputyId }: Delegation,
    reason: string,
  ): Promise<void> {
    const people = await peopleNow(client, [principalId, deputyId]);
    const names = [principalId, deputyId].map((one) => people.get(one)?.user.account ?? one).join('+');
    await this.parts.audit.record(actor, { action, object: `delegation/${id}/${names}`, reason }, client);
  }
}

/** Who acts in whose place on a day of the county, of those who can sign in. Whoever tells people of what waits tells the deputies too. */
export async function standingDelegations(
  db: Queryable,
  today: string,
): Promise<readonly { principalId: string; deputyId: string }[]> {
  const found = await rows(
    db,
    pairSchema,
    `SELECT d.principal_id, d.deputy_id FROM access_delegation d JOIN access_user p ON p.id = d.principal_id JOIN access_user q ON q.id = d.deputy_id
     WHERE d.state = 'confirmed' AND d.from_day <= $1::date AND d.until_day >= $1::date AND p.locked_at_ms IS NULL AND q.locked_at_ms IS NULL`,
    [today],
  );
  return found.map(({ principal_id: principalId, deputy_id: deputyId }) => ({ principalId, deputyId }));
}

const NOT_FOUND = '没有这项代理，请刷新页面。';
