import { expect, test } from '@jest/globals';
import { CAMPAIGN_TASK_STATES, type CampaignTaskState, type Report } from '../api/index.js';
import { taskFactsOf, taskMachine, type TaskStep } from './task-facts.js';

const reportOf = (of: Pick<Report, 'result' | 'kinds'> & { words: string }): TaskStep => ({
  step: 'report',
  method: 'desk',
  onDay: '2026-03-09',
  answers: [],
  ...of,
});
const assigned: TaskStep = { step: 'assign', inspectorId: 'li' };
const problem = reportOf({ result: 'problem', kinds: ['其他'], words: '没有人来过' });
const by = (takerId: string, content: TaskStep, forId: string | null = null) => ({ takerId, forId, content });

/** A history that ends in each state. */
const HISTORIES: Readonly<Record<CampaignTaskState, ReturnType<typeof by>[]>> = {
  unassigned: [],
  assigned: [by('wang', assigned)],
  'awaiting-confirmation': [by('wang', assigned), by('li', problem)],
  done: [by('wang', assigned), by('li', problem), by('wang', { step: 'confirm' })],
};
const mayOf = (state: CampaignTaskState, userId: string) => {
  const facts = taskFactsOf(HISTORIES[state], 'wang');
  expect(facts.position.state).toBe(state);
  return taskMachine.kinds().filter((kind) => taskMachine.refusalOf(facts, kind, { userId }) === null);
};

test('every state against every step, for the inspector and for another', () => {
  expect(Object.fromEntries(CAMPAIGN_TASK_STATES.map((state) => [state, [mayOf(state, 'li'), mayOf(state, 'wang')]]))).toEqual({
    unassigned: [['assign'], ['assign']],
    assigned: [['assign', 'report', 'attach', 'withdraw-file', 'recuse'], ['assign']],
    'awaiting-confirmation': [[], ['confirm', 'dispute']],
    done: [
      ['register-rectification', 'draft-letter', 'register-clue', 'reopen'],
      ['register-rectification', 'draft-letter', 'register-clue', 'reopen'],
    ],
  });
});

test('without a problem nobody has to confirm, and nothing goes to the ledger', () => {
  const facts = taskFactsOf(
    [by('wang', assigned), by('li', reportOf({ result: 'unverifiable', kinds: [], words: '联系不上' }))],
    'wang',
  );
  expect(facts.position).toMatchObject({ state: 'done', report: { result: 'unverifiable' } });
  expect(taskMachine.refusalOf(facts, 'register-rectification', { userId: 'wang' })).toContain('确认有问题');
});

test('disputed it is the same inspector’s again; recused, nobody’s', () => {
  const disputed = [...HISTORIES['awaiting-confirmation'], by('wang', { step: 'dispute', reason: '照片不清' })];
  expect(taskFactsOf(disputed, 'wang').position).toEqual({ state: 'assigned', inspectorId: 'li' });
  const recused = [...HISTORIES.assigned, by('li', { step: 'recuse', reason: '亲属' })];
  expect(taskFactsOf(recused, 'wang').position).toEqual({ state: 'unassigned' });
});

test('what stands in the ledger is not looked at again as if it did not', () => {
  const registered = [...HISTORIES.done, by('wang', { step: 'register-rectification', rectificationId: 'r1' })];
  const facts = taskFactsOf(registered, 'wang');
  expect(taskMachine.refusalOf(facts, 'reopen', { userId: 'wang' })).toContain('整改台账');
  expect(taskMachine.refusalOf(facts, 'register-rectification', { userId: 'wang' })).toContain('已记入整改台账');
});

test('files are there until they are withdrawn, also for whoever has the order next', () => {
  const handed = [
    ...HISTORIES.assigned,
    by('li', { step: 'attach', fileId: 'a', sha256: '1' }),
    by('li', { step: 'attach', fileId: 'b', sha256: '2' }),
    by('li', { step: 'withdraw-file', fileId: 'a', sha256: '1', reason: '传错了' }),
    by('wang', { step: 'assign', inspectorId: 'sun' }),
  ];
  expect(taskFactsOf(handed, 'wang').files).toEqual([{ fileId: 'b', sha256: '2' }]);
});

test('whoever had the order, reported it or handed in files for it in somebody’s place decides on it for nobody, and does not confirm it', () => {
  const files = [...HISTORIES.assigned, by('sun', { step: 'attach', fileId: 'a', sha256: '1' }, 'li')];
  // What is prepared in the inspector's place is also reported in it.
  expect(taskMachine.refusalOf(taskFactsOf(files, 'wang'), 'report', { userId: 'sun', forId: 'li' })).toBeNull();
  const waiting = taskFactsOf([...files, by('li', problem)], 'wang');
  for (const step of ['confirm', 'dispute'] as const) {
    expect(taskMachine.refusalOf(waiting, step, { userId: 'sun' })).toContain('代为上传');
    expect(taskMachine.refusalOf(waiting, step, { userId: 'wang', forId: 'sun' })).toContain('您代理的人自己也不能');
    expect(taskMachine.refusalOf(waiting, step, { userId: 'he', forId: 'wang' })).toBeNull();
  }
  const done = taskFactsOf([...files, by('li', reportOf({ result: 'no-problem', kinds: [], words: '' }))], 'wang');
  for (const userId of ['li', 'sun'])
    expect(taskMachine.refusalOf(done, 'reopen', { userId, forId: 'wang' })).toContain('您不能代办');
  expect(taskMachine.refusalOf(done, 'reopen', { userId: 'he', forId: 'wang' })).toBeNull();
  const byDeputy = taskFactsOf([...HISTORIES.assigned, by('sun', problem, 'li'), by('wang', { step: 'confirm' })], 'wang');
  expect(taskMachine.refusalOf(byDeputy, 'reopen', { userId: 'sun', forId: 'wang' })).toContain('您不能代办');
});
