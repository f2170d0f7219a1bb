import {
  DELEGATION_STATE_LABELS,
  isAllowed,
  refusalOfDeputy,
  ROLE_LABELS,
  type Actor,
  type Delegation as StoredDelegation,
  type Delegations,
  type UserStore,
} from '@tianyan/access';
import { chinaDayOf, type Clock } from '@tianyan/kernel';
import type { DelegateRequest, Delegation, DelegationList } from '../api/index.js';

/** Who acts in whose place: named by the one, confirmed by another, ended by either. Entered in the audit log with the change. */
export class DelegationCases {
  constructor(
    private readonly parts: { delegations: Delegations; users: Pick<UserStore, 'list' | 'everybody'>; countyClock: Clock },
  ) {}

  async list(actor: Actor): Promise<DelegationList> {
    const { delegations, users } = this.parts;
    const { user } = actor;
    const [found, able, names] = await Promise.all([
      delegations.list(user.id, { reviews: isAllowed(user.role, 'review-grants') }),
      users.list(),
      this.names(),
    ]);
    const deputies = isAllowed(user.role, 'delegate') ? able.filter((one) => refusalOfDeputy(user, one) === null) : [];
    return {
      items: found.map((one) => this.answer(one, actor, names)),
      deputies: deputies.map(({ id, displayName, role }) => ({ userId: id, name: displayName, roleLabel: ROLE_LABELS[role] })),
    };
  }

  async propose(actor: Actor, request: DelegateRequest): Promise<Delegation> {
    return this.answer(await this.parts.delegations.propose(actor, request), actor, await this.names());
  }

  async settle(actor: Actor, id: string, how: { confirmed: boolean; reason: string }): Promise<Delegation> {
    return this.answer(await this.parts.delegations.settle(actor, id, how), actor, await this.names());
  }

  async end(actor: Actor, id: string, reason: string): Promise<Delegation> {
    return this.answer(await this.parts.delegations.end(actor, id, reason), actor, await this.names());
  }

  private async names(): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.parts.users.everybody()).map(({ id, displayName }) => [id, displayName]));
  }

  private answer(one: StoredDelegation, { user }: Actor, names: ReadonlyMap<string, string>): Delegation {
    const isParty = [one.principalId, one.deputyId].includes(user.id);
    const isOver = one.untilDay < this.today();
    return {
      id: one.id,
      principalName: names.get(one.principalId) ?? one.principalId,
      deputyName: names.get(one.deputyId) ?? one.deputyId,
      fromDay: one.fromDay,
      untilDay: one.untilDay,
      reason: one.reason,
      askedAtMs: one.askedAtMs,
      state: one.state,
      stateLabel: this.labelOf(one),
      answer: one.endReason ?? one.settleReason,
      mayReview: one.state === 'pending' && !isParty && isAllowed(user.role, 'review-grants'),
      mayEnd: isParty && !isOver && (one.state === 'pending' || one.state === 'confirmed'),
    };
  }

  private labelOf({ state, fromDay, untilDay }: StoredDelegation): string {
    if (state !== 'confirmed') return DELEGATION_STATE_LABELS[state];
    if (untilDay < this.today()) return '已到期';
    return fromDay > this.today() ? '已通过，未到日期' : '代理中';
  }

  private today(): string {
    return chinaDayOf(this.parts.countyClock.nowMs());
  }
}
