import { maskText, type MaskOptions } from '@tianyan/access';
import type { ClueDetail } from '@tianyan/cases';
import type { StepKind } from '@tianyan/cases/api';
import type { EpochMs } from '@tianyan/kernel';
import type { Names } from '@tianyan/rules';
import { circularName, letterName, type Circular, type Letter, type Rectification } from '@tianyan/supervision';
import { CIRCULAR_STATE_LABELS } from '../api/circulars.js';
import { LETTER_STATE_LABELS, RECTIFICATION_STATE_LABELS, type PersonEvent } from '../api/index.js';
import { stepAnswer, type ClueWords } from '../clues/clue-answers.js';

/** What of a clue says something about the people whom it names; how it was passed on inside the house does not. */
const TOLD: ReadonlySet<StepKind> = new Set([
  'register',
  'verify',
  'propose',
  'approve',
  'send-back',
  'report',
  'transfer',
  'answer',
  'submit',
  'accept',
  'reject',
  'close',
  'revisit',
  'suspend',
  'resume',
  'ask-reopening',
  'approve-reopening',
  'refuse-reopening',
  'merge',
  'absorb',
  'rebound',
]);

export interface EventWords {
  clue: ClueWords;
  names: Names;
  /** Names of all people of the clues that are shown. */
  mask: MaskOptions;
}

/** Steps of a clue, of those about people the person's own alone. */
export function clueEvents(
  detail: ClueDetail,
  { personIds, userId, words }: { personIds: ReadonlySet<string>; userId: string; words: EventWords },
): PersonEvent[] {
  const { clue, steps } = detail;
  const surroundings = { detail, files: [], words: words.clue, userId };
  return steps
    .filter(({ content }) => ('personId' in content ? personIds.has(content.personId) : TOLD.has(content.step)))
    .map((step) => {
      const { seq, kindLabel, atMs, takerName, lines } = stepAnswer(step, surroundings);
      return {
        key: `clue ${clue.id} ${seq}`,
        kind: 'clue',
        atMs,
        title: kindLabel,
        name: clue.number,
        id: clue.id,
        takerName,
        // Once more, by the names that other clues of the person hold.
        lines: lines.map(({ label, text }) => ({ label, text: maskText(text, words.mask) })),
        ahead: false,
      };
    });
}

/** When the last form of an entry was found; in a clue that has become part of another, where that was. */
export function formAtMs(details: readonly ClueDetail[], personId: string): EpochMs | null {
  const found = details
    .flatMap(({ steps }) => steps)
    .filter(({ content }) => content.step === 'set-form' && content.personId === personId);
  return found.length === 0 ? null : Math.max(...found.map(({ atMs }) => atMs));
}

export function letterEvent(letter: Letter, { names, mask }: EventWords): PersonEvent {
  const { id, title, unitCode, state, issuedAtMs, changedAtMs } = letter;
  return {
    ...plain('letter', id, issuedAtMs ?? changedAtMs),
    title: issuedAtMs === null ? '拟稿' : '签发',
    name: letterName(letter),
    lines: [
      { label: '单位', text: names.unit(unitCode) ?? unitCode },
      { label: '事由', text: maskText(title, mask) },
      { label: '现在', text: LETTER_STATE_LABELS[state] },
    ],
  };
}

export function circularEvent(circular: Circular, { mask }: EventWords): PersonEvent {
  const { id, title, state, issuedAtMs, changedAtMs } = circular;
  return {
    ...plain('circular', id, issuedAtMs ?? changedAtMs),
    title: issuedAtMs === null ? '拟稿' : '印发',
    name: circularName(circular),
    lines: [
      { label: '标题', text: maskText(title, mask) },
      { label: '现在', text: CIRCULAR_STATE_LABELS[state] },
    ],
  };
}

export function rectificationEvent(item: Rectification, { names, mask }: EventWords): PersonEvent {
  const { id, unitCode, problem, dueDay, state, registeredAtMs } = item;
  return {
    ...plain('rectification', id, registeredAtMs),
    title: '列为责任人',
    name: names.unit(unitCode) ?? unitCode,
    lines: [
      { label: '问题', text: maskText(problem, mask) },
      { label: '期限', text: dueDay },
      { label: '现在', text: RECTIFICATION_STATE_LABELS[state] },
    ],
  };
}

/** Until then the same problem opens the clue again. */
export function watchEvent({ clue }: ClueDetail, untilMs: EpochMs, nowMs: EpochMs): PersonEvent {
  const ahead = untilMs > nowMs;
  return {
    ...plain('watch', clue.id, untilMs),
    title: ahead ? '观察到这一天' : '观察期满，没有反弹',
    name: clue.number,
    lines: [{ label: '说明', text: '办结后，同一规则又发现同一对象的问题，线索自动重启。' }],
    ahead,
  };
}

/** Whether a text of the ledger names the person: by the whole name, never a part of a longer one. */
export function namesPerson(text: string | null, name: string): boolean {
  return (text ?? '').split(/[^\p{Script=Han}\p{L}·]+/u).includes(name);
}

const plain = (kind: PersonEvent['kind'], id: string, atMs: EpochMs) => ({
  key: `${kind} ${id}`,
  kind,
  id,
  atMs,
  takerName: null,
  ahead: false,
});
