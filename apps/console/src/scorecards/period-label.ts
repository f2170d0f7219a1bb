import type { ScorecardPeriod, ScorecardPeriodKind } from '@tianyan/findings';
import { chinaDayOf } from '@tianyan/kernel';

const shortDay = (atMs: number) => {
  const [, month, day] = chinaDayOf(atMs).split('-');
  return `${Number(month)}月${Number(day)}日`;
};

/** 2026年3月, 2026年第1季度, 2026年3月2日—3月8日 */
export function periodLabel(kind: ScorecardPeriodKind, { key, fromMs, beforeMs }: ScorecardPeriod): string {
  const [year, part] = key.split('-');
  switch (kind) {
    case 'week':
      return `${year}年${shortDay(fromMs)}—${shortDay(beforeMs - 1)}`;
    case 'month':
      return `${year}年${Number(part)}月`;
    case 'quarter':
      return `${year}年第${part?.slice(1)}季度`;
  }
}
