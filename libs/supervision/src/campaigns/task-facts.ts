import type { Signatories } from '@tianyan/access';
import { z } from 'zod';
import {
  CAMPAIGN_TASK_STATE_LABELS,
  CAMPAIGN_TASK_STEP_LABELS,
  CHECK_METHODS,
  CHECK_RESULTS,
  type CampaignTaskState,
  type CampaignTaskStepRequest,
  type Report,
} from '../api/index.js';
import {
  attachStepSchema,
  filesAfter,
  namedFilesSchema,
  withdrawFileStepSchema,
  type FileStep,
  type NamedFile,
} from '../proof/file-steps.js';
import { signingOfStep, type SignedStep } from '../step-history.js';
import { StepMachine, type Refusal, type StepTable } from '../step-machine.js';

/** A state, with what only that state knows. */
type TaskPosition =
  | { state: 'unassigned' }
  | { state: 'assigned'; inspectorId: string }
  | { state: 'awaiting-confirmation' | 'done'; inspectorId: string; report: Report; reportedBy: Signatories };

export interface TaskFacts {
  position: TaskPosition;
  /** What came of it: items of the ledger, letters, clues. */
  rectificationIds: readonly string[];
  letterIds: readonly string[];
  clueIds: readonly string[];
  /** Photographs and papers of whoever looked at it, without those withdrawn. */
  files: readonly NamedFile[];
  /** Who has handed in or withdrawn one in the inspector's place. */
  fileDeputyIds: readonly string[];
}

interface AssignStep {
  step: 'assign';
  inspectorId: string;
}
/** Missing in steps of before it was kept. */
interface Requested {
  /** Of what was asked for: the same sent again is known by it. */
  requestHash?: string | undefined;
}
/** The problem on its way: nobody asks for these as steps, they follow from what is made of it. */
export type OutcomeStep =
  | ({ step: 'register-rectification'; rectificationId: string } & Requested)
  | ({ step: 'draft-letter'; letterId: string } & Requested)
  | ({ step: 'register-clue'; clueId: string } & Requested);
type ReportStep = Extract<CampaignTaskStepRequest, { step: 'report' }> & { files?: readonly NamedFile[] | undefined };
type AskedStep = Exclude<CampaignTaskStepRequest, { step: 'report' }> | ReportStep | AssignStep | OutcomeStep | FileStep;
/** A task is there because it was picked: the campaign's own history says by what. */
interface PickedStep {
  step: 'picked';
}
export type TaskStep = AskedStep;

const text = z.string();
const optional = text.optional();

/** A step as history keeps it. What is added here has to be optional: steps are never rewritten. */
export const taskStepSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('assign'), inspectorId: text }),
  z.object({
    step: z.literal('report'),
    method: z.enum(CHECK_METHODS),
    onDay: text,
    place: optional,
    result: z.enum(CHECK_RESULTS),
    kinds: z.array(text),
    words: optional,
    answers: z.array(z.union([z.boolean(), z.int(), text]).nullable()),
    files: namedFilesSchema,
  }),
  z.object({ step: z.literal('recuse'), reason: text }),
  z.object({ step: z.literal('confirm'), opinion: optional }),
  z.object({ step: z.literal('dispute'), reason: text }),
  z.object({ step: z.literal('reopen'), reason: text }),
  z.object({ step: z.literal('register-rectification'), rectificationId: text, requestHash: optional }),
  z.object({ step: z.literal('draft-letter'), letterId: text, requestHash: optional }),
  z.object({ step: z.literal('register-clue'), clueId: text, requestHash: optional }),
  attachStepSchema,
  withdrawFileStepSchema,
]) satisfies z.ZodType<TaskStep>;

const at = (facts: TaskFacts, position: TaskPosition): TaskFacts => ({ ...facts, position });
const inspectorOf = ({ position }: TaskFacts): string | null => ('inspectorId' in position ? position.inspectorId : null);
/** Whoever was given the order, and whoever reported in that one's place. */
const reportersOf = ({ position }: TaskFacts): readonly string[] => ('reportedBy' in position ? position.reportedBy : []);
const onlyInspector = (facts: TaskFacts, userId: string): Refusal =>
  inspectorOf(facts) === userId ? null : '这件工单分给了别人，须由分到的人登记。';
const notReporter = (facts: TaskFacts, userId: string): Refusal => {
  if (reportersOf(facts).includes(userId)) return '结果是您登记的，须由另一人确认。';
  return facts.fileDeputyIds.includes(userId) ? '这件工单的附件由您代为上传或撤回，须由另一人确认。' : null;
};
/** Whoever was given it, reported it, or prepared its report in that one's place; while it waits for the report, the last do what they are deputies for. */
const handIdsOf = (facts: TaskFacts): readonly string[] => {
  // Nobody has it: what was handed in for whoever had it keeps nobody from giving it out.
  if (facts.position.state === 'unassigned') return [];
  const inspectorId = inspectorOf(facts);
  const own = inspectorId === null ? [] : [inspectorId];
  return facts.position.state === 'assigned' ? own : [...own, ...reportersOf(facts), ...facts.fileDeputyIds];
};
const again = (facts: TaskFacts): TaskFacts => {
  const inspectorId = inspectorOf(facts);
  return at(facts, inspectorId === null ? { state: 'unassigned' } : { state: 'assigned', inspectorId });
};
const problem =
  (elsewhere: string) =>
  ({ position }: TaskFacts): Refusal =>
    position.state === 'done' && position.report.result === 'problem' ? null : `只有确认有问题的，才能${elsewhere}。`;
const withFile = (facts: TaskFacts, step: FileStep, userId: string, signed: Signatories): TaskFacts => ({
  ...facts,
  files: filesAfter(facts.files, step),
  fileDeputyIds: signed.length > 1 ? [...facts.fileDeputyIds, userId] : facts.fileDeputyIds,
});

const STEPS: StepTable<AskedStep, TaskFacts, CampaignTaskState> = {
  assign: {
    actions: ['handle-supervision'],
    from: ['unassigned', 'assigned'],
    delegable: true,
    after: (facts, { inspectorId }) => at(facts, { state: 'assigned', inspectorId }),
  },
  report: {
    actions: ['handle-supervision'],
    from: ['assigned'],
    owner: onlyInspector,
    delegable: true,
    after: (facts, report, userId, reportedBy) => {
      // That somebody has done wrong is never said by one person alone.
      const state = report.result === 'problem' ? 'awaiting-confirmation' : 'done';
      // Whoever reports in somebody's place gets no order of his own by it.
      return at(facts, { state, inspectorId: inspectorOf(facts) ?? userId, report, reportedBy });
    },
  },
  confirm: {
    actions: ['handle-supervision'],
    from: ['awaiting-confirmation'],
    taker: notReporter,
    delegable: true,
    after: (facts) => {
      const { position } = facts;
      return position.state === 'awaiting-confirmation' ? at(facts, { ...position, state: 'done' }) : facts;
    },
  },
  dispute: {
    actions: ['handle-supervision'],
    from: ['awaiting-confirmation'],
    taker: notReporter,
    delegable: true,
    after: again,
  },
  'register-rectification': {
    actions: ['handle-supervision'],
    from: ['done'],
    taker: (facts) =>
      facts.rectificationIds.length === 0 ? problem('记入整改台账')(facts) : '这件工单的问题已记入整改台账，请打开那项整改办理。',
    after: (facts, { rectificationId }) => ({ ...facts, rectificationIds: [...facts.rectificationIds, rectificationId] }),
  },
  // Whether one that was drafted, or registered, before is over is known where those stand: see task-outcomes.ts.
  'draft-letter': {
    actions: ['handle-supervision'],
    from: ['done'],
    taker: problem('发督办函'),
    after: (facts, { letterId }) => ({ ...facts, letterIds: [...facts.letterIds, letterId] }),
  },
  'register-clue': {
    // As a finding is made a clue.
    actions: ['decide-finding'],
    from: ['done'],
    taker: problem('转为问题线索'),
    after: (facts, { clueId }) => ({ ...facts, clueIds: [...facts.clueIds, clueId] }),
  },
  // What was reported stands with the files that were there: others are added once it was sent back.
  attach: { actions: ['handle-supervision'], from: ['assigned'], owner: onlyInspector, delegable: true, after: withFile },
  'withdraw-file': {
    actions: ['handle-supervision'],
    from: ['assigned'],
    owner: onlyInspector,
    delegable: true,
    after: withFile,
  },
  recuse: {
    actions: ['handle-supervision'],
    from: ['assigned'],
    owner: onlyInspector,
    after: (facts) => at(facts, { state: 'unassigned' }),
  },
  reopen: {
    actions: ['manage-supervision'],
    from: ['done'],
    taker: ({ rectificationIds }) =>
      rectificationIds.length === 0 ? null : '已记入整改台账，不能重新复查；请在整改台账里办理。',
    delegable: true,
    after: again,
  },
};

export const taskMachine = new StepMachine<CampaignTaskState, TaskFacts, PickedStep, AskedStep>({
  noun: '这件工单',
  stateLabels: CAMPAIGN_TASK_STATE_LABELS,
  stepLabels: CAMPAIGN_TASK_STEP_LABELS,
  stateOf: ({ position }) => position.state,
  handIds: handIdsOf,
  begin: () => ({
    position: { state: 'unassigned' },
    rectificationIds: [],
    letterIds: [],
    clueIds: [],
    files: [],
    fileDeputyIds: [],
  }),
  table: STEPS,
});

/** All that its steps have made of a task; of one that nobody has touched there are none. */
export function taskFactsOf(history: readonly SignedStep<TaskStep>[], pickerId: string): TaskFacts {
  return history.reduce(
    (facts, { content, ...step }) => taskMachine.afterTaken(facts, content, signingOfStep(step)),
    taskMachine.begin({ step: 'picked' }, pickerId),
  );
}
