import type { FindingCounts } from '@tianyan/console-app/api';
import { queryOf, type FindingFilter } from './finding-filter.js';

type Counted = Pick<FindingCounts, 'byStatus'>;

/**
 * How many the list has in all, and how many of these wait for a decision; undefined: not known yet.
 * @param counts of all statuses
 * @param setAside how many of what waits people have set aside
 */
export function listTotals(
  filter: FindingFilter,
  counts: Counted | undefined,
  setAside: number | undefined,
): { all: number | undefined; open: number | undefined } {
  if (filter.aside === 'only') return { all: setAside, open: setAside };
  if (counts === undefined) return { all: undefined, open: undefined };
  const left = queryOf(filter).aside === 'without' ? (setAside ?? 0) : 0;
  const sum = (entries: Counted['byStatus']) => entries.reduce((total, { count }) => total + count, 0) - left;
  const chosen = counts.byStatus.filter(({ key }) => filter.status.length === 0 || filter.status.includes(key));
  return { all: sum(chosen), open: sum(chosen.filter(({ key }) => key === 'open')) };
}
