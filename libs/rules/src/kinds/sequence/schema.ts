import { z } from 'zod';
import {
  comparisonSchema,
  fieldSchema,
  isOneShift,
  nameSchema,
  ONE_SHIFT,
  shiftShape,
  spanSchema,
} from '../../language/values.js';

/** Steps of one rule. */
const MAX_STEPS = 6;

/**
 * A field of the step's record against a field of the record of an earlier step: `step` counts from 1, `to` is the same field where it
 * is left out, and may be moved (see `shiftShape`). Comparisons with null are false; `differs` is the exact opposite of `equals`.
 */
const stepCompareSchema = z
  .strictObject({
    field: fieldSchema,
    is: comparisonSchema,
    step: z.int('step 应为第几步（整数，从 1 数起）').min(1).max(MAX_STEPS),
    to: fieldSchema.optional(),
    ...shiftShape,
  })
  .refine(isOneShift, ONE_SHIFT);
export type StepCompare = z.output<typeof stepCompareSchema>;

export const stepSchema = z.strictObject({
  of: nameSchema,
  /** No record of these inputs strictly between the record of the step before and this one, in order. */
  notBetween: z.array(nameSchema).min(1).max(5).optional(),
  /** The distance from the record of the step before is inside the span. */
  within: spanSchema.optional(),
  /** All hold between this record and those of the earlier steps that they name. */
  compare: z.array(stepCompareSchema).min(1).max(5).optional(),
});
export type SequenceStep = z.output<typeof stepSchema>;

/**
 * Hits iff there are records s1 < s2 < … < sn of the scope, in order, sk from the input of step k, each pair of
 * neighbours keeping `notBetween` and `within` of the later step, each step its `compare`. Other records may stand between; to demand
 * the very next record of an input, write that input into `notBetween`.
 * occurredAt: the at of the earliest possible sn. Evidence: the n records of the match that ends there and whose s(n−1) is the latest
 * possible, then s(n−2), and so on. Never due but for future-dated records. Figures: count (number of different records that can be sn), firstAtMs, lastAtMs (of that match).
 */
export const sequenceSchema = z.strictObject({
  kind: z.literal('sequence'),
  steps: z
    .array(stepSchema)
    .min(2, '至少两步')
    .max(MAX_STEPS)
    .refine(
      ([first]) => first?.notBetween === undefined && first?.within === undefined && first?.compare === undefined,
      '第一步之前没有记录，不能写 notBetween、within、compare',
    )
    .superRefine((steps, context) => {
      steps.forEach(({ compare = [] }, i) =>
        compare.forEach(({ step }, k) => {
          if (step > i)
            context.addIssue({
              code: 'custom',
              path: [i, 'compare', k, 'step'],
              message: `只能与前面的步骤比较：这是第 ${i + 1} 步，step 应小于 ${i + 1}`,
            });
        }),
      );
    }),
});
export type Sequence = z.output<typeof sequenceSchema>;
