import { MAX_PASSWORD_CHARS } from '@tianyan/contracts/limits';
import { z } from 'zod';
import { instantMsSchema } from './primitives.js';
import { sessionSchema } from './session.js';

/** POST /api/session: signed in, or the code of the second factor comes next (POST /api/session/code) */
export const signInAnswerSchema = z.union([sessionSchema, z.object({ codeAwaitedUntilMs: instantMsSchema })]);
export type SignInAnswer = z.infer<typeof signInAnswerSchema>;

/** As typed: six digits of the app, or a recovery code with or without its dashes. */
const codeSchema = z.string().trim().min(6, '请输入六位验证码').max(20, '验证码过长');

/** POST /api/session/code and /api/session/second-factor/confirm, /remove */
export const secondFactorCodeRequestSchema = z.strictObject({ code: codeSchema });
export type SecondFactorCodeRequest = z.infer<typeof secondFactorCodeRequestSchema>;

/** GET /api/session/ways: what the page of the sign-in offers */
export const signInWaysSchema = z.object({
  /** Whether the county's own identity service can be used. */
  identityService: z.boolean(),
  /** The first step is done already in this browser. */
  awaitsCode: z.boolean(),
  /** Whether a passkey can be shown in its place. */
  passkeyOffered: z.boolean(),
});
export type SignInWays = z.infer<typeof signInWaysSchema>;

/** Why whoever comes back from the identity service is not signed in: the page's address carries it as `sign-in`. */
export const identityProblemSchema = z.enum(['away', 'expired', 'refused', 'unknown-account', 'locked']);
export type IdentityProblem = z.infer<typeof identityProblemSchema>;

/** GET /api/session/second-factor */
export const secondFactorSchema = z.object({
  /** The person's role asks for one. */
  required: z.boolean(),
  /** Whether the password has to be shown first; who came by the identity service may have none. */
  passwordNeeded: z.boolean(),
  enrolled: z.object({ confirmedAtMs: instantMsSchema, recoveryCodesLeft: z.int().nonnegative() }).nullable(),
});
export type SecondFactor = z.infer<typeof secondFactorSchema>;

/** POST /api/session/second-factor */
export const beginSecondFactorRequestSchema = z.strictObject({
  currentPassword: z.string().min(1, '请填写当前密码').max(MAX_PASSWORD_CHARS, '密码过长').optional(),
});
export type BeginSecondFactorRequest = z.infer<typeof beginSecondFactorRequestSchema>;

/** Shown this once: the key as text, and what the picture says */
export const begunSecondFactorSchema = z.object({ secret: z.string(), uri: z.string() });
export type BegunSecondFactor = z.infer<typeof begunSecondFactorSchema>;

/** POST /api/session/second-factor/confirm: shown this once */
export const recoveryCodesSchema = z.object({ recoveryCodes: z.array(z.string()) });
export type RecoveryCodes = z.infer<typeof recoveryCodesSchema>;

/** DELETE /api/session: where the identity service ends its own; null: nothing more to do */
export const signedOutSchema = z.object({ done: z.literal(true), endSessionUrl: z.string().nullable() });
export type SignedOut = z.infer<typeof signedOutSchema>;
