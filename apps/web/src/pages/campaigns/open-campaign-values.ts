import type { CampaignDetail, CampaignPick, Question, SamplePart } from '@tianyan/console-app/api';

/** As typed in the form. */
export interface OpenValues {
  name?: string;
  basis?: string;
  beginsOn?: string;
  endsOn?: string;
  leadId?: string;
  by: CampaignPick['by'];
  fromDay?: string;
  toDay?: string;
  townshipCode?: string;
  unitCode?: string;
  finished?: 'yes' | 'no';
  minReturns?: number | null;
  ruleId?: string;
  size?: number | null;
  per?: SamplePart;
  /** One in each line, as the checklist and options. */
  orderIds?: string;
  checklist?: string;
  questions?: { kind?: Question['kind']; text?: string; options?: string }[];
  weekly?: boolean;
}

const linesOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const given = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== ''));

export function pickOf(values: OpenValues): object {
  const { by, fromDay, toDay, townshipCode, unitCode, finished, minReturns, ruleId, size, per } = values;
  if (by === 'list') return { by, orderIds: linesOf(values.orderIds) };
  const condition = given({ fromDay, toDay, townshipCode, unitCode, finished, minReturns, ruleId });
  return by === 'condition' ? { by, condition } : { by, condition, ...given({ size, per }) };
}

export function requestOf(id: string, values: OpenValues): object {
  const { name, basis, beginsOn, endsOn, leadId, checklist, questions = [], weekly = false } = values;
  return {
    id,
    ...given({ name, basis, beginsOn, endsOn, leadId }),
    pick: pickOf(values),
    checklist: linesOf(checklist),
    questions: questions.map(({ kind, text, options }) => ({
      kind,
      ...given({ text }),
      ...(kind === 'choice' && { options: linesOf(options) }),
    })),
    weekly: weekly && values.by === 'sample',
  };
}

/** What is looked for in a campaign, as it is typed. */
export function contentOf({ checklist, questions }: CampaignDetail): Pick<OpenValues, 'checklist' | 'questions'> {
  return {
    checklist: checklist.join('\n'),
    questions: questions.map((question) => ({
      kind: question.kind,
      text: question.text,
      ...(question.kind === 'choice' && { options: question.options.join('\n') }),
    })),
  };
}

/** Where in the form what the request says so is typed: conditions stand flat there, and lists as one text. */
export function fieldOf(path: readonly PropertyKey[]): (string | number)[] {
  const [first, second, third] = path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (first === 'questions' && second !== undefined) return ['questions', second, third ?? 'text'];
  if (first === 'checklist') return ['checklist'];
  if (first !== 'pick') return [first ?? 'name'];
  if (second === 'orderIds') return ['orderIds'];
  return [second === 'condition' ? (third ?? 'fromDay') : (second ?? 'by')];
}
