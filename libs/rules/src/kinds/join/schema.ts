import { z } from 'zod';
import { deadlineSchema } from '../../language/deadline.js';
import { amountSchema, fieldSchema, nameSchema, spanSchema } from '../../language/values.js';

/** A counterpart's field against the subject's: comparisons with null are false; `differs` is the exact opposite of `equals`. */
const compareSchema = z.strictObject({
  field: fieldSchema,
  is: z.enum(['equals', 'differs', 'above', 'atLeast', 'below', 'atMost']),
  subject: fieldSchema,
});

/**
 * Conditions on one subject record x and on the existing records of input `of` that belong to x: those linked to it, or, for
 * an input without `link`, all records of the scope. Exactly one of the tests:
 * - `atLeast: n` — the number of records that pass `compare` (all) and `after` is ≥ n;
 * - `none: true` — there is none;
 * - `share` — Σ `sum` ≥ percent of the subject's field: walking the records in order, at some record
 *   `100 · Σ >= percent · x.ofField` with `x.ofField > 0`; the first such record is remembered under the name `mark`. Of nothing
 *   (a base that is 0, negative or null) there are no shares: the condition is false, whatever was summed;
 * - `sumBelow` — Σ `sum` over all the records < x.field (null adds nothing; no record: 0; a null field: false).
 * `after: mark` counts only records that come after that mark's record in order (the same instant included, if the order
 * field or the id says so), `within` only those whose distance to it is strictly smaller than the span; a mark that was not reached makes the condition false. A mark is written before it is used.
 */
export const joinConditionSchema = z
  .strictObject({
    of: nameSchema,
    compare: z.array(compareSchema).min(1).max(5).optional(),
    after: nameSchema.optional(),
    within: spanSchema.optional(),
    atLeast: amountSchema.optional(),
    none: z.literal(true).optional(),
    share: z.strictObject({ sum: fieldSchema, percent: amountSchema, ofField: fieldSchema, mark: nameSchema }).optional(),
    sumBelow: z.strictObject({ sum: fieldSchema, field: fieldSchema }).optional(),
  })
  .refine(
    (c) => [c.atLeast, c.none, c.share, c.sumBelow].filter((v) => v !== undefined).length === 1,
    '每个条件须且只须写 atLeast、none、share、sumBelow 之一',
  )
  .refine((c) => c.within === undefined || c.after !== undefined, 'within 须与 after 同用');
export type JoinCondition = z.output<typeof joinConditionSchema>;

/**
 * Each existing record x of `subject` is judged alone: it holds iff every condition of `all` holds, and, with a `deadline`,
 * it is missed (D counted from x, see the deadline; no deadline: x does not hold). The scope hits iff some x holds.
 * dueAt: the earliest M over the subjects with `now < M` whose conditions all hold now (and future-dated records).
 * occurredAt: the earliest, over the holding subjects, of the latest of: x.at; M; each mark's at; for `atLeast: n` the at of the n-th counted
 * record. Evidence: the holding subjects and the records counted by their conditions (for `none`: the records of `of` that
 * belong to x and pass `after`, which were compared in vain; for `share`: the records up to the mark).
 * Figures, of the holding subject with the earliest occurredAt (then order): subjects (number of holding ones), deadlineMs, startMs
 * (from which D is counted: x.at, the instant `from`, 0:00 of the day `from`; 0 without a deadline and with one from a field), one per
 * condition by the name of its input: `<of>Count` (records counted), for share and sumBelow `<of>Sum`, and each mark as `<mark>Ms`.
 */
export const joinSchema = z.strictObject({
  kind: z.literal('join'),
  subject: nameSchema,
  deadline: deadlineSchema.optional(),
  all: z.array(joinConditionSchema).min(1).max(8),
});
export type Join = z.output<typeof joinSchema>;
