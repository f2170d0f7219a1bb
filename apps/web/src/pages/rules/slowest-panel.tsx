import { useQuery } from '@tanstack/react-query';
import { slowestRulesSchema, type SlowestRules } from '@tianyan/console-app/api';
import { Link } from 'react-router';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { numberText } from '../../format/number.js';
import { lengthText } from '../../format/time.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';

const COLUMNS: readonly Column<SlowestRules['items'][number]>[] = [
  { title: '规则', cell: ({ ruleId, title }) => <Link to={`/rules/${encodeURIComponent(ruleId)}`}>{title}</Link> },
  { title: '次数', numeric: true, cell: ({ runs }) => numberText(runs) },
  { title: '共用时', numeric: true, cell: ({ spentMs }) => lengthText(spentMs) },
  { title: '最长一次', numeric: true, cell: ({ slowestMs }) => lengthText(slowestMs) },
  { title: '出错', numeric: true, cell: ({ errors }) => numberText(errors) },
];

/** For those who run the platform: on which rules most time is spent. */
export function SlowestPanel() {
  const query = useQuery({
    queryKey: keys.slowestRules,
    queryFn: ({ signal }) => callApi(slowestRulesSchema, '/rules/runs/slowest', { signal }),
  });
  if (!query.data || query.data.items.length === 0) return null;
  const { days, items } = query.data;
  return (
    <Panel flush title="用时最多的规则" note={`近 ${days} 天，不含试一试`}>
      <RecordTable caption="用时最多的规则" columns={COLUMNS} rows={items} keyOf={({ ruleId }) => ruleId} />
    </Panel>
  );
}
