import { VERDICT_LABELS, type FindingHistoryEntry } from '@tianyan/console-app/api';
import { Link } from 'react-router';
import { instantText } from '../../format/time.js';
import { Panel } from '../../parts/panel.js';
import timeLine from '../../parts/time-line.module.css';
import styles from './history-panel.module.css';

/** Records named with an entry; a correction of a whole file may bring hundreds. */
const MAX_CAUSES = 4;

export function HistoryPanel({ history }: { history: readonly FindingHistoryEntry[] }) {
  return (
    <Panel title="经过">
      <ol className={`${timeLine['line']} ${styles['history']}`}>
        {history.map((entry) => (
          <li key={`${entry.recordedAtMs} ${entry.kind}`} className={styles[entry.kind]}>
            <p className={styles['what']}>
              {entry.kindLabel}
              {entry.verdict === null ? null : `（${VERDICT_LABELS[entry.verdict]}）`}
              <span>{entry.actor ?? '系统'}</span>
            </p>
            <p className={`${styles['when']} num`}>{instantText(entry.atMs)}</p>
            {entry.reason === null ? null : <p className={styles['reason']}>{entry.reason}</p>}
            {entry.causes.length === 0 ? null : <Causes causes={entry.causes} />}
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function Causes({ causes }: { causes: FindingHistoryEntry['causes'] }) {
  return (
    <ul className={styles['causes']} aria-label="引起变化的记录">
      {causes.slice(0, MAX_CAUSES).map((cause) => (
        <li key={`${cause.type} ${cause.recordId} ${cause.version}`}>
          {cause.typeLabel} <span className="mono wrap-anywhere">{cause.recordId}</span>
          {cause.edit === null ? null : (
            <>
              {' '}
              手工改正：<Link to={`/quarantine?item=${encodeURIComponent(cause.edit.quarantineId)}`}>看来源原文</Link>
            </>
          )}
        </li>
      ))}
      {causes.length > MAX_CAUSES ? <li>等 {causes.length} 条记录</li> : null}
    </ul>
  );
}
