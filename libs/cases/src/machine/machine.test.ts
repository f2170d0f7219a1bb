import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CLUE_STATES, CLUE_VERDICTS, DISPOSALS, type ClueState } from '../api/index.js';
import type { ClueFacts, Proposal, Step, StepTaker } from './facts.js';
import { afterStep, ASKED_STEPS, factsOf, refusalOf, refusalOfTaker, type MaybeFacts } from './machine.js';

const PLATFORM: StepTaker = { by: 'platform' };
const person = (userId: string): StepTaker => ({ by: 'person', userId });
const reason = '按程序办理';
const REGISTER: Step = { step: 'register', findingIds: ['f1', 'f2'], reason: null, splitFrom: null };

/** From state and step to the next state, as the operating guide draws it; what is missing may not be done. `=`: stays; `?`: by what is given. */
const DRAWN: Readonly<Record<ClueState, Readonly<Record<string, string>>>> = {
  registered: { assign: 'verifying', ...shaping(), ...pausing(), 'take-out': '?' },
  verifying: {
    assign: '=',
    return: 'registered',
    verify: 'disposing',
    ...shaping(),
    ...pausing(),
    ...extending(),
    'add-person': '=',
  },
  disposing: { assign: '=', propose: 'awaiting-approval', ...shaping(), ...pausing(), ...extending(), 'add-person': '=' },
  'awaiting-approval': { approve: '?', 'send-back': 'disposing', link: '=', ...circling(), ...supported() },
  handling: {
    assign: '=',
    report: '?',
    'add-person': '=',
    'set-form': '=',
    link: '=',
    ...pausing(),
    ...extending(),
    ...supported(),
  },
  rectifying: {
    assign: '=',
    submit: 'awaiting-acceptance',
    'add-person': '=',
    'set-form': '=',
    link: '=',
    ...pausing(),
    ...extending(),
    ...supported(),
  },
  'awaiting-acceptance': { accept: 'concluding', reject: 'rectifying', link: '=', ...circling(), ...supported() },
  concluding: { close: 'closed', 'add-person': '=', 'set-form': '=', link: '=', ...circling(), ...supported() },
  closed: {
    revisit: '?',
    'ask-reopening': 'awaiting-reopening',
    link: '=',
    rebound: 'registered',
    ...circling(),
    ...supported(),
  },
  'on-hold': { assign: '=', propose: 'awaiting-approval', link: '=', ...circling(), ...supported() },
  transferred: { answer: '?', ...circling(), ...supported() },
  suspended: { resume: '?', ...circling(), ...supported() },
  'awaiting-reopening': { 'approve-reopening': 'registered', 'refuse-reopening': 'closed', ...circling(), ...supported() },
  merged: {},
  cancelled: {},
};
function extending() {
  return { 'ask-extension': '=', 'approve-extension': '=', 'refuse-extension': '=' };
}
function circling() {
  return { restrict: '=', unrestrict: '=' };
}
function supported() {
  return { 'support-lost': '=', 'support-regained': '=', widen: '=' };
}
function shaping() {
  const left = { merge: 'merged', transfer: 'transferred' };
  return { 'add-findings': '=', absorb: '=', split: '=', link: '=', ...left, ...supported() };
}
function pausing() {
  return { suspend: 'suspended', recuse: '?', ...circling() };
}

/** Steps that are the handler's own, once there is one. */
const OF_ASSIGNEE = ['return', 'verify', 'propose', 'report', 'add-person', 'set-form', 'submit', 'ask-extension'];
const OF_ASSIGNEE_IF_ANY = ['add-findings', 'split', 'merge', 'link'];
const OF_PLATFORM = ['take-out', 'absorb', 'widen', 'support-lost', 'support-regained', 'rebound'];

/** What a person at a blackboard would keep of a clue. */
interface Model {
  state: ClueState;
  handler: string | null;
  recused: Set<string>;
  /** Who alone is in the know. */
  circle: readonly string[] | null;
  verdict: string | null;
  /** Who must not decide what waits: who asked for it, and who approved before. */
  barred: string[];
  rungsLeft: number;
  asked: string | null;
  before: ClueState;
  /** Who waits for a longer deadline, and how often each state had one. */
  waiting: string | null;
  extended: Map<ClueState, number>;
  /** Handed in with the rectification, and of those accepted. */
  handedIn: number;
  recovered: number;
  findings: Set<string>;
  people: Set<string>;
}
const asRegistered = (): Model => ({
  state: 'registered',
  handler: null,
  recused: new Set(),
  circle: null,
  verdict: null,
  barred: [],
  rungsLeft: 0,
  asked: null,
  before: 'registered',
  waiting: null,
  extended: new Map(),
  handedIn: 0,
  recovered: 0,
  findings: new Set(['f1', 'f2']),
  people: new Set(),
});

function mayIn(model: Model, step: Step, userId: string): boolean {
  const kind = step.step;
  if (DRAWN[model.state][kind] === undefined) return false;
  if (OF_PLATFORM.includes(kind)) return true;
  if (model.recused.has(userId)) return false;
  if (model.circle !== null && !model.circle.includes(userId)) return false;
  if (OF_ASSIGNEE.includes(kind) && model.handler !== userId) return false;
  if (OF_ASSIGNEE_IF_ANY.includes(kind) && model.handler !== null && model.handler !== userId) return false;
  const decides = ['approve', 'send-back', 'accept', 'reject', 'approve-reopening', 'refuse-reopening'];
  if (decides.includes(kind) && model.barred.includes(userId)) return false;
  switch (step.step) {
    case 'assign':
      if (model.circle !== null && !model.circle.includes(step.assigneeId)) return false;
      return !model.recused.has(step.assigneeId) && model.handler !== step.assigneeId;
    case 'restrict':
      return !step.userIds.some((id) => model.recused.has(id)) && !isSameSet(step.userIds, model.circle);
    case 'unrestrict':
      return model.circle !== null;
    case 'recuse':
      return !model.recused.has(step.userId);
    case 'propose':
      return (model.verdict === 'confirmed') !== (step.disposal === 'conclude');
    case 'set-form':
      return model.people.has(step.personId);
    case 'add-findings':
      return step.findingIds.every((id) => !model.findings.has(id));
    case 'ask-extension':
      return model.waiting === null && (model.extended.get(model.state) ?? 0) < step.most;
    case 'approve-extension':
    case 'refuse-extension':
      return model.waiting !== null && model.waiting !== userId;
    case 'split':
      return step.findingIds.every((id) => model.findings.has(id)) && step.findingIds.length < model.findings.size;
    default:
      return true;
  }
}

function isSameSet(a: readonly string[], b: readonly string[] | null): boolean {
  return b !== null && a.toSorted().join() === b.toSorted().join();
}

function move(model: Model, step: Step, userId: string): void {
  const drawn = DRAWN[model.state][step.step] ?? '';
  const { state: from, handler } = model;
  if (drawn !== '=' && drawn !== '?') model.state = drawn as ClueState; // as drawn
  if (step.step === 'suspend' || step.step === 'transfer') model.before = from;
  if (step.step === 'resume') model.state = model.before;
  if (step.step === 'answer') model.state = step.outcome === 'taken-over' ? 'concluding' : model.before;
  if (step.step === 'report') model.state = step.outcome === 'rectify' ? 'rectifying' : 'concluding';
  if (step.step === 'revisit' && step.outcome === 'relapsed') model.state = 'awaiting-reopening';
  if (step.step === 'assign') model.handler = step.assigneeId;
  if (step.step === 'restrict' || step.step === 'widen') model.circle = step.userIds;
  if (step.step === 'unrestrict') model.circle = null;
  if (step.step === 'return') model.handler = null;
  if (step.step === 'verify') model.verdict = step.verdict;
  if (step.step === 'add-person') model.people.add(step.personId);
  if (step.step === 'add-findings' || step.step === 'absorb') for (const id of step.findingIds) model.findings.add(id);
  if (step.step === 'split') for (const id of step.findingIds) model.findings.delete(id);
  if (['submit', 'ask-reopening', 'propose', 'revisit'].includes(step.step)) model.barred = [userId];
  if (step.step === 'propose') [model.asked, model.rungsLeft] = [step.disposal, step.ladder.length];
  if (step.step === 'approve') {
    model.barred.push(userId);
    model.rungsLeft--;
    const leads: Record<string, ClueState> = { hold: 'on-hold', conclude: 'concluding' };
    if (model.rungsLeft === 0) model.state = leads[model.asked ?? ''] ?? 'handling';
  }
  if (step.step === 'recuse') {
    model.recused.add(step.userId);
    model.circle = model.circle?.filter((id) => id !== step.userId) ?? null;
    if (model.handler === step.userId) {
      model.handler = null;
      if (from === 'verifying') model.state = 'registered';
    }
  }
  if (step.step === 'take-out') {
    model.findings.delete(step.findingId);
    if (model.findings.size === 0) model.state = 'cancelled';
  }
  if (step.step === 'rebound' || step.step === 'approve-reopening') {
    [model.handler, model.verdict] = [null, null];
    model.extended.clear();
  }
  if (step.step === 'approve-extension') model.extended.set(from, (model.extended.get(from) ?? 0) + 1);
  if (step.step === 'ask-extension') model.waiting = userId;
  else if (step.step.endsWith('-extension') || model.state !== from || model.handler !== handler) model.waiting = null;
  if (step.step === 'submit') model.handedIn = step.recoveredFen ?? 0;
  if (step.step === 'accept') model.recovered += model.handedIn;
}

const USERS = ['u1', 'u2', 'u3', 'u4'];
const FINDINGS = ['f1', 'f2', 'f3', 'f4'];
const CIRCLES = [['u1', 'u2'], ['u2', 'u3', 'u4'], USERS];
const LADDERS: readonly Proposal['ladder'][] = [['分管领导'], [{ name: '案件管理', action: 'manage-clues' }, '分管领导']];
const OTHER = { otherId: 'c2', otherNumber: '线索〔2026〕0002号', reason };
/** All that people may try. */
const STEPS: readonly Step[] = [
  ...USERS.flatMap((id): Step[] => [
    { step: 'assign', assigneeId: id },
    { step: 'recuse', userId: id, reason },
  ]),
  ...CIRCLES.map((userIds): Step => ({ step: 'restrict', userIds, reason })),
  { step: 'unrestrict', reason },
  ...CLUE_VERDICTS.map((verdict): Step => ({ step: 'verify', verdict, report: reason })),
  ...DISPOSALS.flatMap((disposal) => LADDERS.map((ladder): Step => ({ step: 'propose', disposal, ladder, reason }))),
  ...['p1', 'p2'].flatMap((personId): Step[] => [
    { step: 'add-person', personId },
    { step: 'set-form', personId, form: 'first', measure: '提醒谈话' },
  ]),
  ...FINDINGS.flatMap((id): Step[] => [
    { step: 'add-findings', findingIds: [id] },
    { step: 'split', findingIds: [id], ...OTHER },
    { step: 'take-out', findingId: id, reason },
  ]),
  ...(['return', 'send-back', 'reject', 'suspend', 'resume', 'ask-reopening', 'refuse-reopening'] as const).map((step): Step => ({
    step,
    reason,
  })),
  ...(['approve', 'accept', 'approve-reopening'] as const).map((step): Step => ({ step })),
  ...(['submit', 'close'] as const).map((step): Step => ({ step, report: reason })),
  { step: 'submit', report: reason, recoveredFen: 120_000, improvement: '《工单退回复核办法》' },
  ...[0, 2].map((most): Step => ({ step: 'ask-extension', workingDays: 5, most, reason })),
  { step: 'approve-extension' },
  { step: 'refuse-extension', reason },
  ...(['rectify', 'conclude'] as const).map((outcome): Step => ({ step: 'report', outcome, report: reason })),
  ...(['taken-over', 'sent-back'] as const).map((outcome): Step => ({ step: 'answer', outcome, report: reason })),
  ...(['holds', 'relapsed'] as const).map((outcome): Step => ({ step: 'revisit', outcome, report: reason })),
  { step: 'transfer', authority: '市纪委', document: '移送函', reason },
  { step: 'merge', ...OTHER },
  { step: 'link', ...OTHER },
  { step: 'widen', userIds: USERS },
  ...(['support-lost', 'support-regained', 'rebound'] as const).map((step): Step => ({ step, findingId: 'f1' })),
];
const ATTEMPTS = STEPS.flatMap((step) => USERS.map((userId): [Step, string] => [step, userId]));
/** What leads on is tried more often: otherwise hardly a clue would get far. */
const LEADS_ON = ['assign', 'verify', 'propose', 'approve', 'report', 'submit', 'accept', 'close'];

interface Real {
  facts: MaybeFacts;
  history: { step: Step; taker: StepTaker }[];
}

/** One attempt: mostly of something that may be done, now and then of anything. */
class Take implements fc.Command<Model, Real> {
  constructor(
    private readonly pick: number,
    private readonly anything: boolean,
  ) {}

  check = () => true;

  run(model: Model, real: Real): void {
    const [step, userId] = this.chosen(model);
    const taker = OF_PLATFORM.includes(step.step) ? PLATFORM : person(userId);
    const refusal = refusalOf(real.facts, step, taker);
    expect(refusal === null).toBe(mayIn(model, step, userId));
    if (refusal !== null) {
      expect(refusal).toMatch(/\p{Script=Han}/u);
      expect(() => afterStep(real.facts, step, taker)).toThrow(step.step);
      return;
    }
    move(model, step, userId);
    real.facts = afterStep(real.facts, step, taker);
    real.history.push({ step, taker });
    const told = seen(real.facts);
    // What is merged away has taken its findings with it; the model keeps them on the blackboard.
    const findingIds = model.state === 'merged' ? [] : [...model.findings];
    expect(told).toEqual({
      state: model.state,
      handler: model.handler,
      circle: model.circle?.toSorted() ?? null,
      verdict: model.verdict,
      findingIds: findingIds.toSorted(),
      waiting: model.waiting,
      recovered: model.recovered,
    });
    expect(factsOf(real.history)).toEqual(real.facts);
  }

  toString = () => `${this.pick} ${this.anything ? 'of anything' : 'of what may be done'}`;

  /** First the kind of step, then one of that kind: there are many persons to assign, and one way to close. */
  private chosen(model: Model): [Step, string] {
    const open = this.anything ? ATTEMPTS : ATTEMPTS.filter(([step, userId]) => mayIn(model, step, userId));
    const kinds = [...new Set(open.map(([{ step }]) => step))];
    const weighed = kinds.flatMap((kind) => (LEADS_ON.includes(kind) ? Array<string>(8).fill(kind) : [kind]));
    const kind = weighed[this.pick % weighed.length];
    const ofKind = open.filter(([{ step }]) => step === kind);
    const chosen = ofKind[Math.floor(this.pick / weighed.length) % ofKind.length];
    // Where nothing may be done, what may not.
    return chosen ?? [{ step: 'approve' }, 'u1'];
  }
}

function seen({ position, assigneeId, circleIds, verdict, findingIds, extension, recoveredFen }: ClueFacts) {
  return {
    state: position.state,
    handler: assigneeId,
    circle: circleIds?.toSorted() ?? null,
    verdict,
    findingIds: findingIds.toSorted(),
    waiting: extension?.askedBy ?? null,
    recovered: recoveredFen,
  };
}

describe('the life of a clue', () => {
  test('is what the guide draws, whatever people try', () => {
    const tried = fc.tuple(fc.nat(), fc.nat(7)).map(([pick, one]) => new Take(pick, one === 0));
    const commands = fc.commands([tried], { size: 'max', maxCommands: 250 });
    fc.assert(
      fc.property(commands, (all) => {
        const setup = () => {
          const history = [{ step: REGISTER, taker: PLATFORM }];
          return { model: asRegistered(), real: { facts: factsOf(history), history } };
        };
        fc.modelRun(setup, all);
      }),
      { numRuns: 40 },
    );
  });

  test('every state can be reached, and every step of people can be taken somewhere', () => {
    const reached = new Set<string>();
    const taken = new Set<string>();
    const walk = (path: readonly [Step, string][]) => {
      let facts = factsOf([{ step: REGISTER, taker: PLATFORM }]);
      for (const [step, userId] of path) {
        facts = afterStep(facts, step, person(userId));
        taken.add(step.step);
        if (facts) reached.add(facts.position.state);
      }
      return facts;
    };
    const begun: [Step, string][] = [[{ step: 'assign', assigneeId: 'u1' }, 'u2']];
    const longer: Step = { step: 'ask-extension', workingDays: 5, most: 1, reason };
    walk([...begun, [longer, 'u1'], [{ step: 'approve-extension' }, 'u2']]);
    walk([...begun, [longer, 'u1'], [{ step: 'refuse-extension', reason }, 'u2']]);
    const verified: [Step, string][] = [...begun, [{ step: 'verify', verdict: 'confirmed', report: reason }, 'u1']];
    const proposed = (disposal: 'talk-or-letter' | 'hold'): [Step, string][] => [
      ...verified,
      [{ step: 'propose', disposal, ladder: ['分管领导'], reason }, 'u1'],
    ];
    const handled: [Step, string][] = [...proposed('talk-or-letter'), [{ step: 'approve' }, 'u2']];
    const submitted: [Step, string][] = [
      ...handled,
      [{ step: 'add-person', personId: 'p1' }, 'u1'],
      [{ step: 'set-form', personId: 'p1', form: 'first', measure: '提醒谈话' }, 'u1'],
      [{ step: 'report', outcome: 'rectify', report: reason }, 'u1'],
      [{ step: 'submit', report: reason }, 'u1'],
    ];
    const closed: [Step, string][] = [
      ...submitted,
      [{ step: 'reject', reason }, 'u2'],
      [{ step: 'submit', report: reason }, 'u1'],
      [{ step: 'accept' }, 'u2'],
      [{ step: 'close', report: reason }, 'u2'],
    ];
    expect(walk([...closed, [{ step: 'revisit', outcome: 'holds', report: reason }, 'u3']])?.position.state).toBe('closed');
    const asked: [Step, string][] = [...closed, [{ step: 'ask-reopening', reason }, 'u1']];
    walk([...asked, [{ step: 'refuse-reopening', reason }, 'u2']]);
    walk([...asked, [{ step: 'approve-reopening' }, 'u2']]);
    walk([...proposed('hold'), [{ step: 'send-back', reason }, 'u2']]);
    walk([...proposed('hold'), [{ step: 'approve' }, 'u2']]);
    walk([...begun, [{ step: 'suspend', reason }, 'u2'], [{ step: 'resume', reason }, 'u2'], [{ step: 'return', reason }, 'u1']]);
    const transfer: Step = { step: 'transfer', authority: '市纪委', document: '移送函', reason };
    walk([...begun, [transfer, 'u2'], [{ step: 'answer', outcome: 'sent-back', report: reason }, 'u2']]);
    const other = { otherId: 'c2', otherNumber: '线索〔2026〕0002号', reason };
    walk([
      [{ step: 'add-findings', findingIds: ['f3'] }, 'u1'],
      [{ step: 'split', findingIds: ['f3'], ...other }, 'u1'],
      [{ step: 'recuse', userId: 'u4', reason }, 'u1'],
      [{ step: 'restrict', userIds: ['u1', 'u2'], reason }, 'u2'],
      [{ step: 'unrestrict', reason }, 'u2'],
      [{ step: 'link', ...other }, 'u1'],
      [{ step: 'merge', ...other }, 'u1'],
    ]);
    const cancelled = factsOf([
      { step: REGISTER, taker: PLATFORM },
      { step: { step: 'take-out', findingId: 'f1', reason }, taker: PLATFORM },
      { step: { step: 'take-out', findingId: 'f2', reason }, taker: PLATFORM },
    ]);
    reached.add('registered').add(cancelled?.position.state ?? '');
    expect([...reached].toSorted()).toEqual(CLUE_STATES.toSorted());
    expect([...taken].toSorted()).toEqual(ASKED_STEPS.toSorted());
  });

  test('says who else has to do it, and what is missing', () => {
    const facts = factsOf([
      { step: REGISTER, taker: PLATFORM },
      { step: { step: 'assign', assigneeId: 'u1' }, taker: person('u2') },
      { step: { step: 'verify', verdict: 'unfounded', report: reason }, taker: person('u1') },
    ]);
    if (!facts) throw new Error('it is registered');
    expect(refusalOfTaker(facts, 'propose', 'u2')).toBe('这一步由承办人办理，您不是这条线索的承办人。');
    expect(refusalOfTaker(facts, 'propose', 'u1')).toBeNull();
    expect(refusalOfTaker(facts, 'close', 'u1')).toBe('这条线索现在是“待处置”，不能“办结”；只有“待办结”的线索可以。');
    const talk: Step = { step: 'propose', disposal: 'talk-or-letter', ladder: ['分管领导'], reason };
    expect(refusalOf(facts, talk, person('u1'))).toBe('核实结论不是属实，只能予以了结，不能谈话函询。');
    const proposed = afterStep(facts, { ...talk, disposal: 'conclude' }, person('u1'));
    expect(refusalOf(proposed, { step: 'approve' }, person('u1'))).toBe('处置意见是您提出的，须由另一人审批。');
  });
});

test('a clue of a campaign’s problem goes on without a finding, and is merged into no other', () => {
  const campaignTask = { id: 't', orderId: 'GD-1' };
  const registered = afterStep(null, { step: 'register', findingIds: [], reason, splitFrom: null, campaignTask }, PLATFORM);
  const joined = afterStep(registered, { step: 'add-findings', findingIds: ['f1'], reason }, person('li'));
  const left = afterStep(joined, { step: 'take-out', findingId: 'f1', reason }, PLATFORM);
  expect([left.position, left.findingIds]).toEqual([{ state: 'registered' }, []]);
  expect(refusalOfTaker(left, 'merge', 'li')).toContain('专项复查');
  expect(refusalOf(left, { step: 'assign', assigneeId: 'li' }, person('wang'))).toBeNull();
});
