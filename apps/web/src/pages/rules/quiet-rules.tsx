import type { RetiredRuleItem, RuleList } from '@tianyan/console-app/api';
import { Link } from 'react-router';
import { useAddressFilter } from '../../app/address-filter.js';
import { MachineTime } from '../../parts/machine-time.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { hasWords, ruleFilterOf } from './rule-filter.js';

/** Rules that find nothing that is told, as far as the words that are looked for are in them. */
export function QuietRules({ retired, inShadow }: Pick<RuleList, 'retired' | 'inShadow'>) {
  const [search] = useAddressFilter();
  const { text } = ruleFilterOf(search);
  const isFound = ({ id, title }: { id: string; title: string }) => hasWords([id, title], text);
  const [shadows, gone] = [inShadow.filter(isFound), retired.filter(isFound)];
  return (
    <>
      {shadows.length === 0 ? null : <ShadowRules rules={shadows} />}
      {gone.length === 0 ? null : <RetiredRules rules={gone} />}
    </>
  );
}

/** Rules of which nothing speaks yet. */
function ShadowRules({ rules }: { rules: RuleList['inShadow'] }) {
  return (
    <Panel title="只在影子运行的规则" note="发现的疑点只在它们的页面上看，不提醒、不计数">
      <ul>
        {rules.map(({ id, title, version }) => (
          <li key={id}>
            <Link to={`/rules/${encodeURIComponent(id)}`}>{title}</Link>（第 {version} 版）
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Rules that are judged no more, with the way to their pages. */
function RetiredRules({ rules }: { rules: readonly RetiredRuleItem[] }) {
  const columns: readonly Column<RetiredRuleItem>[] = [
    {
      title: '规则',
      cell: (rule) => <Link to={`/rules/${encodeURIComponent(rule.id)}`}>{rule.title}</Link>,
      width: '28%',
    },
    { title: '最后一版', cell: (rule) => `第 ${rule.version} 版` },
    { title: '撤下时间', cell: (rule) => <MachineTime atMs={rule.retired.atMs} /> },
    { title: '撤下人', cell: (rule) => rule.retired.account ?? '程序' },
    { title: '理由', cell: (rule) => rule.retired.reason ?? '', width: '30%' },
  ];
  return (
    <Panel title="已撤下的规则" note="不再研判；各版全文都留存，可以恢复" flush>
      <RecordTable caption="已撤下的规则" columns={columns} rows={rules} keyOf={(rule) => rule.id} />
    </Panel>
  );
}
