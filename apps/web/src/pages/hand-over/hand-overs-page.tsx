import { useQuery } from '@tanstack/react-query';
import type { HolderList } from '@tianyan/console-app/api';
import { Link } from 'react-router';
import { numberText } from '../../format/number.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { Mark } from '../people/mark.js';
import { holdersQuery } from './hand-over-queries.js';

const COLUMNS: readonly Column<HolderList['items'][number]>[] = [
  {
    title: '人员',
    width: '30%',
    cell: ({ userId, name, account }) => (
      <span>
        <Link to={`/hand-overs/${encodeURIComponent(userId)}`}>{name}</Link> <span className="mono">{account}</span>
      </span>
    ),
  },
  { title: '角色', cell: ({ roleLabel }) => roleLabel },
  {
    title: '状态',
    cell: ({ active }) => (active ? <Mark tone="green">在岗</Mark> : <Mark tone="red">已停用，无人承办</Mark>),
  },
  { title: '线索', numeric: true, cell: ({ clues }) => numberText(clues) },
  { title: '督办函', numeric: true, cell: ({ letters }) => numberText(letters) },
  { title: '通报', numeric: true, cell: ({ circulars }) => numberText(circulars) },
  { title: '待复查工单', numeric: true, cell: ({ campaignTasks }) => numberText(campaignTasks) },
];

/** Who handles how much; of those who leave it is given to others. */
export default function HandOversPage() {
  const query = useQuery(holdersQuery);
  return (
    <>
      <PageHeading
        title="移交"
        lead="有人调离、休假或不宜再办时，把手上未办结的线索、督办函和通报交给别人，每一件都留痕。已停用的人排在最前面。"
      />
      <Panel flush>
        <Loaded query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyPanel title="没有人手上有未办结的事项" />
            ) : (
              <RecordTable caption="谁手上有未办结的事项" columns={COLUMNS} rows={items} keyOf={({ userId }) => userId} />
            )
          }
        </Loaded>
      </Panel>
    </>
  );
}
