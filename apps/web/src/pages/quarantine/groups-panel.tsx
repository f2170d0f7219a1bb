import { useQuery } from '@tanstack/react-query';
import type { QuarantineGroupItem } from '@tianyan/console-app/api';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { numberText } from '../../format/number.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { MachineTime } from '../../parts/machine-time.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { ListSkeleton } from '../findings/list-skeleton.js';
import { MendStateMark } from './mend-progress.js';
import styles from './groups-panel.module.css';
import { groupsQuery } from './quarantine-queries.js';

const COLUMNS: readonly Column<QuarantineGroupItem>[] = [
  {
    title: '数据源',
    width: '16%',
    // Two feeds of a source can break in the same way: without the feed their groups would look like one listed twice.
    cell: (group) => (
      <>
        {group.sourceLabel}
        <small className={styles['feed']}>{group.feed}</small>
      </>
    ),
  },
  { title: '类型', cell: (group) => group.typeLabel ?? '无法识别', width: '11%' },
  { title: '栏目', cell: (group) => group.fieldLabels.join('、') || '整条记录', width: '13%' },
  { title: '原因', cell: (group) => group.reason },
  { title: '行数', numeric: true, cell: (group) => numberText(group.count), width: '80px' },
  { title: '最近', cell: (group) => <MachineTime atMs={group.lastSeenAtMs} />, width: '160px' },
  { title: '状态', cell: (group) => (group.mend ? <MendStateMark mend={group.mend} /> : '待处理'), width: '84px' },
  {
    title: '操作',
    width: '80px',
    cell: (group) => (
      <Link to={`/quarantine/groups/${encodeURIComponent(group.key)}`} aria-label={`处理这一组：${group.reason}`}>
        处理
      </Link>
    ),
  },
];

/** What is wrong, how often, and where to mend it all at once. */
export function GroupsPanel({ source, filters }: { source: string; filters: ReactNode }) {
  const query = useQuery(groupsQuery(source));
  return (
    <Panel flush title="按原因分组" extra={filters}>
      <Loaded query={query} skeleton={<ListSkeleton rows={6} />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyPanel title="没有待处理的记录" hint="所有到达的数据都通过了检查。" />
          ) : (
            <RecordTable caption="隔离区的分组" columns={COLUMNS} rows={items} keyOf={(group) => group.key} />
          )
        }
      </Loaded>
    </Panel>
  );
}
