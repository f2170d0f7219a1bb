import type { Overview } from '@tianyan/console-app/api';
import { Segmented } from 'antd';
import { useMemo, useState } from 'react';
import { chartDayText } from '../../format/time.js';
import { numberText } from '../../format/number.js';
import { Chart } from '../../parts/chart.js';
import { Panel } from '../../parts/panel.js';
import { countAxis, dayAxis, grid, legend, textStyle, tooltip } from '../../parts/chart-style.js';

type PerDay = Overview['findings']['perDay'];
type View = 'occurred' | 'found';

const VIEWS = [
  { value: 'occurred' as const, label: '按发生' },
  { value: 'found' as const, label: '按发现' },
];

/**
 * Findings day by day: when the problems came about, or when they were found. The first is shown first, because a first load
 * of history finds the problems of a year on one day.
 */
export function TrendPanel({ perDay }: { perDay: PerDay }) {
  const [view, setView] = useState<View>('occurred');
  const option = useMemo(
    () => ({
      textStyle,
      tooltip,
      legend,
      grid,
      xAxis: dayAxis(perDay.map((entry) => chartDayText(entry.day))),
      yAxis: countAxis,
      series: view === 'occurred' ? [occurredBars(perDay)] : foundBars(perDay),
    }),
    [perDay, view],
  );
  const words = view === 'occurred' ? occurredWords(perDay) : foundWords(perDay);
  return (
    <Panel
      title="疑点趋势"
      note={words}
      extra={<Segmented<View> size="small" aria-label="按哪个时间" value={view} onChange={setView} options={VIEWS} />}
    >
      <Chart option={option} height={236} summary={words} />
    </Panel>
  );
}

function bars(name: string, colour: string, data: number[], stack?: string) {
  return {
    name,
    type: 'bar',
    barMaxWidth: 14,
    barGap: '10%',
    itemStyle: { color: colour, borderRadius: [2, 2, 0, 0] },
    data,
    ...(stack === undefined ? {} : { stack }),
  };
}

function occurredBars(perDay: PerDay) {
  return bars(
    '发生',
    '#c2503f',
    perDay.map((entry) => entry.occurred),
  );
}

function foundBars(perDay: PerDay) {
  const firstLook = perDay.map((entry) => entry.openedByFirstLook);
  return [
    bars(
      '当天发现',
      '#c2503f',
      perDay.map((entry) => entry.opened - entry.openedByFirstLook),
      'found',
    ),
    // Only where there is one: an empty entry in the legend would puzzle.
    ...(firstLook.some((count) => count > 0) ? [bars('历史数据首次比对', '#e3a79d', firstLook, 'found')] : []),
    bars(
      '撤回',
      '#b4bfcc',
      perDay.map((entry) => entry.withdrawn),
    ),
  ];
}

function sumOf(perDay: PerDay, count: (entry: PerDay[number]) => number): string {
  return numberText(perDay.reduce((sum, entry) => sum + count(entry), 0));
}

function occurredWords(perDay: PerDay): string {
  return `近 ${perDay.length} 天发生 ${sumOf(perDay, (entry) => entry.occurred)} 条（已撤回的不计）`;
}

function foundWords(perDay: PerDay): string {
  return `近 ${perDay.length} 天发现 ${sumOf(perDay, (entry) => entry.opened)} 条，撤回 ${sumOf(perDay, (entry) => entry.withdrawn)} 条`;
}
