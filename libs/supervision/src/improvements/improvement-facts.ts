import { z } from 'zod';
import {
  IMPROVEMENT_KINDS,
  IMPROVEMENT_STATE_LABELS,
  IMPROVEMENT_STEP_LABELS,
  type ImprovementContent,
  type ImprovementState,
  type ImprovementStepRequest,
  type UnitImprovementStepRequest,
} from '../api/circular-words.js';
import {
  attachStepSchema,
  filesAfter,
  namedFilesSchema,
  withdrawFileStepSchema,
  type FileStep,
  type NamedFile,
} from '../proof/file-steps.js';
import { signingOfStep, type StoredStep } from '../step-history.js';
import { StepMachine, type Refusal, type StepTable } from '../step-machine.js';

/** All that steps are judged by: what the steps before have made of what a unit reported. */
export interface ImprovementFacts {
  state: ImprovementState;
  /** Who reported it last, by user id. */
  reporterId: string;
  content: ImprovementContent;
  /** Handed in, and not withdrawn. */
  files: readonly NamedFile[];
}

export type ReportStep = { step: 'report'; circularId: string; unitCode: string } & ImprovementContent;
type Request<K extends ImprovementStepRequest['step']> = Extract<ImprovementStepRequest, { step: K }>;
/** A later step as it is kept: what was asked; where it is counted, the files that proved it. */
export type LaterImprovementStep =
  | Exclude<ImprovementStepRequest, { step: 'count' }>
  | UnitImprovementStepRequest
  | (Request<'count'> & { files?: readonly NamedFile[] | undefined })
  | FileStep;
export type ImprovementStep = ReportStep | LaterImprovementStep;

const text = z.string();
const contentShape = { name: text, documentNumber: text, documentDay: text, kind: z.enum(IMPROVEMENT_KINDS) };

/** A step as history keeps it. What is added here has to be optional: steps are never rewritten. */
export const improvementStepSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('report'), circularId: text, unitCode: text, ...contentShape }),
  z.object({ step: z.literal('resubmit'), ...contentShape }),
  z.object({ step: z.literal('drop'), reason: text }),
  z.object({ step: z.literal('count'), opinion: text.optional(), files: namedFilesSchema }),
  z.object({ step: z.literal('send-back'), reason: text }),
  attachStepSchema,
  withdrawFileStepSchema,
]) satisfies z.ZodType<ImprovementStep>;

const contentOf = ({ name, documentNumber, documentDay, kind }: ImprovementContent): ImprovementContent => ({
  name,
  documentNumber,
  documentDay,
  kind,
});

const notReporter = ({ reporterId }: ImprovementFacts, userId: string): Refusal =>
  reporterId === userId ? '这项制度是您报送的，须由另一人核对。' : null;
const proved = (facts: ImprovementFacts, userId: string): Refusal =>
  notReporter(facts, userId) ?? (facts.files.length === 0 ? '还没有佐证附件，不能计入。请退回补正，请单位上传文件。' : null);

/**
 * Why files of it may be neither added nor withdrawn, whoever asks; null: they may. Until the unit has said that all is there it is
 * still putting together what it reports, after it has reported it: there is nothing to hand a file to before.
 * @param isFinished of its unit: 报送完毕
 */
export function refusalOfFiles({ state }: ImprovementFacts, isFinished: boolean): Refusal {
  return state === 'reported' && isFinished
    ? '本单位已经报送完毕，这项制度正在等待核对，不能再增加或撤回附件；退回补正以后可以。'
    : null;
}

const STEPS: StepTable<LaterImprovementStep, ImprovementFacts, ImprovementState> = {
  resubmit: {
    actions: ['answer-for-unit'],
    from: ['sent-back'],
    after: (facts, step, userId) => ({ ...facts, state: 'reported', reporterId: userId, content: contentOf(step) }),
  },
  attach: {
    actions: ['answer-for-unit'],
    from: ['reported', 'sent-back'],
    after: (facts, step) => ({ ...facts, files: filesAfter(facts.files, step) }),
  },
  'withdraw-file': {
    actions: ['answer-for-unit'],
    from: ['reported', 'sent-back'],
    after: (facts, step) => ({ ...facts, files: filesAfter(facts.files, step) }),
  },
  count: {
    actions: ['handle-supervision'],
    from: ['reported'],
    taker: proved,
    delegable: true,
    after: (facts) => ({ ...facts, state: 'counted' }),
  },
  'send-back': {
    actions: ['handle-supervision'],
    from: ['reported'],
    taker: notReporter,
    delegable: true,
    after: (facts) => ({ ...facts, state: 'sent-back' }),
  },
  drop: {
    actions: ['answer-for-unit'],
    from: ['reported', 'sent-back'],
    after: (facts) => ({ ...facts, state: 'dropped' }),
  },
};

export const improvementMachine = new StepMachine<ImprovementState, ImprovementFacts, ReportStep, LaterImprovementStep>({
  noun: '这项制度',
  stateLabels: IMPROVEMENT_STATE_LABELS,
  stepLabels: IMPROVEMENT_STEP_LABELS,
  stateOf: ({ state }) => state,
  begin: (first, userId) => ({ state: 'reported', reporterId: userId, content: contentOf(first), files: [] }),
  table: STEPS,
});

/** All that its steps have made of it. Throws Error for a history that does not begin with its report. */
export function improvementFactsOf([first, ...later]: readonly StoredStep<ImprovementStep>[]): ImprovementFacts {
  if (first?.content.step !== 'report') throw new Error('an improvement begins with its report');
  const begun = improvementMachine.begin(first.content, first.takerId);
  return later.reduce((facts, { content, ...step }) => {
    if (content.step === 'report') throw new Error('an improvement is reported once');
    return improvementMachine.afterTaken(facts, content, signingOfStep(step));
  }, begun);
}
