import {
  assignTasksSchema,
  CAMPAIGN_STATE_LABELS,
  CAMPAIGN_STATES,
  CAMPAIGN_STEP_LABELS,
  CAMPAIGN_TASK_STATE_LABELS,
  CAMPAIGN_TASK_STATES,
  CAMPAIGN_TASK_STEP_LABELS,
  campaignStepRequestSchema,
  campaignTaskStepRequestSchema,
  CHECK_METHOD_LABELS,
  CHECK_RESULT_LABELS,
  CHECK_RESULTS,
  DEFAULT_CHECKLIST,
  isVisit,
  MAX_PICKED_ORDERS,
  MIN_ANSWERS,
  openCampaignSchema,
  PICK_LABELS,
  pickSchema,
  QUESTION_KIND_LABELS,
  keptQuestionSchema,
  clueOfTaskSchema,
  letterOfTaskSchema,
  LETTER_STATES,
  rectifyTaskSchema,
  SAMPLE_PART_LABELS,
  type AskedCampaignTaskStep,
  type CampaignPick,
  type CampaignState,
  type CampaignStepRequest,
  type CampaignTaskState,
  type CheckMethod,
  type CheckResult,
  type OpenCampaign,
  type Question,
  type SamplePart,
} from '@tianyan/supervision/api';
import { CLUE_STATES } from '@tianyan/cases/api';
import { z } from 'zod';
import { deputyStepsOf, inPlaceShape } from './delegations.js';
import { chinaDaySchema, codeSchema, instantMsSchema, pageOf, pageQueryShape } from './primitives.js';
import { proofShape } from './proof-files.js';
import { supervisionStepSchema } from './supervision.js';

export {
  CAMPAIGN_STATE_LABELS,
  CAMPAIGN_STATES,
  CAMPAIGN_STEP_LABELS,
  CAMPAIGN_TASK_STATE_LABELS,
  CAMPAIGN_TASK_STATES,
  CAMPAIGN_TASK_STEP_LABELS,
  campaignStepRequestSchema,
  campaignTaskStepRequestSchema,
  CHECK_METHOD_LABELS,
  CHECK_RESULT_LABELS,
  CHECK_RESULTS,
  DEFAULT_CHECKLIST,
  isVisit,
  MAX_PICKED_ORDERS,
  MIN_ANSWERS,
  openCampaignSchema,
  PICK_LABELS,
  pickSchema,
  QUESTION_KIND_LABELS,
  clueOfTaskSchema,
  letterOfTaskSchema,
  rectifyTaskSchema,
  SAMPLE_PART_LABELS,
  type AskedCampaignTaskStep,
  type CampaignPick,
  type CampaignState,
  type CampaignStepRequest,
  type CampaignTaskState,
  type CheckMethod,
  type CheckResult,
  type OpenCampaign,
  type Question,
  type SamplePart,
};

const campaignStateSchema = z.enum(CAMPAIGN_STATES);
const taskStateSchema = z.enum(CAMPAIGN_TASK_STATES);
const resultSchema = z.enum(CHECK_RESULTS);
const countSchema = z.int().nonnegative();
const askedCampaignStepSchema = z.enum(campaignStepRequestSchema.options.map(({ shape }) => shape.step.value));
const askedTaskStepSchema = z.enum(campaignTaskStepRequestSchema.options.map(({ shape }) => shape.step.value));

/** GET /api/campaigns, the last changed first */
export const campaignListQuerySchema = z.object({ state: campaignStateSchema.optional(), ...pageQueryShape });

export const campaignSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  beginsOn: chinaDaySchema,
  endsOn: chinaDaySchema,
  leadName: z.string(),
  /** Empty: the whole county's, or of several townships. */
  townshipNames: z.array(z.string()),
  picked: countSchema,
  state: campaignStateSchema,
  /** The next is drawn by itself. */
  weekly: z.boolean(),
  changedAtMs: instantMsSchema,
});
export type CampaignSummary = z.infer<typeof campaignSummarySchema>;
export const campaignListSchema = pageOf(campaignSummarySchema);
export type CampaignList = z.infer<typeof campaignListSchema>;

/** POST /api/campaigns/population: how many orders a pick finds before any is drawn */
export const countPickRequestSchema = z.strictObject({ pick: pickSchema });
export type CountPickRequest = z.infer<typeof countPickRequestSchema>;
export const pickCountSchema = z.object({ population: countSchema });
export type PickCount = z.infer<typeof pickCountSchema>;

const resultCountsShape = {
  picked: countSchema,
  /** It could be said whether something is wrong: the denominator. */
  verified: countSchema,
  /** Confirmed by a second person. */
  problems: countSchema,
  unverifiable: countSchema,
  /** Of what was verified; null: nothing was. */
  problemPermille: z.int().min(0).max(1_000).nullable(),
};
export const resultPartSchema = z.object({ code: z.string().nullable(), name: z.string(), ...resultCountsShape });
export type ResultPart = z.infer<typeof resultPartSchema>;
const labelledCountSchema = z.object({ label: z.string(), count: countSchema });

export const campaignResultsSchema = z.object({
  ...resultCountsShape,
  byState: z.array(z.object({ key: taskStateSchema, label: z.string(), count: countSchema })),
  byKind: z.array(labelledCountSchema),
  byUnit: z.array(resultPartSchema),
  byTownship: z.array(resultPartSchema),
  questions: z.array(
    z.object({
      text: z.string(),
      answered: countSchema,
      /** Null: too few answers, or words. */
      split: z.array(labelledCountSchema).nullable(),
    }),
  ),
});
export type CampaignResults = z.infer<typeof campaignResultsSchema>;

/** GET /api/campaigns/:id, and the answers to what changes it */
export const campaignDetailSchema = campaignSummarySchema.extend({
  basis: z.string(),
  /** What the orders were picked by, in words. */
  pickLines: z.array(z.object({ label: z.string(), text: z.string() })),
  /** With the number of an order it tells whether that was drawn; null: nothing was drawn. */
  seed: z.string().nullable(),
  population: countSchema,
  populationDigest: z.string(),
  checklist: z.array(z.string()),
  questions: z.array(keptQuestionSchema),
  results: campaignResultsSchema,
  revision: z.int().positive(),
  steps: z.array(supervisionStepSchema),
  unbroken: z.boolean(),
  allowedSteps: z.array(askedCampaignStepSchema),
  /** What the signed-in person may do in the place of others (代理). */
  deputySteps: deputyStepsOf(askedCampaignStepSchema),
  /** To whom orders can be given; empty: the person may not. */
  inspectors: z.array(z.object({ id: z.string(), name: z.string() })),
  /** In whose place they can be given out (代理); null: in one's own name, if at all. */
  assignFor: z.object({ forId: z.string(), forName: z.string() }).nullable(),
});
export type CampaignDetail = z.infer<typeof campaignDetailSchema>;

/** GET /api/campaigns/leads */
export const campaignLeadListSchema = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) });
export type CampaignLeadList = z.infer<typeof campaignLeadListSchema>;

/** POST /api/campaigns/:id/steps */
export const campaignStepSchema = z.strictObject({
  revision: z.int().positive(),
  step: campaignStepRequestSchema,
  ...inPlaceShape,
});
export type CampaignStepBody = z.infer<typeof campaignStepSchema>;

/** POST /api/campaigns/:id/assignments */
export const assignTasksRequestSchema = assignTasksSchema.extend(inPlaceShape);
export type AssignTasksRequest = z.infer<typeof assignTasksRequestSchema>;
export const assignedTasksSchema = z.object({ given: countSchema, left: countSchema });
export type AssignedTasks = z.infer<typeof assignedTasksSchema>;

export const campaignTaskSchema = z.object({
  id: z.string(),
  campaignId: z.string(),
  orderId: z.string(),
  unitCode: z.string().nullable(),
  unitName: z.string().nullable(),
  townshipName: z.string().nullable(),
  /** As the order was when it was picked, as the two that follow. */
  acceptedAtMs: instantMsSchema,
  returns: countSchema,
  state: taskStateSchema,
  inspectorName: z.string().nullable(),
  result: resultSchema.nullable(),
  problemKinds: z.array(z.string()),
  changedAtMs: instantMsSchema,
});
export type CampaignTask = z.infer<typeof campaignTaskSchema>;

/** GET /api/campaigns/:id/tasks, by number of the order */
export const campaignTaskListQuerySchema = z.object({
  state: taskStateSchema.optional(),
  result: resultSchema.optional(),
  unit: codeSchema.optional(),
  inspector: codeSchema.optional(),
  ...pageQueryShape,
});
export type CampaignTaskListQuery = z.input<typeof campaignTaskListQuerySchema>;
export const campaignTaskListSchema = pageOf(campaignTaskSchema);
export type CampaignTaskList = z.infer<typeof campaignTaskListSchema>;

/** GET /api/campaign-tasks: what was given to whoever asks, in campaigns that run */
export const ownCampaignTasksSchema = z.object({
  items: z.array(campaignTaskSchema),
  /** In whose place some of them are to be looked at (代理), by name. */
  forNames: z.array(z.string()),
});
export type OwnCampaignTasks = z.infer<typeof ownCampaignTasksSchema>;

/** GET /api/campaign-tasks/:id, and the answer to each step */
export const campaignTaskDetailSchema = campaignTaskSchema.extend({
  campaignName: z.string(),
  checklist: z.array(z.string()),
  questions: z.array(keptQuestionSchema),
  /** Number of its steps: to be named with the next. */
  revision: z.int().nonnegative(),
  steps: z.array(supervisionStepSchema),
  unbroken: z.boolean(),
  allowedSteps: z.array(askedTaskStepSchema),
  /** What the signed-in person may do in the place of others (代理). */
  deputySteps: deputyStepsOf(askedTaskStepSchema),
  /** In whose place files may be handed in now; null: in one's own name, if at all. */
  attachFor: z.object({ forId: z.string(), forName: z.string() }).nullable(),
  /** Whether it may be registered with the unit's rectifications now. */
  mayRectify: z.boolean(),
  mayDraftLetter: z.boolean(),
  mayRegisterClue: z.boolean(),
  /** What came of it; letters and clues, of those that the signed-in person may see. */
  rectificationIds: z.array(z.string()),
  letters: z.array(z.object({ id: z.string(), name: z.string(), state: z.enum(LETTER_STATES) })),
  clues: z.array(z.object({ id: z.string(), number: z.string(), state: z.enum(CLUE_STATES) })),
  /** Number of the last step that was none of a file: what is begun to be filled in belongs to it. */
  resultRevision: z.int().nonnegative(),
  ...proofShape,
});
export type CampaignTaskDetail = z.infer<typeof campaignTaskDetailSchema>;

const taskRevisionSchema = z.int().nonnegative();
/** POST /api/campaign-tasks/:id/steps */
export const campaignTaskStepSchema = z.strictObject({
  revision: taskRevisionSchema,
  step: campaignTaskStepRequestSchema,
  ...inPlaceShape,
});
export type CampaignTaskStepBody = z.infer<typeof campaignTaskStepSchema>;
/** POST /api/campaign-tasks/:id/rectifications */
export const rectifyCampaignTaskSchema = z.strictObject({ revision: taskRevisionSchema, item: rectifyTaskSchema });
export type RectifyCampaignTaskBody = z.infer<typeof rectifyCampaignTaskSchema>;
/** POST /api/campaign-tasks/:id/letters */
export const letterOfCampaignTaskSchema = z.strictObject({ revision: taskRevisionSchema, letter: letterOfTaskSchema });
export type LetterOfCampaignTaskBody = z.infer<typeof letterOfCampaignTaskSchema>;
/** POST /api/campaign-tasks/:id/clues */
export const clueOfCampaignTaskSchema = z.strictObject({ revision: taskRevisionSchema, clue: clueOfTaskSchema });
export type ClueOfCampaignTaskBody = z.infer<typeof clueOfCampaignTaskSchema>;
