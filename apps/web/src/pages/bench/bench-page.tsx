import { useQuery } from '@tanstack/react-query';
import type { Bench, ClueSummary, TeamWeek } from '@tianyan/console-app/api';
import { Link } from 'react-router';
import { useMay } from '../../app/session.js';
import { numberText } from '../../format/number.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { ClueDue, ClueStateMark } from '../clues/clue-marks.js';
import { teamWeeksQuery } from '../findings/finding-queries.js';
import { FindingRows } from '../findings/finding-rows.js';
import { benchQuery, weekQuery } from './bench-query.js';
import styles from './bench-page.module.css';

const CLUE: Column<ClueSummary> = {
  title: '线索',
  width: '40%',
  cell: (clue) => (
    <span>
      <Link to={`/clues/${encodeURIComponent(clue.id)}`}>{clue.number}</Link>
      <span className={styles['title']}>{clue.title}</span>
    </span>
  ),
};
const TOWNSHIPS: Column<ClueSummary> = {
  title: '乡镇',
  cell: (clue) => (clue.townshipNames.length === 0 ? '全县' : clue.townshipNames.join('、')),
};
const STATE: Column<ClueSummary> = { title: '状态', cell: (clue) => <ClueStateMark state={clue.state} /> };

const MINE: readonly Column<Bench['mine'][number]>[] = [
  CLUE,
  STATE,
  TOWNSHIPS,
  {
    title: '本步期限',
    cell: (clue) => (
      <>
        <ClueDue clue={clue} />
        {clue.dueToday ? <strong className={styles['today']}>今天到期</strong> : null}
      </>
    ),
  },
];

const WAITING: readonly Column<Bench['waiting'][number]>[] = [
  CLUE,
  {
    title: '等我',
    cell: ({ stepLabel, forName }) => <strong>{forName === null ? stepLabel : `${stepLabel}（代${forName}）`}</strong>,
  },
  TOWNSHIPS,
  { title: '承办人', cell: (clue) => clue.assigneeName ?? '未分办' },
  { title: '本步期限', cell: (clue) => <ClueDue clue={clue} /> },
];

/** What is whoever looks's to do, the most urgent first. */
export default function BenchPage() {
  const query = useQuery(benchQuery);
  const decides = useMay('manage-clues');
  return (
    <>
      <PageHeading title="工作台" lead="我承办的线索、等我办的线索和本组本周的疑点；最急的在前。" />
      <div className={styles['panels']}>
        <Loaded query={query}>
          {(bench) => (
            <>
              {decides || bench.waiting.length > 0 ? <Waiting bench={bench} /> : null}
              <Mine bench={bench} />
            </>
          )}
        </Loaded>
        <Weeks />
      </div>
    </>
  );
}

function Waiting({ bench: { waiting, waitingTruncated } }: { bench: Bench }) {
  return (
    <Panel title="等我办" note={waitingTruncated ? `最急的 ${waiting.length} 条，还有更多` : `${waiting.length} 条`} flush>
      {waiting.length === 0 ? (
        <EmptyPanel title="没有等您分办、审批、验收或办结的线索" hint="需要您办时，会出现在这里，并发站内通知。" />
      ) : (
        <RecordTable
          caption="等我办的线索"
          columns={WAITING}
          rows={waiting}
          keyOf={({ id, forName }) => `${id}/${forName ?? ''}`}
        />
      )}
    </Panel>
  );
}

function Mine({ bench: { mine, mineTotal, mineOverdue, mineDueToday } }: { bench: Bench }) {
  const note = [
    `${numberText(mineTotal)} 条`,
    ...(mineOverdue > 0 ? [`超期 ${numberText(mineOverdue)} 条`] : []),
    ...(mineDueToday > 0 ? [`今天到期 ${numberText(mineDueToday)} 条`] : []),
  ].join('，');
  return (
    <Panel title="我承办的" note={note} extra={<Link to="/clues?view=mine">全部</Link>} flush>
      {mine.length === 0 ? (
        <EmptyPanel title="手上没有线索" hint="分办给您的线索会出现在这里，最急的在前。" />
      ) : (
        <RecordTable caption="我承办的线索" columns={MINE} rows={mine} keyOf={({ id }) => id} />
      )}
    </Panel>
  );
}

/** The week of each team of one's own that has a budget. */
function Weeks() {
  const { data } = useQuery(teamWeeksQuery);
  const own = data?.items.filter((week) => week.own) ?? [];
  return own.map((week) => <Week key={week.teamId} week={week} />);
}

function Week({ week: { teamId, teamName, open } }: { week: TeamWeek }) {
  const query = useQuery(weekQuery(teamId));
  const all = `/findings?status=open&team=${encodeURIComponent(teamId)}&place=week`;
  return (
    <Panel title={`${teamName}本周`} note={`待核实 ${numberText(open)} 条`} extra={<Link to={all}>全部</Link>} flush>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyPanel title="本周的疑点都核实完了" hint="下周一起按风险再排。" />
          ) : (
            <FindingRows items={items} dimmed={false} />
          )
        }
      </Loaded>
    </Panel>
  );
}
