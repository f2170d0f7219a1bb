import { MAX_SWITCHED_RULES, type RuleSummary } from '@tianyan/console-app/api';
import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useAddressFilter } from '../../app/address-filter.js';
import { numberText } from '../../format/number.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { SeverityMark } from '../../parts/marks.js';
import { Panel } from '../../parts/panel.js';
import { precisionText } from '../../parts/precision-text.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { passesRuleFilter, ruleFilterOf } from './rule-filter.js';
import { RuleFilters } from './rule-filters.js';
import styles from './rule-page.module.css';
import { RuleState } from './rule-state.js';
import { switchOf, switchOfSeveral, type Switchable } from './switch-dialog.js';
import choosing from './switch-preview.module.css';

const columnsFor = (onSwitch: ((target: Switchable) => void) | null): readonly Column<RuleSummary>[] => [
  { title: '规则', cell: (rule) => <Link to={`/rules/${encodeURIComponent(rule.id)}`}>{rule.title}</Link>, width: '28%' },
  { title: '类别', cell: (rule) => rule.classLabel },
  { title: '程度', cell: (rule) => <SeverityMark severity={rule.severity} /> },
  { title: '比对方式', cell: (rule) => rule.kindLabel },
  { title: '用到的数据', cell: (rule) => rule.reads.join('、'), width: '22%' },
  { title: '状态', cell: (rule) => <RuleState rule={rule} /> },
  { title: '核实情况', cell: (rule) => precisionText(rule.precision) },
  {
    title: '待核实',
    numeric: true,
    cell: (rule) => (
      <Link
        to={`/findings?status=open&rule=${encodeURIComponent(rule.id)}`}
        aria-label={`${rule.title}：待核实 ${numberText(rule.openFindings)} 条`}
      >
        {numberText(rule.openFindings)}
      </Link>
    ),
  },
  ...(onSwitch === null ? [] : [switchColumn(onSwitch)]),
];

function switchColumn(onSwitch: (target: Switchable) => void): Column<RuleSummary> {
  return {
    title: '操作',
    cell: (rule) => (
      <Button size="small" aria-label={`开关：${rule.title}`} onClick={() => onSwitch(switchOf(rule))}>
        开关
      </Button>
    ),
  };
}

/** The rules, narrowed by what the address says; whoever may switch them can choose some and switch those at once. */
export function ChosenRules({
  items,
  onSwitch,
}: {
  items: readonly RuleSummary[];
  onSwitch: ((target: Switchable) => void) | null;
}) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [search, setFilter] = useAddressFilter();
  const filter = ruleFilterOf(search);
  const shown = items.filter((rule) => passesRuleFilter(rule, filter));
  // Also those that another filter shows: they are looked for one after the other.
  const rules = items.filter(({ id }) => chosen.has(id));
  const hidden = rules.filter((rule) => !shown.includes(rule)).length;
  const choose = (id: string, isChosen: boolean) =>
    setChosen((before) => new Set(isChosen ? [...before, id] : [...before].filter((one) => one !== id)));
  return (
    <Panel flush>
      <RuleFilters items={items} filter={filter} onChange={setFilter} />
      <p role="status" className={styles['count']}>
        共 {numberText(items.length)} 条{Object.keys(filter).length === 0 ? '' : `，筛出 ${numberText(shown.length)} 条`}
      </p>
      {onSwitch === null ? null : (
        <div className={choosing['chosen']} role="group" aria-label="一并开关">
          <span role="status">
            已选 {numberText(rules.length)} 条{hidden === 0 ? '' : `（其中 ${numberText(hidden)} 条没有筛出来，也会一并开关）`}
          </span>
          <Button size="small" onClick={() => setChosen((before) => new Set([...before, ...shown.map(({ id }) => id)]))}>
            {shown.length === items.length ? '全选' : '全选筛出的'}
          </Button>
          <Button size="small" disabled={rules.length === 0} onClick={() => setChosen(new Set())}>
            清除
          </Button>
          <Button
            size="small"
            type="primary"
            disabled={rules.length === 0 || rules.length > MAX_SWITCHED_RULES}
            onClick={() => onSwitch(switchOfSeveral(rules))}
          >
            一并启用、停用
          </Button>
          {rules.length > MAX_SWITCHED_RULES ? `一次最多 ${MAX_SWITCHED_RULES} 条` : null}
        </div>
      )}
      {shown.length === 0 ? (
        <EmptyPanel title="没有这样的规则" hint="换个词或者少选几个条件再看。" />
      ) : (
        <RecordTable
          caption="规则"
          columns={[...(onSwitch === null ? [] : [chooseColumn(chosen, choose)]), ...columnsFor(onSwitch)]}
          rows={shown}
          keyOf={(rule) => rule.id}
        />
      )}
    </Panel>
  );
}

function chooseColumn(chosen: ReadonlySet<string>, onChoose: (id: string, isChosen: boolean) => void): Column<RuleSummary> {
  return {
    title: '选',
    cell: ({ id, title }) => (
      <Checkbox checked={chosen.has(id)} aria-label={`选中：${title}`} onChange={({ target }) => onChoose(id, target.checked)} />
    ),
  };
}
