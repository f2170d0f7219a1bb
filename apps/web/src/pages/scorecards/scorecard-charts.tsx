import { SEVERITY_LABELS, type Scorecard, type ScorecardFigure, type Severity } from '@tianyan/console-app/api';
import { Select } from 'antd';
import { useMemo, useState, type ReactNode } from 'react';
import { palette } from '../../app/theme.js';
import { numberText } from '../../format/number.js';
import { Chart } from '../../parts/chart.js';
import { countAxis, dayAxis, grid, legend, textStyle, tooltip } from '../../parts/chart-style.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Panel } from '../../parts/panel.js';
import { UNKNOWN_WHY } from './figure-cells.js';
import { valueText } from './figure-text.js';

const PERCENT = 100;
const COLOURS: Readonly<Record<Severity, string>> = { high: palette.red, medium: '#d18a2c', low: '#8fa3bb' };
const SEVERITIES = ['high', 'medium', 'low'] as const satisfies readonly Severity[];
const CLASS_HEIGHT = 40;
const LEGEND_HEIGHT = 70;

/** A figure of the place over the periods, beside the average of the others now. */
export function CoursePanel({ card, definitions }: { card: Scorecard; definitions: readonly ScorecardFigure[] }) {
  const [chosen, setChosen] = useState('findings');
  const definition = definitions.find(({ id }) => id === chosen) ?? definitions[0];
  const option = useMemo(() => (definition ? courseOption(card, definition) : {}), [card, definition]);
  if (!definition) return null;
  const last = card.figures.find(({ id }) => id === definition.id)?.values.at(-1);
  return (
    <Panel
      title="走势"
      extra={
        <Select
          aria-label="看哪项指标的走势"
          size="small"
          value={definition.id}
          onChange={setChosen}
          popupMatchSelectWidth={false}
          options={definitions.map(({ id, label }) => ({ value: id, label }))}
        />
      }
    >
      <Chart
        option={option}
        height={250}
        summary={`${definition.label}的走势，本期 ${valueText(definition, last?.value ?? null)}`}
      />
    </Panel>
  );
}

function courseOption(card: Scorecard, definition: ScorecardFigure) {
  const figure = card.figures.find(({ id }) => id === definition.id);
  const isShare = definition.of !== null;
  const shown = (value: number | null) => (value === null ? null : isShare ? Number((value * PERCENT).toFixed(1)) : value);
  const values = (figure?.values ?? []).map(({ value }) => shown(value));
  const average = shown(figure?.peers.average ?? null);
  const unit = isShare ? '%' : '';
  return {
    textStyle,
    tooltip: {
      ...tooltip,
      valueFormatter: (value: unknown) => (typeof value === 'number' ? `${numberText(value)}${unit}` : '样本太少'),
    },
    legend,
    grid,
    xAxis: dayAxis(card.periods.map(({ label }) => label)),
    yAxis: isShare
      ? { ...countAxis, minInterval: undefined, max: PERCENT, axisLabel: { ...textStyle, formatter: '{value}%' } }
      : countAxis,
    series: [
      isShare
        ? {
            name: definition.label,
            type: 'line',
            symbolSize: 6,
            itemStyle: { color: palette.blue },
            lineStyle: { width: 2 },
            data: values,
          }
        : {
            name: definition.label,
            type: 'bar',
            barMaxWidth: 22,
            itemStyle: { color: palette.blue, borderRadius: [2, 2, 0, 0] },
            data: values,
          },
      // The average is that of the last period alone: a level to see it against.
      ...(average === null
        ? []
        : [
            {
              name: '本期同类平均',
              type: 'line',
              symbol: 'none',
              itemStyle: { color: palette.amber },
              lineStyle: { width: 1.5, type: 'dashed' },
              data: values.map(() => Number(average.toFixed(1))),
            },
          ]),
    ],
  };
}

/** Findings of the period by class and how serious they are. */
export function ClassesPanel({ card, children }: { card: Scorecard; children: ReactNode }) {
  const classes = card.classes ?? [];
  const option = useMemo(() => classesOption(card.classes ?? []), [card]);
  const words = classes.map(({ problemClass, bySeverity }) => {
    const total = SEVERITIES.reduce((sum, severity) => sum + bySeverity[severity], 0);
    return `${problemClass} ${numberText(total)} 条`;
  });
  return (
    <Panel title="疑点类别" note="本期发生、没有撤回的">
      {classes.length === 0 ? (
        card.classes === null ? (
          <EmptyPanel title="暂时算不出" hint={UNKNOWN_WHY} />
        ) : (
          <EmptyPanel title="本期没有疑点" />
        )
      ) : (
        <Chart option={option} height={LEGEND_HEIGHT + classes.length * CLASS_HEIGHT} summary={words.join('，')} />
      )}
      {children}
    </Panel>
  );
}

function classesOption(classes: NonNullable<Scorecard['classes']>) {
  // The first category of such an axis stands at the bottom.
  const upward = classes.toReversed();
  return {
    textStyle,
    tooltip,
    legend,
    grid,
    xAxis: countAxis,
    yAxis: { ...dayAxis(upward.map(({ problemClass }) => problemClass)), axisLabel: textStyle },
    series: SEVERITIES.map((severity) => ({
      name: SEVERITY_LABELS[severity],
      type: 'bar',
      stack: 'severity',
      barMaxWidth: 18,
      itemStyle: { color: COLOURS[severity] },
      data: upward.map(({ bySeverity }) => bySeverity[severity]),
    })),
  };
}
