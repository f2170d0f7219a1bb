import {
  draftOriginSchema,
  letterContentSchema,
  letterOriginSchema,
  letterStepRequestSchema,
  LETTER_KIND_LABELS,
  LETTER_KINDS,
  LETTER_STATE_LABELS,
  LETTER_STATES,
  LETTER_STEP_LABELS,
  MAX_SUPERVISION_LINE_CHARS,
  MAX_SUPERVISION_TEXT_CHARS,
  RECTIFICATION_STATE_LABELS,
  RECTIFICATION_STATES,
  RECTIFICATION_STEP_LABELS,
  rectificationStepRequestSchema,
  registerRectificationSchema,
  unitLetterStepRequestSchema,
  unitRectificationStepRequestSchema,
  type AskedLetterStep,
  type AskedRectificationStep,
  type LetterKind,
  type LetterOrigin,
  type LetterState,
  type RectificationState,
} from '@tianyan/supervision/api';
import { z } from 'zod';
import { deputyStepsOf, inPlaceShape } from './delegations.js';
import { proofShape } from './proof-files.js';
import { chinaDaySchema, codeSchema, csvOf, instantMsSchema, MAX_FILTER_CHARS, pageOf, pageQueryShape } from './primitives.js';

export {
  letterStepRequestSchema,
  LETTER_KIND_LABELS,
  LETTER_KINDS,
  LETTER_STATE_LABELS,
  LETTER_STATES,
  LETTER_STEP_LABELS,
  MAX_SUPERVISION_LINE_CHARS,
  MAX_SUPERVISION_TEXT_CHARS,
  RECTIFICATION_STATE_LABELS,
  RECTIFICATION_STATES,
  RECTIFICATION_STEP_LABELS,
  rectificationStepRequestSchema,
  registerRectificationSchema,
  unitLetterStepRequestSchema,
  unitRectificationStepRequestSchema,
  type AskedLetterStep,
  type AskedRectificationStep,
  type LetterKind,
  type LetterOrigin,
  type LetterState,
  type RectificationState,
};

const letterStateSchema = z.enum(LETTER_STATES);
const askedLetterStepSchema = z.enum([
  ...letterStepRequestSchema.options.map(({ shape }) => shape.step.value),
  ...unitLetterStepRequestSchema.options.map(({ shape }) => shape.step.value),
]);
const rectificationStateSchema = z.enum(RECTIFICATION_STATES);
const askedRectificationStepSchema = z.enum(rectificationStepRequestSchema.options.map(({ shape }) => shape.step.value));

/** A step of a history, in words; what was typed is covered where it names people. */
export const supervisionStepSchema = z.object({
  seq: z.int().positive(),
  kindLabel: z.string(),
  atMs: instantMsSchema,
  /** To a unit: the office, or the unit itself, and no name. */
  takerName: z.string(),
  stateLabel: z.string(),
  lines: z.array(z.object({ label: z.string(), text: z.string() })),
});
export type SupervisionStep = z.infer<typeof supervisionStepSchema>;

/** An order of a campaign, as what came of it names it. */
const campaignTaskLinkSchema = z.object({ id: z.string(), orderId: z.string() });

/** GET /api/letters, the last changed first */
export const letterListQuerySchema = z.object({
  state: csvOf(letterStateSchema).optional(),
  kind: z.enum(LETTER_KINDS).optional(),
  unit: codeSchema.optional(),
  /** Whose reply is over its date. */
  overdue: z.enum(['true', 'false']).optional(),
  /** Part of the title. */
  text: z.string().trim().max(MAX_FILTER_CHARS).optional(),
  /** Those drafted from this finding or clue, or from this order of a campaign. */
  origin: codeSchema.optional(),
  ...pageQueryShape,
});
export type LetterListQuery = z.input<typeof letterListQuerySchema>;

const letterShape = {
  id: z.string(),
  kind: z.enum(LETTER_KINDS),
  /** Such as 督办单〔2026〕0001号; null: not issued. */
  number: z.string().nullable(),
  unitCode: z.string(),
  unitName: z.string(),
  title: z.string(),
  state: letterStateSchema,
  /** County time, as all that follow. By then the unit has to answer; null: it has nothing to answer. */
  dueAtMs: instantMsSchema.nullable(),
  urgency: z.enum(['soon', 'overdue']).nullable(),
  issuedAtMs: instantMsSchema.nullable(),
  changedAtMs: instantMsSchema,
};
export const letterSummarySchema = z.object({
  ...letterShape,
  handlerName: z.string(),
  /** By both names where it was issued in the place of another; null: it was not issued. */
  issuerName: z.string().nullable(),
  /** How often an answer was sent back. */
  returns: z.int().nonnegative(),
});
export type LetterSummary = z.infer<typeof letterSummarySchema>;
export const letterListSchema = pageOf(letterSummarySchema);
export type LetterList = z.infer<typeof letterListSchema>;

export const rectificationSchema = z.object({
  id: z.string(),
  unitCode: z.string(),
  unitName: z.string(),
  /** Null: of the whole county. */
  townshipName: z.string().nullable(),
  problem: z.string(),
  /** Names of people, covered. */
  responsible: z.string().nullable(),
  leader: z.string().nullable(),
  measures: z.string().nullable(),
  proof: z.string().nullable(),
  improvement: z.string().nullable(),
  recoveredFen: z.int().nonnegative(),
  dueDay: chinaDaySchema,
  state: rectificationStateSchema,
  /** Not settled, and its day is over. */
  overdue: z.boolean(),
  letterId: z.string().nullable(),
  /** Number of its steps: to be named with the next. */
  revision: z.int().positive(),
  changedAtMs: instantMsSchema,
});
export type Rectification = z.infer<typeof rectificationSchema>;

/** GET /api/letters/:id, and the answer to each step */
export const letterDetailSchema = letterSummarySchema.extend({
  text: z.string(),
  replyWorkingDays: z.int().positive(),
  origin: letterOriginSchema,
  /** Empty: of the whole county. */
  townshipNames: z.array(z.string()),
  /** Number of its steps: to be named with the next. */
  revision: z.int().positive(),
  steps: z.array(supervisionStepSchema),
  unbroken: z.boolean(),
  /** What the signed-in person may do now. */
  allowedSteps: z.array(askedLetterStepSchema),
  /** What the signed-in person may do in the place of others (代理). */
  deputySteps: deputyStepsOf(askedLetterStepSchema),
  /** The signed-in person has withdrawn (回避) from what it came from, and takes no step. */
  recused: z.boolean(),
  /** Made from its answer. */
  rectifications: z.array(rectificationSchema),
  ...proofShape,
});
export type LetterDetail = z.infer<typeof letterDetailSchema>;

/** POST /api/letters; `cover`: personal data in the text is covered, otherwise it is refused */
export const draftLetterRequestSchema = z.strictObject({
  origin: draftOriginSchema,
  content: letterContentSchema,
  cover: z.boolean().default(false),
});
export type DraftLetterRequest = z.infer<typeof draftLetterRequestSchema>;

const revisionSchema = z.int().positive();
/** POST /api/letters/:id/steps; `revision`: as the letter was when it was looked at */
export const letterStepSchema = z.strictObject({ revision: revisionSchema, step: letterStepRequestSchema, ...inPlaceShape });
export type LetterStepBody = z.infer<typeof letterStepSchema>;
/** POST /api/assignments/letters/:id/steps */
export const unitLetterStepSchema = z.strictObject({ revision: revisionSchema, step: unitLetterStepRequestSchema });
export type UnitLetterStepBody = z.infer<typeof unitLetterStepSchema>;
/** POST /api/rectifications/:id/steps */
export const rectificationStepSchema = z.strictObject({
  revision: revisionSchema,
  step: rectificationStepRequestSchema,
  ...inPlaceShape,
});
export type RectificationStepBody = z.infer<typeof rectificationStepSchema>;
/** POST /api/assignments/rectifications/:id/steps */
export const unitRectificationStepSchema = z.strictObject({
  revision: revisionSchema,
  step: unitRectificationStepRequestSchema,
});
export type UnitRectificationStepBody = z.infer<typeof unitRectificationStepSchema>;

const rectificationFilterShape = {
  state: csvOf(rectificationStateSchema).optional(),
  unit: codeSchema.optional(),
  township: codeSchema.optional(),
  overdue: z.enum(['true', 'false']).optional(),
};
/** GET /api/rectifications/totals */
export const rectificationFilterSchema = z.object(rectificationFilterShape);
export type RectificationFilter = z.input<typeof rectificationFilterSchema>;
/** GET /api/rectifications, the last changed first */
export const rectificationListQuerySchema = z.object({ ...rectificationFilterShape, ...pageQueryShape });
export const rectificationListSchema = pageOf(rectificationSchema);
export type RectificationList = z.infer<typeof rectificationListSchema>;

export const rectificationTotalsSchema = z.object({
  total: z.int().nonnegative(),
  byState: z.array(z.object({ key: rectificationStateSchema, label: z.string(), count: z.int().nonnegative() })),
  overdue: z.int().nonnegative(),
  /** Share of the settled; null: there are none. */
  settledPermille: z.int().min(0).max(1_000).nullable(),
  recoveredFen: z.int().nonnegative(),
  improvements: z.int().nonnegative(),
  /** Reported after circulars, checked and counted. */
  countedImprovements: z.int().nonnegative(),
});
export type RectificationTotals = z.infer<typeof rectificationTotalsSchema>;

/** GET /api/rectifications/:id, GET /api/assignments/rectifications/:id, and the answers to steps */
export const rectificationDetailSchema = rectificationSchema.extend({
  steps: z.array(supervisionStepSchema),
  unbroken: z.boolean(),
  allowedSteps: z.array(askedRectificationStepSchema),
  /** In the place of others; to a unit always empty. */
  deputySteps: deputyStepsOf(askedRectificationStepSchema),
  /** The signed-in person has withdrawn (回避) from what it came from, and takes no step; to a unit always false. */
  recused: z.boolean(),
  /** The order of a campaign that it came of; null: of none, and always to a unit. */
  campaignTask: campaignTaskLinkSchema.nullable(),
  ...proofShape,
});
export type RectificationDetail = z.infer<typeof rectificationDetailSchema>;

/** POST /api/rectifications */
export type RegisterRectificationRequest = z.infer<typeof registerRectificationSchema>;

/** POST /api/rectifications/:id/people/reveal */
export const rectificationPeopleSchema = z.object({ responsible: z.string().nullable(), leader: z.string().nullable() });
export type RectificationPeople = z.infer<typeof rectificationPeopleSchema>;

/** A letter as the unit sees it: nothing of what it was drafted from, and of whom. */
export const assignedLetterSchema = z.object(letterShape);
export type AssignedLetter = z.infer<typeof assignedLetterSchema>;
/** GET /api/assignments/letters/:id, and the answer to each step */
export const assignedLetterDetailSchema = assignedLetterSchema.extend({
  text: z.string(),
  revision: revisionSchema,
  steps: z.array(supervisionStepSchema),
  allowedSteps: z.array(askedLetterStepSchema),
  ...proofShape,
});
export type AssignedLetterDetail = z.infer<typeof assignedLetterDetailSchema>;

/** GET /api/assignments: what was given to the units that the person answers for */
export const assignmentListSchema = z.object({
  letters: z.array(assignedLetterSchema),
  rectifications: z.array(rectificationSchema),
});
export type AssignmentList = z.infer<typeof assignmentListSchema>;
