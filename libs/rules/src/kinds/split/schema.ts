import { z } from 'zod';
import { amountSchema, fieldSchema, nameSchema, spanSchema } from '../../language/values.js';

/**
 * One matter cut into parts, each just below the limit from which more is demanded. The limit L of a record of `of` is `limit`, looked up
 * in the record itself. It is a *part* iff its `field` V and its L are there, L > 0, V < L and 100 · V >= `nearPercent` · L; nothing is rounded.
 *
 * With `by`, a record without a value of that field is no part, and below only parts with the same value are taken together.
 *
 * With the parts r1 < r2 < … of the scope in order, the limit is *reached at* rj iff among all ri with i <= j and rj.at − ri.at inside the
 * span `within` there are at least `minParts` and the sum of their V is >= the L of rj.
 *
 * Hits iff it is reached at some part; occurredAt: the at of the first such part. Never due but for future-dated records.
 * Evidence: each part ri for which the limit is reached at some rj with i <= j and rj.at − ri.at inside the span.
 * Figures: count and sum (of the evidence), limit (of the first part at which it is reached), firstAtMs, lastAtMs.
 */
export const splitSchema = z.strictObject({
  kind: z.literal('split'),
  of: nameSchema,
  field: fieldSchema,
  by: fieldSchema.optional(),
  limit: amountSchema,
  nearPercent: amountSchema,
  within: spanSchema,
  minParts: amountSchema.default(2),
});
export type Split = z.output<typeof splitSchema>;
