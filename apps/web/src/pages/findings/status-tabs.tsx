import { FINDING_STATUS_LABELS, findingStatusSchema, type FindingCounts } from '@tianyan/console-app/api';
import { CountTabs } from '../../parts/count-tabs.js';
import type { FindingFilter } from './finding-filter.js';
import { stillWaiting } from './list-totals.js';

const STATUSES = findingStatusSchema.options;

/** All statuses or one of them, with their numbers. */
export function StatusTabs(props: {
  filter: FindingFilter;
  counts: FindingCounts | undefined;
  /** Of what waits, with what people have set aside of it. */
  waiting: FindingCounts | undefined;
  onChange: (part: Pick<FindingFilter, 'status' | 'aside'>) => void;
}) {
  const countOf = (status: string) => props.counts?.byStatus.find((entry) => entry.key === status)?.count ?? 0;
  const isAside = props.filter.aside === 'only';
  const chosen = props.filter.status.length === 1 ? props.filter.status[0] : undefined;
  const tabs = [
    { status: undefined, aside: '', label: '全部', count: props.counts?.total, isAtLeast: props.counts?.isAtLeast },
    ...STATUSES.map((status) => ({
      status,
      aside: '',
      label: FINDING_STATUS_LABELS[status],
      ...(status === 'open'
        ? { count: stillWaiting(props.waiting), isAtLeast: props.waiting?.isAtLeast }
        : { count: props.counts && countOf(status), isAtLeast: props.counts?.isAtLeast }),
    })),
    { status: 'open', aside: 'only', label: '已豁免', count: props.waiting?.aside, isAtLeast: false },
  ];
  return (
    <CountTabs
      label="疑点状态"
      tabs={tabs.map((tab) => ({
        key: tab,
        label: tab.label,
        count: tab.count,
        isAtLeast: tab.isAtLeast ?? false,
        pressed: chosen === tab.status && (tab.aside === 'only') === isAside && props.filter.status.length < 2,
      }))}
      onChange={({ status, aside }) => props.onChange({ status: status === undefined ? [] : [status], aside })}
    />
  );
}
