import { describe, expect, test } from '@jest/globals';
import { LETTER_STATES, type LetterState, type LetterStepKind } from '../api/index.js';
import type { LaterLetterStep, LetterFacts } from './letter-facts.js';
import { letterMachine } from './step-table.js';

const CONTENT = {
  kind: 'supervision-order',
  unitCode: 'U1',
  title: '关于工单退回',
  text: '请核实',
  replyWorkingDays: 5,
} as const;
const DRAFTED = letterMachine.begin({ step: 'draft', origin: { kind: 'finding', id: 'F1' }, ...CONTENT }, 'li');
const reason = '理由';

type LaterKind = Exclude<LetterStepKind, 'draft'>;
const FILE = { fileId: 'A1', sha256: 'a'.repeat(64) };
const STEPS: Readonly<Record<LaterKind, LaterLetterStep>> = {
  revise: { step: 'revise', ...CONTENT, title: '改过的标题' },
  'return-draft': { step: 'return-draft', reason },
  issue: { step: 'issue', number: '督办单〔2026〕0001号' },
  receive: { step: 'receive' },
  answer: { step: 'answer', measures: '已整改', outcome: '已办结', documents: [] },
  accept: { step: 'accept' },
  'send-back': { step: 'send-back', reason, replyWorkingDays: 3 },
  close: { step: 'close' },
  withdraw: { step: 'withdraw', reason },
  attach: { step: 'attach', ...FILE },
  'withdraw-file': { step: 'withdraw-file', ...FILE, reason },
  'hand-over': { step: 'hand-over', fromId: 'li', toId: 'zhou', reason },
};

/** By whom each is taken; everybody is somebody else. */
const TAKERS: Readonly<Partial<Record<LaterKind, string>>> = { revise: 'li', issue: 'wang', accept: 'li', close: 'wang' };
const takerOf = (kind: LaterKind) => TAKERS[kind] ?? 'somebody';
const after = (...kinds: LaterKind[]): LetterFacts =>
  kinds.reduce((facts, kind) => letterMachine.after(facts, STEPS[kind], { userId: takerOf(kind) }), DRAFTED);

/** How each state is come to, and where each step leads from there, as the operating guide says it; nothing else is allowed. */
const LEADS: Readonly<Record<LetterState, { facts: LetterFacts; to: Readonly<Partial<Record<LaterKind, LetterState>>> }>> = {
  drafted: {
    facts: DRAFTED,
    to: { revise: 'drafted', 'return-draft': 'drafted', issue: 'issued', withdraw: 'withdrawn', 'hand-over': 'drafted' },
  },
  issued: { facts: after('issue'), to: { receive: 'received', withdraw: 'withdrawn', 'hand-over': 'issued' } },
  received: {
    facts: after('issue', 'receive'),
    to: { attach: 'received', 'withdraw-file': 'received', answer: 'answered', withdraw: 'withdrawn', 'hand-over': 'received' },
  },
  answered: {
    facts: after('issue', 'receive', 'answer'),
    to: { accept: 'accepted', 'send-back': 'sent-back', withdraw: 'withdrawn', 'hand-over': 'answered' },
  },
  'sent-back': {
    facts: after('issue', 'receive', 'answer', 'send-back'),
    to: {
      attach: 'sent-back',
      'withdraw-file': 'sent-back',
      answer: 'answered',
      withdraw: 'withdrawn',
      'hand-over': 'sent-back',
    },
  },
  accepted: { facts: after('issue', 'receive', 'answer', 'accept'), to: { close: 'closed', 'hand-over': 'accepted' } },
  closed: { facts: after('issue', 'receive', 'answer', 'accept', 'close'), to: {} },
  withdrawn: { facts: after('withdraw'), to: {} },
};

describe.each(LETTER_STATES)('from %s', (state) => {
  test.each(letterMachine.kinds())('%s leads where the guide says, or is refused with the reason', (kind) => {
    const { facts, to } = LEADS[state];
    expect(facts.position.state).toBe(state);
    const refusal = letterMachine.refusalOf(facts, kind, { userId: takerOf(kind) });
    const next = to[kind];
    if (next === undefined) {
      expect(refusal).toMatch(/^这份督办函现在是“.+”，不能“.+”；只有“.+”的可以。$/);
      expect(() => letterMachine.after(facts, STEPS[kind], { userId: takerOf(kind) })).toThrow('cannot be taken');
    } else {
      expect([refusal, letterMachine.after(facts, STEPS[kind], { userId: takerOf(kind) }).position.state]).toEqual([null, next]);
    }
  });
});

test('nobody does alone what takes two', () => {
  expect(letterMachine.refusalOf(DRAFTED, 'issue', { userId: 'li' })).toBe('这份督办函是您拟的，须由另一人签发。');
  expect(letterMachine.refusalOf(DRAFTED, 'revise', { userId: 'wang' })).toContain('由拟稿人修改');
  expect(letterMachine.refusalOf(LEADS.accepted.facts, 'close', { userId: 'li' })).toBe('答复是您采纳的，须由另一人办结。');
});

test('whoever wrote a draft does not issue it after it was handed over, and neither does the receiver', () => {
  const handed = letterMachine.after(DRAFTED, STEPS['hand-over'], { userId: 'wang' });
  for (const drafter of ['li', 'zhou'])
    expect(letterMachine.refusalOf(handed, 'issue', { userId: drafter })).toContain('须由另一人签发');
  expect(letterMachine.refusalOf(handed, 'revise', { userId: 'zhou' })).toBeNull();
  expect(letterMachine.refusalOf(handed, 'revise', { userId: 'li' })).toContain('由拟稿人修改');
  expect(letterMachine.refusalOf(handed, 'issue', { userId: 'wang' })).toBeNull();
});

test('how often an answer was sent back is counted', () => {
  expect(after('issue', 'receive', 'answer', 'send-back', 'answer', 'send-back', 'answer').returns).toBe(2);
  expect(after('revise').content.title).toBe('改过的标题');
});

test('of files those count that were not withdrawn', () => {
  expect(after('issue', 'receive', 'attach').files).toEqual([FILE]);
  expect(after('issue', 'receive', 'attach', 'withdraw-file').files).toEqual([]);
});
