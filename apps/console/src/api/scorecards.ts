import { z } from 'zod';
import { timelineKindSchema } from './timelines.js';
import { codeSchema, instantMsSchema, pageOf, pageQueryShape, severitySchema } from './primitives.js';

export const placeKindSchema = z.enum(['unit', 'township', 'village', 'county']);
export type PlaceKind = z.infer<typeof placeKindSchema>;
export const scorecardPeriodSchema = z.enum(['week', 'month', 'quarter']);
export type ScorecardPeriodKind = z.infer<typeof scorecardPeriodSchema>;

/** Periods back from now: two years of months. */
const MAX_PERIODS_BACK = 24;

const figureSchema = z.object({
  id: z.string(),
  label: z.string(),
  group: z.enum(['findings', 'hotline', 'money', 'centre']),
  places: z.array(placeKindSchema),
  /** What is counted, of what, and what is left out: shown as 怎么算的. */
  counted: z.string(),
  /** Null: the figure is a plain number. */
  of: z.string().nullable(),
  leftOut: z.string(),
  better: z.enum(['higher', 'lower']).nullable(),
  /** Both are amounts in fen. */
  money: z.boolean(),
  minSample: z.int().nonnegative(),
});
export type ScorecardFigure = z.infer<typeof figureSchema>;

/** GET /api/scorecards/figures: how each is reckoned */
export const figureListSchema = z.object({ items: z.array(figureSchema), minPeers: z.int() });
export type FigureList = z.infer<typeof figureListSchema>;

/** `value`: a share from 0 to 1, or the number; null: too few to say. `of`: null of a plain number. `counted`: null: not known this time. */
const figureValueSchema = z.object({ counted: z.int().nullable(), of: z.int().nullable(), value: z.number().nullable() });
export type FigureValue = z.infer<typeof figureValueSchema>;

const comparedFigureSchema = z.object({
  id: z.string(),
  /** Of the periods of the answer, oldest first; the last is the one asked about. */
  values: z.array(figureValueSchema),
  /** Null: that time lies before the first records, for the most part. */
  previous: figureValueSchema.nullable(),
  yearBefore: figureValueSchema.nullable(),
  /** Average of the others of its kind; null: too few of them. Rank 1 is the best; null: nothing is better, or too few. */
  peers: z.object({ average: z.number().nullable(), peers: z.int(), rank: z.int().nullable() }),
});
export type ComparedFigure = z.infer<typeof comparedFigureSchema>;

const periodsShape = {
  periods: z.array(z.object({ key: z.string(), label: z.string(), fromMs: instantMsSchema, beforeMs: instantMsSchema })),
  /** The period goes on: its numbers still grow. */
  unfinished: z.boolean(),
  /** County time: when everything was counted. */
  countedAtMs: instantMsSchema,
  /** Rules that had not been judged over everything by then, of so many: figures of findings still change. Null: none. */
  underWay: z.object({ rules: z.int().positive(), of: z.int().positive() }).nullable(),
};

type RulesUnderWay = NonNullable<z.infer<typeof periodsShape.underWay>>;

/** On the page and on the cover of an export. */
export function underWayText({ rules, of }: RulesUnderWay): string {
  return `有 ${rules} 条规则（共 ${of} 条）正在首次研判，或改动后重新研判：疑点的数字还会变化，不要据此下结论。`;
}

const placeShape = {
  code: z.string(),
  name: z.string(),
  townshipName: z.string().nullable(),
  figures: z.array(comparedFigureSchema),
};

const questionShape = {
  period: scorecardPeriodSchema.default('month'),
  /** 0: the period of now. */
  back: z.coerce.number<number | string>().int().min(0).max(MAX_PERIODS_BACK).default(0),
};

/** GET /api/scorecards/:kind?sort=… : by name, or by a figure, the most conspicuous first */
export const scorecardListQuerySchema = z.object({
  ...questionShape,
  ...pageQueryShape,
  sort: codeSchema.optional(),
  /** Part of the name. */
  text: z.string().trim().max(100).optional(),
});
export const scorecardListSchema = pageOf(z.object(placeShape)).extend({
  ...periodsShape,
  total: z.int().nonnegative(),
  /** Orders of the period that name no such place: with them all items add up to the county. */
  ordersOfNone: z.int().nonnegative(),
});
export type ScorecardList = z.infer<typeof scorecardListSchema>;
export type ScorecardSummary = ScorecardList['items'][number];

/** GET /api/scorecards/:kind/:code */
export const scorecardQuerySchema = z.object(questionShape);
export const scorecardSchema = z.object({
  ...placeShape,
  ...periodsShape,
  /** Findings of the period by class, withdrawn ones left out; null: not known this time. */
  classes: z
    .array(z.object({ problemClass: z.string(), bySeverity: z.record(severitySchema, z.int().nonnegative()) }))
    .nullable(),
});
export type Scorecard = z.infer<typeof scorecardSchema>;

export const figurePartSchema = z.enum(['counted', 'of', 'rest']);
export type FigurePart = z.infer<typeof figurePartSchema>;

/** GET /api/scorecards/:kind/:code/figures/:figure/records : those counted, those that they are a share of, or of these the others; newest first */
export const figureRecordsQuerySchema = z.object({
  ...questionShape,
  ...pageQueryShape,
  part: figurePartSchema.default('counted'),
});
const figureRecordSchema = z.object({
  atMs: instantMsSchema,
  code: z.string(),
  /** Title of a finding; of others the number. */
  name: z.string(),
  /** The unit, of what no unit has the village; null: not named, or not to be told. */
  whereName: z.string().nullable(),
  stateText: z.string().nullable(),
  /** What it makes of the figure; null: it counts as one. */
  amountFen: z.int().nullable(),
  /** Told in confidence: no more than this is shown without a reason. */
  confidential: z.boolean(),
  /** The page that shows it, or what it is part of; null: there is none. */
  page: z.object({ kind: z.enum(['finding', 'village', ...timelineKindSchema.options]), code: z.string() }).nullable(),
});
export const figureRecordsSchema = pageOf(figureRecordSchema).extend({
  /** Headings, Chinese: what is counted, and which of its days is shown. */
  nameLabel: z.string(),
  atLabel: z.string(),
  whereLabel: z.string(),
  /** A day says all: there is no hour. */
  byDay: z.boolean(),
});
export type FigureRecords = z.infer<typeof figureRecordsSchema>;
export type FigureRecord = FigureRecords['items'][number];

const surgeDaysSchema = z.enum(['7', '30']).default('7');

/** GET /api/surges */
export const surgeQuerySchema = z.object({ days: surgeDaysSchema });
export const surgeListSchema = z.object({
  days: z.union([z.literal(7), z.literal(30)]),
  now: z.object({ fromMs: instantMsSchema, beforeMs: instantMsSchema }),
  basis: z.enum(['last-year', 'preceding', 'none']),
  /** What it is compared with, Chinese. */
  basisText: z.string(),
  /** How many there are; the most unusual hundred are listed. */
  total: z.int().nonnegative(),
  items: z.array(
    z.object({
      matter: z.string(),
      matterLabel: z.string(),
      townshipCode: z.string(),
      villageCode: z.string().nullable(),
      placeName: z.string(),
      count: z.int().nonnegative(),
      expected: z.number().nonnegative(),
      /** Spreads above what is expected. */
      score: z.number(),
      /** 近 7 天 23 件，往年同期 6 件 */
      text: z.string(),
    }),
  ),
});
export type SurgeList = z.infer<typeof surgeListSchema>;
export type Surge = SurgeList['items'][number];

/** GET /api/surges/orders: the orders behind one, newest first, without those told in confidence */
export const surgeOrdersQuerySchema = z.object({
  days: surgeDaysSchema,
  matter: codeSchema,
  township: codeSchema,
  village: codeSchema.optional(),
});
export const surgeOrdersSchema = z.object({
  items: z.array(
    z.object({ orderId: z.string(), acceptedAtMs: instantMsSchema, status: z.string(), leadUnitName: z.string().nullable() }),
  ),
});
export type SurgeOrders = z.infer<typeof surgeOrdersSchema>;
