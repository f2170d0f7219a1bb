import type { Count } from '@tianyan/console-app/api';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { numberText } from '../format/number.js';
import styles from './bar-list.module.css';

/** A bar chart made of a list: readable without the bars, and with `to` each bar leads to what it counts. */
export function BarList(props: {
  counts: readonly Count[];
  max: number;
  to?: (key: string) => string;
  colour?: string;
  keepOrder?: boolean;
}) {
  const { counts, max, to, colour } = props;
  const shown = (props.keepOrder ? [...counts] : counts.toSorted((a, b) => b.count - a.count)).slice(0, max);
  const largest = Math.max(1, ...shown.map((entry) => entry.count));
  return (
    <ol className={styles['list']}>
      {shown.map((entry) => (
        <li key={entry.key}>
          <Row to={to?.(entry.key)}>
            <span className={styles['label']} title={entry.label}>
              {entry.label}
            </span>
            <span aria-hidden="true" className={styles['track']}>
              {/* The least bar is as wide as can be seen: of nothing there is none. */}
              {entry.count === 0 ? null : (
                <i
                  style={{ width: `${(entry.count / largest) * 100}%`, ...(colour === undefined ? {} : { background: colour }) }}
                />
              )}
            </span>
            <span className={`${styles['count']} num`}>{numberText(entry.count)}</span>
          </Row>
        </li>
      ))}
    </ol>
  );
}

function Row({ to, children }: { to: string | undefined; children: ReactNode }) {
  if (to === undefined) return <div className={styles['row']}>{children}</div>;
  return (
    <Link to={to} className={styles['row']}>
      {children}
    </Link>
  );
}
