import { useQuery } from '@tanstack/react-query';
import type { MendItem } from '@tianyan/console-app/api';
import { Button } from 'antd';
import { numberText } from '../../format/number.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { MachineTime } from '../../parts/machine-time.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { ListSkeleton } from '../findings/list-skeleton.js';
import { MendStateMark, mendText } from './mend-progress.js';
import { mendsQuery } from './quarantine-queries.js';

/** Plans: those that wait for a second person first. */
export function MendsPanel({ onOpen }: { onOpen: (id: string) => void }) {
  const query = useQuery(mendsQuery({}));
  return (
    <Panel flush title="改正与复核">
      <Loaded query={query} skeleton={<ListSkeleton rows={6} />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyPanel title="还没有改正方案" hint="对一条或一组记录提出改正后，会在这里等待另一个人复核。" />
          ) : (
            <RecordTable caption="改正方案" columns={columns(onOpen)} rows={items} keyOf={(mend) => mend.id} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function columns(open: (id: string) => void): readonly Column<MendItem>[] {
  return [
    { title: '方案', cell: mendText, width: '16%' },
    { title: '数据源', cell: (mend) => mend.sourceLabel, width: '16%' },
    { title: '理由', cell: (mend) => mend.reason ?? '—' },
    { title: '行数', numeric: true, cell: (mend) => numberText(mend.total), width: '80px' },
    { title: '提出', cell: (mend) => mend.proposedBy, width: '110px' },
    { title: '时间', cell: (mend) => <MachineTime atMs={mend.proposedAtMs} />, width: '160px' },
    { title: '状态', cell: (mend) => <MendStateMark mend={mend} />, width: '84px' },
    {
      title: '操作',
      width: '80px',
      cell: (mend) => (
        <Button size="small" onClick={() => open(mend.id)} aria-label={`打开方案：${mendText(mend)}`}>
          {mend.allowed.includes('approve') ? '复核' : '查看'}
        </Button>
      ),
    },
  ];
}
