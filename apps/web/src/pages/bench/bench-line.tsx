import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { numberText } from '../../format/number.js';
import { benchQuery } from './bench-query.js';
import styles from './bench-line.module.css';

/** On top of the overview of whoever reads clues: how much waits, and the way to it. Its room is kept before the answer is there. */
export function BenchLine() {
  const { data } = useQuery(benchQuery);
  const parts = data
    ? [
        { label: '等我办', count: data.waiting.length, more: data.waitingTruncated, hot: false },
        { label: '我承办', count: data.mineTotal, more: false, hot: false },
        { label: '今天到期', count: data.mineDueToday, more: false, hot: true },
        { label: '超期', count: data.mineOverdue, more: false, hot: true },
      ]
    : [];
  return (
    <p className={styles['line']}>
      <Link to="/bench">我的工作台</Link>
      {parts.map(({ label, count, more, hot }) => (
        <span key={label} className={hot && count > 0 ? styles['hot'] : undefined}>
          {label} <span className="num">{numberText(count)}</span>
          {more ? ' 条以上' : ' 条'}
        </span>
      ))}
    </p>
  );
}
