import type { FindingDetail } from '@tianyan/console-app/api';
import { instantText } from '../../format/time.js';
import { Panel } from '../../parts/panel.js';
import styles from './facts-panel.module.css';

/** Who, where, when, how much. */
export function FactsPanel({ finding }: { finding: FindingDetail }) {
  return (
    <Panel title="要点">
      {finding.figures.length === 0 ? null : (
        <dl className={styles['figures']}>
          {finding.figures.map((figure) => (
            <div key={figure.name}>
              <dt>{figure.label}</dt>
              <dd className="num">{figure.text}</dd>
            </div>
          ))}
        </dl>
      )}
      <dl className={styles['facts']}>
        {finding.subjects.map((subject) => (
          <div key={`${subject.kind} ${subject.code}`}>
            <dt>{subject.kindLabel}</dt>
            <dd>
              {subject.name ?? subject.code}
              {subject.name === null || subject.name === subject.code ? null : <small>{subject.code}</small>}
            </dd>
          </div>
        ))}
        <div>
          <dt>发生时间</dt>
          <dd className="num">{instantText(finding.occurredAtMs)}</dd>
        </div>
        <div>
          <dt>发现时间</dt>
          <dd className="num">{instantText(finding.openedAtMs)}</dd>
        </div>
        {finding.dueAtMs === null ? null : (
          <div>
            <dt>下次复核</dt>
            <dd className="num">{instantText(finding.dueAtMs)}</dd>
          </div>
        )}
        <div>
          <dt>疑点编号</dt>
          <dd className="mono wrap-anywhere">{finding.id}</dd>
        </div>
      </dl>
    </Panel>
  );
}
