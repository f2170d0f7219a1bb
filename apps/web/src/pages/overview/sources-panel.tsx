import type { SourceSummary } from '@tianyan/console-app/api';
import { Link } from 'react-router';
import { numberText } from '../../format/number.js';
import { lengthText } from '../../format/time.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Panel } from '../../parts/panel.js';
import { SourceStateMark } from '../../parts/source-state-mark.js';
import { SystemIcon } from '../../parts/source-system.js';
import styles from './sources-panel.module.css';

export function SourcesPanel({ sources }: { sources: readonly SourceSummary[] }) {
  return (
    <Panel title="数据源状态" extra={<Link to="/sources">管理</Link>}>
      {sources.length === 0 ? <EmptyPanel title="还没有数据源" hint="接入第一个数据源后，这里显示它的状态。" /> : null}
      <ul className={styles['list']}>
        {sources.map((source) => (
          <li key={source.id}>
            <Link to={`/sources/${encodeURIComponent(source.id)}`} className={styles['source']}>
              <SystemIcon type={source.types[0]?.type ?? ''} />
              <span className={styles['name']}>
                {source.label}
                <small>{source.kindLabel}</small>
              </span>
              <SourceStateMark state={source.state} />
              <span className={styles['figure']}>
                <small>滞后</small>
                {source.lagMs === null ? '—' : lengthText(source.lagMs)}
              </span>
              <span className={`${styles['figure']} num`}>
                <small>入库</small>
                {numberText(source.acceptedCount)}
              </span>
              <span className={`${styles['figure']} num`}>
                <small>隔离</small>
                {numberText(source.quarantinedCount)}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
