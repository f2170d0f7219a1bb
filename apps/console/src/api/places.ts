import { CLUE_STATES } from '@tianyan/cases/api';
import { LETTER_KINDS, LETTER_STATES } from '@tianyan/supervision/api';
import { z } from 'zod';
import { findingSummarySchema } from './findings.js';
import { chinaDaySchema, instantMsSchema } from './primitives.js';
import { placeKindSchema } from './scorecards.js';
import { timelineKindSchema } from './timelines.js';

/** Units and places with a page of their own. */
export const pagedPlaceKindSchema = placeKindSchema.exclude(['county']);
export type PagedPlaceKind = z.infer<typeof pagedPlaceKindSchema>;

export const PLACE_KIND_LABELS: Readonly<Record<PagedPlaceKind, string>> = {
  unit: '单位',
  township: '乡镇',
  village: '村（社区）',
};

/** Months that one answer holds: a year, and the same month of the year before. */
export const PLACE_MONTHS = 13;
/** Months back from now that can be asked for: contracts of the ledgers were signed decades ago. */
export const MAX_PLACE_MONTHS_BACK = 40 * 12;

/** GET /api/places/:kind/:code: `back`, how many months before this one the newest of the answer lies */
export const placeQuerySchema = z.strictObject({
  back: z.coerce.number<number | string>().int().min(0).max(MAX_PLACE_MONTHS_BACK).default(0),
});

/** `YYYY-MM`, of China. */
export const placeMonthKeySchema = z.string().regex(/^(19|20|21)\d{2}-(0[1-9]|1[0-2])$/, '月份应写成 2026-03 的样子');

const countOf = z.int().nonnegative();

const monthCountsSchema = z.object({
  month: placeMonthKeySchema,
  fromMs: instantMsSchema,
  beforeMs: instantMsSchema,
  /** What sources recorded that bears a time of the month. */
  records: countOf,
  /** Problems that came about then, and are not withdrawn. */
  findings: countOf,
  /** Registered then; null: who asks may not read clues. */
  clues: countOf.nullable(),
  /** Issued then; null: who asks may not read letters. */
  letters: countOf.nullable(),
});
export type PlaceMonthCounts = z.infer<typeof monthCountsSchema>;

/** All that is known of a unit or a place, month by month, the newest first. */
export const placePageSchema = z.object({
  kind: pagedPlaceKindSchema,
  kindLabel: z.string(),
  code: z.string(),
  name: z.string(),
  /** To which it belongs; of a department and a township none. */
  townshipCode: z.string().nullable(),
  townshipName: z.string().nullable(),
  months: z.array(monthCountsSchema),
  /** Something lies before the months of the answer. */
  hasEarlier: z.boolean(),
});
export type PlacePage = z.infer<typeof placePageSchema>;

const clueSchema = z.object({
  id: z.string(),
  number: z.string(),
  title: z.string(),
  state: z.enum(CLUE_STATES),
  atMs: instantMsSchema,
});
const letterSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(LETTER_KINDS),
  title: z.string(),
  unitName: z.string(),
  state: z.enum(LETTER_STATES),
  atMs: instantMsSchema,
});

/** GET /api/places/:kind/:code/months/:month */
export const placeMonthSchema = z.object({
  month: placeMonthKeySchema,
  /** Days with records, the newest first; what was recorded of which type. */
  days: z.array(
    z.object({ day: chinaDaySchema, records: z.array(z.object({ type: z.string(), label: z.string(), count: countOf })) }),
  ),
  findings: z.array(findingSummarySchema),
  clues: z.array(clueSchema),
  letters: z.array(letterSchema),
  /** Of these there are more than are shown; the newest are. */
  truncated: z.array(z.enum(['findings', 'clues', 'letters'])),
});
export type PlaceMonth = z.infer<typeof placeMonthSchema>;

/** GET /api/places/:kind/:code/days/:day: what was recorded on a day, the newest first. Words of people stand on the pages of the things. */
export const placeDaySchema = z.object({
  day: chinaDaySchema,
  items: z.array(
    z.object({
      type: z.string(),
      typeLabel: z.string(),
      systemLabel: z.string(),
      atMs: instantMsSchema,
      /** Told in confidence, or nobody knows whether it was: number and time alone are shown. */
      closed: z.boolean(),
      /** Its coded values and amounts, in words. */
      text: z.string(),
      /** What it is about, where that has a page. */
      about: z.object({ kind: timelineKindSchema, kindLabel: z.string(), code: z.string() }).nullable(),
    }),
  ),
  truncated: z.boolean(),
});
export type PlaceDay = z.infer<typeof placeDaySchema>;
