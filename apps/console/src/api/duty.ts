import { z } from 'zod';
import { chinaDaySchema, codeSchema } from './primitives.js';

/** Persons of one day; days that are saved at once: a month, with the weeks that it begins and ends in. */
export const MAX_PERSONS_ON_DUTY = 10;
export const MAX_DUTY_DAYS_SAVED = 42;

const timeSchema = z.iso.time({ precision: -1, error: '请填写几点几分' });

/** `HH:mm` in China, of working days: inside, all of the team is told of an alert; outside, who is on duty. */
export const dutyHoursSchema = z
  .strictObject({ from: timeSchema, to: timeSchema })
  .refine(({ from, to }) => from < to, '上班时间要早于下班时间');
export type DutyHours = z.infer<typeof dutyHoursSchema>;

/** GET /api/teams/:id/duty?month=YYYY-MM (administrator); without a month: the one that it is */
export const dutyQuerySchema = z.object({
  month: z
    .string()
    .regex(/^20\d\d-(?:0[1-9]|1[0-2])$/, '月份须写成 2026-07 这样')
    .optional(),
});
export type DutyQuery = z.infer<typeof dutyQuerySchema>;

const dutyPersonSchema = z.object({
  id: z.string(),
  displayName: z.string(),
  /** Why this person is not told, as things stand; null: is told. */
  passedOver: z.string().nullable(),
});
export type DutyPerson = z.infer<typeof dutyPersonSchema>;

const dutyDaySchema = z.object({
  day: chinaDaySchema,
  isWorkingDay: z.boolean(),
  /** It cannot be changed any more. */
  isOver: z.boolean(),
  persons: z.array(dutyPersonSchema),
});
export type DutyDay = z.infer<typeof dutyDaySchema>;

export const dutyMonthSchema = z.object({
  teamName: z.string(),
  month: z.string(),
  today: chinaDaySchema,
  /** Null: no roster; all of the team is told at any time. */
  hours: dutyHoursSchema.nullable(),
  members: z.array(z.object({ id: z.string(), displayName: z.string() })),
  /** Whole weeks from Monday on, which hold the month, and the week before them. */
  days: z.array(dutyDaySchema),
  /** Who would be told of an alert that came at this moment. */
  now: z.object({
    isAtWork: z.boolean(),
    /** Whose turn it is; null while the team is at work, or without a roster. */
    day: chinaDaySchema.nullable(),
    /** Names. */
    told: z.array(z.string()),
    passedOver: z.array(dutyPersonSchema),
    /** Nobody is on duty who could be told: the team is. */
    isNobodyOnDuty: z.boolean(),
  }),
});
export type DutyMonth = z.infer<typeof dutyMonthSchema>;

/** PUT /api/teams/:id/duty (administrator): takes the place of what stood on these days; answers `doneSchema` */
export const saveDutyRequestSchema = z.strictObject({
  days: z
    .array(
      z.strictObject({
        day: chinaDaySchema,
        userIds: z.array(codeSchema).max(MAX_PERSONS_ON_DUTY, `一天最多 ${MAX_PERSONS_ON_DUTY} 人值班`),
      }),
    )
    .max(MAX_DUTY_DAYS_SAVED, `一次最多保存 ${MAX_DUTY_DAYS_SAVED} 天`),
});
export type SaveDutyRequest = z.infer<typeof saveDutyRequestSchema>;

/** PUT /api/teams/:id/duty/hours (administrator): answers `doneSchema` */
export const saveDutyHoursRequestSchema = z.strictObject({ hours: dutyHoursSchema.nullable() });
export type SaveDutyHoursRequest = z.infer<typeof saveDutyHoursRequestSchema>;
