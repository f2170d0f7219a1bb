import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import {
  DELIVERY_STATE_LABELS,
  deliveryListSchema,
  deliveryStateSchema,
  doneSchema,
  type Delivery,
  type DeliveryState,
} from '@tianyan/console-app/api';
import { App, Button, Segmented } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { ExportButton } from '../../parts/export-button.js';
import { MachineTime } from '../../parts/machine-time.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { ErrorPanel } from '../../parts/error-panel.js';
import { MoreButton } from '../../parts/more-button.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { ListSkeleton } from '../findings/list-skeleton.js';
import styles from './deliveries-page.module.css';

type Choice = DeliveryState | 'all';
const CHOICES: readonly Choice[] = ['all', ...deliveryStateSchema.options];

/** Whether each notice reached those it is for. */
export default function DeliveriesPage() {
  const [choice, setChoice] = useState<Choice>('all');
  const list = useInfiniteQuery({
    queryKey: keys.deliveries(choice),
    queryFn: ({ pageParam, signal }) =>
      callApi(deliveryListSchema, '/deliveries', {
        query: { ...(choice === 'all' ? {} : { state: choice }), ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null, // the type of a page parameter comes from its first value
    getNextPageParam: (page) => page.nextCursor,
  });
  const retry = useRetry();
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const options = CHOICES.map((value) => ({ value, label: value === 'all' ? '全部' : DELIVERY_STATE_LABELS[value] }));
  return (
    <>
      <PageHeading
        title="送达记录"
        lead="每条通知发给了谁、是否送到。多次失败的会停在“死信”，排除故障后可以再发一次。"
        extra={
          <ExportButton
            title="导出送达记录"
            path="/deliveries/export"
            query={choice === 'all' ? {} : { state: choice }}
            action="manage-teams"
          />
        }
      />
      <Panel
        flush
        title="记录"
        extra={<Segmented<Choice> size="small" aria-label="状态" value={choice} onChange={setChoice} options={options} />}
      >
        {list.isPending ? <ListSkeleton rows={5} /> : null}
        {list.isError && items.length === 0 ? <ErrorPanel error={list.error} onRetry={() => void list.refetch()} /> : null}
        {list.isSuccess && items.length === 0 ? <EmptyPanel title="没有记录" /> : null}
        {items.length > 0 ? (
          <RecordTable caption="送达记录" columns={columns((id) => retry.mutate(id))} rows={items} keyOf={(item) => item.id} />
        ) : null}
        <MoreButton query={list} />
      </Panel>
    </>
  );
}

function columns(retry: (id: string) => void): readonly Column<Delivery>[] {
  return [
    { title: '产生时间', cell: (item) => <MachineTime atMs={item.createdAtMs} /> },
    { title: '内容', cell: (item) => <Link to={item.path}>{item.kindLabel}</Link> },
    { title: '发给', cell: recipientOf },
    { title: '方式', cell: (item) => item.channelLabel },
    { title: '状态', cell: (item) => <span className={styles[item.state]}>{DELIVERY_STATE_LABELS[item.state]}</span> },
    { title: '次数', numeric: true, cell: (item) => item.attempts },
    { title: '说明', cell: (item) => explain(item) },
    {
      title: '操作',
      width: '90px',
      cell: (item) =>
        item.state === 'dead' ? (
          <Button size="small" onClick={() => retry(item.id)}>
            再发一次
          </Button>
        ) : (
          '—'
        ),
    },
  ];
}

function recipientOf({ teamName, personName }: Delivery): string {
  const team = teamName ?? '平台管理员';
  return personName === null ? team : `${team} · ${personName}`;
}

function explain(item: Delivery) {
  if (item.deliveredAtMs !== null)
    return (
      <>
        <MachineTime atMs={item.deliveredAtMs} /> 送达
      </>
    );
  return (
    <>
      {item.lastError ?? '等待发送'}
      {item.nextAttemptAtMs === null ? null : (
        <>
          ，下次 <MachineTime atMs={item.nextAttemptAtMs} />
        </>
      )}
    </>
  );
}

function useRetry() {
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (id: string) => callApi(doneSchema, `/deliveries/${encodeURIComponent(id)}/retry`, { method: 'POST', body: {} }),
    onSuccess: async () => {
      void message.success('已重新排队发送');
      await client.invalidateQueries({ queryKey: ['deliveries'] });
    },
    onError: (error) => void message.error(error.message),
  });
}
