import { z } from 'zod';

/** How often a rule was right, as far as people within one's reach have checked. */
export const precisionSchema = z.object({
  /** 属实, 不属实 and 政策允许; what was dismissed before a class was asked counts as 不属实. */
  checked: z.int().nonnegative(),
  confirmed: z.int().nonnegative(),
  /** Of the checked. */
  permitted: z.int().nonnegative(),
  /** Beside the checked: no fault of the rule. */
  dataErrors: z.int().nonnegative(),
  /** 0 to 1, with the bounds of its 95 % interval (Wilson); null: nothing was checked. */
  share: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
});
export type Precision = z.infer<typeof precisionSchema>;

/** GET /api/rules/:id/precision, newest version first. */
export const rulePrecisionSchema = z.object({
  all: precisionSchema.nullable(),
  versions: z.array(z.object({ version: z.int(), precision: precisionSchema })),
});
export type RulePrecision = z.infer<typeof rulePrecisionSchema>;
