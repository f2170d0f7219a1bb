import { isAllowed, signatoriesOf, type Role, type Signatories, type Signing } from '@tianyan/access';
import {
  CLUE_STATE_LABELS,
  MAX_CLUE_FINDINGS,
  OVER_STATES,
  STEP_LABELS,
  type AskedStep,
  type ClueState,
  type StepKind,
} from '../api/index.js';
import { nextRung, rungAction, withHands, type ClueFacts, type Step, type StepOf, type StepTaker } from './facts.js';
import { handedOver, refusalOfHandOver } from './hand-over.js';
import { begunAnew, isDelegable, STEP_TABLE, type Refusal, type StepAction } from './step-table.js';

/** In the order in which people meet them. */
export const ASKED_STEPS = Object.keys(STEP_TABLE) as readonly AskedStep[]; // the keys of the table

/** Before its first step there is no clue. */
export type MaybeFacts = ClueFacts | null;

/** Where the platform's own steps may be entered. A person's decision is never undone by them but in `rebound`. */
const PLATFORM_FROM: Readonly<Record<Exclude<StepKind, AskedStep | 'register'>, readonly ClueState[]>> = {
  // Later the finding is part of what is being worked on.
  'take-out': ['registered'],
  absorb: STEP_TABLE['add-findings'].from,
  attach: everyStateBut('merged', 'cancelled'),
  'withdraw-file': everyStateBut('merged', 'cancelled'),
  'hand-over': everyStateBut(...OVER_STATES),
  widen: everyStateBut('merged', 'cancelled'),
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
  if (!isAsked(step)) {
    const refusal = refusalOfState(step.step, PLATFORM_FROM[step.step], facts);
    return step.step === 'hand-over' ? (refusal ?? refusalOfHandOver(facts, step, taker)) : refusal;
  }
  if (taker.by !== 'person') return '这一步须由人办理。';
  return refusalOfSignatories(facts, step.step, taker) ?? ruleOf(step).content?.(facts, step) ?? null;
}

/** The same of a kind of step, whatever would be given with it: what a page offers. */
export function refusalOfTaker(facts: ClueFacts, kind: AskedStep, userId: string): Refusal {
  const { from, taker } = STEP_TABLE[kind];
  const refusal = refusalOfState(kind, from, facts);
  if (refusal !== null) return refusal;
  if (facts.recusedIds.includes(userId)) return '您已在这条线索上回避，不能再办理。';
  if (facts.circleIds !== null && !facts.circleIds.includes(userId)) return '您不在这条线索的知悉范围内。';
  return taker(facts, userId);
}

/** The same where one acts in the place of another: what either may not do, both may not. */
export function refusalOfSignatories(facts: ClueFacts, kind: AskedStep, { userId, forId }: Signing): Refusal {
  const own = refusalOfTaker(facts, kind, userId);
  if (own !== null || forId === undefined) return own;
  if (forId === userId) return '不能代理自己。';
  if (!isDelegable(kind)) return `“${STEP_LABELS[kind]}”须由本人办理，不能代办。`;
  // What is directed would be handled by the same person, and nobody else would have looked at it.
  if (facts.handIds.includes(userId)) return '这条线索由您登记、加入过疑点或承办过，您不能代办，须由本人或另一人办理。';
  return refusalOfTaker(facts, kind, forId) === null
    ? null
    : '您代理的人自己也不能办这一步（已回避、不在知悉范围内，或者由其提出、提交、申请、审批过），您不能代办。';
}

/** What the role of whoever asks has to allow: approving depends on the rung that is next. */
export function actionFor(facts: ClueFacts, kind: AskedStep): StepAction {
  const rung = kind === 'approve' || kind === 'send-back' ? nextRung(facts) : null;
  return rung === null ? STEP_TABLE[kind].action : rungAction(rung);
}

/** Why the person may not add files, or withdraw them; whoever leads handling may, whoever handles a clue may on that clue. */
export function refusalOfFiles(facts: ClueFacts, { role, userId }: { role: Role; userId: string }): Refusal {
  const refusal = refusalOfState('attach', PLATFORM_FROM.attach, facts);
  if (refusal !== null) return refusal;
  if (facts.recusedIds.includes(userId)) return '您已在这条线索上回避，不能再办理。';
  if (isAllowed(role, 'manage-clues')) return null;
  if (!isAllowed(role, 'handle-clues')) return '您的角色不能给线索上传附件。';
  const isElses = facts.assigneeId !== null && facts.assigneeId !== userId;
  return isElses ? '附件由承办人或案件管理人员上传，您不是这条线索的承办人。' : null;
}

/** What a step makes of a clue. Throws Error for a step that {@link refusalOf} refuses: it has to be asked before. */
export function afterStep(facts: MaybeFacts, step: Step, taker: StepTaker): ClueFacts {
  const refusal = refusalOf(facts, step, taker);
  if (refusal !== null) throw new Error(`${step.step} cannot be taken: ${refusal}`);
  return afterTaken(facts, step, taker);
}

/** The same of a step that was taken. What was allowed then happened, whatever is allowed today: a history opens, and only doing it anew is refused. */
function afterTaken(facts: MaybeFacts, step: Step, taker: StepTaker): ClueFacts {
  if (step.step === 'register') return registered(step, taker);
  if (facts === null) throw new Error('a clue begins with its registration');
  if (isAsked(step)) return afterAsked(facts, step, taker);
  return afterPlatformStep(facts, step, taker);
}

function afterAsked(facts: ClueFacts, step: AskedOnly, taker: StepTaker): ClueFacts {
  // The platform's own name is nobody's: what it has taken of before binds no person.
  const signing = taker.by === 'person' ? taker : { userId: '' };
  return ruleOf(step).after(facts, step, signing.userId, signatoriesOf(signing));
}

/**
 * All that its steps have made of a clue: what is stored of it anywhere else is a copy of this.
 * @param recusedIds also who has withdrawn from what became part of it, or from what it was split off of
 */
export function factsOf(history: readonly { step: Step; taker: StepTaker }[], recusedIds: Iterable<string> = []): MaybeFacts {
  const facts = history.reduce<MaybeFacts>((before, { step, taker }) => afterTaken(before, step, taker), null);
  return facts && { ...facts, recusedIds: [...new Set([...facts.recusedIds, ...recusedIds])] };
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
  after: (facts: ClueFacts, step: AskedOnly, userId: string, signed: Signatories) => ClueFacts;
}

function ruleOf(step: AskedOnly): AnyRule {
  // The table holds under each kind the rule of that kind; TypeScript does not follow the key through a union.
  return STEP_TABLE[step.step] as unknown as AnyRule;
}

function registered({ findingIds, circleIds, campaignTask }: StepOf<'register'>, taker: StepTaker): ClueFacts {
  const nothing = { assigneeId: null, recusedIds: [], verdict: null, disposal: null, personIds: [] };
  const nothingYet = { extension: null, extensions: {}, recoveredFen: 0, improvements: 0 };
  return {
    ...nothing,
    ...nothingYet,
    position: { state: 'registered' },
    handIds: handsOf(taker),
    findingIds,
    campaignTaskId: campaignTask?.id ?? null,
    circleIds: circleIds ?? null,
  };
}

const handsOf = (taker: StepTaker): readonly string[] => (taker.by === 'person' ? signatoriesOf(taker) : []);

function findingsAfter({ findingIds }: ClueFacts, step: Step): number {
  return step.step === 'add-findings' || step.step === 'absorb' ? findingIds.length + step.findingIds.length : findingIds.length;
}

function afterPlatformStep(facts: ClueFacts, step: Exclude<Step, AskedOnly | StepOf<'register'>>, taker: StepTaker): ClueFacts {
  switch (step.step) {
    case 'take-out': {
      const findingIds = facts.findingIds.filter((id) => id !== step.findingId);
      // What a campaign has confirmed is left, whatever becomes of the findings that have joined it.
      const isEmpty = findingIds.length === 0 && facts.campaignTaskId === null;
      return { ...facts, findingIds, position: { state: isEmpty ? 'cancelled' : 'registered' } };
    }
    case 'absorb':
      return {
        ...withHands(facts, handsOf(taker)),
        findingIds: [...facts.findingIds, ...step.findingIds],
        personIds: [...facts.personIds, ...step.personIds],
      };
    case 'hand-over':
      return handedOver(facts, step);
    case 'widen':
      return { ...facts, circleIds: step.userIds };
    case 'attach':
    case 'withdraw-file':
    case 'support-lost':
    case 'support-regained':
      return facts;
    case 'rebound':
      return begunAnew(facts);
  }
}
