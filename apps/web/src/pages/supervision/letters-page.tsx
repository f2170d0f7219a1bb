import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import {
  LETTER_KIND_LABELS,
  LETTER_KINDS,
  LETTER_STATE_LABELS,
  LETTER_STATES,
  type LetterSummary,
} from '@tianyan/console-app/api';
import { Link } from 'react-router';
import { useAddressFilter } from '../../app/address-filter.js';
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
import { LetterStateMark } from './parts.js';
import { letterListQuery, type LetterFilter } from './supervision-queries.js';

const COLUMNS: readonly Column<LetterSummary>[] = [
  {
    title: '督办函',
    width: '36%',
    cell: (letter) => (
      <span>
        <Link to={`/letters/${encodeURIComponent(letter.id)}`}>
          {letter.number ?? `${LETTER_KIND_LABELS[letter.kind]}（未编号）`}
        </Link>
        <span className={clues['title']}>{letter.title}</span>
      </span>
    ),
  },
  { title: '单位', cell: ({ unitName }) => unitName },
  {
    title: '状态',
    cell: ({ state, returns }) => (
      <span>
        <LetterStateMark state={state} />
        {returns > 0 ? ` 退回 ${returns} 次` : ''}
      </span>
    ),
  },
  { title: '答复期限', cell: (letter) => <Deadline of={letter} /> },
  { title: '拟稿人', cell: ({ handlerName }) => handlerName },
  { title: '最近办理', cell: ({ changedAtMs }) => <span className="num">{instantText(changedAtMs)}</span> },
];

/** Letters to units, and where each stands. */
export default function LettersPage() {
  const [search, set] = useAddressFilter();
  const filter = filterOf(search);
  const query = useInfiniteQuery({ ...letterListQuery(filter), placeholderData: keepPreviousData });
  return (
    <>
      <PageHeading
        title="督办函"
        lead="发给单位的督办单、工作提醒函、监督提示函和纪检监察建议书：拟稿、签发、签收、答复、审核、办结，每一步都留痕。"
        extra={<ExportButton title="导出督办函" path="/letters/export" query={filter} />}
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

function filterOf(search: URLSearchParams): LetterFilter {
  const state = LETTER_STATES.find((one) => one === search.get('state'));
  const kind = LETTER_KINDS.find((one) => one === search.get('kind'));
  const unit = search.get('unit');
  const text = search.get('text');
  return {
    ...(state && { state }),
    ...(kind && { kind }),
    ...(unit && { unit }),
    ...(text && { text }),
    ...(search.get('overdue') === 'true' && { overdue: 'true' as const }),
  };
}

function Filters({ filter, onChange }: { filter: LetterFilter; onChange: (name: string, value: string | undefined) => void }) {
  const choices = [
    { name: 'state', label: '状态', options: labelled(LETTER_STATES, LETTER_STATE_LABELS) },
    { name: 'kind', label: '种类', options: labelled(LETTER_KINDS, LETTER_KIND_LABELS) },
    { name: 'unit', label: '单位', options: named(useUnits()) },
    { name: 'overdue', label: '期限', options: [{ value: 'true', label: '答复超期' }] },
  ];
  return <ListFilters filter={filter} choices={choices} text="标题" onChange={onChange} />;
}

function Found({ items, filtered }: { items: readonly LetterSummary[]; filtered: boolean }) {
  if (items.length > 0) return <RecordTable caption="督办函" columns={COLUMNS} rows={items} keyOf={({ id }) => id} />;
  return filtered ? (
    <EmptyPanel title="没有这样的督办函" hint="换个条件再看。" />
  ) : (
    <EmptyPanel title="还没有督办函" hint="在疑点或线索页面点“发督办函”，就在这里拟稿。" />
  );
}
