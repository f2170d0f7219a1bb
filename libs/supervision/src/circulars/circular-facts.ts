import { z } from 'zod';
import {
  CIRCULAR_AUDIENCES,
  CIRCULAR_STATE_LABELS,
  CIRCULAR_STEP_LABELS,
  type CircularContent,
  type CircularOrigin,
  type CircularState,
  type CircularStepRequest,
  type UnitCircularStepRequest,
} from '../api/circular-words.js';
import { StepMachine, type Refusal, type StepTable } from '../step-machine.js';

/** All that steps are judged by: what the steps before have made of a circular. People by their user id. */
export interface CircularFacts {
  state: CircularState;
  /** Whose the draft is now. */
  drafterId: string;
  /** Whose it was before it was handed over: none of them issues what they wrote. */
  formerDrafterIds: readonly string[];
  content: CircularContent;
  /** Units named that have reported all they had to report. */
  finished: readonly string[];
  excused: readonly string[];
}

type Request<K extends CircularStepRequest['step']> = Extract<CircularStepRequest, { step: K }>;

export type DraftCircularStep = {
  step: 'draft';
  origins: readonly CircularOrigin[];
  correctsId?: string | undefined;
} & CircularContent;
/** A later step as it is kept: what was asked, and the number that the platform gave. The platform closes it itself. */
export type LaterCircularStep =
  | Exclude<CircularStepRequest, { step: 'issue' }>
  | UnitCircularStepRequest
  | (Request<'issue'> & { number: string })
  | { step: 'close' }
  | { step: 'hand-over'; fromId: string; toId: string; reason: string };
export type CircularStep = DraftCircularStep | LaterCircularStep;

const text = z.string();
const opinion = text.optional();
const contentShape = {
  title: text,
  text,
  unitCodes: z.array(text),
  firstUnitCode: text.optional(),
  audience: z.enum(CIRCULAR_AUDIENCES),
  reportWorkingDays: z.int().optional(),
};
const originSchema = z.object({ kind: z.enum(['finding', 'clue', 'letter']), id: text });

/** A step as history keeps it. What is added here has to be optional: steps are never rewritten. */
export const circularStepSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('draft'), origins: z.array(originSchema), correctsId: text.optional(), ...contentShape }),
  z.object({ step: z.literal('revise'), ...contentShape }),
  z.object({ step: z.literal('return-draft'), reason: text }),
  z.object({ step: z.literal('issue'), opinion, despite: z.boolean(), number: text }),
  z.object({ step: z.literal('finish'), unitCode: text }),
  z.object({ step: z.literal('excuse'), unitCode: text, reason: text }),
  z.object({ step: z.literal('close') }),
  z.object({ step: z.literal('withdraw'), reason: text }),
  z.object({ step: z.literal('hand-over'), fromId: text, toId: text, reason: text }),
]) satisfies z.ZodType<CircularStep>;

const drafter = ({ drafterId }: CircularFacts, userId: string): Refusal =>
  drafterId === userId ? null : '这份通报由拟稿人修改，您可以退回拟稿，写明要改什么。';
const notDrafter = ({ drafterId, formerDrafterIds }: CircularFacts, userId: string): Refusal =>
  drafterId === userId || formerDrafterIds.includes(userId) ? '这份通报是您拟的，须由另一人签发。' : null;
const asksForReports = ({ content }: CircularFacts): Refusal =>
  content.reportWorkingDays === undefined ? '这份通报不要求报送建章立制。' : null;

const contentOf = (content: CircularContent): CircularContent => {
  const { title, text: body, unitCodes, firstUnitCode, audience, reportWorkingDays } = content;
  return {
    title,
    text: body,
    unitCodes,
    audience,
    ...(firstUnitCode !== undefined && { firstUnitCode }),
    ...(reportWorkingDays !== undefined && { reportWorkingDays }),
  };
};

export const CIRCULAR_STEPS: StepTable<LaterCircularStep, CircularFacts, CircularState> = {
  revise: {
    actions: ['handle-supervision'],
    from: ['drafted'],
    taker: drafter,
    after: (facts, step) => ({ ...facts, content: contentOf(step) }),
  },
  'return-draft': { actions: ['manage-supervision'], from: ['drafted'], delegable: true, after: (facts) => facts },
  issue: {
    actions: ['manage-supervision'],
    from: ['drafted'],
    taker: notDrafter,
    delegable: true,
    after: (facts) => ({ ...facts, state: 'issued' }),
  },
  finish: {
    actions: ['answer-for-unit'],
    from: ['issued'],
    taker: asksForReports,
    after: (facts, { unitCode }) => ({ ...facts, finished: [...facts.finished, unitCode] }),
  },
  excuse: {
    actions: ['manage-supervision'],
    from: ['issued'],
    taker: asksForReports,
    delegable: true,
    after: (facts, { unitCode }) => ({ ...facts, excused: [...facts.excused, unitCode] }),
  },
  // Taken by the platform with the step that leaves nothing to be done.
  close: {
    actions: ['handle-supervision', 'answer-for-unit'],
    from: ['issued'],
    delegable: true,
    after: (facts) => ({ ...facts, state: 'closed' }),
  },
  withdraw: {
    actions: ['manage-supervision'],
    from: ['drafted', 'issued', 'closed'],
    delegable: true,
    after: (facts) => ({ ...facts, state: 'withdrawn' }),
  },
  // Asked for with all that somebody handles: see circular-hand-over.ts.
  'hand-over': {
    actions: ['manage-supervision'],
    from: ['drafted', 'issued'],
    after: (facts, { toId }) => ({
      ...facts,
      drafterId: toId,
      formerDrafterIds: [...new Set([...facts.formerDrafterIds, facts.drafterId])],
    }),
  },
};

export const circularMachine = new StepMachine<CircularState, CircularFacts, DraftCircularStep, LaterCircularStep>({
  noun: '这份通报',
  stateLabels: CIRCULAR_STATE_LABELS,
  stepLabels: CIRCULAR_STEP_LABELS,
  stateOf: ({ state }) => state,
  handIds: ({ drafterId, formerDrafterIds }) => [drafterId, ...formerDrafterIds],
  begin: (first, userId) => ({
    state: 'drafted',
    drafterId: userId,
    formerDrafterIds: [],
    content: contentOf(first),
    finished: [],
    excused: [],
  }),
  table: CIRCULAR_STEPS,
});

/** Why a unit may not report, or say that it has reported all; null: may. */
export function refusalOfUnit(facts: CircularFacts, unitCode: string): Refusal {
  return notOwing(facts, unitCode) ?? (facts.finished.includes(unitCode) ? '这个单位已经报送完毕。' : null);
}

/**
 * Why a unit may not be excused; null: may. Also one that has reported all may be, while some of it waits: what is sent back and never mended would
 * keep the circular open for ever.
 */
export function refusalOfExcuse(facts: CircularFacts, unitCode: string, pending: readonly string[]): Refusal {
  return notOwing(facts, unitCode) ?? (pending.includes(unitCode) ? null : '这个单位报送的制度都已核对，不用免予报送。');
}

function notOwing({ content, excused }: CircularFacts, unitCode: string): Refusal {
  if (!content.unitCodes.includes(unitCode)) return '这份通报没有点名这个单位，不用报送。';
  return excused.includes(unitCode) ? '这个单位已免予报送。' : null;
}
