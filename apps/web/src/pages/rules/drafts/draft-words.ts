import type { DraftDetail, DraftEvent, DraftState } from '@tianyan/console-app/api';
import { NEW_DRAFT } from './new-draft.js';

export const STATE_LABELS: Readonly<Record<DraftState, string>> = {
  draft: '草稿',
  submitted: '待复核',
  returned: '已退回',
  approved: '已复核，待发布',
  published: '已发布',
  discarded: '已作废',
};

export const EVENT_LABELS: Readonly<Record<DraftEvent['event'], string>> = {
  created: '新建草稿',
  edited: '改了全文',
  passed: '例子都通过',
  tried: '试过',
  submitted: '提交复核',
  approved: '复核同意',
  returned: '退回',
  shadowed: '发布为影子运行',
  published: '发布运行',
  discarded: '作废',
};

/** A draft from which something is still to come. */
export function isOpen(state: DraftState): boolean {
  return state !== 'published' && state !== 'discarded';
}

/** The one line of a rule's life, up to where a draft ends: what is done, and what is next. */
export function stepsOf(draft: DraftDetail): { label: string; isDone: boolean; isNext: boolean }[] {
  const done = (event: DraftEvent['event']) => draft.events.some((one) => one.event === event && one.isOfThisText);
  const isReviewed = draft.state === 'approved' || draft.state === 'published';
  const steps = [
    { label: '草稿', isDone: draft.id !== NEW_DRAFT },
    { label: '例子通过', isDone: draft.hasPassed },
    { label: '试过', isDone: draft.isTried },
    { label: '待复核', isDone: isReviewed || draft.state === 'submitted' },
    { label: '已复核', isDone: isReviewed },
    { label: '影子运行', isDone: done('shadowed') },
    { label: '运行中', isDone: done('published') },
  ];
  const next = isOpen(draft.state) ? steps.findIndex(({ isDone }) => !isDone) : -1;
  return steps.map((step, n) => ({ ...step, isNext: n === next }));
}

/** What is to be done now, and by whom. */
export function nextOf(draft: DraftDetail): string {
  switch (draft.state) {
    case 'draft':
      return '写好后点“试一试”，看它对已有记录会发现什么；再提交，由另一个人复核。保存不会发布。';
    case 'returned':
      return `${lastReason(draft, 'returned')}。改好后再提交。`;
    case 'submitted':
      return draft.mayReview
        ? '等您复核：看改动、例子和试一试的结果，同意或退回。'
        : '等另一个人复核。写过、改过、提交过它的人不能复核；再改动就回到草稿。';
    case 'approved':
      return '复核同意了这份全文。由管理员发布：先影子运行，或直接运行。再改动就回到草稿，要重新复核。';
    case 'published':
      return '这份全文已经发布，不再改动。要再改，请以它为底稿新建草稿。';
    case 'discarded':
      return '这份草稿已作废，留存备查。';
  }
}

function lastReason({ events }: DraftDetail, event: DraftEvent['event']): string {
  const last = events.findLast((one) => one.event === event);
  return last ? `${last.actor} 退回：${last.reason ?? ''}` : '已退回';
}
