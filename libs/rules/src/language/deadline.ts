import { z } from 'zod';
import { formHints } from './form-hints.js';
import { fieldSchema, nameSchema, parameterRefSchema } from './values.js';

/** A number, or a parameter whose table is looked up in the `details` record (see {@link deadlineSchema}). */
const limitSchema = z.union([z.int().min(0).max(3_660), parameterRefSchema], '应为天数/小时数，或 { parameter: 参数名 }');

/**
 * Where a rule states none: two sessions with the noon break of most county offices, seven hours a day. Offices that keep other hours, or
 * other ones in summer, are judged by a rule that states them.
 */
export const OFFICE_HOURS = ['08:30-12:00', '14:00-17:30'] as const;

/** More sessions a day than any office has. */
const MAX_SESSIONS = 4;
const MINUTES_PER_HOUR = 60;
const MINUTE_MS = 60_000;
/** With less a day, the longest limit would lie behind the end of the calendar. */
const MIN_OFFICE_MS = MINUTES_PER_HOUR * MINUTE_MS;

/** `08:30-12:00` as milliseconds after 0:00. */
export function officeSession(text: string): { fromMs: number; toMs: number } {
  const [fromMs = 0, toMs = 0] = text.split('-').map((time) => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number);
    return (hours * MINUTES_PER_HOUR + minutes) * MINUTE_MS;
  });
  return { fromMs, toMs };
}

const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d';
const officeHoursSchema = z
  .array(z.string().regex(new RegExp(`^${TIME}-(?:${TIME}|24:00)$`), "办公时间应写成 '08:30-12:00' 这样，起止都是两位数"))
  .min(1)
  .max(MAX_SESSIONS)
  .refine((texts) => {
    const sessions = texts.map(officeSession);
    return sessions.every(({ fromMs, toMs }, i) => fromMs < toMs && fromMs > (sessions[i - 1]?.toMs ?? -1));
  }, '办公时间应从早到晚写，各段不相连、不重叠')
  .refine(
    (texts) => texts.map(officeSession).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) >= MIN_OFFICE_MS,
    '一天的办公时间至少一小时',
  );

/**
 * The instant D up to which something is in time. `boundary` says whether D itself belongs to it:
 * - `inclusive` (the default): in time iff `at <= D`; missed once `now > D`, first at D + 1 ms;
 * - `strict`: in time iff `at < D`; missed once `now >= D`, first at D itself.
 * Below and in the kinds "in time", "missed" and "M" (the first instant at which it is missed: D + 1 ms or D) mean this. Exactly one of:
 * - `workingDays: n` — 24:00 (= 00:00 of the next day) of the n-th Chinese working day strictly after the day of the
 *   beginning; n = 0 is 24:00 of that day itself;
 * - `calendarDays: n` — 24:00 of the n-th day after the day of the beginning;
 * - `workingHours: n` — the earliest instant, not before the beginning, at which n hours of *office time* have passed since the
 *   beginning. Office time passes on Chinese working days from each opening to each closing of `officeHours` (`HH:MM-HH:MM`, in order;
 *   see {@link OFFICE_HOURS}). So a beginning outside of them counts from the next opening; D may be a closing, but no opening; n = 0: D
 *   is the beginning itself;
 * - `hours: n` — the beginning + n hours, to the millisecond;
 * - `field` — the instant (or 24:00 of the day) in that field.
 * The day of the beginning is the China day of the starting record's `atMs`, or the day field `from` of it.
 * A null n, `from` or `field` means: there is no deadline, neither hit nor wake-up. With `orAt` a null `from` means the starting record's
 * `atMs` in its place.
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
    workingHours: limitSchema.optional(),
    officeHours: officeHoursSchema.optional(),
    field: fieldSchema.optional(),
    from: fieldSchema.optional(),
    orAt: z.literal(true).optional(),
    details: nameSchema.optional(),
    boundary: z
      .enum(['inclusive', 'strict'], 'boundary 应为 inclusive（到点算按时）或 strict（到点就算超期）')
      .default('inclusive'),
  })
  .refine(
    (d) => [d.workingDays, d.calendarDays, d.hours, d.workingHours, d.field].filter((v) => v !== undefined).length === 1,
    '期限须且只须写 workingDays、calendarDays、workingHours、hours、field 之一',
  )
  .refine(
    (d) => d.from === undefined || d.calendarDays !== undefined || d.workingDays !== undefined,
    'from 只与 workingDays、calendarDays 同用',
  )
  .refine((d) => d.orAt === undefined || d.from !== undefined, 'orAt 只与 from 同用')
  .refine((d) => d.officeHours === undefined || d.workingHours !== undefined, 'officeHours 只与 workingHours 同用')
  .register(formHints, { one: ['workingDays', 'workingHours', 'calendarDays', 'hours', 'field'] });
export type Deadline = z.output<typeof deadlineSchema>;

/**
 * Pauses of a running deadline (`workingDays`, `calendarDays`, `workingHours` or `hours`). In order, among the records after the
 * start, together with the extensions, beginning with the plain D:
 * - a record of `of` in time (by `boundary`), while no pause runs, begins a pause; while one runs it means nothing;
 * - the next record of `until` ends it: D is counted again from the start with the pauses added: for `workingDays` each
 *   pause is ordinal(day of end) − ordinal(day of begin), ordinal(d) = number of working days ≤ d; for `calendarDays` the
 *   difference of the days; for `hours` the elapsed milliseconds, for `workingHours` those of office time. D never becomes earlier than an extension granted before;
 * - while a pause runs there is no deadline: neither hit nor wake-up. (Even if the thing was done meanwhile.)
 */
export const pausesSchema = z.strictObject({ of: nameSchema, until: nameSchema });

/**
 * A record of `of` after the start that is in time (or while a pause runs) whose instant field `to` is not null moves the
 * deadline: D = max(D, to). Later pauses never take it back: D = max(counted D, every extension granted so far).
 */
export const extensionsSchema = z.strictObject({ of: nameSchema, to: fieldSchema });

/** The parameter by which a deadline is counted; null: its number is written out, or it stands in a field. */
export function parameterOf({ workingDays, calendarDays, workingHours, hours }: Deadline): string | null {
  const limit = workingDays ?? calendarDays ?? workingHours ?? hours;
  return typeof limit === 'object' ? limit.parameter : null;
}
