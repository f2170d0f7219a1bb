import { useQuery } from '@tanstack/react-query';
import { coverageGapsSchema, type CoverageGaps } from '@tianyan/console-app/api';
import { Link } from 'react-router';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { numberText } from '../../format/number.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';

type Gap = CoverageGaps['items'][number];

const COLUMNS: readonly Column<Gap>[] = [
  { title: '规则', width: '26%', cell: ({ ruleId, title }) => <Link to={`/rules/${encodeURIComponent(ruleId)}`}>{title}</Link> },
  { title: '提醒', width: '12%', cell: ({ mayAccuse }) => (mayAccuse ? <b>可能误报</b> : '有的看不见') },
  {
    title: '说明',
    cell: ({ warnings }) => (
      <ul>
        {warnings.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    ),
  },
];

/** For those who run the platform: which rules are blind, or may accuse wrongly, by which source. */
export function GapsPanel() {
  const query = useQuery({
    queryKey: keys.coverageGaps,
    queryFn: ({ signal }) => callApi(coverageGapsSchema, '/rules/coverage/gaps', { signal }),
  });
  if (!query.data || query.data.counted === 0) return null;
  const { counted, items } = query.data;
  return (
    <Panel flush title="规则能不能判断" note={`已统计 ${numberText(counted)} 条规则，${numberText(items.length)} 条要看一看`}>
      {items.length === 0 ? (
        <p style={{ padding: '0 16px' }}>统计过的规则都有足够的数据可以判断。</p>
      ) : (
        <RecordTable caption="规则能不能判断" columns={COLUMNS} rows={items} keyOf={({ ruleId }) => ruleId} />
      )}
    </Panel>
  );
}
