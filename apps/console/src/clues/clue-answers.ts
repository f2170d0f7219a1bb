import { isAllowed, maskName, maskText, type MaskOptions, type Role } from '@tianyan/access';
import {
  ASKED_STEPS,
  refusalOfTaker,
  STEP_TABLE,
  urgencyOf,
  type Clue,
  type ClueDetail,
  type CluePerson,
  type ClueStep,
} from '@tianyan/cases';
import type { EpochMs } from '@tianyan/kernel';
import type { Names } from '@tianyan/rules';
import {
  CLUE_VERDICT_LABELS,
  DISPOSAL_LABELS,
  FORM_LABELS,
  STEP_LABELS,
  type AskedStep,
  type CluePerson as ShownPerson,
  type ClueStep as ShownStep,
  type ClueSummary,
} from '../api/index.js';

/** What answers about clues are made with. */
export interface ClueWords {
  names: Names;
  /** Names of accounts, by their id. */
  people: ReadonlyMap<string, string>;
  nowMs: EpochMs;
  /** Up to then a deadline is near. */
  soonMs: EpochMs;
}

export function clueAnswer(clue: Clue, { names, people, nowMs, soonMs }: ClueWords): ClueSummary {
  return {
    id: clue.id,
    number: clue.number,
    title: clue.title,
    state: clue.state,
    townshipNames: (clue.townships ?? []).map((code) => names.division(code) ?? code),
    assigneeName: clue.assigneeId === null ? null : (people.get(clue.assigneeId) ?? null),
    verdict: clue.verdict,
    disposal: clue.disposal,
    registeredAtMs: clue.registeredAtMs,
    stateSinceMs: clue.stateSinceMs,
    changedAtMs: clue.changedAtMs,
    dueAtMs: clue.dueAtMs,
    paused: clue.pausedAtMs !== null,
    urgency: urgencyOf(clue, nowMs, soonMs),
  };
}

/** Texts are typed by people, who may have named whom the clue is about. */
export function maskOf(people: readonly CluePerson[]): MaskOptions {
  const names = people.map(({ name }) => name).toSorted((a, b) => b.length - a.length);
  return { covers: names.map((name) => [name, maskName(name)] as const) };
}

export function personAnswer(person: CluePerson, mask: MaskOptions | null): ShownPerson {
  if (mask === null) return person;
  return {
    ...person,
    name: maskName(person.name),
    unit: maskText(person.unit, mask),
    post: person.post === null ? null : maskText(person.post, mask),
    measure: person.measure === null ? null : maskText(person.measure, mask),
  };
}

/** What the person may do now: what the role allows, where the clue stands, and who the person is to it. */
export function allowedSteps({ facts }: ClueDetail, { role, userId }: { role: Role; userId: string }): AskedStep[] {
  return ASKED_STEPS.filter((kind) => isAllowed(role, STEP_TABLE[kind].action) && refusalOfTaker(facts, kind, userId) === null);
}

export function stepAnswer(step: ClueStep, { detail, words }: { detail: ClueDetail; words: ClueWords }): ShownStep {
  const mask = maskOf(detail.people);
  const { takerId, takerAccount } = step;
  return {
    seq: step.seq,
    kind: step.content.step,
    kindLabel: STEP_LABELS[step.content.step],
    atMs: step.atMs,
    recordedAtMs: step.recordedAtMs,
    takerName: takerId === null ? null : (words.people.get(takerId) ?? takerAccount),
    stateAfter: step.stateAfter,
    lines: linesOf(step, detail, words).map((line) => ({ ...line, text: maskText(line.text, mask) })),
  };
}

type Line = ShownStep['lines'][number];

const OUTCOMES: Readonly<Record<string, string>> = {
  rectify: '转入整改',
  conclude: '直接办结',
  'taken-over': '对方受理，由对方办理',
  'sent-back': '对方退回，继续办理',
  holds: '未反弹',
  relapsed: '已反弹，申请重启',
};

/** What was given with a step, as labelled lines; what is not given is left out. */
function linesOf({ content: step }: ClueStep, { people }: ClueDetail, words: ClueWords): Line[] {
  const lines: Line[] = [];
  const add = (label: string, text: string | null | undefined, link: Partial<Line> = {}) => {
    if (text) lines.push({ label, text, ...link });
  };
  const nameOf = (userId: string) => words.people.get(userId) ?? userId;
  if ('assigneeId' in step) add('承办人', nameOf(step.assigneeId));
  if ('userId' in step) add('回避的人', nameOf(step.userId));
  if ('verdict' in step) add('核实结论', CLUE_VERDICT_LABELS[step.verdict]);
  if ('disposal' in step) add('处置方式', DISPOSAL_LABELS[step.disposal]);
  if ('ladder' in step) add('须经', step.ladder.join('、'));
  if ('outcome' in step) add('结果', OUTCOMES[step.outcome]);
  if ('authority' in step) add('移送到', step.authority);
  if ('document' in step) add('文书', step.document);
  if ('personId' in step) {
    const person = people.find(({ id }) => id === step.personId);
    add('人员', person ? `${maskName(person.name)}（${person.unit}）` : '（已随线索并出）');
  }
  if ('form' in step) add('形态', FORM_LABELS[step.form]);
  if ('measure' in step) add('措施', step.measure);
  if ('splitFrom' in step) add('分自', step.splitFrom);
  if ('otherId' in step) add('线索', step.otherNumber, { clueId: step.otherId });
  if ('findingIds' in step) add('疑点', `${step.findingIds.length} 条`);
  if ('findingId' in step) add('疑点', '查看疑点', { findingId: step.findingId });
  if ('opinion' in step) add('意见', step.opinion);
  if ('report' in step) add('情况', step.report);
  if ('reason' in step) add('理由', step.reason);
  return lines;
}
