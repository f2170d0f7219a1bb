import { maskText, type MaskOptions } from '@tianyan/access';
import { urgencyOf } from '@tianyan/cases';
import {
  circularMachine,
  type Circular,
  type CircularDetail as StoredCircular,
  type CircularFacts,
  type CircularStep,
  type OfficeCircularDetail,
  type StoredStep,
} from '@tianyan/supervision';
import type { SupervisionStep } from '../api/index.js';
import { offeredSteps } from '../delegations/deputy-steps.js';
import { namesOfSigned, signedName } from '../delegations/signed-name.js';
import {
  CIRCULAR_AUDIENCE_LABELS,
  CIRCULAR_STATE_LABELS,
  CIRCULAR_STEP_LABELS,
  IMPROVEMENT_KIND_LABELS,
  IMPROVEMENT_KINDS,
  type AssignedCircular,
  type AssignedCircularDetail,
  type CircularDetail,
  type CircularSummary,
  type CircularUnit,
  type OfficeCircularStep,
} from '../api/circulars.js';
import { improvementAnswer, type ImprovementSurroundings } from './improvement-answers.js';
import { mayTake, OFFICE, opinionOf, shownLines, UNIT, type SupervisionWords } from './supervision-answers.js';

type Line = SupervisionStep['lines'][number];
const OFFICE_STEPS = ['return-draft', 'issue', 'revise', 'excuse', 'withdraw'] as const satisfies readonly OfficeCircularStep[];

const unitName = (code: string, { names }: SupervisionWords): string => names.unit(code) ?? code;

/** What everybody sees of a circular who sees it at all. */
function circularBase(circular: Circular, words: SupervisionWords) {
  const { id, number, title, state, audience, unitCodes, firstUnitCode, dueAtMs, isOwed, issuedAtMs, changedAtMs } = circular;
  return {
    id,
    number,
    title: maskText(title),
    state,
    audience,
    unitNames: unitCodes.map((code) => unitName(code, words)),
    firstUnitName: firstUnitCode === null ? null : unitName(firstUnitCode, words),
    dueAtMs,
    urgency: isOwed ? urgencyOf({ dueAtMs, pausedAtMs: null }, words.nowMs, words.soonMs) : null,
    issuedAtMs,
    changedAtMs,
  };
}

export function circularAnswer(circular: Circular, words: SupervisionWords): CircularSummary {
  return {
    ...circularBase(circular, words),
    handlerName: words.people.get(circular.handlerId) ?? '（账号已删除）',
    issuerName: namesOfSigned(circular.issuerIds, words.people),
  };
}

/** @param of.expected to how many units it was sent */
export function circularDetailAnswer(
  detail: OfficeCircularDetail,
  of: ImprovementSurroundings & { mask: MaskOptions; expected: number },
): CircularDetail {
  const { words, asking, mask } = of;
  const { circular, facts, steps, receipts, seesAll } = detail;
  const kinds = detail.improvements.filter(({ facts: { state } }) => state === 'counted').map(({ item }) => item.kind);
  return {
    ...circularAnswer(circular, words),
    text: maskText(circular.text, mask),
    unitCodes: [...circular.unitCodes],
    firstUnitCode: circular.firstUnitCode,
    reportWorkingDays: circular.reportWorkingDays,
    origins: [...detail.origins],
    warnings: facts.state === 'drafted' ? [...detail.warnings] : [],
    ...correctionsOf(detail),
    units: circular.unitCodes.map((code) => unitAnswer(code, detail, words)),
    readers: {
      expected: of.expected,
      items: receipts.map((receipt) => ({
        unitName: unitName(receipt.unitCode, words),
        readerName: words.people.get(receipt.readerId) ?? receipt.readerAccount,
        atMs: receipt.atMs,
      })),
    },
    improvements: detail.improvements.map((one) => {
      const shown = improvementAnswer(one, { ...of, side: 'office', circular: facts });
      // Who wrote the circular checks nothing of it in somebody's place.
      const inHands = circularMachine.isInHandsOf(facts, asking.userId);
      return { ...shown, ...(!seesAll && { allowedSteps: [] }), ...((!seesAll || inHands) && { deputySteps: [] }) };
    }),
    counted: {
      total: kinds.length,
      byKind: IMPROVEMENT_KINDS.map((key) => ({
        key,
        label: IMPROVEMENT_KIND_LABELS[key],
        count: kinds.filter((kind) => kind === key).length,
      })),
    },
    revision: circular.revision,
    steps: steps.map((step) => ({
      ...stepAnswer(step, signedName(step, words.people)),
      // What people write to each other about it may tell of what it came from.
      lines: seesAll ? shownLines(linesOf(step.content, words), mask) : toldLines(step.content),
    })),
    unbroken: detail.unbroken && detail.improvements.every(({ unbroken }) => unbroken),
    ...offeredSteps<CircularFacts, OfficeCircularStep>(
      circularMachine,
      { facts, kinds: OFFICE_STEPS, also: () => seesAll },
      asking,
    ),
    // Who does not see what it came from is told nothing of it, and not of the own part in it either.
    recused: seesAll && asking.recused,
    mayCorrect: seesAll && !asking.recused && circular.issuedAtMs !== null && mayTake(['handle-supervision'], asking),
  };
}

export function assignedCircular(
  circular: Circular,
  { words, read, toReport }: { words: SupervisionWords; read: boolean; toReport: boolean },
): AssignedCircular {
  const base = circularBase(circular, words);
  // Others may be late.
  return { ...base, urgency: toReport ? base.urgency : null, read, toReport };
}

/** Steps that units are told of; those of one unit are that unit's. */
function isToldTo(step: CircularStep, unitCodes: readonly string[]): boolean {
  if (step.step === 'finish' || step.step === 'excuse') return unitCodes.includes(step.unitCode);
  return step.step === 'issue' || step.step === 'close' || step.step === 'withdraw';
}

/** @param of.unitCodes those that the person answers for */
export function assignedCircularDetail(
  detail: StoredCircular,
  of: ImprovementSurroundings & { unitCodes: readonly string[] },
): AssignedCircularDetail {
  const { words, unitCodes } = of;
  const { circular, facts } = detail;
  const own = circular.unitCodes.filter((code) => unitCodes.includes(code));
  return {
    ...assignedCircular(circular, {
      words,
      read: detail.receipts.length > 0,
      toReport: owesReport(detail, own),
    }),
    text: maskText(circular.text),
    ...correctionsOf(detail),
    units: own.map((code) => ({
      ...unitAnswer(code, detail, words),
      mayReport:
        facts.state === 'issued' &&
        facts.content.reportWorkingDays !== undefined &&
        !facts.finished.includes(code) &&
        !facts.excused.includes(code),
    })),
    improvements: detail.improvements.map((one) => improvementAnswer(one, { ...of, side: 'unit', circular: facts })),
    steps: detail.steps
      .filter(({ content }) => isToldTo(content, own))
      .map((step) => ({
        ...stepAnswer(step, step.content.step === 'finish' ? UNIT : OFFICE),
        lines: toldLines(step.content),
      })),
  };
}

/** Something is to be reported, or to be mended. */
export function owesReport(
  { facts, improvements }: Pick<StoredCircular, 'facts' | 'improvements'>,
  own: readonly string[],
): boolean {
  const { state, content, finished, excused } = facts;
  if (state !== 'issued' || content.reportWorkingDays === undefined) return false;
  const toMend = improvements.some(({ item }) => item.state === 'sent-back' && own.includes(item.unitCode));
  return toMend || own.some((code) => !finished.includes(code) && !excused.includes(code));
}

/** Reasons that units read were looked through when they were given. */
function toldLines(step: CircularStep): Line[] {
  const isTold = step.step === 'withdraw' || step.step === 'excuse';
  return isTold ? shownLines([{ label: '理由', text: step.reason }]) : [];
}

function correctionsOf({ corrects, correctedBy }: StoredCircular): Pick<CircularDetail, 'corrects' | 'correctedBy'> {
  const named = ({ id, number }: Circular) => ({ id, number: number ?? '' });
  return { corrects: corrects && named(corrects), correctedBy: correctedBy.map(named) };
}

function unitAnswer(code: string, detail: StoredCircular, words: SupervisionWords): CircularUnit {
  const { circular, receipts, improvements } = detail;
  const own = improvements.filter(({ item }) => item.unitCode === code && item.state !== 'dropped');
  return {
    code,
    name: unitName(code, words),
    isFirst: circular.firstUnitCode === code,
    progress: progressOf(code, detail),
    readAtMs: receipts.find(({ unitCode }) => unitCode === code)?.atMs ?? null,
    reported: own.length,
    counted: own.filter(({ item }) => item.state === 'counted').length,
  };
}

function progressOf(code: string, { facts, pending, receipts, improvements }: StoredCircular): CircularUnit['progress'] {
  if (facts.excused.includes(code)) return 'excused';
  if (facts.state === 'closed' || (facts.state === 'issued' && !pending.includes(code))) return 'done';
  const hasReported = improvements.some(({ item }) => item.unitCode === code);
  if (!hasReported && !receipts.some(({ unitCode }) => unitCode === code)) return 'waiting';
  return facts.finished.includes(code) ? 'checking' : 'reporting';
}

function stepAnswer(step: StoredStep<CircularStep>, takerName: string): Omit<SupervisionStep, 'lines'> {
  return {
    seq: step.seq,
    kindLabel: CIRCULAR_STEP_LABELS[step.content.step],
    atMs: step.atMs,
    takerName,
    stateLabel: CIRCULAR_STATE_LABELS[step.stateAfter as Circular['state']], // written by the machine of these states
  };
}

function linesOf(step: CircularStep, words: SupervisionWords): Line[] {
  switch (step.step) {
    case 'draft':
    case 'revise':
      return [
        { label: '标题', text: step.title },
        { label: '单位', text: step.unitCodes.map((code) => unitName(code, words)).join('、') },
        { label: '范围', text: CIRCULAR_AUDIENCE_LABELS[step.audience] },
      ];
    case 'issue':
      return [
        { label: '文号', text: step.number },
        ...opinionOf(step.opinion),
        ...(step.despite ? [{ label: '说明', text: '来源有变，仍然签发' }] : []),
      ];
    case 'finish':
      return [{ label: '单位', text: unitName(step.unitCode, words) }];
    case 'excuse':
      return [
        { label: '单位', text: unitName(step.unitCode, words) },
        { label: '理由', text: step.reason },
      ];
    case 'return-draft':
    case 'withdraw':
      return [{ label: '理由', text: step.reason }];
    case 'close':
      return [];
    case 'hand-over':
      return [
        { label: '原经办人', text: words.people.get(step.fromId) ?? step.fromId },
        { label: '经办人', text: words.people.get(step.toId) ?? step.toId },
        { label: '理由', text: step.reason },
      ];
  }
}
