import type { Overview } from '@tianyan/console-app/api';
import { useMemo } from 'react';
import { chartDayText } from '../../format/time.js';
import { numberText } from '../../format/number.js';
import { Chart } from '../../parts/chart.js';
import { Panel } from '../../parts/panel.js';
import { countAxis, dayAxis, grid, legend, textStyle, tooltip } from './chart-style.js';

/** New and withdrawn findings, day by day. */
export function TrendPanel({ perDay }: { perDay: Overview['findings']['perDay'] }) {
  const option = useMemo(
    () => ({
      textStyle,
      tooltip,
      legend,
      grid,
      xAxis: dayAxis(perDay.map((entry) => chartDayText(entry.day))),
      yAxis: countAxis,
      series: [
        {
          name: '新增',
          type: 'bar',
          barMaxWidth: 14,
          itemStyle: { color: '#c2503f', borderRadius: [2, 2, 0, 0] },
          data: perDay.map((entry) => entry.opened),
        },
        {
          name: '撤回',
          type: 'bar',
          barMaxWidth: 14,
          barGap: '10%',
          itemStyle: { color: '#b4bfcc', borderRadius: [2, 2, 0, 0] },
          data: perDay.map((entry) => entry.withdrawn),
        },
      ],
    }),
    [perDay],
  );
  const opened = perDay.reduce((sum, entry) => sum + entry.opened, 0);
  const withdrawn = perDay.reduce((sum, entry) => sum + entry.withdrawn, 0);
  return (
    <Panel title="疑点趋势" note={`近 ${perDay.length} 天新增 ${numberText(opened)} 条，撤回 ${numberText(withdrawn)} 条`}>
      <Chart
        option={option}
        height={236}
        summary={`近 ${perDay.length} 天每日新增与撤回的疑点，合计新增 ${opened} 条，撤回 ${withdrawn} 条`}
      />
    </Panel>
  );
}
