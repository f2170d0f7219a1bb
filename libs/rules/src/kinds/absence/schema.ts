import { z } from 'zod';
import { deadlineSchema, extensionsSchema, pausesSchema } from '../../language/deadline.js';
import { formHints } from '../../language/form-hints.js';
import { nameSchema, spanSchema } from '../../language/values.js';

/** What ends the waiting: an input's records after the start (or at any time, also before it, with `from: anytime`). */
export const expectedSchema = z.union([
  nameSchema,
  z.strictObject({ of: nameSchema, from: z.enum(['start', 'anytime']) }).register(formHints, { label: '注明从何时起' }),
]);
export type Expected = z.output<typeof expectedSchema>;

const common = {
  /** The records that start the waiting. */
  of: nameSchema,
  /** each: every one is judged; first / last: only the first / last existing one of the scope, in order. */
  which: z.enum(['each', 'first', 'last']).default('each'),
};

/**
 * Looking forward. A start s with deadline D is *fulfilled* iff some record of `expect` or `unless` comes after s in order
 * — or anywhere, with `from: anytime` — and is in time. It is *violated* iff it has a deadline, is not fulfilled and is
 * missed (`now >= M`, see the deadline's `boundary`); *pending* iff it has a deadline, is not fulfilled and `now < M`.
 * `expect` is what should have been done (its late record belongs to the evidence), `unless` what excuses.
 */
export const forwardSchema = z
  .strictObject({
    look: z.literal('forward').default('forward'),
    ...common,
    expect: z.array(expectedSchema).min(1).max(5),
    unless: z.array(expectedSchema).max(5).default([]),
    deadline: deadlineSchema,
    pauses: pausesSchema.optional(),
    extensions: extensionsSchema.optional(),
    /** Judge only what is undone or done late: see `lateOnly`. */
    lateOnly: z
      .boolean()
      .default(false)
      .describe(
        'true: an open case is no hit and never due; violated iff not fulfilled and some record of expect (after s, or anywhere) exists that is not in time',
      ),
  })
  .refine((c) => c.pauses === undefined || c.deadline.field === undefined, '期限取自字段时不能有暂停')
  .register(formHints, { label: '往后看：到期限没有做' });

/**
 * Looking backward: a start is violated iff no record of `expect` comes before it in order — with `within`,
 * none whose distance to it is strictly smaller than the span. Decided at once: never pending.
 */
export const backwardSchema = z
  .strictObject({
    look: z.literal('backward'),
    ...common,
    expect: z.array(nameSchema).min(1).max(5),
    within: spanSchema.optional(),
  })
  .register(formHints, { label: '往前看：之前没有做过' });

export const absenceClauseSchema = z.union(
  [backwardSchema, forwardSchema],
  '应为 forward（of、expect、deadline）或 backward（look: backward、of、expect）',
);
export type AbsenceClause = z.output<typeof absenceClauseSchema>;
export type ForwardClause = z.output<typeof forwardSchema>;
export type BackwardClause = z.output<typeof backwardSchema>;

/**
 * Hits iff some start of some clause is violated. occurredAt: the earliest of M (forward) and s.at (backward) over the
 * violated ones. dueAt: the earliest M over the pending ones (and future-dated records).
 * Evidence: each violated start, and for forward clauses the first record of `expect` that is too late, the records of
 * pauses and extensions after it. Figures, of the violated start that occurred first (then clause, then order): startMs (its at),
 * deadlineMs (its D; 0 looking backward), limit (the n of its deadline; 0 without), doneAtMs (at of its late `expect` record; 0 if
 * none), lateDays (days of 24 hours, rounded up, from D to doneAtMs, at least 1; 0 if none); and count (number of violated starts). No
 * figure depends on now: the same records give the same figures at every later evaluation.
 */
export const absenceSchema = z.strictObject({ kind: z.literal('absence'), any: z.array(absenceClauseSchema).min(1).max(5) });
export type Absence = z.output<typeof absenceSchema>;
