import { useQuery } from '@tanstack/react-query';
import type { SourceDetail } from '@tianyan/console-app/api';
import { Alert } from 'antd';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { numberText } from '../../format/number.js';
import { lengthText } from '../../format/time.js';
import { Help } from '../../help/help-button.js';
import { BackLink } from '../../parts/back-link.js';
import { MachineTime } from '../../parts/machine-time.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHeading } from '../../parts/page-heading.js';
import { PageSkeleton } from '../../parts/page-skeleton.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { SourceStateMark } from '../../parts/source-state-mark.js';
import { SystemBadge } from '../../parts/source-system.js';
import { HeldListsPanel } from './held-lists-panel.js';
import { LoadsPanel } from './loads-panel.js';
import styles from './source-page.module.css';
import { sourceQuery } from './source-queries.js';

type Reason = SourceDetail['quarantineByField'][number];

const REASON_COLUMNS: readonly Column<Reason>[] = [
  { title: '栏目', cell: (row) => row.field ?? '整条记录' },
  { title: '原因', cell: (row) => row.reason },
  { title: '条数', numeric: true, cell: (row) => numberText(row.count) },
];

export default function SourcePage() {
  const { id = '' } = useParams();
  const query = useQuery(sourceQuery(id));
  return (
    <>
      <BackLink to="/sources">返回数据源</BackLink>
      <Loaded query={query} skeleton={<PageSkeleton />}>
        {(source) => <Source source={source} />}
      </Loaded>
    </>
  );
}

function Source({ source }: { source: SourceDetail }) {
  return (
    <>
      <PageHeading
        title={source.label}
        lead={`${source.systemLabel} · ${source.kindLabel}`}
        extra={<SourceStateMark state={source.state} />}
      />
      <div className={styles['stack']}>
        {source.lastError === null || source.state === 'waiting' ? null : (
          <Alert showIcon type={source.state === 'failing' ? 'error' : 'warning'} title={source.lastError} />
        )}
        <p className={styles['types']}>
          {source.types.map((type) => (
            <SystemBadge key={type.type} type={type.type} label={type.label} />
          ))}
        </p>
        <LoadsPanel source={source.id} />
        <HeldListsPanel source={source.id} lists={source.heldLists} />
        <Panel
          title="为什么进隔离区"
          extra={<Link to={`/quarantine?source=${encodeURIComponent(source.id)}`}>去处理</Link>}
          flush
        >
          {source.quarantineByField.length === 0 ? <EmptyPanel title="没有记录被隔离" /> : null}
          <RecordTable
            caption="隔离原因"
            columns={REASON_COLUMNS}
            rows={source.quarantineByField}
            keyOf={(row) => `${row.field} ${row.reason}`}
          />
        </Panel>
        <Panel title="到达情况" extra={<Help topic="source-state" label="数据源的状态" />}>
          <dl className={styles['facts']}>
            {factsOf(source).map(([label, text]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd className="num">{text}</dd>
              </div>
            ))}
          </dl>
        </Panel>
      </div>
    </>
  );
}

function factsOf(source: SourceDetail): readonly (readonly [string, ReactNode])[] {
  return [
    [
      '上次运行',
      source.lastRunAtMs === null ? (
        '还没有运行过'
      ) : (
        <>
          <MachineTime atMs={source.lastRunAtMs} seconds />
          {source.lastRunOk === false ? '（失败）' : null}
        </>
      ),
    ],
    ['数据滞后', source.lagMs === null ? '—' : lengthText(source.lagMs)],
    ['已入库', `${numberText(source.acceptedCount)} 条`],
    ['重复到达', `${numberText(source.repeatedCount)} 条（内容相同，未重复入库）`],
    ['隔离区待处理', `${numberText(source.quarantinedCount)} 条`],
  ];
}
