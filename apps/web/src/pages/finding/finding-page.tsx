import { InfoCircleOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import type { FindingDetail } from '@tianyan/console-app/api';
import { Link, useParams } from 'react-router';
import { instantText } from '../../format/time.js';
import { BackLink } from '../../parts/back-link.js';
import { Loaded } from '../../parts/loaded.js';
import { ConfidentialMark, SetAsideMark, SeverityMark, StatusMark, TierMark } from '../../parts/marks.js';
import { PageSkeleton } from '../../parts/page-skeleton.js';
import { AlertsPanel } from './alerts-panel.js';
import { DecisionPanel } from './decision-panel.js';
import { EvidencePanel } from './evidence-panel.js';
import { ExemptionPanel } from './exemption-panel.js';
import { FactsPanel } from './facts-panel.js';
import { findingQuery } from './finding-query.js';
import { CircularsPanel } from '../supervision/circulars-panel.js';
import { LettersPanel } from '../supervision/letters-panel.js';
import { HistoryPanel } from './history-panel.js';
import { RulePanel } from './rule-panel.js';
import styles from './finding-page.module.css';

export default function FindingPage() {
  const { id = '' } = useParams();
  const query = useQuery(findingQuery(id));
  return (
    <>
      <BackLink to="/findings">返回疑点列表</BackLink>
      <Loaded query={query} skeleton={<PageSkeleton panels={3} />}>
        {(finding) => <Finding finding={finding} />}
      </Loaded>
    </>
  );
}

function Finding({ finding }: { finding: FindingDetail }) {
  return (
    <article>
      <title>{`${finding.ruleTitle} · 天眼监督`}</title>
      <header className={styles['head']}>
        <div className={styles['marks']}>
          <StatusMark status={finding.status} />
          {finding.tier ? <TierMark tier={finding.tier} /> : null}
          {finding.setAside ? <SetAsideMark setAside={finding.setAside} /> : null}
          <SeverityMark severity={finding.severity} />
          <span className={styles['class']}>{finding.classLabel}</span>
          {finding.confidential ? <ConfidentialMark /> : null}
          <Link to={`/rules/${encodeURIComponent(finding.ruleId)}`}>{finding.ruleTitle}</Link>
        </div>
        <h1 className={styles['headline']}>{finding.explanation}</h1>
        <p className={styles['notice']} role="note">
          <InfoCircleOutlined aria-hidden="true" /> 模型结果只是待核实的疑点，不是结论
        </p>
        {finding.rulePausedSinceMs === null ? null : (
          <p className={styles['notice']} role="status">
            <InfoCircleOutlined aria-hidden="true" /> 这条规则已暂停判断，自 {instantText(finding.rulePausedSinceMs)}{' '}
            起的数据还没有判断过，这里是那时的结论。原因和恢复时间见
            <Link to={`/rules/${encodeURIComponent(finding.ruleId)}`}>规则页</Link>。
          </p>
        )}
      </header>
      <div className={styles['columns']}>
        <div className={styles['main']}>
          <EvidencePanel finding={finding} />
          <RulePanel rule={finding.rule} />
        </div>
        <div className={styles['side']}>
          <DecisionPanel finding={finding} />
          <AlertsPanel finding={finding} />
          <LettersPanel origin={{ kind: 'finding', id: finding.id }} about={[finding]} />
          <CircularsPanel origin={{ kind: 'finding', id: finding.id }} />
          <ExemptionPanel finding={finding} />
          <FactsPanel finding={finding} />
          <HistoryPanel history={finding.history} />
        </div>
      </div>
    </article>
  );
}
