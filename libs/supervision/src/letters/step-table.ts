import { LETTER_STATE_LABELS, LETTER_STEP_LABELS, type LetterContent, type LetterState } from '../api/index.js';
import { StepMachine, type Refusal, type StepTable } from '../step-machine.js';
import { filesAfter } from '../proof/file-steps.js';
import type { DraftStep, LaterLetterStep, LetterFacts, LetterPosition } from './letter-facts.js';

const at = (facts: LetterFacts, position: LetterPosition): LetterFacts => ({ ...facts, position });

const contentOf = ({ kind, unitCode, title, text, replyWorkingDays }: LetterContent): LetterContent => ({
  kind,
  unitCode,
  title,
  text,
  replyWorkingDays,
});

const drafter = ({ drafterId }: LetterFacts, userId: string): Refusal =>
  drafterId === userId ? null : '这份督办函由拟稿人修改，您可以退回拟稿，写明要改什么。';
const notDrafter = ({ drafterId, formerDrafterIds }: LetterFacts, userId: string): Refusal =>
  drafterId === userId || formerDrafterIds.includes(userId) ? '这份督办函是您拟的，须由另一人签发。' : null;
const notAcceptor = ({ position }: LetterFacts, userId: string): Refusal =>
  position.state === 'accepted' && position.acceptedBy.includes(userId) ? '答复是您采纳的，须由另一人办结。' : null;

/** Every step of a letter: from where, who, and where it leads. That a liaison takes those of the own units alone, the lock sees to. */
export const LETTER_STEPS: StepTable<LaterLetterStep, LetterFacts, LetterState> = {
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
    after: (facts) => at(facts, { state: 'issued' }),
  },
  receive: { actions: ['answer-for-unit'], from: ['issued'], after: (facts) => at(facts, { state: 'received' }) },
  answer: {
    actions: ['answer-for-unit'],
    from: ['received', 'sent-back'],
    after: (facts) => at(facts, { state: 'answered' }),
  },
  // Once it is answered the proof stands until the answer is sent back.
  attach: {
    actions: ['answer-for-unit'],
    from: ['received', 'sent-back'],
    after: (facts, step) => ({ ...facts, files: filesAfter(facts.files, step) }),
  },
  'withdraw-file': {
    actions: ['answer-for-unit'],
    from: ['received', 'sent-back'],
    after: (facts, step) => ({ ...facts, files: filesAfter(facts.files, step) }),
  },
  accept: {
    actions: ['handle-supervision'],
    from: ['answered'],
    delegable: true,
    after: (facts, _step, _userId, signed) => at(facts, { state: 'accepted', acceptedBy: signed }),
  },
  'send-back': {
    actions: ['handle-supervision'],
    from: ['answered'],
    delegable: true,
    after: (facts) => ({ ...at(facts, { state: 'sent-back' }), returns: facts.returns + 1 }),
  },
  close: {
    actions: ['manage-supervision'],
    from: ['accepted'],
    taker: notAcceptor,
    delegable: true,
    after: (facts) => at(facts, { state: 'closed' }),
  },
  withdraw: {
    actions: ['manage-supervision'],
    from: ['drafted', 'issued', 'received', 'answered', 'sent-back'],
    delegable: true,
    after: (facts) => at(facts, { state: 'withdrawn' }),
  },
  // Asked for with all that somebody handles: see letter-hand-over.ts.
  'hand-over': {
    actions: ['manage-supervision'],
    from: ['drafted', 'issued', 'received', 'answered', 'sent-back', 'accepted'],
    after: (facts, { toId }) => ({
      ...facts,
      drafterId: toId,
      formerDrafterIds: [...new Set([...facts.formerDrafterIds, facts.drafterId])],
    }),
  },
};

export const letterMachine = new StepMachine<LetterState, LetterFacts, DraftStep, LaterLetterStep>({
  noun: '这份督办函',
  stateLabels: LETTER_STATE_LABELS,
  stepLabels: LETTER_STEP_LABELS,
  stateOf: ({ position }) => position.state,
  handIds: ({ drafterId, formerDrafterIds }) => [drafterId, ...formerDrafterIds],
  begin: (first, userId) => ({
    position: { state: 'drafted' },
    drafterId: userId,
    formerDrafterIds: [],
    content: contentOf(first),
    returns: 0,
    files: [],
  }),
  table: LETTER_STEPS,
});
