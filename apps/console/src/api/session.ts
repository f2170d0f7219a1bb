import { MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS } from '@tianyan/contracts/limits';
import { ACTIONS, actionsOf, ROLE_LABELS, ROLE_MEANINGS, ROLES, type Action, type Role } from '@tianyan/access/api';
import { z } from 'zod';
import { instantMsSchema } from './primitives.js';

export { MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS };

export { actionsOf, ROLE_LABELS, ROLE_MEANINGS, type Action, type Role };
export const roleSchema = z.enum(ROLES);

/** POST /api/session */
export const signInRequestSchema = z.strictObject({
  account: z.string().trim().min(1, '请填写账号').max(64, '账号过长'),
  password: z.string().min(1, '请填写密码').max(MAX_PASSWORD_CHARS, '密码过长'),
});
export type SignInRequest = z.infer<typeof signInRequestSchema>;

/** GET /api/session and the answer to POST /api/session of whoever has no second factor */
export const sessionSchema = z.object({
  userId: z.string(),
  account: z.string(),
  displayName: z.string(),
  role: roleSchema,
  /** Townships that the person may see; null: the whole county. */
  townshipCodes: z.array(z.string()).nullable(),
  /** Classes of problems that the person may see findings of; null: all. */
  problemClasses: z.array(z.string()).nullable(),
  /** Units that a liaison answers for. */
  unitCodes: z.array(z.string()),
  /** Until the first password is changed every other route answers 403 `password-change-required`. */
  mustChangePassword: z.boolean(),
  /** Until one is set up every other route answers 403 `second-factor-required`. */
  mustEnrolSecondFactor: z.boolean(),
  /** By what: who came by the county's identity service is offered to leave it too. */
  signedInBy: z.enum(['password', 'identity-service']),
  /** What the person may do by role; what more is asked of a thing is said where it is refused. */
  may: z.array(z.enum(ACTIONS)),
  /** When the session ends whatever happens (machine clock). */
  expiresAtMs: instantMsSchema,
});
export type Session = z.infer<typeof sessionSchema>;

/** GET /api/session/all: where the person is signed in */
export const openSessionListSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      openedAtMs: instantMsSchema,
      lastSeenAtMs: instantMsSchema,
      /** Null: not kept for it. */
      address: z.string().nullable(),
      /** The one that asks. */
      current: z.boolean(),
    }),
  ),
});
export type OpenSessionList = z.infer<typeof openSessionListSchema>;

/** POST /api/session/all/end */
export const endSessionRequestSchema = z.strictObject({ id: z.string().min(1).max(128) });
export type EndSessionRequest = z.infer<typeof endSessionRequestSchema>;

/** POST /api/session/password */
export const changePasswordRequestSchema = z.strictObject({
  currentPassword: z.string().min(1, '请填写当前密码').max(MAX_PASSWORD_CHARS, '密码过长'),
  newPassword: z
    .string()
    .min(MIN_PASSWORD_CHARS, `新密码至少 ${MIN_PASSWORD_CHARS} 个字符`)
    .max(MAX_PASSWORD_CHARS, `新密码最长 ${MAX_PASSWORD_CHARS} 个字符`),
});
export type ChangePasswordRequest = z.infer<typeof changePasswordRequestSchema>;

/** GET /api/sign-in-blocks (administrator): who has to wait, because of failed attempts to sign in */
export const signInBlockListSchema = z.object({
  items: z.array(
    z.object({
      /** `pair`: this account from this address; `address`: any account from it; `account`: this account from new addresses. */
      kind: z.enum(['pair', 'address', 'account']),
      account: z.string(),
      address: z.string(),
      failures: z.int().nonnegative(),
      /** Machine time. */
      untilMs: instantMsSchema,
    }),
  ),
});
export type SignInBlockList = z.infer<typeof signInBlockListSchema>;

/** POST /api/sign-in-blocks/unlock (administrator): an account, from wherever, or an address */
export const unlockSignInRequestSchema = z.union([
  z.strictObject({ account: z.string().trim().min(1).max(64) }),
  z.strictObject({ address: z.string().trim().min(1).max(64) }),
]);
export type UnlockSignInRequest = z.infer<typeof unlockSignInRequestSchema>;
