import {
  CLUE_STATE_LABELS,
  CLUE_STATES,
  CLUE_VERDICT_LABELS,
  CLUE_VERDICTS,
  DISPOSAL_LABELS,
  DISPOSALS,
  findingIdsSchema,
  FORM_LABELS,
  FORMS,
  STEP_LABELS,
  stepRequestSchema,
  type AskedStep,
  type ClueState,
  type Disposal,
  type Form,
  type StepRequest,
} from '@tianyan/cases/api';
import { z } from 'zod';
import { clueFileSchema } from './clue-files.js';
import { deputyStepsOf, inPlaceShape } from './delegations.js';
import { findingSummarySchema } from './findings.js';
import { csvOf, instantMsSchema, MAX_FILTER_CHARS, pageOf, pageQueryShape, reasonSchema } from './primitives.js';

export {
  CLUE_STATE_LABELS,
  CLUE_STATES,
  CLUE_VERDICT_LABELS,
  CLUE_VERDICTS,
  DISPOSAL_LABELS,
  DISPOSALS,
  FORM_LABELS,
  FORMS,
  STEP_LABELS,
  stepRequestSchema,
  type AskedStep,
  type ClueState,
  type Disposal,
  type Form,
  type StepRequest,
};

const clueStateSchema = z.enum(CLUE_STATES);
/** Every step that a person may ask for. */
const askedStepSchema = z.enum(stepRequestSchema.options.map(({ shape }) => shape.step.value));

const filterShape = {
  state: csvOf(clueStateSchema).optional(),
  /** Those in hand of who asks. */
  mine: z.enum(['true', 'false']).optional(),
  /** Whose deadline is near (临期) or over (超期). */
  urgency: z.enum(['soon', 'overdue']).optional(),
  /** Part of the number or the title. */
  text: z.string().trim().max(MAX_FILTER_CHARS).optional(),
};

/** GET /api/clues/counts */
export const clueFilterSchema = z.object(filterShape);
/** GET /api/clues, the last changed first */
export const clueListQuerySchema = z.object({ ...filterShape, ...pageQueryShape });
export type ClueListQuery = z.input<typeof clueListQuerySchema>;

export const clueSummarySchema = z.object({
  id: z.string(),
  /** Such as 线索〔2026〕0001号. */
  number: z.string(),
  title: z.string(),
  state: clueStateSchema,
  /** Names of the townships that it concerns; empty: of the whole county. */
  townshipNames: z.array(z.string()),
  assigneeName: z.string().nullable(),
  verdict: z.enum(CLUE_VERDICTS).nullable(),
  disposal: z.enum(DISPOSALS).nullable(),
  /** County time, as all that follow. */
  registeredAtMs: instantMsSchema,
  stateSinceMs: instantMsSchema,
  changedAtMs: instantMsSchema,
  /** By then the state has to be over; of a closed clue, the re-visit. Null: whenever. */
  dueAtMs: instantMsSchema.nullable(),
  /** Its clock stands still. */
  paused: z.boolean(),
  /** Seen by those alone who are named for it (知悉范围). */
  restricted: z.boolean(),
  urgency: z.enum(['soon', 'overdue']).nullable(),
});
export type ClueSummary = z.infer<typeof clueSummarySchema>;
export const clueListSchema = pageOf(clueSummarySchema);
export type ClueList = z.infer<typeof clueListSchema>;

export const clueCountsSchema = z.object({
  total: z.int().nonnegative(),
  byState: z.array(z.object({ key: clueStateSchema, label: z.string(), count: z.int().nonnegative() })),
  soon: z.int().nonnegative(),
  overdue: z.int().nonnegative(),
});
export type ClueCounts = z.infer<typeof clueCountsSchema>;

/** Whom a clue is about; names are covered unless asked for with a reason. */
export const cluePersonSchema = z.object({
  id: z.string(),
  name: z.string(),
  unit: z.string(),
  post: z.string().nullable(),
  form: z.enum(FORMS).nullable(),
  measure: z.string().nullable(),
});
export type CluePerson = z.infer<typeof cluePersonSchema>;

export const clueStepSchema = z.object({
  seq: z.int().positive(),
  kind: z.string(),
  kindLabel: z.string(),
  atMs: instantMsSchema,
  /** Machine time, as entered in the log. */
  recordedAtMs: instantMsSchema,
  /** Null: the platform. */
  takerName: z.string().nullable(),
  /** Taken by who asks. */
  own: z.boolean(),
  stateAfter: clueStateSchema,
  /** What was given: names of people covered. */
  lines: z.array(
    z.object({ label: z.string(), text: z.string(), findingId: z.string().optional(), clueId: z.string().optional() }),
  ),
});
export type ClueStep = z.infer<typeof clueStepSchema>;

/** GET /api/clues/:id */
export const clueDetailSchema = clueSummarySchema.extend({
  /** Number of its steps: to be named with the next. */
  revision: z.int().positive(),
  findings: z.array(findingSummarySchema),
  people: z.array(cluePersonSchema),
  /** Oldest first. */
  steps: z.array(clueStepSchema),
  /** Earlier clues that somebody has linked. */
  linked: z.array(clueSummarySchema),
  /** Oldest first, withdrawn ones too. */
  files: z.array(clueFileSchema),
  /** Whether the signed-in person may add files, and withdraw them. */
  mayAttach: z.boolean(),
  /** Others about the same thing. */
  sameSubject: z.array(clueSummarySchema),
  /** The disposal that waits for approval, and by whom in turn. */
  proposal: z.object({ disposal: z.enum(DISPOSALS), ladder: z.array(z.string()), approved: z.int().nonnegative() }).nullable(),
  /** The longer deadline that waits for an answer; null: nobody has asked. */
  extension: z.object({ askedByName: z.string(), workingDays: z.int().positive() }).nullable(),
  /** Of its accepted rectifications. */
  recoveredFen: z.int().nonnegative(),
  improvements: z.int().nonnegative(),
  /** The order of a campaign in which its problem was confirmed; null: it was registered of findings. */
  campaignTask: z.object({ id: z.string(), orderId: z.string() }).nullable(),
  /** Names of those who alone may see it; null: whoever's reach it lies in. */
  circle: z.array(z.string()).nullable(),
  /** Whether the history is as it was written. */
  unbroken: z.boolean(),
  /** What the signed-in person may do now. */
  allowedSteps: z.array(askedStepSchema),
  /** What the signed-in person may do in the place of others (代理). */
  deputySteps: deputyStepsOf(askedStepSchema),
  /** The signed-in person has withdrawn (回避) from it, or from one that it came from, and takes no step of it, nor of what is drafted from it. */
  recused: z.boolean(),
});
export type ClueDetail = z.infer<typeof clueDetailSchema>;

/** The answer to a step: the clue as it is then, or that it was taken, where the person is not in the know of the clue any more. */
export const clueAfterStepSchema = z.union([clueDetailSchema, z.strictObject({ id: z.string(), hidden: z.literal(true) })]);
export type ClueAfterStep = z.infer<typeof clueAfterStepSchema>;

/** GET /api/clues/:id/handlers: who may be given the clue, with what each has in hand. */
export const clueHandlerListSchema = z.object({
  items: z.array(
    z.object({
      userId: z.string(),
      name: z.string(),
      open: z.int().nonnegative(),
      overdue: z.int().nonnegative(),
      /** Has to stay away from this clue. */
      recused: z.boolean(),
      current: z.boolean(),
    }),
  ),
});
export type ClueHandlerList = z.infer<typeof clueHandlerListSchema>;

/** GET /api/clues/:id/readers: who could be put in the know of the clue. */
export const clueReaderListSchema = z.object({
  items: z.array(z.object({ userId: z.string(), name: z.string(), roleLabel: z.string() })),
});
export type ClueReaderList = z.infer<typeof clueReaderListSchema>;

/** GET /api/findings/:id/clues: others about the same thing, to be joined or linked. */
export const relatedClueListSchema = z.object({ items: z.array(clueSummarySchema) });

/** POST /api/clues: registers a clue (analyst) */
export const registerClueRequestSchema = z.strictObject({ findingIds: findingIdsSchema, reason: reasonSchema.optional() });
export type RegisterClueRequest = z.infer<typeof registerClueRequestSchema>;

/** POST /api/clues/:id/steps */
export const clueStepRequestSchema = z.strictObject({
  /** As the clue was when it was looked at. */
  revision: z.int().positive(),
  step: stepRequestSchema,
  ...inPlaceShape,
});
export type ClueStepRequest = z.infer<typeof clueStepRequestSchema>;

/** POST /api/clues/:id/people/reveal */
export const revealPeopleRequestSchema = z.strictObject({ reason: reasonSchema });
export type RevealPeopleRequest = z.infer<typeof revealPeopleRequestSchema>;
export const cluePeopleSchema = z.object({ items: z.array(cluePersonSchema) });
