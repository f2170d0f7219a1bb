import { MIN_ANSWERS, type Answer, type CampaignTaskState, type Question } from '../api/index.js';
import type { Campaign, CampaignTask } from './campaign-rows.js';

/** What of some picked orders has been found. */
export interface ResultCounts {
  picked: number;
  /** Looked at, and it could be said whether something is wrong; what somebody else has not confirmed yet is not among them. */
  verified: number;
  problems: number;
  unverifiable: number;
}

/** How a question was answered, or that too few have. */
export interface QuestionResult {
  question: Question;
  answered: number;
  /** Null: too few answers, or words, which are read with their task alone. */
  split: readonly { label: string; count: number }[] | null;
}

export interface CampaignResults extends ResultCounts {
  byState: ReadonlyMap<CampaignTaskState, number>;
  /** In the order of the checklist; one order may be of several kinds. */
  byKind: readonly { label: string; count: number }[];
  byUnit: ReadonlyMap<string | null, ResultCounts>;
  byTownship: ReadonlyMap<string | null, ResultCounts>;
  questions: readonly QuestionResult[];
}

/** Counts what counts: a problem only after a second person has confirmed it. */
export function resultsOf(
  { checklist, questions }: Pick<Campaign, 'checklist' | 'questions'>,
  tasks: readonly CampaignTask[],
): CampaignResults {
  const done = tasks.filter(({ state }) => state === 'done');
  const problems = done.filter(({ result }) => result === 'problem');
  return {
    ...countsOf(tasks),
    byState: new Map([...Map.groupBy(tasks, ({ state }) => state)].map(([state, some]) => [state, some.length])),
    byKind: checklist.map((label) => ({
      label,
      count: problems.filter(({ problemKinds }) => problemKinds.includes(label)).length,
    })),
    byUnit: partsOf(tasks, ({ unitCode }) => unitCode),
    byTownship: partsOf(tasks, ({ townshipCode }) => townshipCode),
    questions: questions.map((question, i) =>
      questionResult(
        question,
        done.map(({ answers }) => answers[i] ?? null),
      ),
    ),
  };
}

function partsOf(
  tasks: readonly CampaignTask[],
  keyOf: (task: CampaignTask) => string | null,
): ReadonlyMap<string | null, ResultCounts> {
  return new Map([...Map.groupBy(tasks, keyOf)].map(([key, some]) => [key, countsOf(some)]));
}

function countsOf(tasks: readonly CampaignTask[]): ResultCounts {
  const done = tasks.filter(({ state }) => state === 'done');
  const unverifiable = done.filter(({ result }) => result === 'unverifiable').length;
  return {
    picked: tasks.length,
    verified: done.length - unverifiable,
    problems: done.filter(({ result }) => result === 'problem').length,
    unverifiable,
  };
}

function questionResult(question: Question, answers: readonly (Answer | null)[]): QuestionResult {
  const given = answers.filter((answer) => answer !== null);
  if (question.kind === 'text' || given.length < MIN_ANSWERS) return { question, answered: given.length, split: null };
  const split = possibleOf(question).map(({ label, answer }) => ({ label, count: given.filter((one) => one === answer).length }));
  return { question, answered: given.length, split };
}

function possibleOf(question: Exclude<Question, { kind: 'text' }>): readonly { label: string; answer: Answer }[] {
  switch (question.kind) {
    case 'yes-no':
      return [
        { label: '是', answer: true },
        { label: '否', answer: false },
      ];
    case 'scale':
      return [1, 2, 3, 4, 5].map((mark) => ({ label: `${mark} 分`, answer: mark }));
    case 'choice':
      return question.options.map((option) => ({ label: option, answer: option }));
  }
}
