import { useQuery } from '@tanstack/react-query';
import { rulePrecisionSchema, type RulePrecision } from '@tianyan/console-app/api';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { Loaded } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';
import { besideText, precisionText } from '../../parts/precision-text.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import styles from './precision-panel.module.css';

/** How often the rule was right, as far as people have checked: all its versions, and each. */
export function PrecisionPanel({ ruleId }: { ruleId: string }) {
  const query = useQuery({
    queryKey: keys.rulePrecision(ruleId),
    queryFn: ({ signal }) => callApi(rulePrecisionSchema, `/rules/${encodeURIComponent(ruleId)}/precision`, { signal }),
  });
  return (
    <Panel title="核实情况" note="您管辖范围内、已作出决定的疑点">
      <Loaded query={query}>{(precision) => <Checked precision={precision} />}</Loaded>
    </Panel>
  );
}

const COLUMNS: readonly Column<RulePrecision['versions'][number]>[] = [
  { title: '版本', cell: ({ version }) => `第 ${version} 版` },
  { title: '核实情况', cell: ({ precision }) => precisionText(precision) },
  { title: '说明', cell: ({ precision }) => besideText(precision) },
];

function Checked({ precision: { all, versions } }: { precision: RulePrecision }) {
  return (
    <>
      <p>
        <b>{precisionText(all)}</b>
        {all && besideText(all) !== '' ? `（${besideText(all)}）` : null}
      </p>
      {versions.length > 1 ? (
        <RecordTable caption="各版的核实情况" columns={COLUMNS} rows={versions} keyOf={({ version }) => String(version)} />
      ) : null}
      <p className={styles['note']}>
        属实的占比＝转为线索的÷核实的；不属实和政策允许都算核实过而不属实，数据错误不怪规则，不计入。括号里是 95%
        的把握下真实占比所在的区间（威尔逊法）：核实得少，区间就宽。
      </p>
    </>
  );
}
