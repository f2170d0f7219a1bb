import type { ClueCounts, Overview } from '@tianyan/console-app/api';

/** 四风, in the order in which they are always named. */
export const FOUR_WINDS: readonly string[] = ['形式主义', '官僚主义', '享乐主义', '奢靡之风'];

const DAYS_OF_WEEK = 7;
const HEAT_LEVELS = 4;

/** How hot a tile is, 0 to 4: 0 is nothing at all, 4 the most of all. */
export function heatOf(count: number, most: number): number {
  return Math.ceil((count / most) * HEAT_LEVELS);
}

/** Whole weeks up to today, the oldest first; days that are too few for one are left out. */
export function weeksOf(perDay: Overview['findings']['perDay']): { from: string; occurred: number }[] {
  const weeks = Math.floor(perDay.length / DAYS_OF_WEEK);
  return Array.from({ length: weeks }, (_, week) => {
    const start = perDay.length - (weeks - week) * DAYS_OF_WEEK;
    const days = perDay.slice(start, start + DAYS_OF_WEEK);
    return { from: days[0]?.day ?? '', occurred: days.reduce((sum, { occurred }) => sum + occurred, 0) };
  });
}

/** Of the clues that are or were worked on, the share that is closed; null: there are none. */
export function rectifiedOf({ total, byState }: ClueCounts): number | null {
  const countOf = (state: string) => byState.find(({ key }) => key === state)?.count ?? 0;
  const worked = total - countOf('merged') - countOf('cancelled');
  return worked === 0 ? null : countOf('closed') / worked;
}
