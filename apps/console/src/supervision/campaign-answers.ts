import { maskText } from '@tianyan/access';
import type { KeptFile } from '@tianyan/files';
import {
  CAMPAIGN_STATE_LABELS,
  CAMPAIGN_STATES,
  CAMPAIGN_STEP_LABELS,
  CAMPAIGN_TASK_STATE_LABELS,
  CAMPAIGN_TASK_STATES,
  CAMPAIGN_TASK_STEP_LABELS,
  campaignMachine,
  CHECK_METHOD_LABELS,
  CHECK_RESULT_LABELS,
  PICK_LABELS,
  SAMPLE_PART_LABELS,
  taskMachine,
  type Answer,
  type Campaign,
  type CampaignDetail as StoredCampaign,
  type CampaignPick,
  type CampaignResults as StoredResults,
  type CampaignStep,
  type CampaignTask as StoredTask,
  type CampaignTaskDetail as StoredTaskDetail,
  type Question,
  type ResultCounts,
  type StoredStep,
  type TaskFacts,
  type TaskStep,
} from '@tianyan/supervision';
import type {
  AskedCampaignTaskStep,
  CampaignDetail,
  CampaignResults,
  CampaignSummary,
  CampaignTask,
  CampaignTaskDetail,
  ResultPart,
  SupervisionStep,
} from '../api/index.js';
import { fileAnswer } from '../clues/file-answer.js';
import { offeredSteps, type Asking } from '../delegations/deputy-steps.js';
import { inPlaceName, signedName } from '../delegations/signed-name.js';
import { fileLines, namedFileLines } from './proof-answers.js';
import { mayTake, type SupervisionWords } from './supervision-answers.js';

type Line = SupervisionStep['lines'][number];

export function campaignAnswer(campaign: Campaign, { names, people }: SupervisionWords): CampaignSummary {
  const { id, name, beginsOn, endsOn, leadId, townships, picked, state, weekly, changedAtMs } = campaign;
  return {
    id,
    name: maskText(name),
    beginsOn,
    endsOn,
    leadName: people.get(leadId) ?? leadId,
    townshipNames: (townships ?? []).map((code) => names.division(code) ?? code),
    picked,
    state,
    weekly,
    changedAtMs,
  };
}

interface DetailSurroundings {
  words: SupervisionWords;
  asking: Asking;
  inspectors: CampaignDetail['inspectors'];
  assignFor: CampaignDetail['assignFor'];
  /** Whether whoever asks sees what the rule finds by which orders were picked: beside the orders it would say what was found about them. */
  seesRule: boolean;
}

export function campaignDetailAnswer(
  { campaign, facts, steps, unbroken, results }: StoredCampaign,
  { words, asking, inspectors, assignFor, seesRule }: DetailSurroundings,
): CampaignDetail {
  return {
    ...campaignAnswer(campaign, words),
    basis: maskText(campaign.basis),
    pickLines: pickLines(campaign.pick, { words, seesRule }),
    seed: campaign.seed,
    population: campaign.population,
    populationDigest: campaign.populationDigest,
    checklist: [...campaign.checklist],
    questions: [...campaign.questions],
    results: resultsAnswer(results, words),
    revision: campaign.revision,
    steps: steps.map((step) => ({
      ...stepHead(step, words),
      kindLabel: CAMPAIGN_STEP_LABELS[step.content.step],
      stateLabel: labelOf(CAMPAIGN_STATES, CAMPAIGN_STATE_LABELS, step.stateAfter),
      lines: shown(campaignLines(step.content, words)),
    })),
    unbroken,
    ...offeredSteps(campaignMachine, { facts, kinds: campaignMachine.kinds() }, asking),
    inspectors: campaign.state === 'running' ? inspectors : [],
    assignFor: campaign.state === 'running' ? assignFor : null,
  };
}

export function taskAnswer(task: StoredTask, { names, people }: SupervisionWords): CampaignTask {
  const { id, campaignId, orderId, unitCode, townshipCode, acceptedAtMs, returns, state, result, changedAtMs } = task;
  return {
    id,
    campaignId,
    orderId,
    unitCode,
    unitName: unitCode === null ? null : (names.unit(unitCode) ?? unitCode),
    townshipName: townshipCode === null ? null : (names.division(townshipCode) ?? townshipCode),
    acceptedAtMs,
    returns,
    state,
    inspectorName: inspectorName(task, people),
    result,
    problemKinds: [...task.problemKinds],
    changedAtMs,
  };
}

/** By both names where a deputy has reported the result. */
function inspectorName({ inspectorId, deputyId }: StoredTask, people: SupervisionWords['people']): string | null {
  if (inspectorId === null) return null;
  const name = people.get(inspectorId) ?? inspectorId;
  return deputyId === null ? name : inPlaceName(people.get(deputyId) ?? deputyId, name);
}

export function taskDetailAnswer(
  { task, campaign, facts, steps, unbroken, recused, letters, clues, stands }: StoredTaskDetail,
  files: readonly KeptFile[],
  { words, asking, seesUnclassed }: { words: SupervisionWords; asking: Asking; seesUnclassed: boolean },
): CampaignTaskDetail {
  const isOpen = campaign.state === 'running';
  const isTakenUp = stands.letter || stands.clue;
  const isFree = (kind: TaskStep['step']) => kind === 'recuse' || !recused;
  const may = (kind: TaskStep['step']) =>
    isFree(kind) &&
    mayTake(taskMachine.actionsOf(kind), asking) &&
    taskMachine.refusalOf(facts, kind, { userId: asking.userId }) === null;
  const also = (kind: TaskStep['step']) => isOpen && isFree(kind) && (kind !== 'reopen' || !isTakenUp);
  const attaching = offeredSteps<TaskFacts, 'attach'>(taskMachine, { facts, kinds: ['attach'], also }, asking);
  const [inPlace] = attaching.deputySteps;
  return {
    ...taskAnswer(task, words),
    campaignName: maskText(campaign.name),
    checklist: [...campaign.checklist],
    questions: [...campaign.questions],
    revision: task.revision,
    steps: steps.map((step) => ({
      ...stepHead(step, words),
      kindLabel: CAMPAIGN_TASK_STEP_LABELS[step.content.step],
      stateLabel: labelOf(CAMPAIGN_TASK_STATES, CAMPAIGN_TASK_STATE_LABELS, step.stateAfter),
      lines: shown(taskLines(step.content, { questions: campaign.questions, words, files })),
    })),
    unbroken,
    ...offeredSteps<TaskFacts, AskedCampaignTaskStep>(taskMachine, { facts, kinds: STEPS_OF_PEOPLE, also }, asking),
    mayRectify: task.unitCode !== null && may('register-rectification'),
    mayDraftLetter: !stands.letter && may('draft-letter'),
    // Who would not see the clue does not register it.
    mayRegisterClue: seesUnclassed && !stands.clue && may('register-clue'),
    rectificationIds: [...facts.rectificationIds],
    letters: letters.map(({ id, number, title, state }) => ({ id, name: number ?? maskText(title), state })),
    clues: clues.map(({ id, number, state }) => ({ id, number, state })),
    resultRevision: steps.findLast(({ content: { step } }) => step !== 'attach' && step !== 'withdraw-file')?.seq ?? 0,
    files: files.map((file) => fileAnswer(file, { steps, mask: {}, named: words })),
    mayAttach: attaching.allowedSteps.length > 0 || inPlace !== undefined,
    attachFor: attaching.allowedSteps.length > 0 || !inPlace ? null : { forId: inPlace.forId, forName: inPlace.forName },
  };
}

/** What is asked for by itself: giving to somebody, and the ledger, have ways of their own. */
const STEPS_OF_PEOPLE = ['report', 'confirm', 'dispute', 'recuse', 'reopen'] as const;

function resultsAnswer(results: StoredResults, words: SupervisionWords): CampaignResults {
  const { names } = words;
  const named = (parts: ReadonlyMap<string | null, ResultCounts>, nameOf: (code: string) => string | undefined): ResultPart[] =>
    [...parts]
      .map(([code, counts]) => ({ code, name: code === null ? '没有填' : (nameOf(code) ?? code), ...countsAnswer(counts) }))
      .toSorted((a, b) => b.problems - a.problems || b.picked - a.picked);
  return {
    ...countsAnswer(results),
    byState: CAMPAIGN_TASK_STATES.map((key) => ({
      key,
      label: CAMPAIGN_TASK_STATE_LABELS[key],
      count: results.byState.get(key) ?? 0,
    })),
    byKind: [...results.byKind],
    byUnit: named(results.byUnit, (code) => names.unit(code)),
    byTownship: named(results.byTownship, (code) => names.division(code)),
    questions: results.questions.map(({ question, answered, split }) => ({
      text: question.text,
      answered,
      split: split === null ? null : [...split],
    })),
  };
}

function countsAnswer({ picked, verified, problems, unverifiable }: ResultCounts) {
  const problemPermille = verified === 0 ? null : Math.round((problems * 1_000) / verified);
  return { picked, verified, problems, unverifiable, problemPermille };
}

function pickLines(pick: CampaignPick, { words: { names }, seesRule }: Pick<DetailSurroundings, 'words' | 'seesRule'>): Line[] {
  const line = (label: string, text: string): Line => ({ label, text });
  if (pick.by === 'list') return [line('选取方式', `${PICK_LABELS.list}（${pick.orderIds.length} 个编号）`)];
  const { fromDay, toDay, townshipCode, unitCode, finished, minReturns, ruleId } = pick.condition;
  const how =
    pick.by === 'sample' ? `${PICK_LABELS.sample}：${SAMPLE_PART_LABELS[pick.per]} ${pick.size} 件` : PICK_LABELS.condition;
  return [
    line('选取方式', how),
    line('受理日期', `${fromDay} 至 ${toDay}`),
    ...(townshipCode === undefined ? [] : [line('乡镇', names.division(townshipCode) ?? townshipCode)]),
    ...(unitCode === undefined ? [] : [line('承办单位', names.unit(unitCode) ?? unitCode)]),
    ...(finished === undefined ? [] : [line('是否办结', finished === 'yes' ? '已办结' : '未办结')]),
    ...(minReturns === undefined ? [] : [line('退回次数', `至少 ${minReturns} 次`)]),
    ...(ruleId === undefined || !seesRule ? [] : [line('有疑点', ruleId)]),
  ];
}

function campaignLines(step: CampaignStep, words: SupervisionWords): Line[] {
  switch (step.step) {
    case 'open':
      return [
        { label: '负责人', text: words.people.get(step.leadId) ?? step.leadId },
        { label: '选取', text: `${step.population} 件中选 ${step.picked} 件` },
        ...(step.seed === null ? [] : [{ label: '抽取种子', text: step.seed }]),
        { label: '选中工单校验值', text: step.pickedDigest },
      ];
    case 'close':
      return step.opinion ? [{ label: '意见', text: step.opinion }] : [];
    case 'cancel':
    case 'end-repetition':
      return [{ label: '理由', text: step.reason }];
  }
}

function taskLines(
  step: TaskStep,
  { questions, words, files }: { questions: readonly Question[]; words: SupervisionWords; files: readonly KeptFile[] },
): Line[] {
  switch (step.step) {
    case 'assign':
      return [{ label: '复查人员', text: words.people.get(step.inspectorId) ?? step.inspectorId }];
    case 'report':
      return [
        { label: '方式', text: CHECK_METHOD_LABELS[step.method] },
        { label: '日期', text: step.onDay },
        ...(step.place ? [{ label: '地点', text: step.place }] : []),
        { label: '结果', text: [CHECK_RESULT_LABELS[step.result], ...step.kinds].join('；') },
        ...(step.words ? [{ label: '情况', text: step.words }] : []),
        ...questions.flatMap((question, i) => answerLines(question, step.answers[i] ?? null)),
        ...namedFileLines(step.files, files),
      ];
    case 'confirm':
      return step.opinion ? [{ label: '意见', text: step.opinion }] : [];
    case 'recuse':
    case 'dispute':
    case 'reopen':
      return [{ label: '理由', text: step.reason }];
    case 'attach':
    case 'withdraw-file':
      return fileLines(step, files);
    // What they lead to is told with the task, as far as whoever asks may see it.
    case 'register-rectification':
    case 'draft-letter':
    case 'register-clue':
      return [];
  }
}

function answerLines({ text: label }: Question, answer: Answer | null): Line[] {
  if (answer === null) return [];
  if (typeof answer === 'boolean') return [{ label, text: answer ? '是' : '否' }];
  return [{ label, text: typeof answer === 'number' ? `${answer} 分` : answer }];
}

/** Texts are typed by people, who may quote what they have seen. */
const shown = (lines: readonly Line[]): Line[] => lines.map(({ label, text }) => ({ label, text: maskText(text) }));

function stepHead(step: StoredStep<unknown>, { people }: SupervisionWords) {
  return { seq: step.seq, atMs: step.atMs, takerName: signedName(step, people) };
}

function labelOf<S extends string>(states: readonly S[], labels: Readonly<Record<S, string>>, state: string): string {
  const known = states.find((one) => one === state);
  return known === undefined ? state : labels[known];
}
