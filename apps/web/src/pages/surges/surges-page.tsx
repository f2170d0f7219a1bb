import { useQuery } from '@tanstack/react-query';
import { surgeListSchema, surgeOrdersSchema, type Surge, type SurgeList, type SurgeOrders } from '@tianyan/console-app/api';
import { Button, Drawer, Segmented } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { numberText } from '../../format/number.js';
import { chinaDay, shortInstantText } from '../../format/time.js';
import { ExportButton } from '../../parts/export-button.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import styles from './surges-page.module.css';

type Days = '7' | '30';

/** Where citizens complain of something more than is usual there at this time of the year. */
export default function SurgesPage() {
  const [search, setSearch] = useSearchParams();
  const days: Days = search.get('days') === '30' ? '30' : '7';
  const [chosen, setChosen] = useState<Surge | null>(null);
  const query = useQuery({
    queryKey: keys.surges(days),
    queryFn: ({ signal }) => callApi(surgeListSchema, '/surges', { query: { days }, signal }),
  });
  return (
    <>
      <PageHeading
        title="集中反映"
        lead="哪里的哪类事项，近来的工单比往年同期（或平常）明显多。最反常的在前。"
        extra={
          <>
            <Segmented<Days>
              aria-label="看多少天"
              value={days}
              onChange={(value) => setSearch({ days: value }, { replace: true })}
              options={[
                { value: '7', label: '近 7 天' },
                { value: '30', label: '近 30 天' },
              ]}
            />
            <ExportButton title="导出集中反映" path="/surges/export" query={{ days }} />
          </>
        }
      />
      <Loaded query={query}>{(list) => <Found list={list} onOpen={setChosen} />}</Loaded>
      <OrdersDrawer surge={chosen} days={days} onClose={() => setChosen(null)} />
    </>
  );
}

function Found({ list, onOpen }: { list: SurgeList; onOpen: (surge: Surge) => void }) {
  const columns: readonly Column<Surge>[] = [
    { title: '事项', width: '14%', cell: (surge) => <b>{surge.matterLabel}</b> },
    { title: '地方', width: '24%', cell: (surge) => surge.placeName },
    { title: '多了多少', cell: (surge) => surge.text },
    { title: '反常程度', numeric: true, cell: (surge) => `${surge.score.toFixed(1)} 倍波动` },
    {
      title: '查看',
      cell: (surge) => (
        <span className={styles['actions']}>
          <Button size="small" aria-label={`${surge.placeName}${surge.matterLabel}的工单`} onClick={() => onOpen(surge)}>
            工单
          </Button>
          <Link to={findingsLink(list, surge)}>疑点</Link>
        </span>
      ),
    },
  ];
  return (
    <Panel
      title={`共 ${numberText(list.total)} 处`}
      note={list.total > list.items.length ? `${list.basisText}；只列最反常的 ${list.items.length} 处` : list.basisText}
      flush
    >
      {list.items.length === 0 ? (
        <EmptyPanel
          title={list.basis === 'none' ? '历史还不够，暂时比不出来' : '没有明显集中的反映'}
          hint={list.basis === 'none' ? list.basisText : '近来各处各类事项的工单都在平常的范围内。'}
        />
      ) : (
        <RecordTable
          caption="集中反映"
          columns={columns}
          rows={list.items}
          keyOf={({ matter, townshipCode, villageCode }) => `${matter}|${townshipCode}|${villageCode ?? ''}`}
        />
      )}
      <p className={styles['how']}>
        怎么算的：同一地方（村和整个乡镇各算一次）、同一事项类别的工单数，减去往年同期三段（没有满一年时，为此前最多八段）的中位数，除以平常的波动（1.4826×绝对中位差、中位数的平方根、1
        三者取大）。超过 3 倍波动、达到中位数的 1.5 倍，且近 7 天满 6 件（近 30 天满 12
        件）才列出。没有写乡镇的工单、保密工单不计。
      </p>
    </Panel>
  );
}

function findingsLink(list: SurgeList, { townshipCode, villageCode }: Surge): string {
  const place = villageCode === null ? { township: townshipCode } : { village: villageCode };
  return `/findings?${new URLSearchParams({ ...place, from: chinaDay(list.now.fromMs), to: chinaDay(list.now.beforeMs - 1) })}`;
}

const ORDER_COLUMNS: readonly Column<SurgeOrders['items'][number]>[] = [
  { title: '工单编号', cell: (order) => order.orderId },
  { title: '受理时间', cell: (order) => shortInstantText(order.acceptedAtMs) },
  { title: '承办单位', cell: (order) => order.leadUnitName ?? '没有写明' },
  { title: '办件状态', cell: (order) => order.status },
];

function OrdersDrawer({ surge, days, onClose }: { surge: Surge | null; days: Days; onClose: () => void }) {
  const question = surge && {
    days,
    matter: surge.matter,
    township: surge.townshipCode,
    ...(surge.villageCode === null ? {} : { village: surge.villageCode }),
  };
  const orders = useQuery({
    queryKey: keys.surgeOrders(question),
    queryFn: ({ signal }) => callApi(surgeOrdersSchema, '/surges/orders', { query: question ?? {}, signal }),
    enabled: question !== null,
  });
  return (
    <Drawer
      open={surge !== null}
      onClose={onClose}
      size="min(640px, 100vw)"
      title={surge ? `${surge.placeName} · ${surge.matterLabel}` : ''}
      styles={{ body: { padding: 0 } }}
    >
      {surge ? <p className={styles['text']}>{surge.text}</p> : null}
      <Loaded query={orders}>
        {({ items }) => (
          <>
            <RecordTable caption="背后的工单" columns={ORDER_COLUMNS} rows={items} keyOf={({ orderId }) => orderId} />
            <p className={styles['text']}>保密工单不计，也不列出。</p>
          </>
        )}
      </Loaded>
    </Drawer>
  );
}
