import { z } from 'zod';
import { formHints } from './form-hints.js';
import { fieldSchema, nameSchema, parameterRefSchema } from './values.js';

/** A number, or a parameter whose table is looked up in the `details` record (see {@link deadlineSchema}). */
const limitSchema = z.union([z.int().min(0).max(3_660), parameterRefSchema], '应为天数/小时数，或 { parameter: 参数名 }');

/**
 * The instant D up to which something is in time. `boundary` says whether D itself belongs to it:
 * - `inclusive` (the default): in time iff `at <= D`; missed once `now > D`, first at D + 1 ms;
 * - `strict`: in time iff `at < D`; missed once `now >= D`, first at D itself.
 * Below and in the kinds "in time", "missed" and "M" (the first instant at which it is missed: D + 1 ms or D) mean this. Exactly one of:
 * - `workingDays: n` — 24:00 (= 00:00 of the next day) of the n-th Chinese working day strictly after the day of the
 *   beginning; n = 0 is 24:00 of that day itself;
 * - `calendarDays: n` — 24:00 of the n-th day after the day of the beginning;
 * - `hours: n` — the beginning + n hours, to the millisecond;
 * - `field` — the instant (or 24:00 of the day) in that field.
 * The day of the beginning is the China day of the starting record's `atMs`, or the day field `from` of it.
 * A null n, `from` or `field` means: there is no deadline, neither hit nor wake-up.
 *
 * `details` names an input of the scope: its **last** existing record in the scope, in order, supplies `field`,
 * the `region` and the `when` fields of a table. Without `details` the starting record supplies them; when `details` finds
 * no record, those fields are null. The `day` of a table: `start` (the day of the beginning) or a field of the same record
 * that supplies `when`.
 */
export const deadlineSchema = z
  .strictObject({
    workingDays: limitSchema.optional(),
    calendarDays: limitSchema.optional(),
    hours: limitSchema.optional(),
    field: fieldSchema.optional(),
    from: fieldSchema.optional(),
    details: nameSchema.optional(),
    boundary: z
      .enum(['inclusive', 'strict'], 'boundary 应为 inclusive（到点算按时）或 strict（到点就算超期）')
      .default('inclusive'),
  })
  .refine(
    (d) => [d.workingDays, d.calendarDays, d.hours, d.field].filter((v) => v !== undefined).length === 1,
    '期限须且只须写 workingDays、calendarDays、hours、field 之一',
  )
  .refine(
    (d) => d.from === undefined || d.calendarDays !== undefined || d.workingDays !== undefined,
    'from 只与 workingDays、calendarDays 同用',
  )
  .register(formHints, { one: ['workingDays', 'calendarDays', 'hours', 'field'] });
export type Deadline = z.output<typeof deadlineSchema>;

/**
 * Pauses of a running deadline (`workingDays`, `calendarDays` or `hours`). In order, among the records after the
 * start, together with the extensions, beginning with the plain D:
 * - a record of `of` in time (by `boundary`), while no pause runs, begins a pause; while one runs it means nothing;
 * - the next record of `until` ends it: D is counted again from the start with the pauses added: for `workingDays` each
 *   pause is ordinal(day of end) − ordinal(day of begin), ordinal(d) = number of working days ≤ d; for `calendarDays` the
 *   difference of the days; for `hours` the elapsed milliseconds. D never becomes earlier than an extension granted before;
 * - while a pause runs there is no deadline: neither hit nor wake-up. (Even if the thing was done meanwhile.)
 */
export const pausesSchema = z.strictObject({ of: nameSchema, until: nameSchema });

/**
 * A record of `of` after the start that is in time (or while a pause runs) whose instant field `to` is not null moves the
 * deadline: D = max(D, to). Later pauses never take it back: D = max(counted D, every extension granted so far).
 */
export const extensionsSchema = z.strictObject({ of: nameSchema, to: fieldSchema });
