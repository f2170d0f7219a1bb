import { useQuery } from '@tanstack/react-query';
import {
  MAX_SWITCHED_RULES,
  ruleListSchema,
  type RetiredRuleItem,
  type RuleList,
  type RuleSummary,
} from '@tianyan/console-app/api';
import { Alert, Button, Checkbox, Space } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useMay } from '../../app/session.js';
import { numberText } from '../../format/number.js';
import { ExportButton } from '../../parts/export-button.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded, Together } from '../../parts/loaded.js';
import { MachineTime } from '../../parts/machine-time.js';
import { SeverityMark } from '../../parts/marks.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { precisionText } from '../../parts/precision-text.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { PackSwitches } from './pack-switches.js';
import styles from './rule-page.module.css';
import { DraftList, draftListQuery } from './drafts/draft-list.js';
import { exportRules } from './drafts/export-rules.js';
import { ImportDialog } from './drafts/import-dialog.js';
import { useBeginDraft } from './drafts/new-draft.js';
import { refetchWhileUnderWay } from './rule-progress.js';
import { GapsPanel } from './gaps-panel.js';
import choosing from './switch-preview.module.css';
import { SlowestPanel } from './slowest-panel.js';
import { RuleState } from './rule-state.js';
import { SwitchDialog, switchOf, switchOfSeveral, type Switchable } from './switch-dialog.js';

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

export default function RulesPage() {
  const maySwitch = useMay('switch-rules');
  const mayCount = useMay('count-coverage');
  const mayReadRuns = useMay('read-run-log');
  const [target, setTarget] = useState<Switchable | null>(null);
  const mayDraft = useMay('draft-rules');
  const [imports, setImports] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const query = useQuery({
    queryKey: keys.rules,
    queryFn: ({ signal }) => callApi(ruleListSchema, '/rules', { signal }),
    refetchInterval: (current) => refetchWhileUnderWay(current.state.data?.items ?? []),
  });
  const drafts = useQuery({ ...draftListQuery, enabled: mayDraft });
  // Drafts stand above the rules, which would be pushed down by them.
  const awaitsDrafts = mayDraft && drafts.isPending;
  return (
    <>
      <PageHeading
        title="规则"
        lead="疑点是按这些规则比对出来的。每条规则都写明依据、标准和比对语句。"
        extra={<Actions onImport={() => setImports(true)} onFailure={setFailure} />}
      />
      {failure === null ? null : <Alert role="alert" type="error" showIcon title={failure} />}
      <Together known={!awaitsDrafts}>
        {mayDraft ? (
          <div style={{ marginBottom: 16 }}>
            <DraftList />
          </div>
        ) : null}
        <Loaded query={query}>
          {({ items, retired, inShadow, packs, sources }) =>
            items.length + retired.length + inShadow.length === 0 ? (
              <EmptyPanel title="还没有规则：研判进程（correlator）启动时载入随产品的规则" />
            ) : (
              <div className={styles['stack']}>
                <PackSwitches
                  packs={packs}
                  openOf={(pack) => items.filter((rule) => rule.pack === pack).reduce((sum, rule) => sum + rule.openFindings, 0)}
                  labelOf={(source) => sources.find(({ name }) => name === source)?.label ?? source}
                  onSwitch={setTarget}
                />
                <ChosenRules items={items} onSwitch={maySwitch ? setTarget : null} />
                {inShadow.length === 0 ? null : <ShadowRules rules={inShadow} />}
                {retired.length === 0 ? null : <RetiredRules rules={retired} />}
                {mayCount ? <GapsPanel /> : null}
                {mayReadRuns ? <SlowestPanel /> : null}
              </div>
            )
          }
        </Loaded>
      </Together>
      <SwitchDialog target={target} sources={query.data?.sources ?? []} onClose={() => setTarget(null)} />
      <ImportDialog open={imports} onClose={() => setImports(false)} />
    </>
  );
}

/** The rules; whoever may switch them can choose some and switch those at once. */
function ChosenRules({ items, onSwitch }: { items: readonly RuleSummary[]; onSwitch: ((target: Switchable) => void) | null }) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const rules = items.filter(({ id }) => chosen.has(id));
  const choose = (id: string, isChosen: boolean) =>
    setChosen((before) => new Set(isChosen ? [...before, id] : [...before].filter((one) => one !== id)));
  return (
    <Panel flush>
      {onSwitch === null ? null : (
        <div className={choosing['chosen']} role="group" aria-label="一并开关">
          <span role="status">已选 {numberText(rules.length)} 条</span>
          <Button size="small" onClick={() => setChosen(new Set(items.slice(0, MAX_SWITCHED_RULES).map(({ id }) => id)))}>
            全选
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
      <RecordTable
        caption="规则"
        columns={[...(onSwitch === null ? [] : [chooseColumn(chosen, choose)]), ...columnsFor(onSwitch)]}
        rows={items}
        keyOf={(rule) => rule.id}
      />
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

/** What is done with rules as a whole, or with none yet. */
function Actions({ onImport, onFailure }: { onImport: () => void; onFailure: (message: string) => void }) {
  const mayDraft = useMay('draft-rules');
  const beginDraft = useBeginDraft();
  const fail = (error: Error) => onFailure(error.message);
  return (
    <Space wrap>
      <ExportButton title="导出规则一览" label="导出一览" path="/rules/export" query={{}} action="export-platform-lists" />
      <Button onClick={() => void exportRules().catch(fail)}>导出全部</Button>
      {mayDraft ? (
        <>
          <Button onClick={onImport}>导入</Button>
          <Button type="primary" onClick={() => beginDraft()}>
            写新规则
          </Button>
        </>
      ) : null}
    </Space>
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
