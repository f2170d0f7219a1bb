import { z } from 'zod';
import {
  RECTIFICATION_STATE_LABELS,
  RECTIFICATION_STEP_LABELS,
  type RectificationState,
  type RectificationStepRequest,
} from '../api/index.js';
import {
  attachStepSchema,
  filesAfter,
  namedFilesSchema,
  withdrawFileStepSchema,
  type FileStep,
  type NamedFile,
} from '../proof/file-steps.js';
import { StepMachine, type Refusal, type StepTable } from '../step-machine.js';

/** A state, with what only that state knows. */
type RectificationPosition =
  { state: Exclude<RectificationState, 'awaiting-acceptance'> } | { state: 'awaiting-acceptance'; submittedBy: string };

/** What was reported last. */
export interface Progress {
  measures: string | null;
  proof: string | null;
  improvement: string | null;
  recoveredFen: number;
}

/** All that steps are judged by. Names of people are kept with the item, not here. */
export interface RectificationFacts {
  position: RectificationPosition;
  dueDay: string;
  progress: Progress;
  /** Handed in, and not withdrawn. */
  files: readonly NamedFile[];
  /** Who registered it or ever reported: none of them decides on it as somebody's deputy. */
  handIds: readonly string[];
}

export interface RegisterStep {
  step: 'register';
  letterId: string | null;
  unitCode: string;
  problem: string;
  measures: string | null;
  dueDay: string;
}
/** A later step as it is kept: what was asked; with the submission the files that were there. */
export type LaterRectificationStep =
  Exclude<RectificationStepRequest, { step: 'submit' }> | { step: 'submit'; files?: readonly NamedFile[] | undefined } | FileStep;
export type RectificationStep = RegisterStep | LaterRectificationStep;

const text = z.string();
const optional = text.optional();

/** A step as history keeps it. What is added here has to be optional: steps are never rewritten. */
export const rectificationStepSchema = z.discriminatedUnion('step', [
  z.object({
    step: z.literal('register'),
    letterId: text.nullable(),
    unitCode: text,
    problem: text,
    measures: text.nullable(),
    dueDay: text,
  }),
  z.object({ step: z.literal('progress'), measures: text, proof: optional, recoveredFen: z.int(), improvement: optional }),
  z.object({ step: z.literal('submit'), files: namedFilesSchema }),
  z.object({ step: z.literal('accept'), opinion: optional }),
  z.object({ step: z.literal('reject'), reason: text }),
  z.object({ step: z.literal('reschedule'), dueDay: text, reason: text }),
  attachStepSchema,
  withdrawFileStepSchema,
]) satisfies z.ZodType<RectificationStep>;

const withHand = (facts: RectificationFacts, userId: string): RectificationFacts => ({
  ...facts,
  handIds: [...new Set([...facts.handIds, userId])],
});
const at = (facts: RectificationFacts, position: RectificationPosition): RectificationFacts => ({ ...facts, position });
const acceptor = ({ position }: RectificationFacts, userId: string): Refusal =>
  position.state === 'awaiting-acceptance' && position.submittedBy === userId ? '整改是您提交的，须由另一人验收。' : null;

const STEPS: StepTable<LaterRectificationStep, RectificationFacts, RectificationState> = {
  progress: {
    actions: ['answer-for-unit', 'handle-supervision'],
    from: ['open', 'rectifying'],
    after: (facts, { measures, proof = null, improvement = null, recoveredFen }, userId) => ({
      ...withHand(at(facts, { state: 'rectifying' }), userId),
      progress: { measures, proof, improvement, recoveredFen },
    }),
  },
  attach: {
    actions: ['answer-for-unit', 'handle-supervision'],
    from: ['open', 'rectifying'],
    after: (facts, step) => ({ ...facts, files: filesAfter(facts.files, step) }),
  },
  'withdraw-file': {
    actions: ['answer-for-unit', 'handle-supervision'],
    from: ['open', 'rectifying'],
    after: (facts, step) => ({ ...facts, files: filesAfter(facts.files, step) }),
  },
  submit: {
    actions: ['answer-for-unit', 'handle-supervision'],
    from: ['rectifying'],
    after: (facts, _step, userId) => withHand(at(facts, { state: 'awaiting-acceptance', submittedBy: userId }), userId),
  },
  accept: {
    actions: ['handle-supervision'],
    from: ['awaiting-acceptance'],
    taker: acceptor,
    delegable: true,
    after: (facts) => at(facts, { state: 'settled' }),
  },
  reject: {
    actions: ['handle-supervision'],
    from: ['awaiting-acceptance'],
    taker: acceptor,
    delegable: true,
    after: (facts) => at(facts, { state: 'rectifying' }),
  },
  reschedule: {
    actions: ['manage-supervision'],
    from: ['open', 'rectifying'],
    delegable: true,
    after: (facts, { dueDay }) => ({ ...facts, dueDay }),
  },
};

export const rectificationMachine = new StepMachine<RectificationState, RectificationFacts, RegisterStep, LaterRectificationStep>(
  {
    noun: '这项整改',
    stateLabels: RECTIFICATION_STATE_LABELS,
    stepLabels: RECTIFICATION_STEP_LABELS,
    stateOf: ({ position }) => position.state,
    handIds: ({ handIds }) => handIds,
    begin: ({ measures, dueDay }, userId) => ({
      position: { state: 'open' },
      dueDay,
      progress: { measures, proof: null, improvement: null, recoveredFen: 0 },
      files: [],
      handIds: [userId],
    }),
    table: STEPS,
  },
);
