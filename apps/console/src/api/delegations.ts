import { DELEGATION_STATE_LABELS, DELEGATION_STATES, MAX_DELEGATION_DAYS } from '@tianyan/access/api';
import { z } from 'zod';
import { chinaDaySchema, codeSchema, instantMsSchema, reasonSchema } from './primitives.js';

export { DELEGATION_STATE_LABELS, MAX_DELEGATION_DAYS };

/** 代理: who acts in the place of whom, on which days. */
export const delegationSchema = z.object({
  id: z.string(),
  principalName: z.string(),
  deputyName: z.string(),
  /** County days, both of them belong to it. */
  fromDay: z.string(),
  untilDay: z.string(),
  reason: z.string(),
  askedAtMs: instantMsSchema,
  state: z.enum(DELEGATION_STATES),
  /** Of the state and the days, such as 代理中. */
  stateLabel: z.string(),
  /** What was said when it was rejected or withdrawn. */
  answer: z.string().nullable(),
  mayReview: z.boolean(),
  mayEnd: z.boolean(),
});
export type Delegation = z.infer<typeof delegationSchema>;

/** GET /api/delegations: the person's own, and for whoever reviews what waits */
export const delegationListSchema = z.object({
  items: z.array(delegationSchema),
  /** Whom the person may name; empty for whoever names nobody. */
  deputies: z.array(z.object({ userId: z.string(), name: z.string(), roleLabel: z.string() })),
});
export type DelegationList = z.infer<typeof delegationListSchema>;

/** POST /api/delegations */
export const delegateRequestSchema = z.strictObject({
  deputyId: codeSchema,
  fromDay: chinaDaySchema,
  untilDay: chinaDaySchema,
  reason: reasonSchema,
});
export type DelegateRequest = z.infer<typeof delegateRequestSchema>;

/** POST /api/delegations/{id}/confirm, /reject and /end */
export const settleDelegationRequestSchema = z.strictObject({ reason: reasonSchema });
export type SettleDelegationRequest = z.infer<typeof settleDelegationRequestSchema>;

/** In whose place a step is taken (代理): by that person's role, and by both names. */
export const inPlaceShape = { forId: codeSchema.optional() };
/** What may be done now in the place of one person. */
export interface DeputySteps<K extends string> {
  forId: string;
  forName: string;
  steps: K[];
}
/** @param kinds of the steps */
export const deputyStepsOf = <S extends z.ZodType<string>>(kinds: S) =>
  z.array(z.object({ forId: z.string(), forName: z.string(), steps: z.array(kinds) }));
