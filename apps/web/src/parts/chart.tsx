import { Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import type { EChartsCoreOption } from 'echarts/core';

/** ECharts is the largest piece of the program: it comes when the first chart is shown. */
const ChartCanvas = lazy(() => import('./chart-canvas.js'));

/** A chart with the sentence that a screen reader says instead of it. */
export function Chart({ option, height, summary }: { option: EChartsCoreOption; height: number; summary: string }) {
  return (
    <figure role="img" aria-label={summary} style={{ height }}>
      <Suspense fallback={<Skeleton.Node active style={{ width: '100%', height }} />}>
        <ChartCanvas option={option} />
      </Suspense>
    </figure>
  );
}
