import { MAX_PLAN_CHANGES, MAX_PLAN_VALUE_CHARS, MAX_ROW_CHARS } from '@tianyan/contracts/limits';
import { z } from 'zod';

/** A column that gets another value. */
export const changeSchema = z.strictObject({
  column: z.string().min(1).max(200),
  /** Only where the cell holds this text; left out: in every row. null: where it is empty. */
  from: z.string().max(MAX_PLAN_VALUE_CHARS).nullable().optional(),
  /** null empties the cell. */
  to: z.string().max(MAX_PLAN_VALUE_CHARS).nullable(),
});
export type Change = z.infer<typeof changeSchema>;

/**
 * - `replay`: the source's own row again, by the mapping as it is now;
 * - `values`: with other values in the columns that were wrong;
 * - `row`: the whole row written anew, where it could not be read at all;
 * - `discard`: never to become a record.
 */
export const planSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('replay') }),
  z.strictObject({ kind: z.literal('values'), changes: z.array(changeSchema).min(1).max(MAX_PLAN_CHANGES) }),
  z.strictObject({ kind: z.literal('row'), raw: z.string().min(1).max(MAX_ROW_CHARS) }),
  z.strictObject({ kind: z.literal('discard') }),
]);
export type Plan = z.infer<typeof planSchema>;

/** Whether a person's own values would become a record: then a second person has to see them first. */
export function isByHand(plan: Plan): boolean {
  return plan.kind === 'values' || plan.kind === 'row';
}
