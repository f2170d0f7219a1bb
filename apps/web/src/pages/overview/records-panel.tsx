import type { Overview } from '@tianyan/console-app/api';
import { Segmented } from 'antd';
import { useMemo, useState } from 'react';
import { shortNumberText } from '../../format/number.js';
import { chartDayText, chinaDay, clockText, DAY_MS, startOfChinaDayMs } from '../../format/time.js';
import { Chart } from '../../parts/chart.js';
import { Panel } from '../../parts/panel.js';
import { SYSTEM_COLOURS, systemTone, type SystemTone } from '../../parts/source-system.js';
import { countAxis, dayAxis, grid, legend, textStyle, tooltip } from '../../parts/chart-style.js';

const SHOWN_DAYS = 30;

type Span = 'days' | 'hours';

const SYSTEM_NAMES: Readonly<Record<SystemTone, string>> = {
  hotline: '12345 热线',
  assets: '农村三资',
  trading: '产权交易',
  other: '其他',
};

/** Records in: per day by source system, or per hour of arrival. */
export function RecordsPanel({ records }: { records: Overview['records'] }) {
  const [span, setSpan] = useState<Span>('days');
  const option = useMemo(() => (span === 'days' ? dayOption(records) : hourOption(records)), [span, records]);
  return (
    <Panel
      title="数据流入"
      note={`共 ${shortNumberText(records.total)} 行，含更正和重复报送`}
      extra={
        <Segmented<Span>
          size="small"
          aria-label="时间跨度"
          value={span}
          onChange={setSpan}
          options={[
            { value: 'days', label: '近 30 天' },
            { value: 'hours', label: '近 24 小时' },
          ]}
        />
      }
    >
      <Chart
        option={option}
        height={226}
        summary={span === 'days' ? '近 30 天按来源系统的每日行数' : '近 24 小时每小时接收的行数'}
      />
    </Panel>
  );
}

function area(name: string, colour: string, data: number[]) {
  return {
    name,
    type: 'line',
    stack: 'records',
    smooth: 0.25,
    symbol: 'none',
    lineStyle: { width: 1.5, color: colour },
    itemStyle: { color: colour },
    areaStyle: { color: colour, opacity: 0.28 },
    data,
  };
}

/** Days without records count too: a silent source must show as a gap, not as a shorter axis. */
function daysUpTo(last: string): string[] {
  if (last === '') return [];
  const lastMs = startOfChinaDayMs(last);
  return Array.from({ length: SHOWN_DAYS }, (_, index) => chinaDay(lastMs - (SHOWN_DAYS - 1 - index) * DAY_MS));
}

function dayOption(records: Overview['records']) {
  const days = daysUpTo(records.perDay.reduce((last, entry) => (entry.day > last ? entry.day : last), ''));
  const tones: readonly SystemTone[] = ['hotline', 'assets', 'trading', 'other'];
  const sums = new Map<string, number>();
  for (const entry of records.perDay) {
    const key = `${systemTone(entry.type)} ${entry.day}`;
    sums.set(key, (sums.get(key) ?? 0) + entry.count);
  }
  const series = tones
    .map((tone) => ({ tone, data: days.map((day) => sums.get(`${tone} ${day}`) ?? 0) }))
    .filter(({ data }) => data.some((count) => count > 0))
    .map(({ tone, data }) => area(SYSTEM_NAMES[tone], SYSTEM_COLOURS[tone], data));
  return {
    textStyle,
    tooltip,
    legend,
    grid,
    xAxis: { ...dayAxis(days.map(chartDayText)), boundaryGap: false },
    yAxis: countAxis,
    series,
  };
}

function hourOption(records: Overview['records']) {
  const hours = records.perHour.map((entry) => clockText(entry.hourStartMs));
  const data = records.perHour.map((entry) => entry.count);
  const series = [area('接收', '#3f74b5', data)];
  return { textStyle, tooltip, legend, grid, xAxis: { ...dayAxis(hours), boundaryGap: false }, yAxis: countAxis, series };
}
