import { FINDING_STATUS_LABELS, findingStatusSchema, type FindingCounts } from '@tianyan/console-app/api';
import { shortNumberText } from '../../format/number.js';
import type { FindingFilter } from './finding-filter.js';
import styles from './status-tabs.module.css';

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
    <div role="group" aria-label="疑点状态" className={styles['tabs']}>
      {tabs.map((tab) => (
        <button
          key={tab.label}
          type="button"
          aria-pressed={chosen === tab.status && (tab.aside === 'only') === isAside && props.filter.status.length < 2}
          className={styles['tab']}
          onClick={() => props.onChange({ status: tab.status === undefined ? [] : [tab.status], aside: tab.aside })}
        >
          {tab.label}
          <span className={`${styles['count']} num`}>{tab.count === undefined ? '' : shortNumberText(tab.count)}</span>
        </button>
      ))}
    </div>
  );
}
