import {
  CLUE_STATE_LABELS,
  MAX_CLUE_FINDINGS,
  STEP_LABELS,
  type AskedStep,
  type ClueState,
  type StepKind,
} from '../api/index.js';
import type { ClueFacts, Step, StepOf, StepTaker } from './facts.js';
import { begunAnew, STEP_TABLE, type Refusal } from './step-table.js';

/** In the order in which people meet them. */
export const ASKED_STEPS = Object.keys(STEP_TABLE) as readonly AskedStep[]; // the keys of the table

/** Before its first step there is no clue. */
export type MaybeFacts = ClueFacts | null;

/** Where the platform's own steps may be entered. A person's decision is never undone by them but in `rebound`. */
const PLATFORM_FROM: Readonly<Record<Exclude<StepKind, AskedStep | 'register'>, readonly ClueState[]>> = {
  // Later the finding is part of what is being worked on.
  'take-out': ['registered'],
  absorb: STEP_TABLE['add-findings'].from,
  'support-lost': everyStateBut('merged', 'cancelled'),
  'support-regained': everyStateBut('merged', 'cancelled'),
  rebound: ['closed'],
};

function everyStateBut(...left: readonly ClueState[]): readonly ClueState[] {
  // The labels name every state.
  return (Object.keys(CLUE_STATE_LABELS) as ClueState[]).filter((state) => !left.includes(state));
}

/** Why a step may not be taken, in Chinese; null: it may. */
export function refusalOf(facts: MaybeFacts, step: Step, taker: StepTaker): Refusal {
  if (step.step === 'register') return facts === null ? null : '这条线索已经登记。';
  if (facts === null) return '没有这条线索。';
  const findings = findingsAfter(facts, step);
  if (findings > MAX_CLUE_FINDINGS) return `一条线索最多 ${MAX_CLUE_FINDINGS} 条疑点，请另立线索后关联。`;
  if (!isAsked(step)) return refusalOfState(step.step, PLATFORM_FROM[step.step], facts);
  if (taker.by !== 'person') return '这一步须由人办理。';
  return refusalOfTaker(facts, step.step, taker.userId) ?? ruleOf(step).content?.(facts, step) ?? null;
}

/** The same of a kind of step, whatever would be given with it: what a page offers. */
export function refusalOfTaker(facts: ClueFacts, kind: AskedStep, userId: string): Refusal {
  const { from, taker } = STEP_TABLE[kind];
  const refusal = refusalOfState(kind, from, facts);
  if (refusal !== null) return refusal;
  if (facts.recusedIds.includes(userId)) return '您已在这条线索上回避，不能再办理。';
  return taker(facts, userId);
}

/** What a step makes of a clue. Throws Error for a step that {@link refusalOf} refuses: it has to be asked before. */
export function afterStep(facts: MaybeFacts, step: Step, taker: StepTaker): ClueFacts {
  const refusal = refusalOf(facts, step, taker);
  if (refusal !== null) throw new Error(`${step.step} cannot be taken: ${refusal}`);
  if (step.step === 'register') return registered(step);
  if (facts === null) throw new Error('a clue begins with its registration');
  if (isAsked(step)) return ruleOf(step).after(facts, step, taker.by === 'person' ? taker.userId : '');
  return afterPlatformStep(facts, step);
}

/** All that its steps have made of a clue: what is stored of it anywhere else is a copy of this. */
export function factsOf(history: readonly { step: Step; taker: StepTaker }[]): MaybeFacts {
  return history.reduce<MaybeFacts>((facts, { step, taker }) => afterStep(facts, step, taker), null);
}

function refusalOfState(kind: StepKind, from: readonly ClueState[], { position: { state } }: ClueFacts): Refusal {
  if (from.includes(state)) return null;
  const where = from.map((one) => `“${CLUE_STATE_LABELS[one]}”`).join('、');
  return `这条线索现在是“${CLUE_STATE_LABELS[state]}”，不能“${STEP_LABELS[kind]}”；只有${where}的线索可以。`;
}

type AskedOnly = StepOf<AskedStep>;

function isAsked(step: Step): step is AskedOnly {
  return Object.hasOwn(STEP_TABLE, step.step);
}

/** The rule of one kind, for a step of that kind. */
interface AnyRule {
  content?: (facts: ClueFacts, step: AskedOnly) => Refusal;
  after: (facts: ClueFacts, step: AskedOnly, userId: string) => ClueFacts;
}

function ruleOf(step: AskedOnly): AnyRule {
  // The table holds under each kind the rule of that kind; TypeScript does not follow the key through a union.
  return STEP_TABLE[step.step] as unknown as AnyRule;
}

function registered({ findingIds }: StepOf<'register'>): ClueFacts {
  const nothing = { assigneeId: null, recusedIds: [], verdict: null, disposal: null, personIds: [] };
  return { ...nothing, position: { state: 'registered' }, findingIds };
}

function findingsAfter({ findingIds }: ClueFacts, step: Step): number {
  return step.step === 'add-findings' || step.step === 'absorb' ? findingIds.length + step.findingIds.length : findingIds.length;
}

function afterPlatformStep(facts: ClueFacts, step: Exclude<Step, AskedOnly | StepOf<'register'>>): ClueFacts {
  switch (step.step) {
    case 'take-out': {
      const findingIds = facts.findingIds.filter((id) => id !== step.findingId);
      return { ...facts, findingIds, position: { state: findingIds.length === 0 ? 'cancelled' : 'registered' } };
    }
    case 'absorb':
      return {
        ...facts,
        findingIds: [...facts.findingIds, ...step.findingIds],
        personIds: [...facts.personIds, ...step.personIds],
      };
    case 'support-lost':
    case 'support-regained':
      return facts;
    case 'rebound':
      return begunAnew(facts);
  }
}
