import { isAllowed, maskName, maskText, type MaskOptions, type Role, type User } from '@tianyan/access';
import {
  actionFor,
  ASKED_STEPS,
  OVER_STATES,
  refusalOfFiles,
  refusalOfSignatories,
  refusalOfTaker,
  rungName,
  seesClue,
  urgencyOf,
  type Clue,
  type ClueDetail,
  type CluePerson,
  type ClueStep,
} from '@tianyan/cases';
import type { KeptFile } from '@tianyan/files';
import type { EpochMs } from '@tianyan/kernel';
import type { Names } from '@tianyan/rules';
import {
  CLUE_VERDICT_LABELS,
  DISPOSAL_LABELS,
  FORM_LABELS,
  STEP_LABELS,
  type AskedStep,
  type ClueDetail as ShownClue,
  type CluePerson as ShownPerson,
  type ClueFile,
  type ClueStep as ShownStep,
  type ClueSummary,
} from '../api/index.js';
import { signedName } from '../delegations/signed-name.js';
import { fileAnswer } from './file-answer.js';

/** What answers about clues are made with. */
export interface ClueWords {
  names: Names;
  /** Names of accounts, by their id. */
  people: ReadonlyMap<string, string>;
  /** Accounts that can sign in; what others handle is nobody's. */
  activeIds: ReadonlySet<string>;
  nowMs: EpochMs;
  /** Up to then a deadline is near. */
  soonMs: EpochMs;
}

export function clueAnswer(clue: Clue, words: ClueWords): ClueSummary {
  const { names, nowMs, soonMs } = words;
  return {
    id: clue.id,
    number: clue.number,
    title: clue.title,
    state: clue.state,
    townshipNames: (clue.townships ?? []).map((code) => names.division(code) ?? code),
    assigneeName: assigneeName(clue, words),
    verdict: clue.verdict,
    disposal: clue.disposal,
    registeredAtMs: clue.registeredAtMs,
    stateSinceMs: clue.stateSinceMs,
    changedAtMs: clue.changedAtMs,
    dueAtMs: clue.dueAtMs,
    paused: clue.pausedAtMs !== null,
    restricted: clue.circleIds !== null,
    urgency: urgencyOf(clue, nowMs, soonMs),
  };
}

/** Of a clue that is over, who it was; before, that nobody does anything about it. */
function assigneeName({ assigneeId, state }: Clue, { people, activeIds }: ClueWords): string | null {
  if (assigneeId === null) return null;
  const name = people.get(assigneeId) ?? assigneeId;
  const isOver = (OVER_STATES as readonly string[]).includes(state);
  return isOver || activeIds.has(assigneeId) ? name : `${name}（已停用，无人承办）`;
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

/** Who alone may see it, by name; null: whoever's reach it lies in. */
export function circleAnswer({ facts: { circleIds } }: ClueDetail, { people }: ClueWords): string[] | null {
  return circleIds?.map((id) => people.get(id) ?? id) ?? null;
}

/** What the person may do now: what the role allows, where the clue stands, and who the person is to it. */
export function allowedSteps({ facts }: ClueDetail, { role, userId }: { role: Role; userId: string }): AskedStep[] {
  return ASKED_STEPS.filter((kind) => isAllowed(role, actionFor(facts, kind)) && refusalOfTaker(facts, kind, userId) === null);
}

/** What the person may do in the place of these: by their roles, where nothing stands against either. */
export function deputySteps(
  { facts, clue }: ClueDetail,
  principals: readonly User[],
  { id: userId, role }: Pick<User, 'id' | 'role'>,
): ShownClue['deputySteps'] {
  return principals
    .filter((principal) => seesClue(principal, clue))
    .map((principal) => ({
      forId: principal.id,
      forName: principal.displayName,
      steps: ASKED_STEPS.filter(
        (kind) =>
          // Whom to assign it to is asked of the list of handlers, which is of those who direct.
          (kind !== 'assign' || isAllowed(role, 'manage-clues')) &&
          isAllowed(principal.role, actionFor(facts, kind)) &&
          refusalOfSignatories(facts, kind, { userId, forId: principal.id }) === null,
      ),
    }))
    .filter(({ steps }) => steps.length > 0);
}

export function mayAttach({ facts }: ClueDetail, person: { role: Role; userId: string }): boolean {
  return refusalOfFiles(facts, person) === null;
}

export function clueFileAnswer(file: KeptFile, { detail, words }: { detail: ClueDetail; words: ClueWords }): ClueFile {
  return fileAnswer(file, { steps: detail.steps, mask: maskOf(detail.people), named: words });
}

/** What a step is shown with. */
export interface StepSurroundings {
  detail: ClueDetail;
  files: readonly KeptFile[];
  words: ClueWords;
  /** Who asks. */
  userId: string;
}

export function stepAnswer(step: ClueStep, surroundings: StepSurroundings): ShownStep {
  const { detail, words } = surroundings;
  const mask = maskOf(detail.people);
  const { takerId } = step;
  return {
    seq: step.seq,
    kind: step.content.step,
    kindLabel: STEP_LABELS[step.content.step],
    atMs: step.atMs,
    recordedAtMs: step.recordedAtMs,
    takerName: takerId === null ? null : signedName({ ...step, takerId }, words.people),
    own: takerId === surroundings.userId,
    stateAfter: step.stateAfter,
    lines: linesOf(step, surroundings).map((line) => ({ ...line, text: maskText(line.text, mask) })),
  };
}

const FEN_PER_YUAN = 100;
const yuanText = (fen: number): string => `${(fen / FEN_PER_YUAN).toFixed(2)} 元`;

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
function linesOf({ content: step }: ClueStep, { detail, files, words }: StepSurroundings): Line[] {
  const { people, seenOtherIds } = detail;
  const lines: Line[] = [];
  const add = (label: string, text: string | null | undefined, link: Partial<Line> = {}) => {
    if (text) lines.push({ label, text, ...link });
  };
  const nameOf = (userId: string) => words.people.get(userId) ?? userId;
  if ('fromId' in step) add('原承办人', nameOf(step.fromId));
  if ('assigneeId' in step) add('承办人', nameOf(step.assigneeId));
  if ('userId' in step) add('回避的人', nameOf(step.userId));
  if ('userIds' in step) add('知悉的人', step.userIds.map(nameOf).join('、'));
  if ('verdict' in step) add('核实结论', CLUE_VERDICT_LABELS[step.verdict]);
  if ('disposal' in step) add('处置方式', DISPOSAL_LABELS[step.disposal]);
  if ('ladder' in step) add('须经', step.ladder.map(rungName).join('、'));
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
  if ('otherId' in step) {
    if (seenOtherIds.has(step.otherId)) add('线索', step.otherNumber, { clueId: step.otherId });
    else add('线索', '（不在您的管辖或知悉范围内）');
  }
  if ('campaignTask' in step && step.campaignTask) add('来自专项复查', `工单 ${step.campaignTask.orderId}`);
  if ('findingIds' in step && step.findingIds.length > 0) add('疑点', `${step.findingIds.length} 条`);
  if ('findingId' in step) add('疑点', '查看疑点', { findingId: step.findingId });
  if ('fileId' in step) {
    add('文件', files.find(({ id }) => id === step.fileId)?.name ?? '（已不在库中）');
    add('校验值', step.sha256);
  }
  if ('opinion' in step) add('意见', step.opinion);
  if ('workingDays' in step) add('延长', `${step.workingDays} 个工作日`);
  if ('recoveredFen' in step && step.recoveredFen !== undefined) add('追回金额', yuanText(step.recoveredFen));
  if ('improvement' in step) add('建立完善的制度', step.improvement);
  if ('report' in step) add('情况', step.report);
  if ('reason' in step) add('理由', step.reason);
  return lines;
}
