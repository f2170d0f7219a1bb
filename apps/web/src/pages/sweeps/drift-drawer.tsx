import { useQuery } from '@tanstack/react-query';
import { driftListSchema, type DriftItem, type Sweep } from '@tianyan/console-app/api';
import { Drawer } from 'antd';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { RecordTable, type Column } from '../../parts/record-table.js';

/** More differences than this have one cause; reading each of them helps nobody. */
const MAX_ITEMS = 200;

const COLUMNS: readonly Column<DriftItem>[] = [
  { title: '规则', cell: (item) => item.ruleTitle },
  { title: '范围', cell: (item) => <span className="mono">{item.scope}</span> },
  { title: '差异', cell: (item) => item.kindLabel },
  { title: '已存', cell: (item) => item.stored ?? '没有' },
  { title: '巡检', cell: (item) => item.swept ?? '没有' },
];

export function DriftDrawer({ sweep, onClose }: { sweep: Sweep | null; onClose: () => void }) {
  return (
    <Drawer open={sweep !== null} onClose={onClose} size={760} title="漂移明细" destroyOnHidden>
      {sweep ? <Items sweepId={sweep.id} /> : null}
    </Drawer>
  );
}

function Items({ sweepId }: { sweepId: string }) {
  const query = useQuery({
    queryKey: keys.drift(sweepId),
    queryFn: ({ signal }) =>
      callApi(driftListSchema, `/sweeps/${encodeURIComponent(sweepId)}/drift`, { query: { limit: MAX_ITEMS }, signal }),
  });
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyPanel title="没有差异" />
        ) : (
          <RecordTable caption="漂移明细" columns={COLUMNS} rows={items} keyOf={(item) => item.id} />
        )
      }
    </Loaded>
  );
}
