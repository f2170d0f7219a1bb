import { WarningFilled } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { LOAD_STATE_LABELS, type Load } from '@tianyan/console-app/api';
import { Alert } from 'antd';
import { Link } from 'react-router';
import { numberText } from '../../format/number.js';
import { MachineTime } from '../../parts/machine-time.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import styles from './loads-panel.module.css';
import { loadsQuery } from './source-queries.js';

/** What is being loaded, of all sources or of one, and why nothing has been found in it yet; nothing while nothing is. */
export function LoadsPanel({ source }: { source?: string }) {
  const query = useQuery(loadsQuery);
  if (query.isError && query.data === undefined)
    return <Alert role="alert" showIcon type="warning" title={`没能读到正在载入的数据：${query.error.message}`} />;
  const items = (query.data?.items ?? []).filter((load) => source === undefined || load.source === source);
  if (items.length === 0) return null;
  return (
    <Panel
      flush
      title={`正在载入 ${numberText(items.length)} 批数据`}
      note="收完以后统一研判；在此以前，它们涉及的工单、村、合同的疑点不新增、不变化、也不撤回。"
    >
      <RecordTable
        caption="正在载入的数据"
        columns={source === undefined ? [SOURCE, ...COLUMNS] : COLUMNS}
        rows={items}
        keyOf={(load) => load.id}
      />
    </Panel>
  );
}

const SOURCE: Column<Load> = {
  title: '数据源',
  cell: (load) => <Link to={`/sources/${encodeURIComponent(load.source)}`}>{load.sourceLabel}</Link>,
  width: '17%',
};

const COLUMNS: readonly Column<Load>[] = [
  {
    title: '内容',
    cell: (load) => (
      <span>
        {load.typeLabels.join('、')}
        <small className={styles['how']}>
          {load.kindLabel} · {load.feed}
        </small>
      </span>
    ),
    width: '22%',
  },
  { title: '开始', cell: (load) => <MachineTime atMs={load.beganAtMs} />, width: '170px' },
  { title: '已入库', numeric: true, cell: (load) => `${numberText(load.recordCount)} 条`, width: '104px' },
  { title: '情况', cell: (load) => <Situation load={load} /> },
];

function Situation({ load }: { load: Load }) {
  return (
    <span>
      {LOAD_STATE_LABELS[load.state]}
      {load.trouble === null ? null : (
        <span className={styles['trouble']}>
          <WarningFilled aria-hidden="true" /> {load.trouble}
        </span>
      )}
    </span>
  );
}
