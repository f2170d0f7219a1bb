import {
  CIRCULAR_AUDIENCE_LABELS,
  CIRCULAR_AUDIENCES,
  CIRCULAR_STATE_LABELS,
  CIRCULAR_STATES,
  CIRCULAR_STEP_LABELS,
  circularContentSchema,
  circularOriginSchema,
  circularOriginsSchema,
  circularStepRequestSchema,
  IMPROVEMENT_KIND_LABELS,
  IMPROVEMENT_KINDS,
  IMPROVEMENT_STATE_LABELS,
  IMPROVEMENT_STATES,
  IMPROVEMENT_STEP_LABELS,
  improvementStepRequestSchema,
  reportImprovementSchema,
  unitCircularStepRequestSchema,
  unitImprovementStepRequestSchema,
  type AskedImprovementStep,
  type CircularOrigin,
  type CircularState,
  type ImprovementState,
  type ReportImprovement,
} from '@tianyan/supervision/circular-api';
import { z } from 'zod';
import { deputyStepsOf, inPlaceShape } from './delegations.js';
import { chinaDaySchema, codeSchema, csvOf, instantMsSchema, MAX_FILTER_CHARS, pageOf, pageQueryShape } from './primitives.js';
import { proofShape } from './proof-files.js';
import { supervisionStepSchema } from './supervision.js';

export {
  CIRCULAR_AUDIENCE_LABELS,
  CIRCULAR_STATE_LABELS,
  CIRCULAR_STATES,
  CIRCULAR_STEP_LABELS,
  circularContentSchema,
  circularStepRequestSchema,
  IMPROVEMENT_KIND_LABELS,
  IMPROVEMENT_KINDS,
  IMPROVEMENT_STATE_LABELS,
  IMPROVEMENT_STEP_LABELS,
  improvementStepRequestSchema,
  reportImprovementSchema,
  unitImprovementStepRequestSchema,
  type AskedImprovementStep,
  type CircularOrigin,
  type CircularState,
  type ImprovementState,
};

const officeStepSchema = z.enum(['revise', 'return-draft', 'issue', 'excuse', 'withdraw']);
export type OfficeCircularStep = z.infer<typeof officeStepSchema>;
const askedImprovementStepSchema = z.enum(['count', 'send-back', 'resubmit', 'drop']);
const revisionSchema = z.int().positive();

/** GET /api/circulars, the last changed first */
export const circularListQuerySchema = z.object({
  state: csvOf(z.enum(CIRCULAR_STATES)).optional(),
  unit: codeSchema.optional(),
  /** What it was drafted from lay there. */
  township: codeSchema.optional(),
  /** Whose reports are over their date. */
  overdue: z.enum(['true', 'false']).optional(),
  /** Part of the title. */
  text: z.string().trim().max(MAX_FILTER_CHARS).optional(),
  /** Those drafted from this finding, clue or letter. */
  origin: codeSchema.optional(),
  ...pageQueryShape,
});
export type CircularListQuery = z.input<typeof circularListQuerySchema>;

const circularShape = {
  id: z.string(),
  /** Such as 通报〔2026〕0001号; null: not issued. */
  number: z.string().nullable(),
  title: z.string(),
  state: z.enum(CIRCULAR_STATES),
  audience: z.enum(CIRCULAR_AUDIENCES),
  /** Named in it. */
  unitNames: z.array(z.string()),
  /** 首接负责. */
  firstUnitName: z.string().nullable(),
  /** County time, as all that follow. By then the units named have to report; null: nothing is to be reported at present. */
  dueAtMs: instantMsSchema.nullable(),
  urgency: z.enum(['soon', 'overdue']).nullable(),
  issuedAtMs: instantMsSchema.nullable(),
  changedAtMs: instantMsSchema,
};
export const circularSummarySchema = z.object({
  ...circularShape,
  handlerName: z.string(),
  /** By both names where it was issued in the place of another; null: it was not issued. */
  issuerName: z.string().nullable(),
});
export type CircularSummary = z.infer<typeof circularSummarySchema>;
export const circularListSchema = pageOf(circularSummarySchema);
export type CircularList = z.infer<typeof circularListSchema>;

/** A system (制度) that a unit has built or improved. */
export const improvementSchema = z.object({
  id: z.string(),
  unitCode: z.string(),
  unitName: z.string(),
  name: z.string(),
  documentNumber: z.string(),
  documentDay: chinaDaySchema,
  kind: z.enum(IMPROVEMENT_KINDS),
  state: z.enum(IMPROVEMENT_STATES),
  revision: revisionSchema,
  steps: z.array(supervisionStepSchema),
  unbroken: z.boolean(),
  allowedSteps: z.array(askedImprovementStepSchema),
  /** In the place of others; to a unit always empty. */
  deputySteps: deputyStepsOf(askedImprovementStepSchema),
  ...proofShape,
});
export type Improvement = z.infer<typeof improvementSchema>;

const namedCircularSchema = z.object({ id: z.string(), number: z.string() });
const countsSchema = z.object({
  total: z.int().nonnegative(),
  byKind: z.array(z.object({ key: z.enum(IMPROVEMENT_KINDS), label: z.string(), count: z.int().nonnegative() })),
});

/** How far a unit named is. `done`: nothing is left to be done. */
export const circularUnitSchema = z.object({
  code: z.string(),
  name: z.string(),
  isFirst: z.boolean(),
  progress: z.enum(['waiting', 'reporting', 'checking', 'done', 'excused']),
  readAtMs: instantMsSchema.nullable(),
  reported: z.int().nonnegative(),
  counted: z.int().nonnegative(),
});
export type CircularUnit = z.infer<typeof circularUnitSchema>;
export const CIRCULAR_PROGRESS_LABELS: Readonly<Record<CircularUnit['progress'], string>> = {
  waiting: '待阅',
  reporting: '报送中',
  checking: '待核对',
  done: '已完成',
  excused: '免予报送',
};

/** GET /api/circulars/:id, and the answer to each step */
export const circularDetailSchema = circularSummarySchema.extend({
  text: z.string(),
  unitCodes: z.array(z.string()),
  firstUnitCode: z.string().nullable(),
  reportWorkingDays: z.int().positive().nullable(),
  /** Those that the person may see. */
  origins: z.array(circularOriginSchema),
  /** What of it does not hold any more, before it is issued. */
  warnings: z.array(z.string()),
  corrects: namedCircularSchema.nullable(),
  correctedBy: z.array(namedCircularSchema),
  units: z.array(circularUnitSchema),
  /** Who has read it, of those whom it was sent to. */
  readers: z.object({
    expected: z.int().nonnegative(),
    items: z.array(z.object({ unitName: z.string(), readerName: z.string(), atMs: instantMsSchema })),
  }),
  improvements: z.array(improvementSchema),
  /** Of the improvements those that were checked and count. */
  counted: countsSchema,
  revision: revisionSchema,
  steps: z.array(supervisionStepSchema),
  unbroken: z.boolean(),
  allowedSteps: z.array(officeStepSchema),
  /** What the signed-in person may do in the place of others (代理). */
  deputySteps: deputyStepsOf(officeStepSchema),
  mayCorrect: z.boolean(),
  /** The signed-in person has withdrawn (回避) from what it came from, and takes no step. */
  recused: z.boolean(),
});
export type CircularDetail = z.infer<typeof circularDetailSchema>;

/** POST /api/circulars; what would be covered is refused: it is sent out */
export const draftCircularRequestSchema = z.strictObject({
  origins: circularOriginsSchema,
  /** The circular that it puts right. */
  correctsId: codeSchema.optional(),
  content: circularContentSchema,
});
export type DraftCircularRequest = z.infer<typeof draftCircularRequestSchema>;

/** POST /api/circulars/:id/steps; `revision`: as it was when it was looked at */
export const circularStepSchema = z.strictObject({
  revision: revisionSchema,
  step: circularStepRequestSchema,
  ...inPlaceShape,
});
export type CircularStepBody = z.infer<typeof circularStepSchema>;
/** POST /api/improvements/:id/steps */
export const improvementStepSchema = z.strictObject({
  revision: revisionSchema,
  step: improvementStepRequestSchema,
  ...inPlaceShape,
});
export type ImprovementStepBody = z.infer<typeof improvementStepSchema>;

/** A circular as units see it: nothing of what it was drafted from, nor of what others reported. */
export const assignedCircularSchema = z.object({
  ...circularShape,
  read: z.boolean(),
  /** The person's units are named, and have something to report or to mend. */
  toReport: z.boolean(),
});
export type AssignedCircular = z.infer<typeof assignedCircularSchema>;
/** GET /api/assignments/circulars/:id, and the answers to what is done about it */
export const assignedCircularDetailSchema = assignedCircularSchema.extend({
  text: z.string(),
  corrects: namedCircularSchema.nullable(),
  correctedBy: z.array(namedCircularSchema),
  /** The person's own units that are named. */
  units: z.array(circularUnitSchema.extend({ mayReport: z.boolean() })),
  improvements: z.array(improvementSchema),
  steps: z.array(supervisionStepSchema),
});
export type AssignedCircularDetail = z.infer<typeof assignedCircularDetailSchema>;

/** GET /api/assignments/circulars: what was sent to the units that the person answers for */
export const assignedCircularsSchema = z.object({ items: z.array(assignedCircularSchema) });
export type AssignedCirculars = z.infer<typeof assignedCircularsSchema>;

/** POST /api/assignments/circulars/:id/steps: 报送完毕 */
export const unitCircularStepSchema = z.strictObject({ step: unitCircularStepRequestSchema });
export type UnitCircularStepBody = z.infer<typeof unitCircularStepSchema>;
/** POST /api/assignments/circulars/:id/improvements */
export type ReportImprovementRequest = ReportImprovement;
/** POST /api/assignments/improvements/:id/steps */
export const unitImprovementStepSchema = z.strictObject({ revision: revisionSchema, step: unitImprovementStepRequestSchema });
export type UnitImprovementStepBody = z.infer<typeof unitImprovementStepSchema>;
