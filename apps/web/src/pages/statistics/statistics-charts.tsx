import type { StatisticsChart } from '@tianyan/console-app/api';
import { useMemo } from 'react';
import { palette } from '../../app/theme.js';
import { Chart } from '../../parts/chart.js';
import { countAxis, dayAxis, grid, nameAxis, textStyle, tooltip } from '../../parts/chart-style.js';
import { Panel } from '../../parts/panel.js';
import styles from './statistics-page.module.css';

/** The figures as bars: months, classes, forms, and what is put right. The numbers stand in the tables below. */
export function StatisticsCharts({ charts }: { charts: readonly StatisticsChart[] }) {
  return (
    <div className={styles['charts']}>
      {charts.map((chart) => (
        <Panel key={chart.key} title={chart.title}>
          <Bars chart={chart} />
        </Panel>
      ))}
    </div>
  );
}

function Bars({ chart }: { chart: StatisticsChart }) {
  const option = useMemo(() => optionOf(chart), [chart]);
  const { title, unit, bars } = chart;
  return (
    <Chart
      option={option}
      height={200}
      summary={`${title}：${bars.map(({ label, value }) => `${label} ${value} ${unit}`).join('，')}`}
    />
  );
}

function optionOf({ key, title, unit, bars }: StatisticsChart) {
  const labels = bars.map(({ label }) => label);
  return {
    textStyle,
    tooltip: { ...tooltip, valueFormatter: (value: unknown) => `${String(value)} ${unit}` },
    grid: { ...grid, top: 12 },
    xAxis: key === 'months' ? dayAxis(labels) : nameAxis(labels),
    yAxis: countAxis,
    series: [
      {
        name: title,
        type: 'bar',
        barMaxWidth: 28,
        itemStyle: { color: palette.blue, borderRadius: [2, 2, 0, 0] },
        data: bars.map(({ value }) => value),
      },
    ],
  };
}
