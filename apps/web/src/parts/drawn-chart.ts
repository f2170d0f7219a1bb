import { init, type ECharts } from 'echarts/core';
import { useEffect, useRef, type RefObject } from 'react';

/** A chart in a box, which it fills whatever size that becomes. Whoever uses it says which parts of echarts are there. */
export function useDrawnChart(): { box: RefObject<HTMLDivElement | null>; chart: RefObject<ECharts | null> } {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const drawn = init(element, null, { renderer: 'svg' });
    chart.current = drawn;
    const observer = new ResizeObserver(() => drawn.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawn.dispose();
      chart.current = null;
    };
  }, []);
  return { box, chart };
}
