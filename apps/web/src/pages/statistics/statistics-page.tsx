import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { statisticsSchema, type Statistics, type StatisticsFigure, type StatisticsQuery } from '@tianyan/console-app/api';
import { DatePicker, Select } from 'antd';
import dayjs from 'dayjs';
import { useSearchParams } from 'react-router';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useTownships } from '../../app/divisions.js';
import { numberText } from '../../format/number.js';
import { ExportButton } from '../../parts/export-button.js';
import filterBar from '../../parts/filter-bar.module.css';
import { Loaded } from '../../parts/loaded.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { StatisticsCharts } from './statistics-charts.js';
import styles from './statistics-page.module.css';

const DAY_FORMAT = 'YYYY-MM-DD';

/** What was found and done in a period, each number with how it is reckoned. */
export default function StatisticsPage() {
  const [search, setSearch] = useSearchParams();
  const asked = askedOf(search);
  const query = useQuery({
    queryKey: keys.statistics(asked),
    queryFn: ({ signal }) => callApi(statisticsSchema, '/statistics', { query: asked, signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeading
        title="统计"
        lead="期间内发现了多少、核实了多少、怎么处置的。每个数后面写明怎么算；只算您管辖范围内的。"
        extra={
          <span className={styles['exports']}>
            <ExportButton title="导出统计表" path="/statistics/export" query={asked} />
            <ExportButton title="导出简报" label="导出简报" path="/statistics/bulletin" query={asked} isDocument />
          </span>
        }
      />
      <Loaded query={query}>
        {(statistics) => (
          <div className={styles['parts']}>
            <Panel flush>
              <Choice statistics={statistics} asked={asked} onChange={(next) => setSearch(searchOf(next), { replace: true })} />
            </Panel>
            <StatisticsCharts charts={statistics.charts} />
            {statistics.groups.map((group) => (
              <Group key={group.key} group={group} />
            ))}
          </div>
        )}
      </Loaded>
    </>
  );
}

function askedOf(search: URLSearchParams): StatisticsQuery {
  const [from, to, township] = ['from', 'to', 'township'].map((name) => search.get(name) ?? '');
  return { ...(from && { from }), ...(to && { to }), ...(township && { township }) };
}

function searchOf(asked: StatisticsQuery): URLSearchParams {
  return new URLSearchParams(Object.entries(asked).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

function Choice(props: { statistics: Statistics; asked: StatisticsQuery; onChange: (asked: StatisticsQuery) => void }) {
  const { statistics, asked, onChange } = props;
  const townships = useTownships();
  return (
    <div className={filterBar['filters']}>
      <DatePicker.RangePicker
        aria-label="期间"
        allowClear={false}
        value={[dayjs(statistics.fromDay), dayjs(statistics.toDay)]}
        onChange={(range) =>
          onChange({ ...asked, from: range?.[0]?.format(DAY_FORMAT) ?? '', to: range?.[1]?.format(DAY_FORMAT) ?? '' })
        }
      />
      <Select
        aria-label="乡镇"
        allowClear
        placeholder="所有乡镇"
        {...(asked.township && { value: asked.township })}
        onChange={(township: string | undefined) => onChange({ ...asked, township: township ?? '' })}
        options={townships.map(({ code, name }) => ({ value: code, label: name }))}
      />
    </div>
  );
}

const COLUMNS: readonly Column<StatisticsFigure>[] = [
  { title: '项目', width: '60%', cell: ({ label }) => label },
  { title: '数', numeric: true, cell: valueText },
];

function Group({ group: { title, meaning, figures } }: { group: Statistics['groups'][number] }) {
  return (
    <Panel title={title} flush>
      {figures.length === 0 ? (
        <p className={styles['meaning']}>这个期间没有。</p>
      ) : (
        <RecordTable caption={title} columns={COLUMNS} rows={figures} keyOf={({ label }) => label} />
      )}
      <p className={styles['meaning']}>怎么算的：{meaning}</p>
    </Panel>
  );
}

const FEN_PER_YUAN = 100;

function valueText({ kind, value }: StatisticsFigure): string {
  if (value === null) return '—';
  return kind === 'fen' ? `${numberText(value / FEN_PER_YUAN)} 元` : kind === 'share' ? `${value / 10}%` : numberText(value);
}
