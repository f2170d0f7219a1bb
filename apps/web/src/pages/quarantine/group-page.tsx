import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { MendItem, QuarantineGroupDetail } from '@tianyan/console-app/api';
import { Alert, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useParams } from 'react-router';
import { ApiError } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useMay } from '../../app/session.js';
import { numberText } from '../../format/number.js';
import { BackLink } from '../../parts/back-link.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { MachineTime } from '../../parts/machine-time.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { MendActions } from './mend-actions.js';
import { MendDrawer } from './mend-drawer.js';
import { MendProgress, MendStateMark, mendText } from './mend-progress.js';
import styles from './mends.module.css';
import { PlanForm } from './plan-form.js';
import { QuarantineDrawer } from './quarantine-drawer.js';
import { groupQuery, mendsQuery } from './quarantine-queries.js';
import { Cells } from './sample-table.js';

/** All rows that broke in the same way: what they look like, what may be done with them, and how far it is. */
export default function QuarantineGroupPage() {
  const { key = '' } = useParams();
  const [mendId, setMendId] = useState<string | null>(null);
  const group = useQuery(groupQuery(key));
  const mends = useQuery(mendsQuery({ group: key }));
  const items = mends.data?.items ?? [];
  const [active] = items.filter(({ state }) => state === 'proposed' || state === 'running');
  useFreshGroup(key, active);
  return (
    <>
      <BackLink to="/quarantine">返回隔离区</BackLink>
      <PageHeading title="同一原因的记录" lead="先看样本，再试算，满意了再整组处理。" />
      <div className={styles['stack']}>
        {active ? <Active mend={active} onOpen={() => setMendId(active.id)} /> : null}
        {isGone(group.error) ? (
          <Panel>
            <EmptyPanel title="这一组没有待处理的记录了" hint="都已处理，或者已由来源更正。做过的处理见下面。" />
          </Panel>
        ) : (
          <Loaded query={group}>{(detail) => <Group group={detail} isBusy={active !== undefined} />}</Loaded>
        )}
        {items.length === 0 ? null : <Past items={items} onOpen={setMendId} />}
      </div>
      <MendDrawer id={mendId} onClose={() => setMendId(null)} />
    </>
  );
}

/** Nothing waits in the group any more: what was read of it before is past, and must not be shown as if it waited. */
function isGone(error: Error | null): boolean {
  return error instanceof ApiError && error.problem.code === 'not-found';
}

/** When a mend has ended, what is left of the group is another. */
function useFreshGroup(key: string, active: MendItem | undefined): void {
  const client = useQueryClient();
  const running = active?.state === 'running';
  useEffect(() => {
    if (running) return () => void client.invalidateQueries({ queryKey: keys.quarantineGroup(key) });
    return undefined;
  }, [client, key, running]);
}

function Active({ mend, onOpen }: { mend: MendItem; onOpen: () => void }) {
  return (
    <Panel title={mend.state === 'running' ? '正在处理' : '等待复核'} extra={<MendStateMark mend={mend} />}>
      <div className={styles['form']}>
        <p>
          {mendText(mend)}，由 {mend.proposedBy} 提出{mend.reason === null ? '' : `：${mend.reason}`}
        </p>
        {mend.state === 'running' ? <MendProgress mend={mend} /> : null}
        {mend.allowed.includes('approve') ? (
          <Button type="primary" onClick={onOpen} style={{ justifySelf: 'start' }}>
            对照并复核
          </Button>
        ) : (
          <MendActions mend={mend} masked={false} />
        )}
      </div>
    </Panel>
  );
}

function Group({ group, isBusy }: { group: QuarantineGroupDetail; isBusy: boolean }) {
  const [rowId, setRowId] = useState<string | null>(null);
  const mayMend = useMay('mend-quarantined');
  return (
    <>
      <Panel title={group.reason}>
        <dl className={styles['facts']}>
          <div>
            <dt>数据源</dt>
            <dd>
              {group.sourceLabel} · {group.feed}
              {group.typeLabel === null ? '' : ` · ${group.typeLabel}`}
            </dd>
          </div>
          <div>
            <dt>待处理</dt>
            <dd>{numberText(group.count)} 行</dd>
          </div>
          <div>
            <dt>到达</dt>
            <dd>
              <MachineTime atMs={group.firstSeenAtMs} /> 至 <MachineTime atMs={group.lastSeenAtMs} />
            </dd>
          </div>
        </dl>
      </Panel>
      <Panel title="样本" flush>
        <RecordTable caption="样本" columns={sampleColumns(setRowId)} rows={group.samples} keyOf={(sample) => sample.id} />
      </Panel>
      <Panel title="怎样处理">
        {isBusy ? (
          <Alert showIcon type="info" title="这一组已有一个方案在等待复核或正在处理，结束后才能提出新的。" />
        ) : mayMend ? (
          <PlanForm key={group.count} group={group} />
        ) : (
          <p>处理隔离的记录由分析员或系统管理员进行，您的角色只能查看。</p>
        )}
      </Panel>
      <QuarantineDrawer id={rowId} onClose={() => setRowId(null)} />
    </>
  );
}

function sampleColumns(open: (id: string) => void): readonly Column<QuarantineGroupDetail['samples'][number]>[] {
  return [
    {
      title: '记录编号',
      cell: (sample) => <span className="mono wrap-anywhere">{sample.recordId ?? '无法识别'}</span>,
      width: '22%',
    },
    { title: '出错的内容', cell: (sample) => (sample.cells.length === 0 ? '—' : <Cells cells={sample.cells} />) },
    { title: '原因', cell: (sample) => sample.reason, width: '30%' },
    {
      title: '操作',
      width: '80px',
      cell: (sample) => (
        <Button size="small" onClick={() => open(sample.id)} aria-label={`逐条处理：${sample.recordId ?? sample.id}`}>
          处理
        </Button>
      ),
    },
  ];
}

function Past({ items, onOpen }: { items: readonly MendItem[]; onOpen: (id: string) => void }) {
  const columns: readonly Column<MendItem>[] = [
    { title: '方案', cell: mendText },
    { title: '提出', cell: (mend) => mend.proposedBy },
    { title: '复核', cell: (mend) => mend.decidedBy ?? '—' },
    { title: '入库', numeric: true, cell: (mend) => numberText(mend.accepted) },
    { title: '未通过', numeric: true, cell: (mend) => numberText(mend.refused) },
    { title: '状态', cell: (mend) => <MendStateMark mend={mend} /> },
    {
      title: '操作',
      width: '80px',
      cell: (mend) => (
        <Button size="small" onClick={() => onOpen(mend.id)} aria-label={`查看方案：${mendText(mend)}`}>
          查看
        </Button>
      ),
    },
  ];
  return (
    <Panel title="做过的处理" flush>
      <RecordTable caption="做过的处理" columns={columns} rows={items} keyOf={(mend) => mend.id} />
    </Panel>
  );
}
