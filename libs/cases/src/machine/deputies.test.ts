import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ClueFacts, PersonTaking, Step } from './facts.js';
import { afterStep, ASKED_STEPS, factsOf, refusalOf, refusalOfSignatories, refusalOfTaker } from './machine.js';
import { isDelegable } from './step-table.js';

const reason = '按程序办理';
const USERS = ['u1', 'u2', 'u3', 'u4', 'u5'];
/** The others never handle it: somebody is left who may act for another. */
const HANDLERS = ['u1', 'u2'];
const LADDER: Extract<Step, { step: 'propose' }>['ladder'] = ['分管领导', '主要领导'];
const STEPS: readonly Step[] = [
  ...HANDLERS.map((assigneeId): Step => ({ step: 'assign', assigneeId })),
  ...USERS.map((userId): Step => ({ step: 'recuse', userId, reason })),
  { step: 'restrict', userIds: ['u1', 'u2', 'u3', 'u4'], reason },
  { step: 'unrestrict', reason },
  { step: 'verify', verdict: 'confirmed', report: reason },
  { step: 'propose', disposal: 'talk-or-letter', ladder: LADDER, reason },
  { step: 'approve' },
  { step: 'send-back', reason },
  { step: 'report', outcome: 'rectify', report: reason },
  { step: 'submit', report: reason },
  { step: 'accept' },
  { step: 'close', report: reason },
  { step: 'ask-extension', workingDays: 5, most: 9, reason },
  { step: 'approve-extension' },
  { step: 'ask-reopening', reason },
  { step: 'approve-reopening' },
  { step: 'transfer', authority: '市纪委', document: '移送函', reason },
  { step: 'answer', outcome: 'taken-over', report: reason },
  { step: 'add-findings', findingIds: ['f2'] },
  { step: 'hand-over', fromId: 'u1', assigneeId: 'u2', reason },
];
/** Each alone, and each in the place of each. */
const TAKERS = USERS.flatMap((userId): PersonTaking[] => [
  { by: 'person', userId },
  ...USERS.map((forId): PersonTaking => ({ by: 'person', userId, forId })),
]);
const namesOf = ({ userId, forId }: PersonTaking) => (forId === undefined ? [userId] : [userId, forId]);

/** Who had a hand in what waits for another, reckoned beside the machine. */
interface Hands {
  proposal: string[];
  submission: string[];
  extension: string[];
  reopening: string[];
  /** Who registered it, brought findings into it, or was ever its handler. */
  clue: string[];
}

/** The names of whoever decides share nobody with those of whoever asked for it. */
function expectTwo(hands: Hands, step: Step, taker: PersonTaking): void {
  const asked = {
    approve: hands.proposal,
    'send-back': hands.proposal,
    accept: hands.submission,
    'approve-extension': hands.extension,
    'approve-reopening': hands.reopening,
  }[step.step as string];
  expect((asked ?? []).filter((name) => namesOf(taker).includes(name))).toEqual([]);
  if (step.step === 'approve') hands.proposal.push(...namesOf(taker));
  if (step.step === 'propose') hands.proposal = namesOf(taker);
  if (step.step === 'submit') hands.submission = namesOf(taker);
  if (step.step === 'ask-extension') hands.extension = namesOf(taker);
  if (step.step === 'ask-reopening') hands.reopening = namesOf(taker);
  if (taker.forId !== undefined) expect(hands.clue).not.toContain(taker.userId);
  if (step.step === 'assign' || step.step === 'hand-over') hands.clue.push(step.assigneeId);
  if (step.step === 'add-findings') hands.clue.push(...namesOf(taker));
}

function assertLimits(facts: ClueFacts, step: Step, taker: PersonTaking): void {
  for (const name of namesOf(taker)) {
    expect(facts.recusedIds).not.toContain(name);
    if (facts.circleIds !== null) expect(facts.circleIds).toContain(name);
  }
  if (taker.forId === undefined) return;
  expect(taker.forId).not.toBe(taker.userId);
  expect(ASKED_STEPS.filter(isDelegable)).toContain(step.step);
}

test('whoever acts in whose place, nothing is decided by who asked for it, and nobody acts who is recused or not in the know', () => {
  let byDeputies = 0;
  const attempt = fc.tuple(fc.nat(), fc.nat(), fc.nat(4));
  fc.assert(
    fc.property(fc.array(attempt, { minLength: 60, maxLength: 150 }), (attempts) => {
      const register = { step: 'register', findingIds: ['f1'], reason: null, splitFrom: null } as const;
      const history: { step: Step; taker: PersonTaking }[] = [{ step: register, taker: { by: 'person', userId: 'u1' } }];
      const hands: Hands = { proposal: [], submission: [], extension: [], reopening: [], clue: ['u1'] };
      let facts = factsOf(history);
      for (const [which, who, anything] of attempts) {
        if (facts === null) throw new Error('it is registered');
        const all = STEPS.flatMap((step) => TAKERS.map((taker) => ({ step, taker })));
        const now = facts;
        const open = anything === 0 ? all : all.filter(({ step, taker }) => refusalOf(now, step, taker) === null);
        const ofKind = open.filter(({ step }) => step === open[which % open.length]?.step);
        const chosen = ofKind[who % ofKind.length];
        if (!chosen || refusalOf(facts, chosen.step, chosen.taker) !== null) continue;
        assertLimits(facts, chosen.step, chosen.taker);
        expectTwo(hands, chosen.step, chosen.taker);
        facts = afterStep(facts, chosen.step, chosen.taker);
        history.push(chosen);
        if (chosen.taker.forId !== undefined) byDeputies++;
      }
      expect(factsOf(history)).toEqual(facts);
    }),
    { numRuns: 15 },
  );
  expect(byDeputies).toBeGreaterThan(50);
});

test('a ladder of two rungs is not climbed by one person and a deputy', () => {
  const by = (userId: string, forId?: string): PersonTaking => ({ by: 'person', userId, forId });
  const facts = factsOf([
    { step: { step: 'register', findingIds: ['f1'], reason: null, splitFrom: null }, taker: { by: 'platform' } },
    { step: { step: 'assign', assigneeId: 'u1' }, taker: by('u2') },
    { step: { step: 'verify', verdict: 'confirmed', report: reason }, taker: by('u1') },
    { step: { step: 'propose', disposal: 'talk-or-letter', ladder: LADDER, reason }, taker: by('u1') },
    { step: { step: 'approve' }, taker: by('u3', 'u2') },
  ]);
  if (facts === null) throw new Error('it is registered');
  for (const [userId, forId] of [['u2'], ['u3'], ['u4', 'u2'], ['u4', 'u3'], ['u1', 'u4'], ['u4', 'u1']] as const)
    expect([userId, forId, refusalOfSignatories(facts, 'approve', { userId: userId, forId })]).toEqual([
      userId,
      forId,
      expect.stringMatching(/\p{Script=Han}/u),
    ]);
  expect(refusalOfTaker(facts, 'approve', 'u4')).toBeNull();
  expect(refusalOfSignatories(facts, 'restrict', { userId: 'u4', forId: 'u2' })).toContain('须由本人办理');
});

test('who registered a clue, merged another into it, or handled it, directs and closes it for nobody', () => {
  const by = (userId: string, forId?: string): PersonTaking => ({ by: 'person', userId, forId });
  const other = { otherId: 'c2', otherNumber: '线索〔2026〕0002号' };
  const facts = factsOf([
    { step: { step: 'register', findingIds: ['f1'], reason: null, splitFrom: null }, taker: by('u1') },
    { step: { step: 'absorb', findingIds: ['f2'], personIds: [], ...other }, taker: by('u2') },
    { step: { step: 'assign', assigneeId: 'u3' }, taker: by('u5') },
    { step: { step: 'hand-over', fromId: 'u3', assigneeId: 'u6', reason }, taker: by('u5') },
  ]);
  if (facts === null) throw new Error('it is registered');
  for (const userId of ['u1', 'u2', 'u3', 'u6'])
    expect([userId, refusalOfSignatories(facts, 'transfer', { userId, forId: 'u5' })]).toEqual([
      userId,
      expect.stringContaining('不能代办'),
    ]);
  expect(refusalOfSignatories(facts, 'transfer', { userId: 'u4', forId: 'u5' })).toBeNull();
  // In one's own name by one's own role, which says who directs and who handles.
  expect(refusalOfSignatories(facts, 'transfer', { userId: 'u5' })).toBeNull();
});
