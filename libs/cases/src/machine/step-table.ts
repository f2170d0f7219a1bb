import type { Action, Signatories } from '@tianyan/access';
import { DISPOSAL_LABELS, type AskedStep, type ClueState } from '../api/index.js';
import { withHands, type ClueFacts, type Position, type StepOf, type WorkingState } from './facts.js';

/** Why not, in Chinese; null: nothing stands against it. */
export type Refusal = string | null;

/** Who may ask for a step, beside what the person's role allows. */
type TakerRule = (facts: ClueFacts, userId: string) => Refusal;

export type StepAction = Extract<Action, 'handle-clues' | 'manage-clues' | 'approve-clues'>;

interface StepRule<K extends AskedStep> {
  /** What the role of whoever asks has to allow; where a rung of an approval says otherwise, that: see `actionFor`. */
  action: StepAction;
  from: readonly ClueState[];
  taker: TakerRule;
  /** Whether what was given fits the clue. */
  content?: (facts: ClueFacts, step: StepOf<K>) => Refusal;
  after: (facts: ClueFacts, step: StepOf<K>, userId: string, signed: Signatories) => ClueFacts;
}

const anybody: TakerRule = () => null;
const assignee: TakerRule = ({ assigneeId }, userId) => {
  if (assigneeId === null) return '这条线索还没有承办人，请先分办。';
  return assigneeId === userId ? null : '这一步由承办人办理，您不是这条线索的承办人。';
};
/** Before it is assigned, whoever handles clues may put it in order. */
const assigneeIfAny: TakerRule = (facts, userId) => (facts.assigneeId === null ? null : assignee(facts, userId));

const WORKING = ['registered', 'verifying', 'disposing', 'handling', 'rectifying'] as const satisfies readonly WorkingState[];
/** Until a disposal is asked for, it may still be another clue, or two. */
const TAKING_SHAPE = ['registered', 'verifying', 'disposing'] as const satisfies readonly WorkingState[];
const NAMING_PEOPLE = ['verifying', 'disposing', 'handling', 'rectifying', 'concluding'] as const satisfies readonly ClueState[];

/** Whoever may see it can be named as long as there is something to see. */
const SEEN = [
  ...WORKING,
  'awaiting-approval',
  'awaiting-acceptance',
  'awaiting-reopening',
  'concluding',
  'closed',
  'on-hold',
  'transferred',
  'suspended',
] as const satisfies readonly ClueState[];

/** Whoever waits for a longer deadline of a state that is over waits for nothing. */
const at = (facts: ClueFacts, position: Position): ClueFacts => ({
  ...facts,
  position,
  extension: position.state === facts.position.state ? facts.extension : null,
});
/** A longer deadline was asked for by whoever handled it; the next says whether it is needed. */
export const handledBy = (facts: ClueFacts, assigneeId: string | null): ClueFacts => ({
  ...withHands(facts, assigneeId === null ? [] : [assigneeId]),
  assigneeId,
  extension: null,
});
/** Where the work itself takes its time; what waits for a decision does not become longer by another. */
const EXTENDABLE = ['verifying', 'disposing', 'handling', 'rectifying'] as const satisfies readonly WorkingState[];

/**
 * Where work goes on. A step of before may stand where none is taken from today: then it goes on where that came from, or from the beginning. What
 * `after` makes of a step never throws, since a history has to open.
 */
function workingState({ position }: ClueFacts): WorkingState {
  if ('returnsTo' in position) return position.returnsTo;
  return WORKING.find((state) => state === position.state) ?? 'registered';
}

/** As when it was registered; what was found out before stands in its history. */
export function begunAnew(facts: ClueFacts): ClueFacts {
  return {
    ...facts,
    position: { state: 'registered' },
    assigneeId: null,
    verdict: null,
    disposal: null,
    extension: null,
    extensions: {},
  };
}

/** Why the clue may not be given to this person. */
export function refusalOfHandler({ assigneeId, recusedIds, circleIds }: ClueFacts, userId: string): Refusal {
  if (circleIds !== null && !circleIds.includes(userId)) return '选中的人不在这条线索的知悉范围内，请先列入知悉范围，再分办。';
  if (recusedIds.includes(userId)) return '选中的人已在这条线索上回避，请另选承办人。';
  return assigneeId === userId ? '这条线索已由选中的人承办。' : null;
}

const approver: TakerRule = ({ position }, userId) => {
  if (position.state !== 'awaiting-approval') return null;
  const { proposedBy, approvedBy } = position.proposal;
  if (proposedBy === userId) return '处置意见是您提出的，须由另一人审批。';
  return approvedBy.some((signed) => signed.includes(userId)) ? '您已在上一级审批过，须由另一人审批。' : null;
};
const acceptor: TakerRule = ({ position }, userId) =>
  position.state === 'awaiting-acceptance' && position.submittedBy === userId ? '整改是您提交的，须由另一人验收。' : null;
const reopener: TakerRule = ({ position }, userId) =>
  position.state === 'awaiting-reopening' && position.askedBy === userId ? '重启是您申请的，须由另一人审批。' : null;

const extender: TakerRule = ({ extension }, userId) => {
  if (extension === null) return '没有等待审批的延期申请。';
  return extension.askedBy === userId ? '延期是您申请的，须由另一人审批。' : null;
};

function mayExtend({ position: { state }, extensions }: ClueFacts, { most }: StepOf<'ask-extension'>): Refusal {
  if ((extensions[state] ?? 0) < most) return null;
  return most === 0
    ? '按本地的办理规定，这一步不能延期。'
    : `这一步最多延期 ${most} 次，已经用完；不能按期办完的，请中止并写明理由。`;
}

function accepted(facts: ClueFacts): ClueFacts {
  const { position } = facts;
  const { recoveredFen, improved } = position.state === 'awaiting-acceptance' ? position : { recoveredFen: 0, improved: false };
  return {
    ...at(facts, { state: 'concluding' }),
    recoveredFen: facts.recoveredFen + recoveredFen,
    improvements: facts.improvements + (improved ? 1 : 0),
  };
}

function fitsVerdict({ verdict }: ClueFacts, { disposal }: StepOf<'propose'>): Refusal {
  if (verdict === 'confirmed') return disposal === 'conclude' ? '已核实属实，不能直接予以了结，请选择其他处置方式。' : null;
  return disposal === 'conclude' ? null : `核实结论不是属实，只能${DISPOSAL_LABELS.conclude}，不能${DISPOSAL_LABELS[disposal]}。`;
}

/** The disposal once its last rung has approved. */
function approved(facts: ClueFacts, signed: Signatories): ClueFacts {
  const { position } = facts;
  if (position.state !== 'awaiting-approval') return facts;
  const { proposal } = position;
  const approvedBy = [...proposal.approvedBy, signed];
  if (approvedBy.length < proposal.ladder.length)
    return at(facts, { state: 'awaiting-approval', proposal: { ...proposal, approvedBy } });
  const state = {
    'talk-or-letter': 'handling',
    'preliminary-inquiry': 'handling',
    hold: 'on-hold',
    conclude: 'concluding',
  } as const;
  return { ...at(facts, { state: state[proposal.disposal] }), disposal: proposal.disposal };
}

const withoutFindings = (facts: ClueFacts, ids: readonly string[]): ClueFacts => ({
  ...facts,
  findingIds: facts.findingIds.filter((id) => !ids.includes(id)),
});

/** Its place would be lost: whoever sees the other clue would read of people whose clue he does not see. */
const mergeable = ({ campaignTaskId }: ClueFacts): Refusal =>
  campaignTaskId === null ? null : '这条线索来自专项复查，不能并入其他线索；请把其他线索并入它，或关联两条线索。';

function splittable({ findingIds }: ClueFacts, step: StepOf<'split'>): Refusal {
  if (step.findingIds.some((id) => !findingIds.includes(id))) return '选中的疑点有的不在这条线索里，请刷新页面后重新选择。';
  return step.findingIds.length < findingIds.length ? null : '分出后原线索至少要留一条疑点。';
}

/** Every step that a person may take: from where, who, with what, and where it leads. Nothing else moves a clue. */
export const STEP_TABLE: { readonly [K in AskedStep]: StepRule<K> } = {
  assign: {
    action: 'manage-clues',
    // What is on hold may need another handler to lead it on.
    from: [...WORKING, 'on-hold'],
    taker: anybody,
    content: (facts, step) => refusalOfHandler(facts, step.assigneeId),
    after: (facts, step) => ({
      ...handledBy(facts, step.assigneeId),
      position: facts.position.state === 'registered' ? { state: 'verifying' } : facts.position,
    }),
  },
  return: {
    action: 'handle-clues',
    from: ['verifying'],
    taker: assignee,
    after: (facts) => handledBy(at(facts, { state: 'registered' }), null),
  },
  recuse: {
    action: 'handle-clues',
    from: WORKING,
    // Whoever knows of a reason says so: of oneself, or of somebody else.
    taker: anybody,
    // Whoever handles it in spite of that, from before recusals were carried, is freed of it by this.
    content: ({ recusedIds, assigneeId }, step) =>
      recusedIds.includes(step.userId) && assigneeId !== step.userId ? '选中的人已在这条线索上回避。' : null,
    after: (facts, step) => {
      const circleIds = facts.circleIds?.filter((id) => id !== step.userId) ?? null;
      const recused = { ...facts, circleIds, recusedIds: [...new Set([...facts.recusedIds, step.userId])] };
      if (facts.assigneeId !== step.userId) return recused;
      return handledBy(at(recused, facts.position.state === 'verifying' ? { state: 'registered' } : facts.position), null);
    },
  },
  verify: {
    action: 'handle-clues',
    from: ['verifying'],
    taker: assignee,
    after: (facts, { verdict }) => ({ ...at(facts, { state: 'disposing' }), verdict }),
  },
  propose: {
    action: 'handle-clues',
    from: ['disposing', 'on-hold'],
    taker: assignee,
    content: fitsVerdict,
    after: (facts, { disposal, ladder }, userId) =>
      at(facts, { state: 'awaiting-approval', proposal: { disposal, ladder, proposedBy: userId, approvedBy: [] } }),
  },
  approve: {
    action: 'approve-clues',
    from: ['awaiting-approval'],
    taker: approver,
    after: (facts, _step, _userId, signed) => approved(facts, signed),
  },
  'send-back': {
    action: 'approve-clues',
    from: ['awaiting-approval'],
    taker: approver,
    after: (facts) => at(facts, { state: 'disposing' }),
  },
  report: {
    action: 'handle-clues',
    from: ['handling'],
    taker: assignee,
    after: (facts, { outcome }) => at(facts, { state: outcome === 'rectify' ? 'rectifying' : 'concluding' }),
  },
  'add-person': {
    action: 'handle-clues',
    from: NAMING_PEOPLE,
    taker: assignee,
    after: (facts, { personId }) => ({ ...facts, personIds: [...facts.personIds, personId] }),
  },
  'set-form': {
    action: 'handle-clues',
    from: ['handling', 'rectifying', 'concluding'],
    taker: assignee,
    content: ({ personIds }, step) =>
      personIds.includes(step.personId) ? null : '这条线索没有登记这个人，请刷新页面后重新选择。',
    after: (facts) => facts,
  },
  transfer: {
    action: 'manage-clues',
    from: TAKING_SHAPE,
    taker: anybody,
    after: (facts) => at(facts, { state: 'transferred', returnsTo: workingState(facts) }),
  },
  answer: {
    action: 'manage-clues',
    from: ['transferred'],
    taker: anybody,
    after: (facts, { outcome }) => at(facts, { state: outcome === 'taken-over' ? 'concluding' : workingState(facts) }),
  },
  submit: {
    action: 'handle-clues',
    from: ['rectifying'],
    taker: assignee,
    after: (facts, { recoveredFen = 0, improvement }, userId) =>
      at(facts, { state: 'awaiting-acceptance', submittedBy: userId, recoveredFen, improved: improvement !== undefined }),
  },
  accept: {
    action: 'manage-clues',
    from: ['awaiting-acceptance'],
    taker: acceptor,
    after: accepted,
  },
  reject: {
    action: 'manage-clues',
    from: ['awaiting-acceptance'],
    taker: acceptor,
    after: (facts) => at(facts, { state: 'rectifying' }),
  },
  close: {
    action: 'manage-clues',
    from: ['concluding'],
    taker: anybody,
    after: (facts) => at(facts, { state: 'closed' }),
  },
  revisit: {
    action: 'handle-clues',
    from: ['closed'],
    taker: anybody,
    after: (facts, { outcome }, userId) =>
      outcome === 'holds' ? facts : at(facts, { state: 'awaiting-reopening', askedBy: userId }),
  },
  restrict: {
    action: 'manage-clues',
    from: SEEN,
    taker: anybody,
    content: ({ recusedIds, circleIds }, { userIds }) => {
      if (userIds.some((id) => recusedIds.includes(id))) return '选中的人有的已在这条线索上回避，不能列入知悉范围。';
      const isSame = circleIds?.length === userIds.length && userIds.every((id) => circleIds.includes(id));
      return isSame ? '知悉范围没有变化。' : null;
    },
    after: (facts, { userIds }) => ({ ...facts, circleIds: userIds }),
  },
  unrestrict: {
    action: 'approve-clues',
    from: SEEN,
    taker: ({ circleIds }) => (circleIds === null ? '这条线索没有限定知悉范围。' : null),
    after: (facts) => ({ ...facts, circleIds: null }),
  },
  suspend: {
    action: 'manage-clues',
    from: WORKING,
    taker: anybody,
    after: (facts) => at(facts, { state: 'suspended', returnsTo: workingState(facts) }),
  },
  resume: {
    action: 'manage-clues',
    from: ['suspended'],
    taker: anybody,
    after: (facts) => at(facts, { state: workingState(facts) }),
  },
  'ask-extension': {
    action: 'handle-clues',
    from: EXTENDABLE,
    taker: (facts, userId) => assignee(facts, userId) ?? (facts.extension === null ? null : '延期已经申请，正在等待审批。'),
    content: mayExtend,
    after: (facts, { workingDays }, userId) => ({ ...facts, extension: { askedBy: userId, workingDays } }),
  },
  'approve-extension': {
    action: 'approve-clues',
    from: EXTENDABLE,
    taker: extender,
    after: (facts) => {
      const { state } = facts.position;
      return { ...facts, extension: null, extensions: { ...facts.extensions, [state]: (facts.extensions[state] ?? 0) + 1 } };
    },
  },
  'refuse-extension': {
    action: 'approve-clues',
    from: EXTENDABLE,
    taker: extender,
    after: (facts) => ({ ...facts, extension: null }),
  },
  'ask-reopening': {
    action: 'handle-clues',
    from: ['closed'],
    taker: anybody,
    after: (facts, _step, userId) => at(facts, { state: 'awaiting-reopening', askedBy: userId }),
  },
  'approve-reopening': {
    action: 'approve-clues',
    from: ['awaiting-reopening'],
    taker: reopener,
    after: begunAnew,
  },
  'refuse-reopening': {
    action: 'approve-clues',
    from: ['awaiting-reopening'],
    taker: reopener,
    after: (facts) => at(facts, { state: 'closed' }),
  },
  'add-findings': {
    action: 'handle-clues',
    from: TAKING_SHAPE,
    taker: assigneeIfAny,
    content: ({ findingIds }, step) =>
      step.findingIds.some((id) => findingIds.includes(id)) ? '选中的疑点有的已在这条线索里。' : null,
    after: (facts, { findingIds }, userId) => ({
      ...withHands(facts, [userId]),
      findingIds: [...facts.findingIds, ...findingIds],
    }),
  },
  split: {
    action: 'handle-clues',
    from: TAKING_SHAPE,
    taker: assigneeIfAny,
    content: splittable,
    after: (facts, { findingIds }) => withoutFindings(facts, findingIds),
  },
  merge: {
    action: 'handle-clues',
    from: TAKING_SHAPE,
    taker: (facts, userId) => assigneeIfAny(facts, userId) ?? mergeable(facts),
    after: (facts) => ({ ...withoutFindings(at(facts, { state: 'merged' }), facts.findingIds), personIds: [] }),
  },
  link: {
    action: 'handle-clues',
    from: [...WORKING, 'awaiting-approval', 'awaiting-acceptance', 'concluding', 'closed', 'on-hold'],
    taker: assigneeIfAny,
    after: (facts) => facts,
  },
};

/** Who may know of a clue is decided by nobody in another's place. */
const IN_PERSON: readonly AskedStep[] = ['restrict', 'unrestrict'];

/** Whether a deputy may take the step: what directs and decides. What is handled is handed over, not done in somebody's name. */
export function isDelegable(kind: AskedStep): boolean {
  return STEP_TABLE[kind].action !== 'handle-clues' && !IN_PERSON.includes(kind);
}
