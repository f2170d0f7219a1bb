import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import {
  QUARANTINE_STATE_LABELS,
  quarantineListSchema,
  quarantineStateSchema,
  type QuarantineItem,
  type QuarantineQuery,
  type QuarantineState,
} from '@tianyan/console-app/api';
import { Button, Segmented, Select } from 'antd';
import { useState, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { instantText } from '../../format/time.js';
import { ExportButton } from '../../parts/export-button.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { ErrorPanel } from '../../parts/error-panel.js';
import { MoreButton } from '../../parts/more-button.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { ListSkeleton } from '../findings/list-skeleton.js';
import { sourcesQuery } from '../sources/source-queries.js';
import { GroupsPanel } from './groups-panel.js';
import { MendDrawer } from './mend-drawer.js';
import { MendsPanel } from './mends-panel.js';
import { QuarantineDrawer } from './quarantine-drawer.js';
import styles from './quarantine-page.module.css';

const DEFAULT_STATE = 'waiting';

export default function QuarantinePage() {
  const [search, setSearch] = useSearchParams();
  const [openId, setOpenId] = useState<string | null>(search.get('item'));
  const [mendId, setMendId] = useState<string | null>(null);
  const view = viewOf(search.get('view'));
  const source = search.get('source') ?? '';
  const state = search.get('state') ?? DEFAULT_STATE;
  const filter: QuarantineQuery = { ...(source === '' ? {} : { source }), ...(isState(state) ? { state } : {}) };
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(search);
    next.set(name, value);
    setSearch(next, { replace: true });
  };
  return (
    <>
      <PageHeading
        title="隔离区"
        lead="没有通过检查的记录都在这里，一条也不会丢。先按原因看，整组处理；改正的值由另一个人复核后才入库。"
        extra={
          view === 'mends' ? null : (
            <ExportButton
              title={view === 'groups' ? '导出隔离区的分组' : '导出隔离记录'}
              path={view === 'groups' ? '/quarantine/groups/export' : '/quarantine/export'}
              query={view === 'groups' ? (source === '' ? {} : { source }) : { source: filter.source, state: filter.state }}
              action="export-platform-lists"
            />
          )
        }
      />
      <Segmented<View>
        aria-label="查看方式"
        value={view}
        options={VIEWS}
        onChange={(value) => set('view', value)}
        style={{ marginBottom: 12 }}
      />
      {view === 'groups' ? <GroupsPanel source={source} filters={<SourceFilter source={source} onChange={set} />} /> : null}
      {view === 'rows' ? (
        <Rows filter={filter} filters={<Filters source={source} state={state} onChange={set} />} onOpen={setOpenId} />
      ) : null}
      {view === 'mends' ? <MendsPanel onOpen={setMendId} /> : null}
      <QuarantineDrawer id={openId} onClose={() => setOpenId(null)} />
      <MendDrawer id={mendId} onClose={() => setMendId(null)} />
    </>
  );
}

function Rows(props: { filter: QuarantineQuery; filters: ReactNode; onOpen: (id: string) => void }) {
  const { filter, filters, onOpen } = props;
  const list = useQuarantine(filter);
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel flush title="记录" extra={filters}>
      {list.isPending ? <ListSkeleton rows={6} /> : null}
      {list.isError && items.length === 0 ? <ErrorPanel error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.isSuccess && items.length === 0 ? <EmptyPanel title="没有待处理的记录" hint="所有到达的数据都通过了检查。" /> : null}
      {items.length > 0 ? (
        <RecordTable caption="隔离区的记录" columns={columns(onOpen)} rows={items} keyOf={(item) => item.id} />
      ) : null}
      <MoreButton query={list} />
    </Panel>
  );
}

type View = 'groups' | 'rows' | 'mends';
const VIEWS: { value: View; label: string }[] = [
  { value: 'groups', label: '按原因分组' },
  { value: 'rows', label: '逐条查看' },
  { value: 'mends', label: '改正与复核' },
];

function viewOf(text: string | null): View {
  return VIEWS.find(({ value }) => value === text)?.value ?? 'groups';
}

function isState(state: string): state is QuarantineState {
  return quarantineStateSchema.options.some((option) => option === state);
}

function useQuarantine(filter: QuarantineQuery) {
  return useInfiniteQuery({
    queryKey: keys.quarantineList(filter),
    queryFn: ({ pageParam, signal }) =>
      callApi(quarantineListSchema, '/quarantine', {
        query: { ...filter, limit: 30, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null, // the type of a page parameter comes from its first value
    getNextPageParam: (page) => page.nextCursor,
  });
}

function columns(open: (id: string) => void): readonly Column<QuarantineItem>[] {
  return [
    { title: '数据源', cell: (item) => item.sourceLabel, width: '15%' },
    { title: '类型', cell: (item) => item.typeLabel ?? '无法识别', width: '11%' },
    { title: '栏目', cell: (item) => item.fieldLabel ?? '整条记录', width: '11%' },
    { title: '原因', cell: (item) => item.reason },
    { title: '时间', cell: (item) => instantText(item.quarantinedAtMs), width: '160px' },
    {
      title: '状态',
      cell: (item) => <span className={styles[item.state]}>{QUARANTINE_STATE_LABELS[item.state]}</span>,
      width: '80px',
    },
    {
      title: '操作',
      width: '80px',
      cell: (item) => (
        <Button
          size="small"
          onClick={() => open(item.id)}
          aria-label={`${item.state === 'waiting' ? '处理' : '查看'}：${item.reason}`}
        >
          {item.state === 'waiting' ? '处理' : '查看'}
        </Button>
      ),
    },
  ];
}

type SetFilter = (name: string, value: string) => void;

function SourceFilter({ source, onChange }: { source: string; onChange: SetFilter }) {
  const sources = useQuery(sourcesQuery);
  return (
    <Select
      aria-label="数据源"
      value={source}
      onChange={(value) => onChange('source', value)}
      popupMatchSelectWidth={false}
      style={{ minWidth: 150 }}
      options={[
        { value: '', label: '全部数据源' },
        ...(sources.data?.items ?? []).map((item) => ({ value: item.id, label: item.label })),
      ]}
    />
  );
}

function Filters({ source, state, onChange }: { source: string; state: string; onChange: SetFilter }) {
  return (
    <div className={styles['filters']}>
      <SourceFilter source={source} onChange={onChange} />
      <Select
        aria-label="状态"
        value={state}
        onChange={(value) => onChange('state', value)}
        style={{ minWidth: 110 }}
        options={[
          ...quarantineStateSchema.options.map((value) => ({ value: value as string, label: QUARANTINE_STATE_LABELS[value] })),
          { value: 'all', label: '全部状态' },
        ]} // widened: "all" is no state
      />
    </div>
  );
}
