import { GraphChart } from 'echarts/charts';
import { use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { palette } from '../../app/theme.js';
import { textStyle } from '../../parts/chart-style.js';
import { useDrawnChart } from '../../parts/drawn-chart.js';
import type { DrawnNet, NetNode } from './relation-net.js';

use([GraphChart, SVGRenderer]);

/** Places and units grey, things by the system that they come from, firms green by their code; hollow who is known by name alone. */
const COLOURS: Readonly<Record<NetNode['kind'], string>> = {
  clue: '#a8321f',
  finding: '#c2781b',
  order: '#0b6e7f',
  contract: '#8a5a0b',
  project: '#8a5a0b',
  asset: '#8a5a0b',
  listing: '#5a4a9c',
  firm: '#3f6b2a',
  agent: '#0b6e7f',
  unit: palette.inkFaint,
  township: palette.inkFaint,
  village: palette.inkFaint,
  person: '#ffffff',
  org: '#ffffff',
};
const MAX_NAME_CHARS = 18;

function optionOf({ nodes, edges }: DrawnNet) {
  return {
    // Without motion: the picture stands where it was drawn.
    animation: false,
    series: [
      {
        type: 'graph',
        layout: 'force',
        force: { initLayout: 'circular', layoutAnimation: false, repulsion: 220, edgeLength: [60, 140], gravity: 0.08 },
        roam: true,
        label: { show: true, position: 'bottom', ...textStyle, color: palette.ink },
        lineStyle: { color: palette.lineStrong },
        data: nodes.map(({ id, kind, name, depth }) => ({
          id,
          name: name.length > MAX_NAME_CHARS ? `${name.slice(0, MAX_NAME_CHARS)}…` : name,
          symbolSize: depth === 0 ? 30 : 18,
          itemStyle: { color: COLOURS[kind], borderColor: palette.inkFaint, borderWidth: 1 },
        })),
        links: edges.map(({ from, to }) => ({ source: from, target: to })),
      },
    ],
  };
}

/** The picture; whoever cannot see or point reads the list beside it, which says the same. */
export default function RelationCanvas({ net, onPick }: { net: DrawnNet; onPick: (id: string) => void }) {
  const { box, chart } = useDrawnChart();
  const pick = useRef(onPick);
  useEffect(() => {
    pick.current = onPick;
  }, [onPick]);
  useEffect(() => {
    chart.current?.on('click', ({ dataType, data }) => {
      // Of a node, what `optionOf` gave it.
      if (dataType === 'node') pick.current((data as { id: string }).id);
    });
  }, [chart]);
  useEffect(() => {
    chart.current?.setOption(optionOf(net), { notMerge: true });
  }, [chart, net]);
  return <div ref={box} style={{ width: '100%', height: '100%' }} />;
}
