import { expect, test } from '@jest/globals';
import type { Signing } from '@tianyan/access';
import type { LaterLetterStep, LetterFacts } from './letter-facts.js';
import { letterMachine } from './step-table.js';

const reason = '休假';
const content = { kind: 'work-reminder', unitCode: 'WATER', title: '提醒', text: '请核实', replyWorkingDays: 5 } as const;
const PEOPLE = ['drafter', 'a', 'b', 'c'] as const;
const EVERYBODY: readonly Signing[] = PEOPLE.flatMap((userId) => [
  { userId },
  ...PEOPLE.map((forId): Signing => ({ userId, forId })),
]);
const STEPS: readonly LaterLetterStep[] = [
  { step: 'revise', ...content },
  { step: 'return-draft', reason },
  { step: 'issue', number: '1' },
  { step: 'receive' },
  { step: 'answer', measures: '整改', outcome: '办结', documents: [] },
  { step: 'accept' },
  { step: 'send-back', reason, replyWorkingDays: 1 },
  { step: 'close' },
  { step: 'withdraw', reason },
  { step: 'hand-over', fromId: 'drafter', toId: 'c', reason },
];
const IN_PERSON = new Set(['revise', 'receive', 'answer', 'hand-over']);
const namesOf = ({ userId, forId }: Signing) => (forId === undefined ? [userId] : [userId, forId]);

interface Seen {
  facts: LetterFacts;
  /** Names of whoever accepted the answer. */
  accepted: readonly string[];
  drafters: readonly string[];
}

/** Checks one step that the machine lets through. */
function expectTwo({ drafters, accepted }: Seen, kind: string, signing: Signing): void {
  const names = namesOf(signing);
  if (kind === 'issue') expect(names.filter((name) => drafters.includes(name))).toEqual([]);
  if (kind === 'close') expect(names.filter((name) => accepted.includes(name))).toEqual([]);
  if (signing.forId === undefined) return;
  expect([kind, IN_PERSON.has(kind), signing.userId === signing.forId]).toEqual([kind, false, false]);
  expect(drafters).not.toContain(signing.userId);
}

test('whoever takes whatever step in whoever’s place, nobody issues what either drafted, nor closes what either accepted', () => {
  const begun = letterMachine.begin({ step: 'draft', origin: { kind: 'finding', id: 'F1' }, ...content }, 'drafter');
  const open: Seen[] = [{ facts: begun, accepted: [], drafters: ['drafter'] }];
  const known = new Set<string>();
  const taken = new Set<string>();
  for (let seen = open.pop(); seen; seen = open.pop())
    for (const step of STEPS)
      for (const signing of EVERYBODY) {
        if (letterMachine.refusalOf(seen.facts, step.step, signing) !== null) continue;
        expectTwo(seen, step.step, signing);
        taken.add(`${step.step} ${signing.forId === undefined ? 'alone' : 'in place'}`);
        const next = {
          // How often it came back changes nothing of who may do what, and has no end.
          facts: { ...letterMachine.after(seen.facts, step, signing), returns: 0 },
          accepted: step.step === 'accept' ? namesOf(signing) : seen.accepted,
          drafters: step.step === 'hand-over' ? [...new Set([...seen.drafters, 'c'])] : seen.drafters,
        };
        const name = JSON.stringify(next);
        if (known.has(name)) continue;
        known.add(name);
        open.push(next);
      }
  for (const kind of ['return-draft', 'issue', 'accept', 'send-back', 'close', 'withdraw'])
    expect([...taken]).toEqual(expect.arrayContaining([`${kind} alone`, `${kind} in place`]));
  for (const kind of IN_PERSON) expect(taken).not.toContain(`${kind} in place`);
});
