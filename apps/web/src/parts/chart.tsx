import { Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import type { EChartsCoreOption } from 'echarts/core';

/** ECharts is the largest piece of the program: it comes when the first chart is shown. */
const ChartCanvas = lazy(() => import('./chart-canvas.js'));

/** A chart with the sentence that a screen reader says instead of it. Until it is drawn anew in less room, what is too wide is cut off: the page must not grow by it. */
export function Chart({ option, height, summary }: { option: EChartsCoreOption; height: number; summary: string }) {
  return (
    <figure role="img" aria-label={summary} style={{ height, overflowX: 'clip' }}>
      <Suspense fallback={<Skeleton.Node active style={{ width: '100%', height }} />}>
        <ChartCanvas option={option} />
      </Suspense>
    </figure>
  );
}
