import { z } from 'zod';
import { formHints } from './form-hints.js';
import { daySchema, fieldSchema, nameSchema, scalarSchema } from './values.js';

/** Rows of one table: more belong in a record type, which is data and not a rule. */
export const MAX_TABLE_ROWS = 200;

/** One row of a table parameter; see `parameterRefSchema` for when it fits. */
export const tableRowSchema = z.strictObject({
  /** Prefix of the division code for which it is valid, e.g. '3209'; missing: everywhere. */
  region: z
    .string()
    .regex(/^\d{2,12}$/, '区划代码前缀应为 2–12 位数字（请加引号）')
    .optional(),
  from: daySchema.optional(),
  to: daySchema.optional(),
  when: z.record(fieldSchema, z.union([scalarSchema, z.array(scalarSchema).min(1)])).optional(),
  value: z.int(),
});
export type TableRow = z.output<typeof tableRowSchema>;

/** A figure of the rule that a county may set otherwise: one value, or a table by region, dates and fields. */
export const parameterSchema = z
  .strictObject({
    label: z.string().min(1),
    /** Unit of measure, as shown: 次, 工作日, 分 … */
    unit: z.string().optional(),
    value: z.int().optional(),
    table: z.array(tableRowSchema).min(1).max(MAX_TABLE_ROWS).optional(),
  })
  .refine((p) => (p.value === undefined) !== (p.table === undefined), '参数须写 value 或 table 之一')
  .register(formHints, { one: ['value', 'table'] });
export type Parameter = z.output<typeof parameterSchema>;

/**
 * A dated exception with its reason. A record that fits it does not *make* a problem: it is left out of the inputs that
 * make one (match, count, duration and split: `of`; sequence: every step; absence: `start`; join: `subject`; ratio: both sides, and `of` of their
 * `onlyAfter`), and only there. It still counts where it excuses (`notBetween`, `expect`, pauses, extensions, counterparts): otherwise an exception
 * would accuse.
 * It fits when `scope` (if given) lists the scope key, `where` (if given) holds, and the China day of the record's `atMs`
 * is within `from..to` (both inclusive, either may be missing). A `where` touches only inputs whose contract has all its fields.
 *
 * With `listed` it fits a record of which a list speaks: `of` names an input with a `link`, and one of its existing records in the scope (the
 * entries) equals the record in all the fields of one of the link's alternatives, and is valid on the China day of the record's `atMs`: not
 * before the day in the entry's field `validFrom`, not after that in `validTo` (both inclusive; of an instant its China day; one that is empty, or not
 * named, sets no limit). It touches the inputs of the type of the records that the list is linked to, whether they are linked
 * themselves or not; an entry is in the scope as every linked record is: by a record of the input that its link names.
 */
export const exceptionSchema = z
  .strictObject({
    reason: z.string().min(2, '例外须写明理由'),
    scope: z.array(z.string().min(1)).min(1).max(500).optional(),
    where: z.record(fieldSchema, z.union([scalarSchema, z.strictObject({ in: z.array(scalarSchema).min(1) })])).optional(),
    listed: z.strictObject({ of: nameSchema, validFrom: fieldSchema.optional(), validTo: fieldSchema.optional() }).optional(),
    from: daySchema.optional(),
    to: daySchema.optional(),
  })
  .refine((e) => e.scope !== undefined || e.where !== undefined || e.listed !== undefined, '例外须写明 scope、where 或 listed')
  .refine(
    (e) => e.listed === undefined || (e.scope === undefined && e.where === undefined),
    'listed 不与 scope、where 同写，请分成几条',
  );
export type RuleException = z.output<typeof exceptionSchema>;
