import { z } from 'zod';
import { measureSchema, saysWhichField, WHICH_FIELD } from '../../language/measured.js';
import { amountSchema, fieldSchema, nameSchema, spanSchema } from '../../language/values.js';

/**
 * One way to reach a threshold with the records r1 < r2 < … of input `of` in the scope, in order:
 * - what is measured of them: see `measureSchema`;
 * - without `within`: *reached at* rj iff the measure over r1..rj is >= `atLeast`;
 * - with `within`: *reached at* rj iff the measure over all ri with i <= j and rj.at - ri.at inside the span (smaller than it; with
 *   `boundary: inclusive` also equal) is >= `atLeast`.
 * A null `atLeast`, or a null length of `within`, is never reached.
 *
 * Both may be looked up in tables: then each rj has its own, those that apply to itself. With `details` they are looked up in the **last**
 * existing record of that input in the scope, in order, and are the same for all rj; when there is no such record, its fields are null.
 */
export const countClauseSchema = z
  .strictObject({
    of: nameSchema,
    measure: measureSchema,
    field: fieldSchema.optional(),
    atLeast: amountSchema,
    within: spanSchema.optional(),
    details: nameSchema.optional(),
  })
  .refine(saysWhichField, WHICH_FIELD);
export type CountClause = z.output<typeof countClauseSchema>;

/**
 * Hits iff at least one clause is reached at some record; occurredAt = the at of the earliest record, in order, at which one is.
 * Evidence: of each reached clause without `within` all records of its input in the scope; with `within` each record ri for
 * which it is reached at some rj with i <= j and rj.at - ri.at inside the span. Never due but for future-dated records.
 * Figures, of the first reached clause in the order written: count (its evidence records), distinct and sum (over its evidence
 * records; 0 where the measure is another), threshold (of the first record at which it is reached), firstAtMs, lastAtMs (of its evidence).
 */
export const countSchema = z.strictObject({ kind: z.literal('count'), any: z.array(countClauseSchema).min(1).max(5) });
export type Count = z.output<typeof countSchema>;
