import { maskText } from '@tianyan/access';
import type { KeptFile } from '@tianyan/files';
import {
  improvementMachine,
  refusalOfFiles,
  type CircularFacts,
  type Improvement as StoredImprovement,
  type ImprovementDetail,
  type ImprovementStep,
} from '@tianyan/supervision';
import type { SupervisionStep } from '../api/index.js';
import {
  IMPROVEMENT_KIND_LABELS,
  IMPROVEMENT_STATE_LABELS,
  IMPROVEMENT_STEP_LABELS,
  type AskedImprovementStep,
  type Improvement,
} from '../api/circulars.js';
import { fileAnswer } from '../clues/file-answer.js';
import { offeredSteps, type Asking } from '../delegations/deputy-steps.js';
import { signedName } from '../delegations/signed-name.js';
import { fileLines, namedFileLines } from './proof-answers.js';
import { mayTake, OFFICE, opinionOf, shownLines, UNIT, type SupervisionWords } from './supervision-answers.js';

export interface ImprovementSurroundings {
  words: SupervisionWords;
  asking: Asking;
  /** Of each improvement, by its id. */
  files: ReadonlyMap<string, readonly KeptFile[]>;
}

const OFFERED = {
  office: ['count', 'send-back'],
  unit: ['resubmit', 'drop'],
} as const satisfies Readonly<Record<'office' | 'unit', readonly AskedImprovementStep[]>>;
const OF_OFFICE: ReadonlySet<ImprovementStep['step']> = new Set(['count', 'send-back']);

/** To a unit no name of the commission's people is told. */
export function improvementAnswer(
  { item, facts, steps, unbroken }: ImprovementDetail,
  { words, asking, files, side, circular }: ImprovementSurroundings & { side: 'office' | 'unit'; circular: CircularFacts },
): Improvement {
  const mayAttach =
    side === 'unit' &&
    circular.state === 'issued' &&
    refusalOfFiles(facts, circular.finished.includes(item.unitCode)) === null &&
    mayTake(improvementMachine.actionsOf('attach'), asking) &&
    improvementMachine.refusalOf(facts, 'attach', { userId: asking.userId }) === null;
  const kinds: readonly AskedImprovementStep[] = OFFERED[side];
  const own = files.get(item.id) ?? [];
  const takerOf = ({ step }: ImprovementStep) => (OF_OFFICE.has(step) ? OFFICE : UNIT);
  return {
    id: item.id,
    unitCode: item.unitCode,
    unitName: words.names.unit(item.unitCode) ?? item.unitCode,
    name: maskText(item.name),
    documentNumber: maskText(item.documentNumber),
    documentDay: item.documentDay,
    kind: item.kind,
    state: item.state,
    revision: item.revision,
    steps: steps.map((step) => ({
      seq: step.seq,
      kindLabel: IMPROVEMENT_STEP_LABELS[step.content.step],
      atMs: step.atMs,
      takerName: side === 'unit' ? takerOf(step.content) : signedName(step, words.people),
      stateLabel: IMPROVEMENT_STATE_LABELS[step.stateAfter as StoredImprovement['state']], // written by the machine of these states
      // What the commission's people write to each other is not the unit's.
      lines: side === 'unit' && step.content.step === 'count' ? [] : shownLines(linesOf(step.content, own)),
    })),
    unbroken,
    ...offeredSteps(improvementMachine, { facts, kinds }, asking),
    files: own.map((file) => fileAnswer(file, { steps, mask: {}, named: side === 'unit' ? { word: UNIT } : words })),
    mayAttach,
  };
}

function linesOf(step: ImprovementStep, files: readonly KeptFile[]): SupervisionStep['lines'] {
  switch (step.step) {
    case 'report':
    case 'resubmit':
      return [
        { label: '制度', text: step.name },
        { label: '文号', text: step.documentNumber },
        { label: '日期', text: step.documentDay },
        { label: '种类', text: IMPROVEMENT_KIND_LABELS[step.kind] },
      ];
    case 'count':
      return [...opinionOf(step.opinion), ...namedFileLines(step.files, files)];
    case 'send-back':
    case 'drop':
      return [{ label: '理由', text: step.reason }];
    case 'attach':
    case 'withdraw-file':
      return fileLines(step, files);
  }
}
