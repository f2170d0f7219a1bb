import type { EvidenceItem, FindingDetail } from '@tianyan/console-app/api';
import { Alert } from 'antd';
import { useState } from 'react';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Panel } from '../../parts/panel.js';
import { EvidenceEntry } from './evidence-entry.js';
import { EvidenceLanes } from './evidence-lanes.js';
import { RawRecordDrawer } from './raw-record-drawer.js';
import styles from './evidence-panel.module.css';

/** All evidence as one timeline, whatever source it came from. */
export function EvidencePanel({ finding }: { finding: FindingDetail }) {
  const [shown, setShown] = useState<EvidenceItem | null>(null);
  const { evidence } = finding;
  return (
    <Panel title="证据时间线" note={`${evidence.length} 条记录，按发生时间排列`}>
      {finding.evidenceTruncated ? (
        <Alert type="info" showIcon title="相关记录很多，这里只保留了最关键的一部分。" style={{ marginBottom: 12 }} />
      ) : null}
      {finding.status === 'withdrawn' ? (
        <Alert
          type="warning"
          showIcon
          title="数据更正后，这个疑点已不成立。下面是撤回前的证据，供核对。"
          style={{ marginBottom: 12 }}
        />
      ) : null}
      {evidence.length === 0 ? (
        <EmptyPanel title="没有可显示的证据" hint="记录可能已超过保存期限。请在“经过”中查看当时的情况。" />
      ) : null}
      {evidence.length > 2 ? <EvidenceLanes evidence={evidence} /> : null}
      <ol className={styles['timeline']}>
        {evidence.map((item, position) => (
          <EvidenceEntry key={item.index} item={item} previous={evidence[position - 1]} onShowRaw={() => setShown(item)} />
        ))}
      </ol>
      <RawRecordDrawer findingId={finding.id} item={shown} onClose={() => setShown(null)} />
    </Panel>
  );
}
