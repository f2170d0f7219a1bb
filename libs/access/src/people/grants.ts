import { RefusedError, type Clock, type IdSource } from '@tianyan/kernel';
import { execute, idCursor, idText, isCountedId, maybeRow, pageOf, row, rows } from '@tianyan/postgres';
import type { ClientBase, Page, Pool, Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import { GRANT_KINDS, GRANT_STATES, isAllowed, isOfUnits, type GrantKind, type GrantState } from '../api/index.js';
import type { AuditLog } from '../audit-log.js';
import { unusableHash } from '../passwords.js';
import { removeSecondFactors } from '../second-factor/index.js';
import type { Actor } from '../user.js';
import {
  assertMayStill,
  assertStillHeld,
  changingPeople,
  endSessionsOf,
  isSamePerson,
  mayStill,
  personOf,
  SERVER_ACCOUNT,
} from './held-roles.js';
import { acceptable, holdingSchema, type Holding } from './person.js';

/** What one proposed about an account, and what another said to it. */
export interface Grant {
  id: string;
  kind: GrantKind;
  /** Null until an account is made. */
  userId: string | null;
  account: string;
  after: Holding;
  before: Holding | null;
  reason: string;
  proposedBy: string;
  proposedAtMs: number;
  state: GrantState;
  settledBy: string | null;
  settledAtMs: number | null;
  settleReason: string | null;
}

/** Classes that are not said stay as they are; of a new account they are all. */
type AskedHolding = Omit<Holding, 'problemClasses'> & { problemClasses?: string[] | null | undefined };

/** What can be proposed. */
export type Proposal =
  | ({ kind: 'make'; account: string } & AskedHolding)
  | ({ kind: 'change'; userId: string } & AskedHolding)
  | { kind: 'reset' | 'unlock'; userId: string };

/** Proposals that may wait at once: whoever reviews reads each of them. */
const MAX_PENDING = 200;

const grantSchema = z
  .object({
    id: idText,
    kind: z.enum(GRANT_KINDS),
    user_id: z.string().nullable(),
    account: z.string(),
    after: holdingSchema,
    before: holdingSchema.nullable(),
    reason: z.string(),
    proposed_by: z.string(),
    proposed_at_ms: z.int(),
    state: z.enum(GRANT_STATES),
    settled_by: z.string().nullable(),
    settled_at_ms: z.int().nullable(),
    settle_reason: z.string().nullable(),
  })
  .transform((found): Grant => ({
    id: found.id,
    kind: found.kind,
    userId: found.user_id,
    account: found.account,
    after: found.after,
    before: found.before,
    reason: found.reason,
    proposedBy: found.proposed_by,
    proposedAtMs: found.proposed_at_ms,
    state: found.state,
    settledBy: found.settled_by,
    settledAtMs: found.settled_at_ms,
    settleReason: found.settle_reason,
  }));
const countSchema = z.object({ count: z.int() });
const accountSchema = z.object({ account: z.string() });

/**
 * What people may do, granted by two: one proposes, another confirms, and only then it takes effect; neither of them is the
 * person it is about. What is entered in the audit log is entered with the change, or neither.
 */
export class Grants {
  /** @param parts.clock the machine's clock */
  constructor(private readonly parts: { pool: Pool; ids: IdSource; clock: Clock; audit: AuditLog }) {}

  /** Newest first. Throws RefusedError('invalid') for a cursor that is none. */
  async list(query: { state: GrantState | null; cursor: string | null; limit: number }): Promise<Page<Grant>> {
    const found = await rows(
      this.parts.pool,
      grantSchema,
      `SELECT * FROM access_grant WHERE ($1::text IS NULL OR state = $1) AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [query.state, idCursor(query.cursor), query.limit + 1],
    );
    return pageOf(found, query.limit, ({ id }) => id);
  }

  pending(): Promise<number> {
    return pendingCount(this.parts.pool);
  }

  /**
   * Throws RefusedError: `invalid`, `not-found`, `forbidden` about oneself, `conflict` where the account is taken, something
   * waits for it already, or nobody would be left who does an administrator's part.
   */
  async propose(actor: Actor, proposal: Proposal, reason: string): Promise<Grant> {
    const account = 'account' in proposal ? proposal.account : await this.accountOf(proposal.userId);
    return this.changing({ actor, object: `person/${account}` }, async (client) => {
      await assertMayStill(client, actor.user, 'manage-people');
      if ((await pendingCount(client)) >= MAX_PENDING)
        throw new RefusedError('too-many', `已有 ${MAX_PENDING} 项申请等待复核，请等复核一些后再提交`);
      const { userId, account, after, before } = await asked(client, proposal);
      if (isSamePerson(actor.user, { id: userId, account }))
        throw new RefusedError('forbidden', '不能为自己提出授权申请，请由另一名安全管理员提出');
      const grant = await maybeRow(
        client,
        grantSchema,
        `INSERT INTO access_grant (kind, user_id, account, after, before, reason, proposed_by, proposed_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (account) WHERE state = 'pending' DO NOTHING RETURNING *`,
        [
          proposal.kind,
          userId,
          account,
          JSON.stringify(after),
          before && JSON.stringify(before),
          reason,
          actor.user.account,
          this.parts.clock.nowMs(),
        ],
      );
      if (!grant) throw new RefusedError('conflict', `账号 ${account} 已有一项申请等待复核，请先复核或撤回`);
      await this.note(client, actor, 'propose-grant', grant, reason);
      return grant;
    });
  }

  /** It takes effect. Throws RefusedError: `not-found`, `conflict`, and `forbidden` for whoever proposed it or is granted it. */
  confirm(actor: Actor, id: string, reason: string): Promise<Grant> {
    return this.changing({ actor, object: `grant/${id}` }, async (client) => {
      const grant = await this.reviewed(client, actor, id);
      if (!(await mayStill(client, grant.proposedBy, 'manage-people')))
        throw new RefusedError(
          'conflict',
          `提出申请的 ${grant.proposedBy} 已停用或已不是安全管理员，请驳回，由在任的安全管理员重新提出`,
        );
      const userId = await this.takeEffect(client, grant);
      const settled = await this.settle(client, actor, grant.id, { state: 'confirmed', reason, userId });
      await this.note(client, actor, 'confirm-grant', settled, reason);
      return settled;
    });
  }

  /** Throws like {@link confirm}. */
  reject(actor: Actor, id: string, reason: string): Promise<Grant> {
    return this.changing({ actor, object: `grant/${id}` }, async (client) => {
      const grant = await this.reviewed(client, actor, id);
      const settled = await this.settle(client, actor, grant.id, { state: 'rejected', reason, userId: grant.userId });
      await this.note(client, actor, 'reject-grant', settled, reason);
      return settled;
    });
  }

  /** By whoever proposed it alone. Throws RefusedError: `not-found`, `conflict`, `forbidden`. */
  withdraw(actor: Actor, id: string, reason: string): Promise<Grant> {
    return this.changing({ actor, object: `grant/${id}` }, async (client) => {
      const grant = await pendingGrant(client, id);
      if (grant.proposedBy !== actor.user.account) throw new RefusedError('forbidden', '只有提出申请的人能撤回');
      const settled = await this.settle(client, actor, grant.id, { state: 'withdrawn', reason, userId: grant.userId });
      await this.note(client, actor, 'withdraw-grant', settled, reason);
      return settled;
    });
  }

  /** By which the log names a person; of none, what was asked. */
  private async accountOf(userId: string): Promise<string> {
    const found = await maybeRow(this.parts.pool, accountSchema, 'SELECT account FROM access_user WHERE id = $1', [userId]);
    return found?.account ?? userId;
  }

  /** What somebody tried who is not the one to do it stands in the log, whatever becomes of the transaction. */
  private async changing<T>(by: { actor: Actor; object: string }, work: (client: ClientBase) => Promise<T>): Promise<T> {
    try {
      return await changingPeople(this.parts.pool, work);
    } catch (error) {
      if (error instanceof RefusedError && error.code === 'forbidden')
        await this.parts.audit.record(by.actor, {
          action: 'refused',
          object: by.object,
          reason: error.message,
          succeeded: false,
        });
      throw error;
    }
  }

  private async reviewed(client: ClientBase, actor: Actor, id: string): Promise<Grant> {
    await assertMayStill(client, actor.user, 'review-grants');
    const grant = await pendingGrant(client, id);
    if (grant.proposedBy === actor.user.account) throw new RefusedError('forbidden', '这项申请是您提出的，须由另一人复核');
    if (isSamePerson(actor.user, { id: grant.userId, account: grant.account }))
      throw new RefusedError('forbidden', '这项申请涉及您本人的账号，须由另一人复核');
    return grant;
  }

  /** Returns whose account it is now. */
  private async takeEffect(client: ClientBase, grant: Grant): Promise<string> {
    if (grant.kind === 'make') return this.make(client, grant);
    const person = await personOf(client, grant.userId ?? '');
    const { after: proposed } = grant;
    if (grant.kind === 'unlock') {
      await execute(client, 'UPDATE access_user SET locked_at_ms = NULL, lock_reason = NULL WHERE id = $1', [person.id]);
      return person.id;
    }
    if (grant.kind === 'reset') {
      await assertStillHeld(client, person, null);
      await takeAwayPassword(client, person.id);
    } else {
      // What was proposed before a role had to name its units is refused here.
      const after = acceptable(proposed);
      await assertStillHeld(client, person, after.role);
      // Whoever proposed it may have handed over the password of before, and could review as this person.
      if (isAllowed(after.role, 'review-grants') && !isAllowed(person.role, 'review-grants'))
        await takeAwayPassword(client, person.id);
      await execute(
        client,
        'UPDATE access_user SET display_name = $2, office = $3, role = $4, township_codes = $5, unit_codes = $6, problem_classes = $7 WHERE id = $1',
        [person.id, after.displayName, after.office, after.role, after.townshipCodes, after.unitCodes, after.problemClasses],
      );
    }
    await endSessionsOf(client, person.id);
    return person.id;
  }

  private async make(client: ClientBase, { account, after: proposed }: Grant): Promise<string> {
    const after = acceptable(proposed);
    const id = this.parts.ids.next();
    const made = await execute(
      client,
      `INSERT INTO access_user (id, account, display_name, office, role, township_codes, password_hash, must_change_password,
         password_due, created_at_ms, unit_codes, problem_classes)
       VALUES ($1, $2, $3, $4, $5, $6, $7, true, true, $8, $9, $10) ON CONFLICT (account) DO NOTHING`,
      [
        id,
        account,
        after.displayName,
        after.office,
        after.role,
        after.townshipCodes,
        await unusableHash(),
        this.parts.clock.nowMs(),
        after.unitCodes,
        after.problemClasses,
      ],
    );
    if (made === 0) throw new RefusedError('conflict', `账号 ${account} 已经有了，请驳回这项申请`);
    return id;
  }

  private settle(
    client: ClientBase,
    actor: Actor,
    id: string,
    { state, reason, userId }: { state: GrantState; reason: string; userId: string | null },
  ): Promise<Grant> {
    return row(
      client,
      grantSchema,
      `UPDATE access_grant SET state = $2, settled_by = $3, settled_at_ms = $4, settle_reason = $5, user_id = $6 WHERE id = $1 RETURNING *`,
      [id, state, actor.user.account, this.parts.clock.nowMs(), reason, userId],
    );
  }

  private note(
    client: ClientBase,
    actor: Actor,
    action: 'propose-grant' | 'confirm-grant' | 'reject-grant' | 'withdraw-grant',
    { id, kind, account, after }: Grant,
    reason: string,
  ): Promise<void> {
    const what = kind === 'make' || kind === 'change' ? `/${holdingName(after)}` : '';
    return this.parts.audit.record(actor, { action, object: `grant/${id}/${kind}/${account}${what}`, reason }, client);
  }
}

/** As the audit log names it, such as analyst/320921100+320921101/微腐败. */
function holdingName({ role, townshipCodes, problemClasses, unitCodes }: Holding): string {
  const places = isOfUnits(role) ? unitCodes.join('+') : (townshipCodes?.join('+') ?? 'county');
  return [role, places, ...(problemClasses === null ? [] : [problemClasses.join('+')])].join('/');
}

/** A first one has to be made and handed over again, and a second factor set up again. */
async function takeAwayPassword(client: ClientBase, userId: string): Promise<void> {
  const sql = 'UPDATE access_user SET password_hash = $2, password_due = true WHERE id = $1';
  await execute(client, sql, [userId, await unusableHash()]);
  await removeSecondFactors(client, userId);
}

async function pendingCount(db: Queryable): Promise<number> {
  return (await row(db, countSchema, `SELECT count(*) FROM access_grant WHERE state = 'pending'`)).count;
}

/** Throws RefusedError: `not-found`, and `conflict` where somebody has settled it meanwhile. */
async function pendingGrant(client: ClientBase, id: string): Promise<Grant> {
  const grant = isCountedId(id) ? await maybeRow(client, grantSchema, 'SELECT * FROM access_grant WHERE id = $1', [id]) : null;
  if (!grant) throw new RefusedError('not-found', '没有这项申请，请刷新页面');
  if (grant.state !== 'pending')
    throw new RefusedError('conflict', `这项申请已由 ${grant.settledBy ?? ''} 处理，请刷新页面查看结果`);
  return grant;
}

interface Asked {
  userId: string | null;
  account: string;
  after: Holding;
  before: Holding | null;
}

/** Whom it is about, as it shall be and as it is. */
async function asked(client: ClientBase, proposal: Proposal): Promise<Asked> {
  if (proposal.kind === 'make') {
    const { kind: _, account, ...holding } = proposal;
    if (account === SERVER_ACCOUNT) throw new RefusedError('invalid', `${account} 是日志里服务器本身的名字，请换一个账号`);
    const taken = await execute(client, 'SELECT 1 FROM access_user WHERE account = $1', [account]);
    if (taken > 0) throw new RefusedError('conflict', `账号 ${account} 已经有了，请换一个`);
    return {
      userId: null,
      account,
      after: acceptable({ ...holding, problemClasses: holding.problemClasses ?? null }),
      before: null,
    };
  }
  const person = await personOf(client, proposal.userId);
  const before = holdingSchema.parse(person);
  const of = { userId: person.id, account: person.account, before };
  if (proposal.kind === 'change') {
    const { kind: _, userId: __, ...holding } = proposal;
    const { problemClasses = before.problemClasses } = holding;
    const after = acceptable({ ...holding, problemClasses });
    if (JSON.stringify(holdingSchema.parse(after)) === JSON.stringify(before))
      throw new RefusedError('invalid', '没有改动，不用提交');
    await assertStillHeld(client, person, after.role);
    return { ...of, after };
  }
  if (proposal.kind === 'unlock' && person.lockedAtMs === null)
    throw new RefusedError('conflict', '这个账号没有停用，请刷新页面');
  if (proposal.kind === 'reset') {
    if (person.lockedAtMs !== null) throw new RefusedError('conflict', '这个账号已停用，请先恢复再重置密码');
    await assertStillHeld(client, person, null);
  }
  return { ...of, after: before };
}
