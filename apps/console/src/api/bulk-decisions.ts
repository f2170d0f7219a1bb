import { z } from 'zod';
import { dismissalSchema, findingFilterSchema } from './findings.js';
import { codeSchema, instantMsSchema, reasonSchema, snapshotSchema } from './primitives.js';

/** Findings of one bulk decision: the same as MAX_BULK of libs/findings, which browsers cannot import. */
export const MAX_BULK_FINDINGS = 5_000;

const chosenSchema = z.union([
  z.strictObject({
    ids: z.array(codeSchema).min(1, '请先选择疑点').max(MAX_BULK_FINDINGS, `一次最多处理 ${MAX_BULK_FINDINGS} 条，请分几次办`),
  }),
  z.strictObject({
    /** Of what fits it, those that are open. */
    filter: findingFilterSchema,
    /** How many of these there are, as the person was shown: where more fit by now, nothing is done. */
    count: z.int().positive(),
    /** As of when, as the answer with that number says it: what has come or changed since is left out. */
    asOf: snapshotSchema,
  }),
]);

/** POST /api/findings/bulk-decisions */
export const bulkDecisionRequestSchema = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('dismiss'), verdict: dismissalSchema, reason: reasonSchema, chosen: chosenSchema }),
  z.strictObject({ decision: z.literal('promote'), reason: reasonSchema.optional(), chosen: chosenSchema }),
]);
export type BulkDecisionRequest = z.output<typeof bulkDecisionRequestSchema>;
export type BulkDecisionInput = z.input<typeof bulkDecisionRequestSchema>;

/** One of one's own, and how far it has come. */
export const bulkDecisionSchema = z.object({
  id: z.string(),
  decision: z.enum(['dismiss', 'promote']),
  /** `finished`: all were looked at; `cancelled`: by its person; `stopped`: it could not go on. What is done stays in each. */
  state: z.enum(['running', 'finished', 'cancelled', 'stopped']),
  /** Why it could not go on. */
  stopReason: z.string().nullable(),
  total: z.int().nonnegative(),
  done: z.int().nonnegative(),
  refused: z.int().nonnegative(),
  /** Left out, since they have come or changed since the person looked; no more than so many as may be decided on at once are counted. */
  later: z.int().nonnegative(),
  askedAtMs: instantMsSchema,
  endedAtMs: instantMsSchema.nullable(),
});
export type BulkDecision = z.infer<typeof bulkDecisionSchema>;

/** GET /api/findings/bulk-decisions: one's own of the last weeks, the newest first. */
export const bulkDecisionListSchema = z.object({ items: z.array(bulkDecisionSchema) });

/** GET /api/findings/bulk-decisions/:id; the answer to what changes it, too. */
export const bulkDecisionDetailSchema = bulkDecisionSchema.extend({
  /** The first that were refused; the file of the result holds all. */
  refusals: z.array(z.object({ findingId: z.string(), message: z.string() })),
});
export type BulkDecisionDetail = z.infer<typeof bulkDecisionDetailSchema>;
