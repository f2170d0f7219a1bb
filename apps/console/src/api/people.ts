import {
  GRANT_KIND_LABELS,
  GRANT_KINDS,
  GRANT_STATE_LABELS,
  GRANT_STATES,
  isOfUnits,
  needsWholeCounty,
  type GrantKind,
  type GrantState,
} from '@tianyan/access/api';
import { z } from 'zod';
import { codeSchema, instantMsSchema, pageOf, pageQueryShape, reasonSchema } from './primitives.js';
import { roleSchema } from './session.js';

export { GRANT_KIND_LABELS, GRANT_STATE_LABELS, isOfUnits, needsWholeCounty, type GrantKind, type GrantState };

/** Who a person is, what the person may do, and where. */
const holdingShape = {
  displayName: z.string().trim().min(1, '请填写姓名').max(40, '姓名过长'),
  office: z.string().trim().max(60, '科室或单位过长，请精简到 60 字以内'),
  role: roleSchema,
  /** Null: the whole county. */
  townshipCodes: z.array(codeSchema).max(500).nullable(),
  /** Classes of problems; null: all. */
  problemClasses: z.array(z.string().min(1).max(100)).max(50).nullable(),
  /** Units that a liaison answers for; of nobody else. */
  unitCodes: z.array(codeSchema).max(500).default([]),
};

/** GET /api/people */
export const personSchema = z.object({
  id: z.string(),
  account: z.string(),
  ...holdingShape,
  createdAtMs: instantMsSchema,
  /** Since when the person cannot sign in; null: may. */
  lockedAtMs: instantMsSchema.nullable(),
  lockReason: z.string().nullable(),
  /** The first password has not been handed out. */
  passwordDue: z.boolean(),
  mustChangePassword: z.boolean(),
  sessions: z.int().nonnegative(),
  lastSeenAtMs: instantMsSchema.nullable(),
  /** Whether the first password is the asking person's to hand over. */
  mayFetchPassword: z.boolean(),
});
export type Person = z.infer<typeof personSchema>;
export const personListSchema = z.object({
  items: z.array(personSchema),
  pendingGrants: z.int().nonnegative(),
  /** The classes of problems that there are. */
  problemClasses: z.array(z.string()),
});
export type PersonList = z.infer<typeof personListSchema>;

/** PUT /api/people/{id}: puts it before another; nothing changes before it is confirmed */
export const changePersonRequestSchema = z.strictObject({
  ...holdingShape,
  // Of programs that do not know it: what is not said stays as it is, and of a new account is all.
  problemClasses: holdingShape.problemClasses.optional(),
  reason: reasonSchema,
});
export type ChangePersonRequest = z.infer<typeof changePersonRequestSchema>;

/** POST /api/people: as {@link changePersonRequestSchema} */
export const makePersonRequestSchema = changePersonRequestSchema.extend({
  account: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z0-9][a-z0-9._-]{1,31}$/, '账号用 2 到 32 个小写字母、数字、点、横线或下划线，以字母或数字开头'),
});
export type MakePersonRequest = z.infer<typeof makePersonRequestSchema>;

/** GET /api/people/{id}/handled */
export const handledNumbersSchema = z.object({
  clues: z.int().nonnegative(),
  letters: z.int().nonnegative(),
  circulars: z.int().nonnegative(),
  /** Orders of campaigns that wait to be looked at. */
  campaignTasks: z.int().nonnegative(),
});
export type HandledNumbers = z.infer<typeof handledNumbersSchema>;

/** POST /api/people/{id}/lock: what is not handed over is named by its number, so that it is not forgotten */
export const lockPersonRequestSchema = z.strictObject({
  reason: reasonSchema,
  left: z
    .strictObject({
      ...handledNumbersSchema.shape,
      // Of programs that know the first two alone.
      circulars: z.int().nonnegative().default(0),
      campaignTasks: z.int().nonnegative().default(0),
    })
    .default({ clues: 0, letters: 0, circulars: 0, campaignTasks: 0 }),
});
export type LockPersonRequest = z.infer<typeof lockPersonRequestSchema>;

/** POST /api/people/{id}/unlock, /reset and /api/grants/{id}/… */
export const withReasonRequestSchema = z.strictObject({ reason: reasonSchema });
export type WithReasonRequest = z.infer<typeof withReasonRequestSchema>;

/** POST /api/people/{id}/first-password: said this once */
export const firstPasswordSchema = z.object({ account: z.string(), password: z.string() });
export type FirstPassword = z.infer<typeof firstPasswordSchema>;

export const grantStateSchema = z.enum(GRANT_STATES);
const heldSchema = z.object(holdingShape);

/** GET /api/grants, newest first */
export const grantQuerySchema = z.object({ state: grantStateSchema.optional(), ...pageQueryShape });
export type GrantQuery = z.input<typeof grantQuerySchema>;
export const grantSchema = z.object({
  id: z.string(),
  kind: z.enum(GRANT_KINDS),
  kindLabel: z.string(),
  account: z.string(),
  after: heldSchema,
  /** Null: the account was not there. */
  before: heldSchema.nullable(),
  reason: z.string(),
  proposedBy: z.string(),
  proposedAtMs: instantMsSchema,
  state: grantStateSchema,
  settledBy: z.string().nullable(),
  settledAtMs: instantMsSchema.nullable(),
  settleReason: z.string().nullable(),
  /** Whether it is the asking person's to confirm or reject: neither proposed by that person nor about that person. */
  mayReview: z.boolean(),
  mayWithdraw: z.boolean(),
});
export type Grant = z.infer<typeof grantSchema>;
export const grantListSchema = pageOf(grantSchema);
export type GrantList = z.infer<typeof grantListSchema>;
