import { z } from 'zod';
import { amountSchema, fieldSchema, nameSchema, spanSchema } from '../values.js';

/**
 * One way to reach a threshold with the records r1 < r2 < … of input `of` in the scope, in order (atMs, id):
 * - `records`: their number; `distinct`: the number of different non-null values of `field`; `sum`: the sum of `field`
 *   (integers; null adds nothing);
 * - without `within`: reached iff for some j the measure over r1..rj is ≥ `atLeast`; it is reached at the first such rj;
 * - with `within`: reached iff for some i ≤ j with rj.at − ri.at **strictly** smaller than the span, the measure over ri..rj is
 *   ≥ `atLeast`; it is reached at the first such rj in order.
 * A null `atLeast` is never reached.
 */
export const countClauseSchema = z
  .strictObject({
    of: nameSchema,
    measure: z.enum(['records', 'distinct', 'sum']),
    field: fieldSchema.optional(),
    atLeast: amountSchema,
    within: spanSchema.optional(),
  })
  .refine((c) => (c.measure === 'records') === (c.field === undefined), 'distinct 和 sum 须写 field，records 不写');
export type CountClause = z.output<typeof countClauseSchema>;

/**
 * Hits iff at least one clause is reached; occurredAt = the at of the earliest record, in order, at which one is.
 * Evidence: of each reached clause all records of the scope (without `within`), or ri..rj and the later ones still inside
 * the span from ri for the first window that reaches it (the smallest j, then the largest i).
 * Figures, of the first reached clause in the order written: count (its records), distinct, sum, threshold, firstAtMs,
 * lastAtMs (first and last evidence record).
 */
export const countSchema = z.strictObject({ kind: z.literal('count'), any: z.array(countClauseSchema).min(1).max(5) });
export type Count = z.output<typeof countSchema>;
