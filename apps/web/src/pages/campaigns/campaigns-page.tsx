import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { CAMPAIGN_STATE_LABELS, CAMPAIGN_STATES, type CampaignSummary } from '@tianyan/console-app/api';
import { Button, Select } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { useMay } from '../../app/session.js';
import { numberText } from '../../format/number.js';
import { ExportButton } from '../../parts/export-button.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import filterBar from '../../parts/filter-bar.module.css';
import { Loaded } from '../../parts/loaded.js';
import { MoreButton } from '../../parts/more-button.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { campaignListQuery, ownTasksQuery } from './campaign-queries.js';
import { CampaignStateMark, TASK_COLUMNS } from './parts.js';

const COLUMNS: readonly Column<CampaignSummary>[] = [
  {
    title: '专项',
    width: '34%',
    cell: ({ id, name }) => <Link to={`/campaigns/${encodeURIComponent(id)}`}>{name}</Link>,
  },
  {
    title: '时间',
    cell: ({ beginsOn, endsOn }) => (
      <span className="num">
        {beginsOn} 至 {endsOn}
      </span>
    ),
  },
  { title: '负责人', cell: ({ leadName }) => leadName },
  { title: '范围', cell: ({ townshipNames }) => townshipNames.join('、') || '全县' },
  { title: '工单', numeric: true, cell: ({ picked }) => numberText(picked) },
  {
    title: '状态',
    cell: ({ state, weekly }) => (
      <span>
        <CampaignStateMark state={state} />
        {weekly ? ' 每周' : ''}
      </span>
    ),
  },
];

/** What was given to whoever looks, and all campaigns within reach. */
export default function CampaignsPage() {
  const [search, setSearch] = useSearchParams();
  const mayOpen = useMay('manage-supervision');
  const state = CAMPAIGN_STATES.find((one) => one === search.get('state'));
  const query = useInfiniteQuery({ ...campaignListQuery({ ...(state && { state }) }), placeholderData: keepPreviousData });
  const choose = (value: string | undefined) => setSearch(value === undefined ? {} : { state: value }, { replace: true });
  return (
    <>
      <PageHeading
        title="专项复查"
        lead="选定一批工单，再看一遍办得实不实：按条件、随机或按编号选定，分给人复查，有问题的经第二人确认才算数。"
        extra={
          <>
            {mayOpen ? (
              <Link to="/campaigns/new">
                <Button type="primary">发起专项</Button>
              </Link>
            ) : null}
            <ExportButton title="导出专项复查" path="/campaigns/export" query={{ ...(state && { state }) }} />
          </>
        }
      />
      <OwnTasks />
      <Panel flush>
        <div className={filterBar['filters']}>
          <Select
            aria-label="状态"
            allowClear
            placeholder="状态"
            value={state}
            onChange={choose}
            options={CAMPAIGN_STATES.map((value) => ({ value, label: CAMPAIGN_STATE_LABELS[value] }))}
          />
        </div>
        <Loaded query={query}>{({ pages }) => <Found items={pages.flatMap(({ items }) => items)} />}</Loaded>
        <MoreButton query={query} />
      </Panel>
    </>
  );
}

function OwnTasks() {
  const { data } = useQuery(ownTasksQuery);
  if (data === undefined || data.items.length === 0) return null;
  const waiting = data.items.filter(({ state }) => state === 'assigned').length;
  const { forNames } = data;
  const title = forNames.length === 0 ? '分给我复查的' : `分给我复查的（含代${forNames.join('、')}复查的）`;
  return (
    <Panel title={title} note={`${waiting} 件待复查`} flush>
      <RecordTable caption="分给我复查的工单" columns={TASK_COLUMNS} rows={data.items} keyOf={({ id }) => id} />
    </Panel>
  );
}

function Found({ items }: { items: readonly CampaignSummary[] }) {
  if (items.length > 0) return <RecordTable caption="专项复查" columns={COLUMNS} rows={items} keyOf={({ id }) => id} />;
  return <EmptyPanel title="没有专项复查" hint="由委领导或案件管理人员发起。" />;
}
