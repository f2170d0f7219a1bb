import type { Count } from '@tianyan/console-app/api';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { numberText } from '../../format/number.js';
import { BarList } from '../../parts/bar-list.js';
import { Chart } from '../../parts/chart.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { textStyle, tooltip } from '../../parts/chart-style.js';
import styles from './class-panel.module.css';

const COLOURS = ['#1b4f8f', '#c2503f', '#0b7f8f', '#b9862b', '#6a5ab5', '#5f8f5a', '#8794a6', '#a05c7b'] as const;

const SEVERITY_ORDER = ['high', 'medium', 'low'];

function worstFirst(counts: readonly Count[]): Count[] {
  return counts.toSorted((a, b) => SEVERITY_ORDER.indexOf(a.key) - SEVERITY_ORDER.indexOf(b.key));
}

/** Share of each problem class: a ring, and the same numbers as links. */
export function ClassPanel({ counts, bySeverity }: { counts: readonly Count[]; bySeverity: readonly Count[] }) {
  const shown = useMemo(() => counts.filter((entry) => entry.count > 0).toSorted((a, b) => b.count - a.count), [counts]);
  const total = shown.reduce((sum, entry) => sum + entry.count, 0);
  const option = useMemo(
    () => ({
      textStyle,
      color: [...COLOURS],
      tooltip: { ...tooltip, trigger: 'item', formatter: '{b}：{c} 条（{d}%）' },
      series: [
        {
          type: 'pie',
          radius: ['64%', '92%'],
          // A single class is a closed ring: a gap would look like a missing share.
          padAngle: shown.length > 1 ? 1.5 : 0,
          itemStyle: { borderRadius: 2 },
          label: { show: false },
          emphasis: { scaleSize: 3 },
          data: shown.map((entry) => ({ name: entry.label, value: entry.count })),
        },
      ],
    }),
    [shown],
  );
  if (total === 0) return <EmptyPanel title="暂无" />;
  return (
    <div className={styles['panel']}>
      <div className={styles['ring']}>
        <Chart option={option} height={150} summary={shown.map((entry) => `${entry.label} ${entry.count} 条`).join('，')} />
        <p aria-hidden="true" className={styles['total']}>
          <span className="num">{numberText(total)}</span>条
        </p>
      </div>
      <ul className={styles['list']}>
        {shown.map((entry, index) => (
          <li key={entry.key}>
            <Link to={`/findings?status=open&class=${encodeURIComponent(entry.key)}`}>
              <i aria-hidden="true" style={{ background: COLOURS[index % COLOURS.length] }} />
              <span>{entry.label}</span>
              <b className="num">{numberText(entry.count)}</b>
            </Link>
          </li>
        ))}
      </ul>
      <h3 className={styles['label']}>严重程度</h3>
      <div className={styles['severities']}>
        <BarList
          keepOrder
          counts={worstFirst(bySeverity)}
          max={3}
          to={(severity) => `/findings?status=open&severity=${encodeURIComponent(severity)}`}
        />
      </div>
    </div>
  );
}
