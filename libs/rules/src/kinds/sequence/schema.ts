import { z } from 'zod';
import { nameSchema, spanSchema } from '../../language/values.js';

export const stepSchema = z.strictObject({
  of: nameSchema,
  /** No record of these inputs strictly between the record of the step before and this one, in order. */
  notBetween: z.array(nameSchema).min(1).max(5).optional(),
  /** The distance from the record of the step before is strictly smaller than this. */
  within: spanSchema.optional(),
});

/**
 * Hits iff there are records s1 < s2 < … < sn of the scope, in order, sk from the input of step k, each pair of
 * neighbours keeping `notBetween` and `within` of the later step. Other records may stand between.
 * occurredAt: the at of the earliest possible sn. Evidence: the n records of that match, each earlier step taken as late as
 * possible. Figures: count (number of different records that can be sn), firstAtMs, lastAtMs (of that match).
 */
export const sequenceSchema = z.strictObject({
  kind: z.literal('sequence'),
  steps: z
    .array(stepSchema)
    .min(2, '至少两步')
    .max(6)
    .refine(
      ([first]) => first?.notBetween === undefined && first?.within === undefined,
      '第一步之前没有记录，不能写 notBetween、within',
    ),
});
export type Sequence = z.output<typeof sequenceSchema>;
