import { useQuery } from '@tanstack/react-query';
import type { FindingSummary } from '@tianyan/console-app/api';
import { useRef } from 'react';
import { Link } from 'react-router';
import { shortInstantText } from '../../format/time.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { SeverityMark, StatusMark } from '../../parts/marks.js';
import { Panel } from '../../parts/panel.js';
import { newestFindingsQuery } from '../findings/finding-queries.js';
import { ListSkeleton } from '../findings/list-skeleton.js';
import { placeOf } from '../findings/place.js';
import styles from './live-feed.module.css';

/** The newest findings; what has just come slides in. */
export function LiveFeed() {
  const query = useQuery(newestFindingsQuery);
  return (
    <Panel title="最新疑点" extra={<Link to="/findings">全部</Link>} flush className={styles['panel']}>
      <Loaded query={query} skeleton={<ListSkeleton rows={6} />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyPanel title="还没有疑点" hint="数据到达后，比对出的问题会出现在这里。" />
          ) : (
            <Items items={items} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function Items({ items }: { items: readonly FindingSummary[] }) {
  // Only what came after the first look is new: the first list must not slide in as a whole.
  const known = useRef<ReadonlySet<string> | null>(null);
  known.current ??= new Set(items.map((finding) => finding.id));
  const first = known.current;
  return (
    <ol className={styles['feed']} aria-live="polite" aria-relevant="additions">
      {items.map((finding) => (
        <li key={finding.id} className={first.has(finding.id) ? undefined : styles['fresh']}>
          <Link to={`/findings/${encodeURIComponent(finding.id)}`} className={styles['item']}>
            <span className={styles['top']}>
              <SeverityMark severity={finding.severity} />
              {finding.status === 'open' ? null : <StatusMark status={finding.status} />}
              <span className={`${styles['time']} num`}>
                <span className="sr-only">发现于</span>
                {shortInstantText(finding.openedAtMs)}
              </span>
            </span>
            <span className={styles['text']}>{finding.explanation}</span>
            <span className={styles['place']}>{placeOf(finding.subjects)}</span>
          </Link>
        </li>
      ))}
    </ol>
  );
}
