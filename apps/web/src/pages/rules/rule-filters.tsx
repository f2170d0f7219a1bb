import { SEVERITY_LABELS, severitySchema, type RuleSummary } from '@tianyan/console-app/api';
import { labelled, ListFilters } from '../../parts/list-filters.js';
import { RULE_STATE_LABELS, RULE_STATES, type RuleFilter } from './rule-filter.js';

/** What the list of rules can be narrowed by; of data and classes those that some rule has. */
export function RuleFilters(props: {
  items: readonly RuleSummary[];
  filter: RuleFilter;
  onChange: (name: string, value: string | undefined) => void;
}) {
  const { items, filter, onChange } = props;
  const choices = [
    { name: 'state', label: '状态', options: labelled(RULE_STATES, RULE_STATE_LABELS) },
    { name: 'reads', label: '用到的数据', options: options(items.flatMap(({ reads }) => reads)) },
    { name: 'class', label: '类别', options: options(items.map(({ classLabel }) => classLabel)) },
    { name: 'severity', label: '程度', options: labelled(severitySchema.options, SEVERITY_LABELS) },
  ];
  return <ListFilters filter={{ ...filter }} choices={choices} text="名称、编号或查什么" onChange={onChange} />;
}

function options(names: readonly string[]): { value: string; label: string }[] {
  return [...new Set(names)].toSorted((a, b) => a.localeCompare(b, 'zh')).map((name) => ({ value: name, label: name }));
}
