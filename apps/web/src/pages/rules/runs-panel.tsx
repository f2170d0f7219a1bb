import { useQuery } from '@tanstack/react-query';
import { ruleRunsSchema, type RuleRun, type RuleRuns, type RunFigures } from '@tianyan/console-app/api';
import { Skeleton } from 'antd';
import { useMemo } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { numberText } from '../../format/number.js';
import { chartDayText, lengthText, shortInstantText } from '../../format/time.js';
import { Chart } from '../../parts/chart.js';
import { Loaded } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { countAxis, dayAxis, grid, legend, textStyle, tooltip } from '../../parts/chart-style.js';

/** What judging the rule took and brought, hour by hour. */
export function RunsPanel({ ruleId }: { ruleId: string }) {
  const query = useQuery({
    queryKey: keys.ruleRuns(ruleId),
    queryFn: ({ signal }) => callApi(ruleRunsSchema, `/rules/${encodeURIComponent(ruleId)}/runs`, { signal }),
  });
  return (
    <Panel title="运行记录" note="按小时汇总，机器时间">
      {/* As tall as what mostly comes: what stands below must not jump. */}
      <Loaded query={query} skeleton={<Skeleton active paragraph={{ rows: 7 }} />}>
        {(runs) => <Runs runs={runs} />}
      </Loaded>
    </Panel>
  );
}

function Runs({ runs: { items, perDay, flushSeconds } }: { runs: RuleRuns }) {
  if (items.length === 0) return <p>还没有运行过，或刚开始运行（记录每 {flushSeconds} 秒写一次）。</p>;
  const isCounted = items.some(({ counts }) => counts !== null);
  return (
    <>
      {perDay.length > 1 ? <PerDay perDay={perDay} /> : null}
      <RecordTable
        caption="运行记录"
        columns={isCounted ? [...TIME_COLUMNS, ...COUNT_COLUMNS, ERROR_COLUMN] : [...TIME_COLUMNS, ERROR_COLUMN]}
        rows={items}
        keyOf={({ kind, grain, fromMs }) => `${kind} ${grain} ${fromMs}`}
      />
      <p>
        用时是实际经过的时间：这条规则自己的，加上和同组规则一起读数据的平摊部分；全量的查询几条规则一起跑，按条数平摊。
        全量运行的“对象”只数有结论的（命中，或到期会再看的）。“读取记录”：实时研判是读了多少条；全量的查询写“行”，是这条规则所在的整个查询在库里读过的行数（含同一记录的旧版本），几条规则一起跑的各写全数，不平摊，所以不要把几条规则的加起来；不知道的写“—”。程序意外中止，最多少记最后{' '}
        {flushSeconds} 秒，疑点不受影响。{isCounted ? null : '对象数、疑点增减是全县的数，管辖全县的人才看得到。'}
      </p>
    </>
  );
}

const TIME_COLUMNS: readonly Column<RuleRun>[] = [
  {
    title: '时段',
    cell: ({ grain, fromMs }) =>
      grain === 'hour' ? `${shortInstantText(fromMs)} 起一小时` : `${shortInstantText(fromMs).split(' ')[0]} 全天`,
  },
  { title: '类型', cell: ({ kindLabel }) => kindLabel },
  { title: '次数', numeric: true, cell: ({ runs }) => numberText(runs) },
  { title: '共用时', numeric: true, cell: ({ spentMs }) => lengthText(spentMs) },
  { title: '最长一次', numeric: true, cell: ({ slowestMs }) => lengthText(slowestMs) },
];

const countText = (count: (counts: NonNullable<RunFigures['counts']>) => number | null) => (run: RuleRun) => {
  const counted = run.counts === null ? null : count(run.counts);
  return counted === null ? '—' : numberText(counted);
};

/** What the process has read of records, or a query of rows. */
function readText({ counts }: RuleRun): string {
  if (counts?.records != null) return numberText(counts.records);
  return counts?.readRows == null ? '—' : `${numberText(counts.readRows)} 行`;
}

const COUNT_COLUMNS: readonly Column<RuleRun>[] = [
  { title: '对象', numeric: true, cell: countText(({ scopes }) => scopes) },
  { title: '读取记录', numeric: true, cell: readText },
  { title: '新增疑点', numeric: true, cell: countText(({ gained }) => gained) },
  { title: '撤回', numeric: true, cell: countText(({ lost }) => lost) },
  { title: '变化', numeric: true, cell: countText(({ changed }) => changed) },
];

const ERROR_COLUMN: Column<RuleRun> = {
  title: '出错',
  cell: ({ errors, lastError }) => (errors === 0 ? '无' : `${numberText(errors)} 次（${lastError ?? '原因不明'}）`),
};

function PerDay({ perDay }: { perDay: RuleRuns['perDay'] }) {
  const option = useMemo(
    () => ({
      textStyle,
      tooltip,
      legend,
      grid,
      xAxis: dayAxis(perDay.map(({ day }) => chartDayText(day))),
      yAxis: [
        { ...countAxis, name: '秒' },
        { ...countAxis, splitLine: { show: false } },
      ],
      series: [
        bars(
          '用时（秒）',
          '#7d93ad',
          perDay.map(({ spentMs }) => Math.round(spentMs / 100) / 10),
        ),
        ...countLines(perDay),
      ],
    }),
    [perDay],
  );
  const total = perDay.reduce((sum, { spentMs }) => sum + spentMs, 0);
  return <Chart option={option} height={180} summary={`近 ${perDay.length} 天共用时 ${lengthText(total)}`} />;
}

function countLines(perDay: RuleRuns['perDay']) {
  if (perDay.some(({ counts }) => counts === null)) return [];
  const line = (name: string, colour: string, data: number[]) => ({
    name,
    type: 'line',
    yAxisIndex: 1,
    showSymbol: perDay.length < 8,
    itemStyle: { color: colour },
    data,
  });
  return [
    line(
      '对象',
      '#3f8f7a',
      perDay.map(({ counts }) => counts?.scopes ?? 0),
    ),
    line(
      '新增疑点',
      '#c2503f',
      perDay.map(({ counts }) => counts?.gained ?? 0),
    ),
  ];
}

function bars(name: string, colour: string, data: number[]) {
  return { name, type: 'bar', barMaxWidth: 14, itemStyle: { color: colour, borderRadius: [2, 2, 0, 0] }, data };
}
