import { useInfiniteQuery, useQuery, type InfiniteData, type UseInfiniteQueryResult } from '@tanstack/react-query';
import type { FindingCounts, FindingFilterQuery, FindingList } from '@tianyan/console-app/api';
import { Button, Switch } from 'antd';
import type { ReactNode } from 'react';
import { numberText } from '../../format/number.js';
import { Help } from '../../help/help-button.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { ErrorPanel } from '../../parts/error-panel.js';
import { ExportButton } from '../../parts/export-button.js';
import { MoreButton } from '../../parts/more-button.js';
import { PageHeading } from '../../parts/page-heading.js';
import { countFilters, listQueryOf, queryOf, useFindingFilter, type FindingFilter } from './finding-filter.js';
import { FindingFilters } from './finding-filters.js';
import { ChoosableRows, type Waiting } from './bulk/choosable-rows.js';
import { findingCountsQuery, findingListQuery } from './finding-queries.js';
import { GroupList } from './group-list.js';
import { ListSkeleton } from './list-skeleton.js';
import { listTotals } from './list-totals.js';
import { NewFindingsBar } from './new-findings-bar.js';
import { StatusTabs } from './status-tabs.js';
import { TeamWeeks, useOwnWeekFirst } from './team-weeks.js';
import { SavedViews } from './views/saved-views.js';
import styles from './findings-page.module.css';

export default function FindingsPage() {
  const { filter, change, clear } = useFindingFilter();
  const query = queryOf(filter);
  const isArriving = useOwnWeekFirst();
  const isGrouped = filter.group === 'subject' && filter.subject === '';
  const list = useInfiniteQuery({
    ...findingListQuery(listQueryOf(filter)),
    enabled: !isGrouped && !isArriving,
  });
  const { status: _status, aside: _aside, ...withoutStatus } = query;
  const counts = useQuery(findingCountsQuery(withoutStatus));
  const waiting = useQuery(findingCountsQuery({ ...withoutStatus, status: 'open' }));
  // What still is the answer for the filter of before may be looked at, and nothing be decided by it.
  const counted = waiting.isPlaceholderData ? undefined : waiting.data;
  const setAside = waiting.data?.aside;
  const nothing = <Nothing filtered={countFilters(filter) > 0} onClear={clear} />;
  const isQueue = query.aside === 'without';
  const totals = listTotals(filter, counts.data, waiting.data);
  return (
    <>
      <PageHeading
        title="疑点"
        lead="模型比对出来、等待核实的问题。点开一条可以看到全部证据。"
        extra={<ExportFindings filter={filter} isGrouped={isGrouped} />}
      />
      <div className={styles['box']}>
        <TeamWeeks filter={filter} change={change} />
        <StatusTabs filter={filter} counts={counts.data} waiting={waiting.data} onChange={change} />
        <FindingFilters filter={filter} change={change} clear={clear} />
        <NewFindingsBar filter={filter} onShow={() => void list.refetch()} />
        <p className={styles['total']} role="status">
          {totals.all === undefined ? '正在统计……' : `共 ${numberText(totals.all)} 条${totals.isAtLeast ? '以上' : ''}`}
          {isQueue && setAside ? `，另有已豁免 ${numberText(setAside)} 条` : null}
          <Help topic="finding-status" label="疑点的状态" />
          <span className={styles['keys']}>按 ↑ ↓ 移动，回车打开，/ 搜索</span>
          <label className={styles['group']}>
            <Switch
              size="small"
              checked={filter.order !== 'newest'}
              onChange={(byRisk) => change({ order: byRisk ? '' : 'newest' })}
            />
            按风险排
          </label>
          <Help topic="finding-risk" label="按风险排" />
          <label className={styles['group']}>
            <Switch
              size="small"
              checked={filter.group === 'subject'}
              onChange={(grouped) => change({ group: grouped ? 'subject' : '', subject: '' })}
            />
            按对象合并
          </label>
          <Help topic="finding-group" label="按对象合并" />
          <SavedViews />
          {filter.subject === '' ? null : (
            <Button size="small" type="link" onClick={() => change({ subject: '' })}>
              只看一个对象，点此返回
            </Button>
          )}
        </p>
        {isGrouped ? (
          <GroupList query={listQueryOf(filter)} nothing={nothing} onOpen={(subject) => change({ subject })} />
        ) : (
          <FlatList list={list} nothing={nothing} query={query} waiting={waitingOf(counted, totals.open)} />
        )}
      </div>
    </>
  );
}

/** Undefined: not known, or more than are counted. */
function waitingOf(counts: FindingCounts | undefined, count: number | undefined): Waiting | undefined {
  return counts === undefined || count === undefined ? undefined : { count, asOf: counts.asOf };
}

function FlatList(props: {
  list: UseInfiniteQueryResult<InfiniteData<FindingList>>;
  nothing: ReactNode;
  query: FindingFilterQuery;
  waiting: Waiting | undefined;
}) {
  const { list, nothing, query, waiting } = props;
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {list.isPending ? <ListSkeleton /> : null}
      {list.isError && items.length === 0 ? <ErrorPanel error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.isSuccess && items.length === 0 ? nothing : null}
      <ChoosableRows
        items={items}
        dimmed={list.isPlaceholderData}
        query={query}
        waiting={waiting}
        onDecided={() => void list.refetch()}
      />
      <MoreButton query={list} />
    </>
  );
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (!filtered) return <EmptyPanel title="这里还没有疑点" hint="数据到达并比对出问题后，会自动出现在这里。" />;
  return (
    <EmptyPanel title="没有符合条件的疑点" hint="试着放宽时间范围，或者去掉一两个筛选条件。">
      <Button onClick={onClear}>清除筛选</Button>
    </EmptyPanel>
  );
}

/** What is shown: each finding, or what they are about. */
function ExportFindings({ filter, isGrouped }: { filter: FindingFilter; isGrouped: boolean }) {
  return isGrouped ? (
    <ExportButton title="导出疑点（按对象）" path="/findings/groups/export" query={listQueryOf(filter)} />
  ) : (
    <ExportButton title="导出疑点台账" path="/findings/export" query={queryOf(filter)} />
  );
}
