import { FINDING_STATUS_LABELS, findingStatusSchema, type FindingCounts } from '@tianyan/console-app/api';
import { CountTabs } from '../../parts/count-tabs.js';
import type { FindingFilter } from './finding-filter.js';

const STATUSES = findingStatusSchema.options;

/** All statuses or one of them, with their numbers. */
export function StatusTabs(props: {
  filter: FindingFilter;
  counts: FindingCounts | undefined;
  /** How many of what waits people have set aside. */
  setAside: number | undefined;
  onChange: (part: Pick<FindingFilter, 'status' | 'aside'>) => void;
}) {
  const countOf = (status: string) => {
    const all = props.counts?.byStatus.find((entry) => entry.key === status)?.count ?? 0;
    return status === 'open' ? all - (props.setAside ?? 0) : all;
  };
  const isAside = props.filter.aside === 'only';
  const chosen = props.filter.status.length === 1 ? props.filter.status[0] : undefined;
  const tabs = [
    { status: undefined, aside: '', label: '全部', count: props.counts?.total },
    ...STATUSES.map((status) => ({
      status,
      aside: '',
      label: FINDING_STATUS_LABELS[status],
      count: props.counts ? countOf(status) : undefined,
    })),
    { status: 'open', aside: 'only', label: '已豁免', count: props.setAside },
  ];
  return (
    <CountTabs
      label="疑点状态"
      tabs={tabs.map((tab) => ({
        key: tab,
        label: tab.label,
        count: tab.count,
        pressed: chosen === tab.status && (tab.aside === 'only') === isAside && props.filter.status.length < 2,
      }))}
      onChange={({ status, aside }) => props.onChange({ status: status === undefined ? [] : [status], aside })}
    />
  );
}
