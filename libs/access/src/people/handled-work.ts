import { RefusedError } from '@tianyan/kernel';
import type { Queryable } from '@tianyan/postgres';
import type { Person } from './person.js';

/** How much an account handles that is not over, in the whole county. */
export interface HandledWork {
  clues: number;
  letters: number;
  circulars: number;
  /** Orders of campaigns that wait to be looked at. */
  campaignTasks: number;
}

const KINDS = ['clues', 'letters', 'circulars', 'campaignTasks'] as const satisfies readonly (keyof HandledWork)[];
const WORDS: Readonly<Record<keyof HandledWork, string>> = {
  clues: '条线索',
  letters: '份督办函',
  circulars: '份通报',
  campaignTasks: '件待复查的工单',
};

/** What is handled stands in libraries above this one. */
export type CountHandledWork = (db: Queryable, userId: string) => Promise<HandledWork>;

export const isNothing = (work: HandledWork): boolean => KINDS.every((kind) => work[kind] === 0);

/** As the audit log names it, such as clues-2/letters-1. */
export const leftName = (left: HandledWork): string =>
  KINDS.filter((kind) => kind === 'clues' || kind === 'letters' || left[kind] > 0)
    .map((kind) => `${kind}-${left[kind]}`)
    .join('/');

/** Such as 2 条线索、1 份督办函. */
function handledText(work: HandledWork): string {
  return KINDS.flatMap((kind) => (work[kind] > 0 ? [`${work[kind]} ${WORDS[kind]}`] : [])).join('、');
}

/**
 * Nobody notices a clue whose handler is gone, before its time is over: whoever ends the account says that it is left. Throws
 * RefusedError('conflict') where what is handled is not what was named.
 */
export function assertNamedAsLeft({ displayName }: Person, handled: HandledWork, left: HandledWork): void {
  if (KINDS.every((kind) => handled[kind] === left[kind])) return;
  if (isNothing(handled)) throw new RefusedError('conflict', `${displayName}手上已没有未办结的事项，请刷新页面后重新停用`);
  throw new RefusedError(
    'conflict',
    `${displayName}手上还有${handledText(handled)}没有办结。请委领导或案件管理人员先在“移交”页面移交（待复查的工单在专项复查页面重新分派）；要立即停用的，请刷新页面，勾选“留下未移交的事项”再停用`,
  );
}
