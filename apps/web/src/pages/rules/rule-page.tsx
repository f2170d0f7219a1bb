import { useQuery } from '@tanstack/react-query';
import {
  FINDING_STATUS_LABELS,
  findingStatusSchema,
  ruleDetailSchema,
  type Retirement,
  type RuleDetail,
} from '@tianyan/console-app/api';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useMay } from '../../app/session.js';
import { numberText } from '../../format/number.js';
import { Help } from '../../help/help-button.js';
import { BackLink } from '../../parts/back-link.js';
import { Loaded } from '../../parts/loaded.js';
import { MachineTime } from '../../parts/machine-time.js';
import { SeverityMark } from '../../parts/marks.js';
import { PageHeading } from '../../parts/page-heading.js';
import { PageSkeleton } from '../../parts/page-skeleton.js';
import { Panel } from '../../parts/panel.js';
import { RuleWords } from '../../parts/rule-words.js';
import { SqlText } from '../../parts/sql-text.js';
import { CoveragePanel } from './coverage-panel.js';
import { ExemptionsPanel } from './exemptions-panel.js';
import { ParametersPanel } from './parameters/parameters-panel.js';
import { PausesPanel } from './pauses-panel.js';
import { PrecisionPanel } from './precision-panel.js';
import styles from './rule-page.module.css';
import { RunsPanel } from './runs-panel.js';
import { RuleStage } from './rule-stage.js';
import { RuleState } from './rule-state.js';
import { refetchWhileUnderWay } from './rule-progress.js';
import { ShadowPanel } from './shadow-panel.js';
import { SwitchDialog, switchOf, type Switchable } from './switch-dialog.js';
import { VersionsPanel } from './versions-panel.js';

export default function RulePage() {
  const { id = '' } = useParams();
  const query = useQuery({
    queryKey: keys.rule(id),
    queryFn: ({ signal }) => callApi(ruleDetailSchema, `/rules/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: (current) => refetchWhileUnderWay(current.state.data ? [current.state.data] : []),
  });
  return (
    <>
      <BackLink to="/rules">返回规则</BackLink>
      <Loaded query={query} skeleton={<PageSkeleton panels={3} />}>
        {(rule) => <Rule rule={rule} />}
      </Loaded>
    </>
  );
}

function Rule({ rule }: { rule: RuleDetail }) {
  const lead = `${rule.classLabel} · ${rule.kindLabel} · 第 ${rule.version} 版 · 附 ${rule.exampleCount} 个示例`;
  return (
    <>
      <PageHeading title={rule.title} lead={lead} extra={<SeverityMark severity={rule.severity} />} />
      <div className={styles['stack']}>
        <RuleStage rule={rule} />
        {rule.isShadowOnly ? null : <Counts rule={rule} />}
        {rule.isShadowOnly ? null : <StatePanel rule={rule} />}
        {rule.isShadowOnly ? null : <PausesPanel ruleId={rule.id} />}
        {rule.isShadowOnly || rule.retired ? null : <CoveragePanel ruleId={rule.id} />}
        <RunsPanel ruleId={rule.id} />
        {rule.isShadowOnly ? null : <PrecisionPanel ruleId={rule.id} />}
        {rule.isShadowOnly ? null : <ExemptionsPanel ruleId={rule.id} />}
        {rule.shadowVersion === null ? null : <ShadowPanel rule={rule} />}
        <Panel title="文字说明" note={`用到：${rule.reads.join('、')}`}>
          <RuleWords words={rule.words} legalBasis={rule.legalBasis} />
        </Panel>
        <Panel title="判断标准" note="由规则本身写出，与比对语句一致">
          <ul className={styles['meaning']}>
            {rule.meaning.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </Panel>
        {rule.parameters.length === 0 || rule.isShadowOnly || rule.retired ? null : <ParametersPanel rule={rule} />}
        <Panel title="比对语句（SQL）">
          <SqlText sql={rule.sql} />
        </Panel>
        <VersionsPanel rule={rule} />
      </div>
    </>
  );
}

/** Whether it is judged, who said so and why; administrators switch it here. */
function StatePanel({ rule }: { rule: RuleDetail }) {
  const maySwitch = useMay('switch-rules');
  const [target, setTarget] = useState<Switchable | null>(null);
  const { setBy } = rule.switch;
  if (rule.retired) return <RetiredPanel retired={rule.retired} />;
  return (
    <Panel title="状态" extra={<Help topic="rule-state" label="规则的状态" />}>
      <div className={styles['state']}>
        <span>
          <RuleState rule={rule} />
          {!rule.runs && rule.switch.enabled ? '（所在的规则包已停用，或没有一个数据源可看）' : null}
        </span>
        {setBy ? (
          <span className={styles['by']}>
            {setBy.account} <MachineTime atMs={setBy.atMs} />：{setBy.reason}
          </span>
        ) : null}
        {maySwitch ? (
          <Button size="small" onClick={() => setTarget(switchOf(rule))}>
            开关
          </Button>
        ) : null}
      </div>
      <SwitchDialog target={target} sources={rule.sources} onClose={() => setTarget(null)} />
    </Panel>
  );
}

/** Who took it away and why, and the way back. */
function RetiredPanel({ retired }: { retired: Retirement }) {
  const mayPublish = useMay('publish-rules');
  return (
    <Panel title="状态" extra={<Help topic="rule-state" label="规则的状态" />}>
      <div className={styles['state']}>
        <b>已撤下，不再研判</b>
        <span className={styles['by']}>
          {retired.account ?? '程序'} <MachineTime atMs={retired.atMs} />
          {retired.reason === null ? null : `：${retired.reason}`}
        </span>
        {mayPublish ? <span>要恢复，在下面“各版全文”里选一版恢复。</span> : null}
      </div>
    </Panel>
  );
}

function Counts({ rule }: { rule: RuleDetail }) {
  return (
    <ul className={styles['counts']} aria-label="按状态的疑点数">
      {findingStatusSchema.options.map((status) => (
        <li key={status}>
          <Link to={`/findings?status=${status}&rule=${encodeURIComponent(rule.id)}`}>
            <span>{FINDING_STATUS_LABELS[status]}</span>
            <b className="num">{numberText(rule.findingsByStatus[status])}</b>
          </Link>
        </li>
      ))}
    </ul>
  );
}
