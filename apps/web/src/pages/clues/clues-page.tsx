import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { CLUE_STATES, type ClueState, type ClueSummary } from '@tianyan/console-app/api';
import { Input, Select } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { keys } from '../../api/keys.js';
import { instantText } from '../../format/time.js';
import { CountTabs } from '../../parts/count-tabs.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { ExportButton } from '../../parts/export-button.js';
import filterBar from '../../parts/filter-bar.module.css';
import { Loaded } from '../../parts/loaded.js';
import { MoreButton } from '../../parts/more-button.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { ChangedCluesBar } from './changed-clues-bar.js';
import { ClueDue, ClueSecrecy, ClueStateMark } from './clue-marks.js';
import { clueCountsQuery, clueListQuery, type ClueFilter } from './clue-queries.js';
import styles from './clues-page.module.css';

const MAX_TEXT_CHARS = 200;

type View = 'all' | 'mine' | 'soon' | 'overdue';
const VIEWS: readonly { view: View; label: string }[] = [
  { view: 'all', label: '全部' },
  { view: 'mine', label: '我承办的' },
  { view: 'soon', label: '临期' },
  { view: 'overdue', label: '超期' },
];

const COLUMNS: readonly Column<ClueSummary>[] = [
  {
    title: '线索',
    width: '34%',
    cell: (clue) => (
      <span>
        <Link to={`/clues/${encodeURIComponent(clue.id)}`}>{clue.number}</Link>
        <span className={styles['title']}>{clue.title}</span>
      </span>
    ),
  },
  {
    title: '状态',
    cell: (clue) => (
      <>
        <ClueStateMark state={clue.state} /> <ClueSecrecy restricted={clue.restricted} />
      </>
    ),
  },
  { title: '乡镇', cell: (clue) => (clue.townshipNames.length === 0 ? '全县' : clue.townshipNames.join('、')) },
  { title: '承办人', cell: (clue) => clue.assigneeName ?? '未分办' },
  { title: '本步期限', cell: (clue) => <ClueDue clue={clue} /> },
  { title: '最近办理', cell: (clue) => <span className="num">{instantText(clue.changedAtMs)}</span> },
];

/** What was made a clue, and where each stands. */
export default function CluesPage() {
  const client = useQueryClient();
  const [search, setSearch] = useSearchParams();
  const view = VIEWS.find((one) => one.view === search.get('view'))?.view ?? 'all';
  const state = CLUE_STATES.find((one) => one === search.get('state'));
  const text = search.get('text') ?? '';
  const narrowed: ClueFilter = { ...(state && { state }), ...(text !== '' && { text }) };
  const filter: ClueFilter = {
    ...narrowed,
    ...(view === 'mine' && { mine: 'true' as const }),
    ...((view === 'soon' || view === 'overdue') && { urgency: view }),
  };
  const query = useInfiniteQuery({ ...clueListQuery(filter), placeholderData: keepPreviousData });
  const set = (part: Readonly<Record<string, string>>) => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(part)) {
      if (value === '') next.delete(name);
      else next.set(name, value);
    }
    setSearch(next, { replace: true });
  };
  return (
    <>
      <PageHeading
        title="线索"
        lead="由疑点登记的问题线索：登记、分办、核实、处置、整改、验收、办结、回访，每一步都留痕。"
        extra={<ExportButton title="导出线索台账" path="/clues/export" query={filter} />}
      />
      <Panel flush>
        <ViewTabs view={view} filter={narrowed} onChange={(next) => set({ view: next === 'all' ? '' : next })} />
        <Filters state={state} text={text} filter={filter} onChange={set} />
        <ChangedCluesBar onShow={() => void client.invalidateQueries({ queryKey: keys.clues })} />
        <Loaded query={query}>
          {({ pages }) => <Found items={pages.flatMap(({ items }) => items)} filtered={search.size > 0} />}
        </Loaded>
        <MoreButton query={query} />
      </Panel>
    </>
  );
}

function ViewTabs({ view, filter, onChange }: { view: View; filter: ClueFilter; onChange: (view: View) => void }) {
  const { data } = useQuery(clueCountsQuery(filter));
  const mine = useQuery(clueCountsQuery({ ...filter, mine: 'true' }));
  const counts = { all: data?.total, mine: mine.data?.total, soon: data?.soon, overdue: data?.overdue };
  const tabs = VIEWS.map((one) => ({ key: one.view, label: one.label, count: counts[one.view], pressed: one.view === view }));
  return <CountTabs label="看哪些线索" tabs={tabs} onChange={onChange} />;
}

function Filters(props: {
  state: ClueState | undefined;
  text: string;
  filter: ClueFilter;
  onChange: (part: { state?: string; text?: string }) => void;
}) {
  const { state: _, ...others } = props.filter;
  const { data } = useQuery({ ...clueCountsQuery(others), placeholderData: keepPreviousData });
  return (
    <div className={filterBar['filters']}>
      <Select
        aria-label="状态"
        allowClear
        placeholder="所有状态"
        {...(props.state && { value: props.state })}
        onChange={(value: ClueState | undefined) => props.onChange({ state: value ?? '' })}
        options={(data?.byState ?? []).map(({ key, label, count }) => ({ value: key, label: `${label}（${count}）` }))}
      />
      <Input.Search
        aria-label="编号或名称"
        placeholder="编号或名称"
        allowClear
        maxLength={MAX_TEXT_CHARS}
        defaultValue={props.text}
        onSearch={(value) => props.onChange({ text: value.trim() })}
      />
    </div>
  );
}

function Found({ items, filtered }: { items: readonly ClueSummary[]; filtered: boolean }) {
  if (items.length === 0)
    return filtered ? (
      <EmptyPanel title="没有这样的线索" hint="换个条件再看。" />
    ) : (
      <EmptyPanel title="还没有线索" hint="在疑点页面点“转为问题线索”，就在这里登记。" />
    );
  return <RecordTable caption="问题线索" columns={COLUMNS} rows={items} keyOf={({ id }) => id} />;
}
