import { BarChart, LineChart, PieChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { use, type EChartsCoreOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect } from 'react';
import { useDrawnChart } from './drawn-chart.js';

use([BarChart, LineChart, PieChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

export default function ChartCanvas({ option }: { option: EChartsCoreOption }) {
  const { box, chart } = useDrawnChart();
  useEffect(() => {
    chart.current?.setOption(option, { notMerge: false, lazyUpdate: true });
  }, [chart, option]);
  return <div ref={box} style={{ width: '100%', height: '100%' }} />;
}
