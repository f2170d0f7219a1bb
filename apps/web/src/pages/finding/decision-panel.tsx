import {
  CLUE_STATE_LABELS,
  FINDING_STATUS_LABELS,
  type DecisionRequest,
  type FindingDetail,
  type FindingStatus,
} from '@tianyan/console-app/api';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { Help } from '../../help/help-button.js';
import { Panel } from '../../parts/panel.js';
import { DecisionDialog } from './decision-dialog.js';
import styles from './decision-panel.module.css';

export type DecisionKind = DecisionRequest['decision'];

const NEXT_STEP: Readonly<Record<FindingStatus, string>> = {
  open: '请对照证据核实后作出处理。',
  withdrawn: '数据更正后已不成立，一般无需处理。',
  dismissed: '已核实不是问题。之后数据再变化，这个决定也保留。',
  promoted: '已转为问题线索。之后数据再变化，这个决定也保留。',
};

const BUTTONS: Readonly<Record<DecisionKind, { label: string; type: 'primary' | 'default' }>> = {
  promote: { label: '转为问题线索', type: 'primary' },
  dismiss: { label: '核实后排除', type: 'default' },
  reopen: { label: '重新打开', type: 'default' },
};

const ORDER: readonly DecisionKind[] = ['promote', 'dismiss', 'reopen'];

export function DecisionPanel({ finding }: { finding: FindingDetail }) {
  const [asked, setAsked] = useState<DecisionKind | null>(null);
  const allowed = ORDER.filter((decision) => finding.allowedDecisions.includes(decision));
  return (
    <Panel title="处理" note={FINDING_STATUS_LABELS[finding.status]} extra={<Help topic="finding-decision" label="怎么处理" />}>
      <p className={styles['next']}>{NEXT_STEP[finding.status]}</p>
      {finding.clue === null ? null : (
        <p className={styles['next']}>
          在<Link to={`/clues/${encodeURIComponent(finding.clue.id)}`}>{finding.clue.number}</Link>里办理（
          {CLUE_STATE_LABELS[finding.clue.state]}）。
        </p>
      )}
      {allowed.length === 0 && finding.clue === null ? (
        <p className={styles['next']}>处理由分析员或监督检查组成员进行，您的账号只能查看。</p>
      ) : null}
      {allowed.length === 0 ? null : (
        <div className={styles['buttons']}>
          {allowed.map((decision) => (
            <Button key={decision} block type={BUTTONS[decision].type} onClick={() => setAsked(decision)}>
              {decision === 'promote' && finding.status === 'promoted' ? '登记线索' : BUTTONS[decision].label}
            </Button>
          ))}
        </div>
      )}
      <DecisionDialog finding={finding} decision={asked} onClose={() => setAsked(null)} />
    </Panel>
  );
}
