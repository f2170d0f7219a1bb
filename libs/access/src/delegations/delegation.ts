import { RefusedError } from '@tianyan/kernel';
import { idText } from '@tianyan/postgres';
import { z } from 'zod';
import { DELEGATION_STATES, isAllowed, type DelegationState } from '../api/index.js';
import { Reach } from '../reach.js';
import type { User } from '../user.js';

/** 代理: one acts in the place of another for some days. */
export interface Delegation {
  id: string;
  /** In whose place. */
  principalId: string;
  /** Who acts. */
  deputyId: string;
  /** China days, both of them belong to it. */
  fromDay: string;
  untilDay: string;
  reason: string;
  askedAtMs: number;
  state: DelegationState;
  settledBy: string | null;
  settleReason: string | null;
  endedBy: string | null;
  endReason: string | null;
}

/** To be read from `access_delegation d`. */
export const DELEGATION_COLUMNS = `d.id, d.principal_id, d.deputy_id, to_char(d.from_day, 'YYYY-MM-DD') AS from_day, to_char(d.until_day, 'YYYY-MM-DD') AS until_day,
  d.reason, d.asked_at_ms, d.state, d.settled_by, d.settle_reason, d.ended_by, d.end_reason`;

/** On the day `$2`; to be asked of `access_delegation`. */
export const STANDS = `state = 'confirmed' AND from_day <= $2::date AND until_day >= $2::date`;

export const delegationSchema = z
  .object({
    id: idText,
    principal_id: z.string(),
    deputy_id: z.string(),
    from_day: z.string(),
    until_day: z.string(),
    reason: z.string(),
    asked_at_ms: z.int(),
    state: z.enum(DELEGATION_STATES),
    settled_by: z.string().nullable(),
    settle_reason: z.string().nullable(),
    ended_by: z.string().nullable(),
    end_reason: z.string().nullable(),
  })
  .transform((row): Delegation => ({
    id: row.id,
    principalId: row.principal_id,
    deputyId: row.deputy_id,
    fromDay: row.from_day,
    untilDay: row.until_day,
    reason: row.reason,
    askedAtMs: row.asked_at_ms,
    state: row.state,
    settledBy: row.settled_by,
    settleReason: row.settle_reason,
    endedBy: row.ended_by,
    endReason: row.end_reason,
  }));

/**
 * Why the one may not act in the place of the other, in Chinese; null: may. Nobody sees more by it: who acts has to see all that the other sees, and
 * keeps the own limits.
 */
export function refusalOfDeputy(principal: User, deputy: User): string | null {
  if (deputy.id === principal.id) return '代理人不能是本人，请另选一人。';
  if (!isAllowed(principal.role, 'delegate')) return '只有委领导、案件管理人员、分析员和监督检查组成员能请人代理。';
  if (!isAllowed(deputy.role, 'read-clues')) return `${deputy.displayName}的角色不能看线索，不能代理，请另选一人。`;
  const reach = Reach.of({ user: deputy });
  if (!reach.coversAll(principal.townshipCodes) || !reach.coversAllClasses(principal.problemClasses))
    return `${deputy.displayName}的管辖范围不包含${principal.displayName}的全部乡镇和问题类别，不能代理，请另选一人。`;
  return null;
}

/** Throws RefusedError('conflict'). */
export function assertMayStandFor(principal: User, deputy: User): void {
  const refusal = refusalOfDeputy(principal, deputy);
  if (refusal !== null) throw new RefusedError('conflict', refusal);
}
