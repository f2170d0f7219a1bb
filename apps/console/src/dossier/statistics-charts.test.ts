import { expect, test } from '@jest/globals';
import { barText, chartWords, statisticsCharts } from './statistics-charts.js';

const NOTHING = {
  findings: { found: 0, withdrawn: 0, byVerdict: new Map(), unclassed: 0, byKind: [], amount: { findings: 0, fen: 0 } },
  clues: {
    registered: 0,
    byState: new Map(),
    byVerdict: new Map(),
    byDisposal: new Map(),
    byForm: new Map(),
    recoveredFen: 0,
    improvements: 0,
  },
  rectifications: { byState: new Map(), recoveredFen: 0 },
  months: [],
};

test('every month of the period is drawn, also over the turn of a year and where nothing was found; of many the last', () => {
  const months = [{ month: '2026-01', found: 7 }];
  const of = (fromDay: string, toDay: string) => statisticsCharts({ ...NOTHING, months }, { fromDay, toDay })[0];
  expect(of('2025-11-15', '2026-02-01')?.bars).toEqual([
    { label: '2025-11', value: 0 },
    { label: '2025-12', value: 0 },
    { label: '2026-01', value: 7 },
    { label: '2026-02', value: 0 },
  ]);
  const long = of('2020-01-01', '2026-12-31');
  expect([long?.title, long?.bars.length, long?.bars[0]?.label]).toEqual(['各月发现的疑点（最近 24 个月）', 24, '2025-01']);
});

test('bars are as long as their numbers, and what there is one of is seen', () => {
  expect([barText(20, 20).length, barText(10, 20).length, barText(0, 20), barText(1, 100_000)]).toEqual([20, 10, '', '▏']);
  const widthOf = (value: number) => {
    const bar = barText(value, 173);
    return 8 * (bar.match(/█/g)?.length ?? 0) + ('▏▎▍▌▋▊▉'.indexOf(bar.at(-1) ?? '-') + 1);
  };
  const widths = Array.from({ length: 173 }, (_, value) => widthOf(value + 1));
  expect(widths).toEqual(widths.toSorted((a, b) => a - b));
  expect(chartWords({ key: 'forms', title: '四种形态', unit: '人', bars: [{ label: '第一种形态', value: 73 }] })).toEqual({
    title: '四种形态（人）',
    bars: [{ label: '第一种形态', bar: '█'.repeat(20), value: '73' }],
  });
});
