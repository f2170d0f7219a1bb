import type { FindingCounts } from '@tianyan/console-app/api';
import { queryOf, type FindingFilter } from './finding-filter.js';

type Counted = Pick<FindingCounts, 'total' | 'isAtLeast' | 'byStatus' | 'aside'>;

/** Of the counts of what is open: without what people have set aside of it. */
export function stillWaiting(waiting: Pick<Counted, 'total' | 'aside'> | undefined): number | undefined {
  // Where not all are counted, more may be set aside than were counted.
  return waiting && Math.max(0, waiting.total - waiting.aside);
}

/**
 * How many the list has in all, and how many of these wait for a decision; undefined: not known yet, or of what waits not exactly.
 * @param counts of all statuses
 * @param waiting of what is open: counted exactly more often, since it is less
 */
export function listTotals(
  filter: FindingFilter,
  counts: Counted | undefined,
  waiting: Counted | undefined,
): { all: number | undefined; isAtLeast: boolean; open: number | undefined } {
  if (filter.aside === 'only') return { all: waiting?.aside, isAtLeast: false, open: waiting?.aside };
  const hasOpen = filter.status.length === 0 || filter.status.includes('open');
  const left = queryOf(filter).aside === 'without' ? stillWaiting(waiting) : waiting?.total;
  const open = hasOpen ? left : 0;
  const exact = hasOpen && waiting?.isAtLeast ? undefined : open;
  if (hasOpen && filter.status.length === 1) return { all: open, isAtLeast: waiting?.isAtLeast ?? false, open: exact };
  const chosen = counts?.byStatus.filter(({ key }) => filter.status.length === 0 || filter.status.includes(key));
  const all = chosen?.reduce((total, { count }) => total + count, 0);
  return { all, isAtLeast: counts?.isAtLeast ?? false, open: exact };
}
