import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { CIRCULAR_STATE_LABELS, CIRCULAR_STATES, type CircularSummary } from '@tianyan/console-app/circular-api';
import { Link } from 'react-router';
import { useAddressFilter } from '../../app/address-filter.js';
import { useTownships } from '../../app/divisions.js';
import { useUnits } from '../../app/units.js';
import { instantText } from '../../format/time.js';
import { labelled, ListFilters, named } from '../../parts/list-filters.js';
import { ExportButton } from '../../parts/export-button.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { MoreButton } from '../../parts/more-button.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { Deadline } from '../clues/clue-marks.js';
import clues from '../clues/clues-page.module.css';
import { CircularStateMark } from './circular-parts.js';
import { circularListQuery, type CircularFilter } from './circular-queries.js';

const COLUMNS: readonly Column<CircularSummary>[] = [
  {
    title: '通报',
    width: '36%',
    cell: (circular) => (
      <span>
        <Link to={`/circulars/${encodeURIComponent(circular.id)}`}>{circular.number ?? '通报（未编号）'}</Link>
        <span className={clues['title']}>{circular.title}</span>
      </span>
    ),
  },
  { title: '单位', cell: ({ unitNames }) => unitNames.join('、') },
  { title: '状态', cell: ({ state }) => <CircularStateMark state={state} /> },
  { title: '报送期限', cell: (circular) => <Deadline of={circular} /> },
  { title: '拟稿人', cell: ({ handlerName }) => handlerName },
  { title: '最近办理', cell: ({ changedAtMs }) => <span className="num">{instantText(changedAtMs)}</span> },
];

/** Circulars, and where each stands. */
export default function CircularsPage() {
  const [search, set] = useAddressFilter();
  const filter = filterOf(search);
  const query = useInfiniteQuery({ ...circularListQuery(filter), placeholderData: keepPreviousData });
  return (
    <>
      <PageHeading
        title="通报"
        lead="向单位或全县通报典型问题；点名的单位建章立制，报送、核对、计数，直到办结。"
        extra={<ExportButton title="导出通报" path="/circulars/export" query={filter} />}
      />
      <Panel flush>
        <Filters filter={filter} onChange={set} />
        <Loaded query={query}>
          {({ pages }) => <Found items={pages.flatMap(({ items }) => items)} filtered={search.size > 0} />}
        </Loaded>
        <MoreButton query={query} />
      </Panel>
    </>
  );
}

function filterOf(search: URLSearchParams): CircularFilter {
  const state = CIRCULAR_STATES.find((one) => one === search.get('state'));
  const [unit, township, text] = ['unit', 'township', 'text'].map((name) => search.get(name));
  return {
    ...(state && { state }),
    ...(unit && { unit }),
    ...(township && { township }),
    ...(text && { text }),
    ...(search.get('overdue') === 'true' && { overdue: 'true' as const }),
  };
}

function Filters({ filter, onChange }: { filter: CircularFilter; onChange: (name: string, value: string | undefined) => void }) {
  const choices = [
    { name: 'state', label: '状态', options: labelled(CIRCULAR_STATES, CIRCULAR_STATE_LABELS) },
    { name: 'unit', label: '单位', options: named(useUnits()) },
    { name: 'township', label: '乡镇', options: named(useTownships()) },
    { name: 'overdue', label: '期限', options: [{ value: 'true', label: '报送超期' }] },
  ];
  return <ListFilters filter={filter} choices={choices} text="标题" onChange={onChange} />;
}

function Found({ items, filtered }: { items: readonly CircularSummary[]; filtered: boolean }) {
  if (items.length > 0) return <RecordTable caption="通报" columns={COLUMNS} rows={items} keyOf={({ id }) => id} />;
  return filtered ? (
    <EmptyPanel title="没有这样的通报" hint="换个条件再看。" />
  ) : (
    <EmptyPanel title="还没有通报" hint="在疑点、线索或督办函页面点“发通报”，就在这里拟稿。" />
  );
}
