import { isAllowed, maskName, maskText, type Action, type MaskOptions } from '@tianyan/access';
import { urgencyOf } from '@tianyan/cases';
import type { KeptFile } from '@tianyan/files';
import type { EpochMs } from '@tianyan/kernel';
import type { Names } from '@tianyan/rules';
import {
  letterMachine,
  rectificationMachine,
  type Letter,
  type LetterDetail as StoredLetter,
  type LetterStep,
  type Rectification as StoredItem,
  type RectificationDetail as StoredItemDetail,
  type RectificationStep,
  type StoredStep,
} from '@tianyan/supervision';
import {
  LETTER_KIND_LABELS,
  LETTER_STATE_LABELS,
  LETTER_STEP_LABELS,
  letterStepRequestSchema,
  RECTIFICATION_STATE_LABELS,
  RECTIFICATION_STEP_LABELS,
  rectificationStepRequestSchema,
  type AskedLetterStep,
  type AskedRectificationStep,
  type AssignedLetter,
  type AssignedLetterDetail,
  type LetterDetail,
  type LetterSummary,
  type Rectification,
  type RectificationDetail,
  type SupervisionStep,
} from '../api/index.js';
import { fileAnswer } from '../clues/file-answer.js';
import { offeredSteps, type Asking } from '../delegations/deputy-steps.js';
import { namesOfSigned, signedName } from '../delegations/signed-name.js';
import { fileLines, namedFileLines } from './proof-answers.js';

/** What answers are made with. */
export interface SupervisionWords {
  names: Names;
  /** Names of accounts, by their id. */
  people: ReadonlyMap<string, string>;
  nowMs: EpochMs;
  /** Up to then a deadline is near. */
  soonMs: EpochMs;
  /** China day by the county's clock. */
  today: string;
}

/** What everybody sees of a letter who sees it at all. */
export function assignedLetter(letter: Letter, { names, nowMs, soonMs }: SupervisionWords): AssignedLetter {
  const { id, kind, number, unitCode, title, state, dueAtMs, issuedAtMs, changedAtMs } = letter;
  return {
    id,
    kind,
    number,
    unitCode,
    unitName: names.unit(unitCode) ?? unitCode,
    title: maskText(title),
    state,
    dueAtMs,
    urgency: urgencyOf({ dueAtMs, pausedAtMs: null }, nowMs, soonMs),
    issuedAtMs,
    changedAtMs,
  };
}

export function letterAnswer(letter: Letter, words: SupervisionWords): LetterSummary {
  const handlerName = words.people.get(letter.handlerId) ?? '（账号已删除）';
  const issuerName = namesOfSigned(letter.issuerIds, words.people);
  return { ...assignedLetter(letter, words), handlerName, issuerName, returns: letter.returns };
}

/** Of the commission's people, as {@link letterStepRequestSchema} has them. */
const OFFICE_LETTER_STEPS = letterStepRequestSchema.options.map(({ shape }) => shape.step.value);

export function letterDetailAnswer(
  { letter, facts, steps, unbroken }: StoredLetter,
  { items, files }: { items: readonly StoredItem[]; files: readonly KeptFile[] },
  { words, asking, mask }: { words: SupervisionWords; asking: Asking; mask: MaskOptions },
): LetterDetail {
  return {
    ...letterAnswer(letter, words),
    text: maskText(letter.text, mask),
    replyWorkingDays: letter.replyWorkingDays,
    origin: letter.origin,
    townshipNames: (letter.townships ?? []).map((code) => words.names.division(code) ?? code),
    revision: letter.revision,
    steps: steps.map((step) => ({
      ...letterStep(step, words),
      lines: shownLines(letterLines(step.content, words, files), mask),
    })),
    unbroken,
    ...offeredSteps(letterMachine, { facts, kinds: OFFICE_LETTER_STEPS }, asking),
    recused: asking.recused,
    rectifications: items.map((item) => rectificationAnswer(item, words)),
    files: files.map((file) => fileAnswer(file, { steps, mask, named: words })),
    // The unit's alone.
    mayAttach: false,
  };
}

/** The commission, to a unit: which of its people did what is not the unit's. */
export const OFFICE = '县纪委监委';
export const UNIT = '本单位';
/** Steps that a unit is told of; of the office's opinions and reasons it reads those that are written to it. */
const TOLD_TO_UNIT: ReadonlySet<LetterStep['step']> = new Set([
  'issue',
  'receive',
  'answer',
  'accept',
  'send-back',
  'close',
  'withdraw',
  'attach',
  'withdraw-file',
]);
const LINES_FOR_UNIT: ReadonlySet<LetterStep['step']> = new Set(['answer', 'send-back', 'attach', 'withdraw-file']);

export function assignedLetterDetail(
  { letter, facts, steps }: StoredLetter,
  files: readonly KeptFile[],
  { words, asking }: { words: SupervisionWords; asking: Asking },
): AssignedLetterDetail {
  const may = (kind: Parameters<typeof letterMachine.actionsOf>[0]) =>
    mayTake(letterMachine.actionsOf(kind), asking) && letterMachine.refusalOf(facts, kind, { userId: asking.userId }) === null;
  return {
    ...assignedLetter(letter, words),
    text: maskText(letter.text),
    revision: letter.revision,
    steps: steps
      .filter(({ content }) => TOLD_TO_UNIT.has(content.step))
      .map((step) => ({
        ...letterStep(step, words),
        takerName: isOfUnit(step.content) ? UNIT : OFFICE,
        lines: LINES_FOR_UNIT.has(step.content.step) ? shownLines(letterLines(step.content, words, files)) : [],
      })),
    allowedSteps: (['receive', 'answer'] as const satisfies readonly AskedLetterStep[]).filter(may),
    files: files.map((file) => fileAnswer(file, { steps, mask: {}, named: { word: UNIT } })),
    mayAttach: may('attach'),
  };
}

export function rectificationAnswer(item: StoredItem, { names, today }: SupervisionWords): Rectification {
  const text = (value: string | null) => (value === null ? null : maskText(value));
  const { id, unitCode, townshipCode, responsible, leader, recoveredFen, dueDay, state, letterId, changedAtMs } = item;
  return {
    id,
    unitCode,
    unitName: names.unit(unitCode) ?? unitCode,
    townshipName: townshipCode === null ? null : (names.division(townshipCode) ?? townshipCode),
    problem: maskText(item.problem),
    responsible: responsible === null ? null : maskName(responsible),
    leader: leader === null ? null : maskName(leader),
    measures: text(item.measures),
    proof: text(item.proof),
    improvement: text(item.improvement),
    recoveredFen,
    dueDay,
    state,
    overdue: state !== 'settled' && dueDay < today,
    letterId,
    revision: item.revision,
    changedAtMs,
  };
}

const OFFICE_RECTIFICATION_STEPS = rectificationStepRequestSchema.options.map(({ shape }) => shape.step.value);

/** @param of.side to a unit no name of the commission's people is told, nor what they wrote to each other */
export function rectificationDetailAnswer(
  { item, facts, steps, unbroken }: StoredItemDetail,
  files: readonly KeptFile[],
  { words, asking, side }: { words: SupervisionWords; asking: Asking; side: 'office' | 'unit' },
): RectificationDetail {
  const offered: readonly AskedRectificationStep[] =
    side === 'unit' ? (['progress', 'submit'] as const) : OFFICE_RECTIFICATION_STEPS;
  const may = (kind: Parameters<typeof rectificationMachine.actionsOf>[0]) =>
    !asking.recused &&
    mayTake(rectificationMachine.actionsOf(kind), asking) &&
    rectificationMachine.refusalOf(facts, kind, { userId: asking.userId }) === null;
  return {
    ...rectificationAnswer(item, words),
    steps: steps.map((step) => ({
      seq: step.seq,
      kindLabel: RECTIFICATION_STEP_LABELS[step.content.step],
      atMs: step.atMs,
      takerName: side === 'unit' ? sideOf(step.content) : signedName(step, words.people),
      stateLabel: RECTIFICATION_STATE_LABELS[step.stateAfter as StoredItem['state']], // written by the machine of these states
      lines: shownLines(side === 'unit' ? unitLines(step.content, files) : rectificationLines(step.content, files)),
    })),
    unbroken,
    ...offeredSteps(rectificationMachine, { facts, kinds: offered }, asking),
    recused: asking.recused,
    files: files.map((file) => fileAnswer(file, { steps, mask: {}, named: side === 'unit' ? { word: UNIT } : words })),
    mayAttach: may('attach'),
    // Told to the office alone, by whoever asks for it.
    campaignTask: null,
  };
}

/** What is reported is the unit's, also where the office has entered it. */
const sideOf = ({ step }: RectificationStep): string => (REPORTED.has(step) ? UNIT : OFFICE);
const REPORTED: ReadonlySet<RectificationStep['step']> = new Set(['progress', 'submit', 'attach', 'withdraw-file']);

type Line = SupervisionStep['lines'][number];

export const mayTake = (actions: readonly Action[], { role }: Pick<Asking, 'role'>): boolean =>
  actions.some((action) => isAllowed(role, action));
const OF_UNIT: ReadonlySet<LetterStep['step']> = new Set(['receive', 'answer', 'attach', 'withdraw-file']);
const isOfUnit = ({ step }: LetterStep): boolean => OF_UNIT.has(step);
/** Texts are typed by people, who may quote what they have seen. */
export const shownLines = (lines: readonly Line[], mask: MaskOptions = {}): Line[] =>
  lines.map(({ label, text }) => ({ label, text: maskText(text, mask) }));

function letterStep(step: StoredStep<LetterStep>, { people }: SupervisionWords): Omit<SupervisionStep, 'lines'> {
  return {
    seq: step.seq,
    kindLabel: LETTER_STEP_LABELS[step.content.step],
    atMs: step.atMs,
    takerName: signedName(step, people),
    stateLabel: LETTER_STATE_LABELS[step.stateAfter as Letter['state']], // written by the machine of these states
  };
}

/** What was given with a step, as labelled lines. */
function letterLines(step: LetterStep, { names, people }: SupervisionWords, files: readonly KeptFile[]): Line[] {
  switch (step.step) {
    case 'draft':
    case 'revise':
      return [
        { label: '种类', text: LETTER_KIND_LABELS[step.kind] },
        { label: '单位', text: names.unit(step.unitCode) ?? step.unitCode },
        { label: '标题', text: step.title },
      ];
    case 'issue':
      return [{ label: '文号', text: step.number }, ...opinionOf(step.opinion)];
    case 'answer':
      return [
        { label: '措施', text: step.measures },
        { label: '结果', text: step.outcome },
        ...(step.documents.length > 0 ? [{ label: '材料', text: step.documents.join('；') }] : []),
        ...namedFileLines(step.files, files),
      ];
    case 'attach':
    case 'withdraw-file':
      return fileLines(step, files);
    case 'send-back':
      return [
        { label: '理由', text: step.reason },
        { label: '重报期限', text: `${step.replyWorkingDays} 个工作日` },
      ];
    case 'hand-over':
      return [
        { label: '移交给', text: people.get(step.toId) ?? step.toId },
        { label: '理由', text: step.reason },
      ];
    case 'return-draft':
    case 'withdraw':
      return [{ label: '理由', text: step.reason }];
    case 'accept':
    case 'close':
      return opinionOf(step.opinion);
    case 'receive':
      return [];
  }
}

function rectificationLines(step: RectificationStep, files: readonly KeptFile[]): Line[] {
  switch (step.step) {
    case 'register':
      return [
        { label: '问题', text: step.problem },
        { label: '期限', text: step.dueDay },
      ];
    case 'progress':
      return [
        { label: '措施', text: step.measures },
        ...(step.proof ? [{ label: '情况', text: step.proof }] : []),
        ...(step.recoveredFen > 0 ? [{ label: '追回', text: `${(step.recoveredFen / 100).toFixed(2)} 元` }] : []),
        ...(step.improvement ? [{ label: '制度', text: step.improvement }] : []),
      ];
    case 'accept':
      return opinionOf(step.opinion);
    case 'reject':
      return [{ label: '理由', text: step.reason }];
    case 'reschedule':
      return [
        { label: '期限', text: step.dueDay },
        { label: '理由', text: step.reason },
      ];
    case 'submit':
      return namedFileLines(step.files, files);
    case 'attach':
    case 'withdraw-file':
      return fileLines(step, files);
  }
}

/** What the commission's people write to each other is not the unit's. */
function unitLines(step: RectificationStep, files: readonly KeptFile[]): Line[] {
  if (step.step === 'accept') return [];
  return step.step === 'reschedule' ? [{ label: '期限', text: step.dueDay }] : rectificationLines(step, files);
}

export const opinionOf = (opinion: string | undefined): Line[] => (opinion ? [{ label: '意见', text: opinion }] : []);
