import { z } from 'zod';
import { formHints } from './form-hints.js';

/** Name of an input, a parameter, a mark or a figure inside one rule: camelCase. */
export const nameSchema = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]{0,39}$/, '名称须以小写字母开头，只含字母和数字，最多 40 个字符')
  .register(formHints, { control: 'input' });

/** A field of a record: one of its contract's fields, or `id`, `source`, `version`, `atMs` of the envelope. */
export const fieldSchema = nameSchema.clone().register(formHints, { control: 'field' });

/** A China calendar day. */
export const daySchema = z.iso.date('日期须写成 YYYY-MM-DD').register(formHints, { control: 'day' });

/** Beyond it nobody wants to know how long a text is. */
const MAX_TEXT_LENGTH = 100_000;
const LENGTH = `应为不超过 ${MAX_TEXT_LENGTH} 的字数，或 { parameter: 参数名 }`;

/** Longest list of values in one condition; a longer list belongs in a record type of its own. */
export const MAX_LIST_VALUES = 500;

export const scalarSchema = z.union([z.string().max(500), z.int(), z.boolean()], '应为文字、整数或 true/false（代码请加引号）');
export type Scalar = z.output<typeof scalarSchema>;

/**
 * A value taken from the rule's parameters.
 * - A plain parameter is its `value`.
 * - A table parameter is looked up row by row: **the first row, in the order written, that fits**. A row fits when all it
 *   states is true: `region` is a prefix of the record's `region` field; `from <= day <= to` (China days, both inclusive,
 *   either may be missing) for the day named by `day`; each field of `when` equals the value (or one of the list).
 *   A null field fits no `region` and no `when`; a null day fits no row with `from` or `to`. No row fits: the value is null,
 *   and every comparison with null is false, every deadline made of it does not exist.
 * - Where a table is looked up, `region` names the field that holds the division code, `day` the field (a day, or an
 *   instant whose China day counts). In which record: in a condition (`where`) the record itself; in a deadline, a count, a split see there.
 */
export const parameterRefSchema = z.strictObject({
  parameter: nameSchema,
  region: fieldSchema.optional(),
  day: fieldSchema.optional(),
});
export type ParameterRef = z.output<typeof parameterRefSchema>;

/** A number: written out, or a parameter. */
export const amountSchema = z.union([z.int(), parameterRefSchema], '应为整数，或 { parameter: 参数名 }');
export type Amount = z.output<typeof amountSchema>;

/** How two fields stand to each other; see `compared` of the compiler. */
export const comparisonSchema = z.enum(['equals', 'differs', 'above', 'atLeast', 'below', 'atMost']);
export type Comparison = z.output<typeof comparisonSchema>;

/** Longest window or limit a rule may state: beyond it a rule is mistyped rather than patient. */
export const MAX_SPAN_DAYS = 3_660;
export const MAX_SPAN_HOURS = 24 * MAX_SPAN_DAYS;

/**
 * An elapsed span of time: `days` are 24 hours each. Exactly one unit is given. A distance is inside the span iff it is smaller
 * (exactly 90 days is outside of 90 days); with `boundary: inclusive` iff it is smaller or equal.
 */
export const spanSchema = z
  .strictObject({
    days: amountSchema.optional(),
    hours: amountSchema.optional(),
    minutes: amountSchema.optional(),
    boundary: z.enum(['inclusive', 'strict'], 'boundary 应为 strict（恰好相等不算在内）或 inclusive（恰好相等也算）').optional(),
  })
  .refine(
    ({ days, hours, minutes }) => [days, hours, minutes].filter((v) => v !== undefined).length === 1,
    '时间跨度须且只须写 days、hours、minutes 之一',
  )
  .register(formHints, { one: ['days', 'hours', 'minutes'] });
export type Span = z.output<typeof spanSchema>;

/** The one unit of a span, and how many of it. */
export function lengthOfSpan({ days, hours, minutes }: Span): { unit: 'days' | 'hours' | 'minutes'; amount: Amount } {
  if (days !== undefined) return { unit: 'days', amount: days };
  if (hours !== undefined) return { unit: 'hours', amount: hours };
  if (minutes !== undefined) return { unit: 'minutes', amount: minutes };
  throw new TypeError('an empty span');
}

/** By how much something is moved: written out, a parameter (a table too), or what stands in a field of whole numbers. */
const movedBySchema = z.union(
  [z.int(), parameterRefSchema, z.strictObject({ field: fieldSchema }).register(formHints, { label: '字段里写的' })],
  '应为整数、{ parameter: 参数名 } 或 { field: 字段名 }',
);
export type MovedBy = z.output<typeof movedBySchema>;

/**
 * Moves the other side of a comparison, one of: `plusDays` (of a day so many days later, of an instant so many times 24 hours;
 * negative: earlier), `plusHours` (of an instant), `plusWorkingDays` (see below), `percent` (so many percent of a whole number or an
 * amount; compared exactly, without rounding; not with is, not, equals, differs). A null stays null.
 *
 * `plusWorkingDays: n` moves a day to the n-th Chinese working day strictly after it, with a negative n to the n-th strictly before it;
 * 0 leaves it where it is, a working day or not. An instant is moved to that day at the same time of day. It is moved to nowhere where the day
 * itself, or the one that is looked for, lies outside of the calendar.
 *
 * By how many days or hours may be told by a `field`, or looked up in a table (`region`, `day`, `when`): in the record whose field is
 * moved. A null field, one that holds more than the longest span (3660 days) either way, and a table of which no row fits move it to
 * nowhere: the other side is null.
 */
export const shiftShape = {
  plusDays: movedBySchema.optional(),
  plusHours: movedBySchema.optional(),
  plusWorkingDays: movedBySchema.optional(),
  percent: amountSchema.optional(),
};
export interface Shift {
  plusDays?: MovedBy | undefined;
  plusHours?: MovedBy | undefined;
  plusWorkingDays?: MovedBy | undefined;
  percent?: Amount | undefined;
}
export const isOneShift = ({ plusDays, plusHours, plusWorkingDays, percent }: Shift): boolean =>
  [plusDays, plusHours, plusWorkingDays, percent].filter((shift) => shift !== undefined).length <= 1;
export const ONE_SHIFT = 'plusDays、plusHours、plusWorkingDays、percent 只能写一个';

/** By how many days or hours, whichever is written; undefined: it is not moved by any. */
export const movedByOf = ({ plusDays, plusHours, plusWorkingDays }: Shift): MovedBy | undefined =>
  plusHours ?? plusDays ?? plusWorkingDays;

const operand = z.union(
  [scalarSchema, parameterRefSchema, z.strictObject({ field: fieldSchema, ...shiftShape }).refine(isOneShift, ONE_SHIFT)],
  '应为值、{ parameter: … } 或 { field: … }',
);
export type Operand = z.output<typeof operand>;

/**
 * Tests of one field; all that are given must hold. Comparison with a null (on either side) is false, except that
 * `not`, `notIn` and `notContains` are the exact opposite of `is`, `in` and `contains`: a null field *is not* `assist`, *is not in* any
 * list, and contains nothing.
 * Texts compare exactly, byte for byte. `contains` holds if the text contains the given text or any of the list.
 */
export const testSchema = z
  .strictObject({
    is: operand.optional(),
    not: operand.optional(),
    in: z.array(scalarSchema).min(1).max(MAX_LIST_VALUES).optional(),
    notIn: z.array(scalarSchema).min(1).max(MAX_LIST_VALUES).optional(),
    /** Strictly greater. */
    above: operand.optional(),
    atLeast: operand.optional(),
    /** Strictly smaller. */
    below: operand.optional(),
    atMost: operand.optional(),
    /** true: the field must be missing; false: it must be there. */
    null: z.boolean().optional(),
    contains: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(MAX_LIST_VALUES)]).optional(),
    notContains: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(MAX_LIST_VALUES)]).optional(),
    /** Of a text: its number of characters (code points, spaces included) is smaller. A null text is neither short nor long. */
    shorterThan: z.union([z.int().min(1).max(MAX_TEXT_LENGTH), parameterRefSchema], LENGTH).optional(),
    longerThan: z.union([z.int().min(0).max(MAX_TEXT_LENGTH), parameterRefSchema], LENGTH).optional(),
  })
  .refine((test) => Object.keys(test).length > 0, '条件不能为空');
export type FieldTest = z.output<typeof testSchema>;

/** Field → value (short for `{ is: value }`) or tests. All fields must pass. */
const conditionsSchema = z.record(
  fieldSchema,
  z.union(
    [scalarSchema, testSchema],
    '应为一个值，或 is/not/in/notIn/above/atLeast/below/atMost/null/contains/shorterThan/longerThan',
  ),
);
export type Conditions = z.output<typeof conditionsSchema>;

/** One set of conditions, or a list of sets of which at least one must hold. Missing: every record. */
export const whereSchema = z.union(
  [conditionsSchema, z.array(conditionsSchema).min(1).max(20)],
  '应为条件（字段: 值），或条件的列表（满足其一即可）',
);
export type Where = z.output<typeof whereSchema>;
