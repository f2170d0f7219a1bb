import { useInfiniteQuery } from '@tanstack/react-query';
import { AUDIT_LABELS, auditListSchema, type AuditEntry, type AuditQuery } from '@tianyan/console-app/api';
import { DatePicker, Input, Select } from 'antd';
import dayjs from 'dayjs';
import { useSearchParams } from 'react-router';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { ExportButton } from '../../parts/export-button.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import filterBar from '../../parts/filter-bar.module.css';
import { Loaded } from '../../parts/loaded.js';
import { MachineTime } from '../../parts/machine-time.js';
import { MoreButton } from '../../parts/more-button.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { ListSkeleton } from '../findings/list-skeleton.js';
import styles from './audit-page.module.css';

const DAY_FORMAT = 'YYYY-MM-DD';
const MAX_TEXT_CHARS = 200;
const ACTIONS = Object.entries(AUDIT_LABELS).map(([value, label]) => ({ value, label }));
/** What stands in the address, so that a search can be handed on. */
const ASKED = ['account', 'action', 'text', 'from', 'to', 'failed'] as const;
type Asked = Partial<Record<(typeof ASKED)[number], string>>;

const COLUMNS: readonly Column<AuditEntry>[] = [
  { title: '时间', width: '190px', cell: ({ atMs }) => <MachineTime atMs={atMs} seconds /> },
  {
    title: '谁',
    width: '16%',
    cell: ({ account, address }) => (
      <span>
        <span className="mono wrap-anywhere">{account}</span>
        <span className={styles['second']}>{address ?? '未知地址'}</span>
      </span>
    ),
  },
  {
    title: '做了什么',
    width: '18%',
    cell: ({ actionLabel, succeeded }) => (
      <span>
        {actionLabel}
        {succeeded ? null : <span className={styles['failed']}>未成功</span>}
      </span>
    ),
  },
  { title: '对象', cell: ({ object }) => <span className="mono wrap-anywhere">{object ?? '—'}</span> },
  { title: '理由', cell: ({ reason }) => <span className="wrap-anywhere">{reason ?? '—'}</span> },
];

/** What everybody saw and did, for whoever audits. */
export default function AuditPage() {
  const [search, setSearch] = useSearchParams();
  const asked: Asked = Object.fromEntries(ASKED.flatMap((name) => (search.get(name) ? [[name, search.get(name)]] : [])));
  const query = useInfiniteQuery({
    queryKey: keys.audit(asked),
    queryFn: ({ pageParam, signal }) =>
      callApi(auditListSchema, '/audit', { query: { ...asked, ...(pageParam === null ? {} : { cursor: pageParam }) }, signal }),
    initialPageParam: null as string | null, // the type of a page parameter comes from its first value
    getNextPageParam: (page) => page.nextCursor,
    // Each reading is on record: nothing is read again that nobody asked for.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const set = (part: Asked) => {
    const next = Object.entries({ ...asked, ...part }).filter(([, value]) => value !== undefined && value !== '');
    setSearch(new URLSearchParams(next.map(([name, value]) => [name, value ?? ''])), { replace: true });
  };
  return (
    <>
      <PageHeading
        title="操作日志"
        lead="登录、查看原始记录和未遮蔽的内容、每一次处理和授权都记在这里，任何人不能修改或删除；查阅本页也会记入。"
        extra={<ExportButton title="导出操作日志" path="/audit/export" query={asked} action="read-audit" />}
      />
      <Panel flush>
        <Filters asked={asked} onChange={set} />
        <Loaded query={query} skeleton={<ListSkeleton rows={8} />}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            return items.length === 0 ? (
              <EmptyPanel title="没有这样的记录" hint="放宽时间，或去掉一些条件。" />
            ) : (
              <RecordTable caption="操作日志" columns={COLUMNS} rows={items} keyOf={({ id }) => id} />
            );
          }}
        </Loaded>
        <MoreButton query={query} />
      </Panel>
    </>
  );
}

function Filters({ asked, onChange }: { asked: Asked; onChange: (part: Asked) => void }) {
  const days = [asked.from, asked.to].map((day) => (day === undefined ? null : dayjs(day, DAY_FORMAT)));
  return (
    <div className={filterBar['filters']}>
      <Input.Search
        aria-label="账号"
        placeholder="账号"
        allowClear
        maxLength={64}
        defaultValue={asked.account ?? ''}
        onSearch={(value) => onChange({ account: value.trim() })}
      />
      <Select
        aria-label="做了什么"
        placeholder="所有操作"
        mode="multiple"
        maxTagCount={1}
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        value={asked.action?.split(',') ?? []}
        options={ACTIONS}
        onChange={(values: string[]) => onChange({ action: values.join(',') })}
      />
      <Input.Search
        aria-label="对象或理由"
        placeholder="对象或理由，例如线索编号"
        allowClear
        maxLength={MAX_TEXT_CHARS}
        defaultValue={asked.text ?? ''}
        onSearch={(value) => onChange({ text: value.trim() })}
      />
      <DatePicker.RangePicker
        aria-label="日期"
        allowEmpty={[true, true]}
        value={[days[0] ?? null, days[1] ?? null]}
        onChange={(range) => onChange({ from: range?.[0]?.format(DAY_FORMAT) ?? '', to: range?.[1]?.format(DAY_FORMAT) ?? '' })}
      />
      <Select
        aria-label="结果"
        value={asked.failed === 'true' || asked.failed === 'false' ? asked.failed : ''}
        options={[
          { value: '', label: '所有结果' },
          { value: 'true', label: '未成功、被拒' },
          { value: 'false', label: '成功' },
        ]}
        onChange={(value: NonNullable<AuditQuery['failed']> | '') => onChange({ failed: value })}
      />
    </div>
  );
}
