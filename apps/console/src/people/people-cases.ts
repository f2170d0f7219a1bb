import {
  auditLabel,
  GRANT_KIND_LABELS,
  isAllowed,
  isSamePerson,
  maskText,
  mayFetchPassword,
  type Actor,
  type AuditLog,
  type Grant as StoredGrant,
  type Grants,
  type People,
  type Proposal,
} from '@tianyan/access';
import { DAY_MS, RefusedError, startOfChinaDayMs } from '@tianyan/kernel';
import type { Pool } from '@tianyan/postgres';
import { PROBLEM_CLASSES, type NamesDirectory } from '@tianyan/rules';
import { countHandledWork } from '@tianyan/supervision';
import type { z } from 'zod';
import type {
  AuditList,
  auditQuerySchema,
  ChangePersonRequest,
  FirstPassword,
  Grant,
  GrantList,
  HandledNumbers,
  LockPersonRequest,
  grantQuerySchema,
  MakePersonRequest,
  PersonList,
} from '../api/index.js';

/**
 * Accounts and what they may do, for those who manage, review and audit them: who may call what stands in the table of routes.
 * Changes enter themselves in the audit log.
 */
export class PeopleCases {
  constructor(private readonly parts: { people: People; grants: Grants; audit: AuditLog; names: NamesDirectory; pool: Pool }) {}

  async list(actor: Actor): Promise<PersonList> {
    const [items, pendingGrants] = await Promise.all([this.parts.people.list(), this.parts.grants.pending()]);
    return {
      items: items.map((person) => {
        const { confirmedBy: _, ...shown } = person;
        return { ...shown, mayFetchPassword: mayFetchPassword(actor, person) };
      }),
      pendingGrants,
      problemClasses: [...PROBLEM_CLASSES],
    };
  }

  async make(actor: Actor, { reason, ...person }: MakePersonRequest): Promise<Grant> {
    await this.assertTownships(person.townshipCodes);
    await this.assertUnits(person.unitCodes);
    assertClasses(person.problemClasses);
    return this.proposed(actor, { kind: 'make', ...person }, reason);
  }

  async change(actor: Actor, userId: string, { reason, ...holding }: ChangePersonRequest): Promise<Grant> {
    await this.assertTownships(holding.townshipCodes);
    await this.assertUnits(holding.unitCodes);
    assertClasses(holding.problemClasses);
    return this.proposed(actor, { kind: 'change', userId, ...holding }, reason);
  }

  propose(actor: Actor, kind: 'reset' | 'unlock', userId: string, reason: string): Promise<Grant> {
    return this.proposed(actor, { kind, userId }, reason);
  }

  async lock(actor: Actor, userId: string, { reason, left }: LockPersonRequest): Promise<void> {
    await this.parts.people.lock(actor, userId, { reason, left, counted: countHandledWork });
  }

  /** Numbers alone: whoever manages people looks at no clue. Throws RefusedError('not-found'): of nobody it would read as nothing left. */
  async handled(userId: string): Promise<HandledNumbers> {
    if (!(await this.parts.people.exists(userId))) throw new RefusedError('not-found', '没有这个账号，请刷新页面');
    return countHandledWork(this.parts.pool, userId);
  }

  async endSessions(actor: Actor, userId: string): Promise<void> {
    await this.parts.people.endSessions(actor, userId);
  }

  firstPassword(actor: Actor, userId: string): Promise<FirstPassword> {
    return this.parts.people.issuePassword(actor, userId);
  }

  async grants(actor: Actor, query: z.output<typeof grantQuerySchema>): Promise<GrantList> {
    const page = { state: query.state ?? null, cursor: query.cursor ?? null, limit: query.limit };
    const { items, nextCursor } = await this.parts.grants.list(page);
    return { items: items.map((grant) => grantAnswer(grant, actor)), nextCursor };
  }

  async settle(actor: Actor, id: string, how: 'confirm' | 'reject' | 'withdraw', reason: string): Promise<Grant> {
    return grantAnswer(await this.parts.grants[how](actor, id, reason), actor);
  }

  /** Reading the log stands in it too. Texts are covered: whoever audits needs no citizen's telephone. */
  async audit(actor: Actor, query: z.output<typeof auditQuerySchema>): Promise<AuditList> {
    const { cursor, limit, ...asked } = query;
    // What is covered in the answer is not found out by asking for it.
    if (asked.text !== undefined && maskText(asked.text) !== asked.text)
      throw new RefusedError('invalid', '不能用电话、证件号、姓名等个人信息查找，请改用编号或对象');
    await this.parts.audit.record(actor, { action: 'read-audit', object: `audit/${new URLSearchParams(wordsOf(asked))}` });
    const filter = {
      ...(asked.account && { actorAccount: asked.account.toLowerCase() }),
      ...(asked.action && { actions: asked.action }),
      ...(asked.text && { text: asked.text }),
      ...(asked.from && { fromMs: startOfChinaDayMs(asked.from) }),
      ...(asked.to && { untilMs: startOfChinaDayMs(asked.to) + DAY_MS }),
      ...(asked.failed && { succeeded: asked.failed === 'false' }),
    };
    const { items, nextCursor } = await this.parts.audit.list(filter, { cursor: cursor ?? null, limit });
    return {
      items: items.map(({ actorAccount, ...entry }) => ({
        ...entry,
        account: actorAccount,
        actionLabel: auditLabel(entry.action),
        reason: entry.reason === null ? null : maskText(entry.reason),
      })),
      nextCursor,
    };
  }

  private async proposed(actor: Actor, proposal: Proposal, reason: string): Promise<Grant> {
    return grantAnswer(await this.parts.grants.propose(actor, proposal, reason), actor);
  }

  /** Before the directory is loaded nobody knows which there are. Throws RefusedError('invalid'). */
  private async assertTownships(codes: readonly string[] | null): Promise<void> {
    const { divisions } = await this.parts.names.refresh();
    const known = new Set(divisions.flatMap(({ code, level }) => (level === 'township' ? [code] : [])));
    const unknown = known.size === 0 ? [] : (codes ?? []).filter((code) => !known.has(code));
    if (unknown.length > 0)
      throw new RefusedError('invalid', `行政区划里没有这些乡镇：${unknown.join('、')}。请从列表中选择，或先载入行政区划`);
  }

  /** As {@link assertTownships}, of the directory of units. */
  private async assertUnits(codes: readonly string[]): Promise<void> {
    const { units } = await this.parts.names.refresh();
    const known = new Set(units.map(({ unitId }) => unitId));
    const unknown = known.size === 0 ? [] : codes.filter((code) => !known.has(code));
    if (unknown.length > 0)
      throw new RefusedError('invalid', `单位名录里没有这些单位：${unknown.join('、')}。请从列表中选择，或先载入单位名录`);
  }
}

/** Throws RefusedError('invalid'). */
function assertClasses(asked: readonly string[] | null | undefined): void {
  const unknown = (asked ?? []).filter((one) => !(PROBLEM_CLASSES as readonly string[]).includes(one));
  if (unknown.length > 0) throw new RefusedError('invalid', `没有这些问题类别：${unknown.join('、')}。请从列表中选择`);
}

function wordsOf(asked: object): Record<string, string> {
  return Object.fromEntries(Object.entries(asked).map(([name, value]) => [name, String(value)]));
}

function grantAnswer(grant: StoredGrant, { user }: Actor): Grant {
  const { userId, ...rest } = grant;
  const isPending = grant.state === 'pending';
  const isOwn = isSamePerson(user, { id: userId, account: grant.account });
  return {
    ...rest,
    kindLabel: GRANT_KIND_LABELS[grant.kind],
    mayReview: isPending && !isOwn && grant.proposedBy !== user.account && isAllowed(user.role, 'review-grants'),
    mayWithdraw: isPending && grant.proposedBy === user.account && isAllowed(user.role, 'manage-people'),
  };
}
