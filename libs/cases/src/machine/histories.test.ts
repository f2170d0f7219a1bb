import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Step, StepTaker } from './facts.js';
import { afterStep, ASKED_STEPS, factsOf, refusalOf } from './machine.js';

const reason = '按程序办理';
const other = { otherId: 'c2', otherNumber: '线索〔2026〕0002号', reason };
const REGISTER: Step = { step: 'register', findingIds: ['f1', 'f2'], reason: null, splitFrom: null };
/** One of each kind that people ask for, and what the platform enters. */
const STEPS: readonly Step[] = [
  { step: 'assign', assigneeId: 'li' },
  { step: 'return', reason },
  { step: 'recuse', userId: 'li', reason },
  { step: 'verify', verdict: 'unfounded', report: reason },
  { step: 'propose', disposal: 'talk-or-letter', ladder: ['分管领导'], reason },
  { step: 'approve' },
  { step: 'send-back', reason },
  { step: 'report', outcome: 'rectify', report: reason },
  { step: 'add-person', personId: 'p1' },
  { step: 'set-form', personId: 'p2', form: 'first', measure: '提醒谈话' },
  { step: 'transfer', authority: '市纪委', document: '移送函', reason },
  { step: 'answer', outcome: 'sent-back', report: reason },
  { step: 'submit', report: reason, recoveredFen: 100 },
  { step: 'accept' },
  { step: 'reject', reason },
  { step: 'close', report: reason },
  { step: 'revisit', outcome: 'relapsed', report: reason },
  { step: 'restrict', userIds: ['li', 'wang'], reason },
  { step: 'unrestrict', reason },
  { step: 'suspend', reason },
  { step: 'resume', reason },
  { step: 'ask-extension', workingDays: 5, most: 0, reason },
  { step: 'approve-extension' },
  { step: 'refuse-extension', reason },
  { step: 'ask-reopening', reason },
  { step: 'approve-reopening' },
  { step: 'refuse-reopening', reason },
  { step: 'add-findings', findingIds: ['f1', 'f3'] },
  { step: 'split', findingIds: ['f9'], ...other },
  { step: 'merge', ...other },
  { step: 'link', ...other },
  { step: 'absorb', findingIds: Array.from({ length: 300 }, (_, i) => `a${i}`), personIds: ['p3'], ...other },
  { step: 'take-out', findingId: 'f1', reason },
  { step: 'hand-over', fromId: 'nobody', assigneeId: 'li', reason },
  { step: 'widen', userIds: ['sun'] },
  { step: 'attach', fileId: 'a', sha256: 'b' },
  { step: 'withdraw-file', fileId: 'a', sha256: 'b', reason },
  { step: 'support-lost', findingId: 'f1' },
  { step: 'support-regained', findingId: 'f1' },
  { step: 'rebound', findingId: 'f1' },
];
const TAKERS: readonly StepTaker[] = [
  { by: 'platform' },
  { by: 'person', userId: 'li' },
  { by: 'person', userId: 'wang' },
  { by: 'person', userId: 'sun', forId: 'sun' },
];

test('what has happened is read, whatever of it would be refused today; done anew, it is refused', () => {
  expect(ASKED_STEPS.filter((kind) => STEPS.every(({ step }) => step !== kind))).toEqual([]);
  const taken = fc.tuple(fc.constantFrom(...STEPS), fc.constantFrom(...TAKERS)).map(([step, taker]) => ({ step, taker }));
  const refused = new Set<string>();
  fc.assert(
    fc.property(fc.array(taken, { size: 'max', maxLength: 40 }), (later) => {
      const history = [{ step: REGISTER, taker: { by: 'platform' } as const }, ...later];
      const before = factsOf(history.slice(0, -1));
      const last = history.at(-1);
      if (factsOf(history) === null) throw new Error('a clue is there once it is registered');
      if (!last || last.step === REGISTER || refusalOf(before, last.step, last.taker) === null) return;
      refused.add(last.step.step);
      expect(() => afterStep(before, last.step, last.taker)).toThrow('cannot be taken');
    }),
    { numRuns: 3_000 },
  );
  // Otherwise nothing that is refused would have been read.
  expect(refused.size).toBeGreaterThan(ASKED_STEPS.length / 2);
});

test('goes on from a step that is taken from nowhere any more', () => {
  const person = (userId: string) => ({ by: 'person', userId }) as const;
  const at = (...steps: readonly Step[]) =>
    factsOf([REGISTER, ...steps].map((step) => ({ step, taker: person('wang') })))?.position;
  // Suspended, once, wherever it stood: it goes on where it can be worked on.
  const closed: Step[] = [{ step: 'accept' }, { step: 'close', report: reason }];
  expect(at(...closed, { step: 'suspend', reason })).toEqual({ state: 'suspended', returnsTo: 'registered' });
  expect(at(...closed, { step: 'suspend', reason }, { step: 'resume', reason })).toEqual({ state: 'registered' });
  expect(at({ step: 'transfer', authority: '市纪委', document: '函', reason }, { step: 'suspend', reason })).toEqual({
    state: 'suspended',
    returnsTo: 'registered',
  });
  // Nothing waits to be approved: it approves nothing.
  expect(at({ step: 'approve' })).toEqual({ state: 'registered' });
});

test('counts who has withdrawn from what it came from as if it were the own', () => {
  const history = [{ step: REGISTER, taker: { by: 'platform' } as const }];
  const facts = factsOf(history, ['wang']);
  if (!facts) throw new Error('it is registered');
  const by = { by: 'person', userId: 'wang' } as const;
  expect(refusalOf(facts, { step: 'assign', assigneeId: 'li' }, by)).toContain('已在这条线索上回避');
  expect(refusalOf(facts, { step: 'restrict', userIds: ['wang'], reason }, { by: 'person', userId: 'li' })).toContain(
    '不能列入知悉范围',
  );
});

test('whoever handles it in spite of having withdrawn from what it came from is freed of it', () => {
  const by = (userId: string) => ({ by: 'person', userId }) as const;
  const history = [
    { step: REGISTER, taker: { by: 'platform' } as const },
    { step: { step: 'assign', assigneeId: 'li' } as const, taker: by('wang') },
  ];
  const facts = factsOf(history, ['li', 'sun']);
  if (!facts) throw new Error('it is registered');
  expect(refusalOf(facts, { step: 'recuse', userId: 'sun', reason }, by('wang'))).toContain('已在这条线索上回避');
  const step = { step: 'recuse', userId: 'li', reason } as const;
  expect(refusalOf(facts, step, by('wang'))).toBeNull();
  expect(afterStep(facts, step, by('wang'))).toMatchObject({ assigneeId: null, recusedIds: ['li', 'sun'] });
});
