import { EXEMPTION_KIND_LABELS, type Exemption, type FindingDetail } from '@tianyan/console-app/api';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useMay } from '../../app/session.js';
import { chinaDay } from '../../format/time.js';
import { Panel } from '../../parts/panel.js';
import styles from './decision-panel.module.css';
import { ExemptionDialog } from './exemption-dialog.js';

/** Whether this is set aside, by whom and until when; the way to have no more of its like. */
export function ExemptionPanel({ finding }: { finding: FindingDetail }) {
  const mayDecide = useMay('decide-finding');
  const [isOpen, setOpen] = useState(false);
  const { exemption } = finding;
  if (exemption) return <SetAside exemption={exemption} />;
  if (!mayDecide) return null;
  return (
    <Panel title="今后不再提示">
      <p className={styles['next']}>
        同一对象的这类疑点一再出现、又确有道理的，可以作例外或暂缓：不再排队、不再预警，照常研判、计数，随时可以结束。
      </p>
      <div className={styles['buttons']}>
        <Button block onClick={() => setOpen(true)}>
          今后不再提示
        </Button>
      </div>
      <ExemptionDialog finding={isOpen ? finding : null} onClose={() => setOpen(false)} />
    </Panel>
  );
}

function SetAside({ exemption }: { exemption: Exemption }) {
  const { kind, expiresAtMs, subject, reason, document, account, ruleId } = exemption;
  return (
    <Panel title="已豁免" note={expiresAtMs === null ? '长期' : `至 ${chinaDay(expiresAtMs - 1)}`}>
      <p className={styles['next']}>
        {subject}（{EXEMPTION_KIND_LABELS[kind]}）：{reason}
        {document === null ? null : `，依据 ${document}`}。由 {account} 设定。
      </p>
      <p className={styles['next']}>
        <Link to={`/rules/${encodeURIComponent(ruleId)}`}>到规则页查看、提前结束</Link>
      </p>
    </Panel>
  );
}
