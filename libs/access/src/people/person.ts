import { RefusedError } from '@tianyan/kernel';
import { z } from 'zod';
import { isOfUnits, needsWholeCounty, ROLES, type Role } from '../api/index.js';

/** What is granted: who the person is, what the person may do, and where. */
export const holdingSchema = z.object({
  displayName: z.string(),
  /** Office or team, in words. */
  office: z.string(),
  role: z.enum(ROLES),
  /** Null: the whole county. */
  townshipCodes: z.array(z.string()).nullable(),
  /** Classes of problems; null: all, as in a grant of before they were asked for. */
  problemClasses: z.array(z.string()).nullable().default(null),
  /** Units that a liaison answers for; a grant of before it was asked for names none. */
  unitCodes: z.array(z.string()).default([]),
});
export type Holding = z.infer<typeof holdingSchema>;

export interface Person extends Holding {
  id: string;
  account: string;
  createdAtMs: number;
  /** Since when the person cannot sign in; null: may. */
  lockedAtMs: number | null;
  lockReason: string | null;
  /** The first password has not been made: nobody can sign in yet. */
  passwordDue: boolean;
  mustChangePassword: boolean;
  /** How many sessions are open, and when one was last used. */
  sessions: number;
  lastSeenAtMs: number | null;
  /** Who confirmed the account or its last reset; null: made without a grant. */
  confirmedBy: string | null;
}

/** Accounts of one county's commission and its units. */
export const MAX_PEOPLE = 2_000;

/** A row of `access_user`, with what is known of its sessions. */
export const personSchema = z
  .object({
    id: z.string(),
    account: z.string(),
    display_name: z.string(),
    office: z.string(),
    role: z.enum(ROLES),
    township_codes: z.array(z.string()).nullable(),
    problem_classes: z.array(z.string()).nullable(),
    unit_codes: z.array(z.string()),
    created_at_ms: z.int(),
    locked_at_ms: z.int().nullable(),
    lock_reason: z.string().nullable(),
    password_due: z.boolean(),
    must_change_password: z.boolean(),
    sessions: z.int(),
    last_seen_at_ms: z.int().nullable(),
    confirmed_by: z.string().nullable(),
  })
  .transform((found): Person => ({
    id: found.id,
    account: found.account,
    displayName: found.display_name,
    office: found.office,
    role: found.role,
    townshipCodes: found.township_codes,
    problemClasses: found.problem_classes,
    unitCodes: found.unit_codes,
    createdAtMs: found.created_at_ms,
    lockedAtMs: found.locked_at_ms,
    lockReason: found.lock_reason,
    passwordDue: found.password_due,
    mustChangePassword: found.must_change_password,
    sessions: found.sessions,
    confirmedBy: found.confirmed_by,
    lastSeenAtMs: found.last_seen_at_ms,
  }));

/** A column beside those of `access_user u`. */
export const CONFIRMED_BY = `(SELECT g.settled_by FROM access_grant g WHERE g.user_id = u.id AND g.kind IN ('make', 'reset', 'change')
  AND g.state = 'confirmed' ORDER BY g.id DESC LIMIT 1) AS confirmed_by`;

/** Townships of one person; a county has 10 to 30. */
export const MAX_REACH_TOWNSHIPS = 500;
/** More than there are: classes are words of the rules. */
export const MAX_REACH_CLASSES = 50;
/** Units of one liaison: an office that answers for its whole department. */
export const MAX_LIAISON_UNITS = 50;

/** In order and without repetition. Throws RefusedError('invalid'). */
export function acceptableReach(role: Role, townshipCodes: readonly string[] | null): string[] | null {
  if (townshipCodes === null) return null;
  if (isOfUnits(role)) throw new RefusedError('invalid', '单位联络员只看交给本单位的事项，不设管辖乡镇，请选择单位');
  if (needsWholeCounty(role)) throw new RefusedError('invalid', '管理员和委领导管理整个平台，管辖范围只能是全县');
  if (townshipCodes.length === 0) throw new RefusedError('invalid', '请至少选择一个乡镇；要看全县，请选“全县”');
  if (townshipCodes.length > MAX_REACH_TOWNSHIPS) throw new RefusedError('invalid', `最多可选 ${MAX_REACH_TOWNSHIPS} 个乡镇`);
  return [...new Set(townshipCodes)].toSorted();
}

/** In order and without repetition. Throws RefusedError('invalid'). */
export function acceptableClasses(role: Role, problemClasses: readonly string[] | null): string[] | null {
  if (problemClasses === null) return null;
  if (isOfUnits(role)) throw new RefusedError('invalid', '单位联络员看不到疑点，不设问题类别');
  if (needsWholeCounty(role)) throw new RefusedError('invalid', '管理员和委领导管理整个平台，问题类别只能是全部');
  if (problemClasses.length === 0) throw new RefusedError('invalid', '请至少选择一个问题类别；都要看，请选“全部类别”');
  if (problemClasses.length > MAX_REACH_CLASSES) throw new RefusedError('invalid', `最多可选 ${MAX_REACH_CLASSES} 个问题类别`);
  return [...new Set(problemClasses)].toSorted();
}

/** In order and without repetition. Throws RefusedError('invalid'). */
export function acceptableUnits(role: Role, unitCodes: readonly string[]): string[] {
  if (!isOfUnits(role)) {
    if (unitCodes.length > 0) throw new RefusedError('invalid', '只有单位联络员负责单位，其他角色请不要选择单位');
    return [];
  }
  if (unitCodes.length === 0) throw new RefusedError('invalid', '请至少选择一个单位：单位联络员只看交给本单位的事项');
  if (unitCodes.length > MAX_LIAISON_UNITS) throw new RefusedError('invalid', `一个联络员最多负责 ${MAX_LIAISON_UNITS} 个单位`);
  return [...new Set(unitCodes)].toSorted();
}

/** As it is kept. Throws RefusedError('invalid') for a reach or units that the role cannot have. */
export function acceptable(holding: Holding): Holding {
  const { role, townshipCodes, problemClasses, unitCodes } = holding;
  return {
    ...holding,
    townshipCodes: acceptableReach(role, townshipCodes),
    problemClasses: acceptableClasses(role, problemClasses),
    unitCodes: acceptableUnits(role, unitCodes),
  };
}
