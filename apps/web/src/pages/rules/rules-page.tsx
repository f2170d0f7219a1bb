import { useQuery } from '@tanstack/react-query';
import { ruleListSchema, type RuleSummary } from '@tianyan/console-app/api';
import { Link } from 'react-router';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { numberText } from '../../format/number.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { SeverityMark } from '../../parts/marks.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';

const COLUMNS: readonly Column<RuleSummary>[] = [
  { title: '规则', cell: (rule) => <Link to={`/rules/${encodeURIComponent(rule.id)}`}>{rule.title}</Link>, width: '28%' },
  { title: '类别', cell: (rule) => rule.classLabel },
  { title: '程度', cell: (rule) => <SeverityMark severity={rule.severity} /> },
  { title: '比对方式', cell: (rule) => rule.kindLabel },
  { title: '用到的数据', cell: (rule) => rule.reads.join('、'), width: '26%' },
  {
    title: '待核实',
    numeric: true,
    cell: (rule) => (
      <Link
        to={`/findings?status=open&rule=${encodeURIComponent(rule.id)}`}
        aria-label={`${rule.title}：待核实 ${rule.openFindings} 条`}
      >
        {numberText(rule.openFindings)}
      </Link>
    ),
  },
];

export default function RulesPage() {
  const query = useQuery({ queryKey: keys.rules, queryFn: ({ signal }) => callApi(ruleListSchema, '/rules', { signal }) });
  return (
    <>
      <PageHeading title="规则" lead="疑点是按这些规则比对出来的。每条规则都写明依据、标准和比对语句。" />
      <Panel flush>
        <Loaded query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyPanel title="还没有规则" />
            ) : (
              <RecordTable caption="规则" columns={COLUMNS} rows={items} keyOf={(rule) => rule.id} />
            )
          }
        </Loaded>
      </Panel>
    </>
  );
}
