import { queryOptions, useQuery } from '@tanstack/react-query';
import { draftListSchema, type DraftSummary } from '@tianyan/console-app/api';
import { useState } from 'react';
import { Button } from 'antd';
import { Link } from 'react-router';
import { callApi } from '../../../api/client.js';
import { keys } from '../../../api/keys.js';
import { numberText } from '../../../format/number.js';
import { Loaded } from '../../../parts/loaded.js';
import { MachineTime } from '../../../parts/machine-time.js';
import { Panel } from '../../../parts/panel.js';
import { RecordTable, type Column } from '../../../parts/record-table.js';
import { isOpen, STATE_LABELS } from './draft-words.js';

const COLUMNS: readonly Column<DraftSummary>[] = [
  {
    title: '草稿',
    cell: (draft) => (
      <Link to={`/rules/drafts/${encodeURIComponent(draft.id)}`}>{draft.title || draft.ruleId || '（还没有名称）'}</Link>
    ),
    width: '28%',
  },
  { title: '规则编号', cell: ({ ruleId }) => ruleId || '（还没写）' },
  { title: '到了哪一步', cell: ({ state }) => <b>{STATE_LABELS[state]}</b> },
  { title: '例子', cell: ({ hasPassed }) => (hasPassed ? '都通过' : '还没跑过') },
  { title: '试一试', cell: ({ isTried }) => (isTried ? '试过' : '没试过') },
  {
    title: '最后改动',
    cell: ({ changedBy, changedAtMs }) => (
      <>
        {changedBy} <MachineTime atMs={changedAtMs} />
      </>
    ),
  },
];

export const draftListQuery = queryOptions({
  queryKey: keys.ruleDrafts,
  queryFn: ({ signal }) => callApi(draftListSchema, '/rules/drafts', { signal }),
});

/** Rules on their way; whoever may write them sees them. */
export function DraftList() {
  const [showsAll, setShowsAll] = useState(false);
  const query = useQuery(draftListQuery);
  const ended = query.data?.items.filter(({ state }) => !isOpen(state)).length ?? 0;
  return (
    <Panel
      title="规则草稿"
      note="保存不会发布；由另一个人复核后才能发布"
      extra={
        ended === 0 ? null : (
          <Button size="small" onClick={() => setShowsAll(!showsAll)}>
            {showsAll ? '只看未完成的' : `也看已发布、已作废的（${numberText(ended)}）`}
          </Button>
        )
      }
      flush
    >
      <Loaded query={query}>
        {({ items }) => {
          const shown = items.filter(({ state }) => showsAll || isOpen(state));
          if (shown.length === 0)
            return (
              <p style={{ padding: 16, color: 'var(--ink-soft)' }}>
                没有未完成的草稿。点“写新规则”，或在某条规则的页面上以一版为底稿。
              </p>
            );
          return <RecordTable caption="规则草稿" columns={COLUMNS} rows={shown} keyOf={({ id }) => id} />;
        }}
      </Loaded>
    </Panel>
  );
}
