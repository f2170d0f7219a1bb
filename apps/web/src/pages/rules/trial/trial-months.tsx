import type { TrialResult } from '@tianyan/console-app/api';
import { useMemo } from 'react';
import { numberText } from '../../../format/number.js';
import { Chart } from '../../../parts/chart.js';
import { countAxis, dayAxis, grid, textStyle, tooltip } from '../../../parts/chart-style.js';
import styles from './trial.module.css';

/** When the problems came about. */
export function TrialMonths({ perMonth, earlier }: Pick<TrialResult, 'perMonth' | 'earlier'>) {
  const option = useMemo(() => {
    const bars = [...(earlier > 0 ? [{ label: '更早', count: earlier }] : []), ...perMonth];
    return {
      textStyle,
      tooltip,
      grid: { ...grid, top: 12 },
      xAxis: dayAxis(bars.map(({ label }) => label)),
      yAxis: countAxis,
      series: [
        {
          name: '发生',
          type: 'bar',
          barMaxWidth: 18,
          itemStyle: { color: '#c2503f', borderRadius: [2, 2, 0, 0] },
          data: bars.map(({ count }) => count),
        },
      ],
    };
  }, [perMonth, earlier]);
  const filled = perMonth.filter(({ count }) => count > 0).map(({ label, count }) => `${label} ${count} 条`);
  const summary = [...(earlier > 0 ? [`更早 ${earlier} 条`] : []), ...filled].join('，');
  return (
    <section aria-label="按发生的月份">
      <h3 className={styles['title']}>按发生的月份</h3>
      <p className={styles['note']}>
        {perMonth[0]?.label} 至 {perMonth.at(-1)?.label}
        {earlier > 0 ? `；更早的 ${numberText(earlier)} 条` : ''}
      </p>
      <Chart option={option} height={160} summary={summary} />
    </section>
  );
}
