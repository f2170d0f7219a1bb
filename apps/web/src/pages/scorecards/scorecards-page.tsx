import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { FigureList, PlaceKind, ScorecardFigure, ScorecardSummary } from '@tianyan/console-app/api';
import { Input, Segmented, Select } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useSeesWholeCounty } from '../../app/reach.js';
import { numberText } from '../../format/number.js';
import { ExportButton } from '../../parts/export-button.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { MoreButton } from '../../parts/more-button.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { ChangeMark, currentOf, Sparkline, Value } from './figure-cells.js';
import { PeriodChoice } from './period-choice.js';
import { UnderWayNote } from './under-way-note.js';
import { figuresQuery, KIND_LABELS, readKind, readQuestion, scorecardListQuery, type Question } from './scorecard-queries.js';
import styles from './scorecards.module.css';

type Kind = Exclude<PlaceKind, 'county'>;
const KINDS = ['unit', 'township', 'village'] as const satisfies readonly Kind[];

/** What the list shows of each kind; the rest stands on the page of one. */
const SHOWN: Readonly<Record<Kind, readonly string[]>> = {
  unit: ['findings', 'orders', 'onTimeShare', 'returnedShare', 'satisfiedShare'],
  township: ['findings', 'orders', 'onTimeShare', 'satisfiedShare', 'rentShare'],
  village: ['findings', 'orders', 'repeatedShare', 'rentShare', 'cashShare'],
};
/** Whose course the list draws. */
const DRAWN: Readonly<Record<Kind, string>> = { unit: 'onTimeShare', township: 'onTimeShare', village: 'orders' };

interface Choices extends Question {
  kind: Kind;
  sort: string;
}

/** Units, townships and villages with a few figures each, the most conspicuous first where one is chosen to sort by. */
export default function ScorecardsPage() {
  const [search, setSearch] = useSearchParams();
  const choices: Choices = { ...readQuestion(search), kind: readKind(search), sort: search.get('sort') ?? '' };
  const change = (part: Partial<Choices>) => {
    const { period, back, kind, sort } = { ...choices, ...part };
    setSearch({ kind, period, back: String(back), ...(sort === '' ? {} : { sort }) }, { replace: true });
  };
  const figures = useQuery(figuresQuery);
  const county = `/scorecards/county/county?period=${choices.period}&back=${choices.back}`;
  return (
    <>
      <PageHeading
        title="记分卡"
        lead="各单位、乡镇、村的疑点、办件时限和村级收支，与上期和同类比。只说明该看哪里，不是结论。"
        extra={useSeesWholeCounty() ? <Link to={county}>全县和话务中心</Link> : null}
      />
      <Loaded query={figures}>{(list) => <Cards choices={choices} change={change} figures={list} />}</Loaded>
    </>
  );
}

function Cards({
  choices,
  change,
  figures,
}: {
  choices: Choices;
  change: (part: Partial<Choices>) => void;
  figures: FigureList;
}) {
  const { kind, sort, ...question } = choices;
  const [text, setText] = useState('');
  const list = useInfiniteQuery(scorecardListQuery(kind, { ...question, sort, text }));
  const definitions = figures.items.filter(({ places }) => places.includes(kind));
  return (
    <Panel flush>
      <div className={styles['bar']}>
        <Segmented<Kind>
          aria-label="看哪一类"
          value={kind}
          onChange={(chosen) => change({ kind: chosen, sort: '' })}
          options={KINDS.map((value) => ({ value, label: KIND_LABELS[value] }))}
        />
        <PeriodChoice question={question} change={change} />
        <ExportCards choices={choices} text={text} />
        <Select
          aria-label="排序"
          className={styles['sort'] ?? ''}
          value={sort}
          onChange={(id) => change({ sort: id })}
          popupMatchSelectWidth={false}
          options={[
            { value: '', label: '按名录顺序' },
            ...definitions.map(({ id, label }) => ({ value: id, label: `${label}：突出的在前` })),
          ]}
        />
        <Input.Search
          className={styles['search'] ?? ''}
          aria-label="按名称找"
          placeholder="按名称找"
          maxLength={100}
          allowClear
          onSearch={(searched) => setText(searched.trim())}
        />
      </div>
      <Loaded query={list}>
        {({ pages }) => (
          <>
            {pages[0] ? <UnderWayNote {...pages[0]} /> : null}
            <p className={styles['line']} role="status">
              {pages[0]?.periods.at(-1)?.label}
              {pages[0]?.unfinished ? '（未完）' : ''}，共 {numberText(pages[0]?.total ?? 0)} 个
              {noneText(kind, pages[0]?.ordersOfNone ?? 0)}
            </p>
            {pages[0]?.total === 0 ? (
              <EmptyPanel title="没有可看的对象" hint="名录里还没有，或者没有符合名称、在管辖范围内的。" />
            ) : (
              <RecordTable
                caption={`${KIND_LABELS[kind]}的记分卡`}
                columns={columnsOf(choices, definitions, pages[0]?.unfinished ?? false)}
                rows={pages.flatMap(({ items }) => items)}
                keyOf={({ code }) => code}
              />
            )}
          </>
        )}
      </Loaded>
      <MoreButton query={list} />
    </Panel>
  );
}

function noneText(kind: Kind, orders: number): string {
  return orders === 0 ? '' : `；另有 ${numberText(orders)} 张工单没有写明${KIND_LABELS[kind]}`;
}

function columnsOf(
  { kind, period, back }: Choices,
  definitions: readonly ScorecardFigure[],
  unfinished: boolean,
): readonly Column<ScorecardSummary>[] {
  const name: Column<ScorecardSummary> = {
    title: KIND_LABELS[kind],
    width: '20%',
    cell: (item) => (
      <span>
        <Link to={`/scorecards/${kind}/${encodeURIComponent(item.code)}?period=${period}&back=${back}`}>{item.name}</Link>
        {item.townshipName === null ? null : <span className={styles['place']}>{item.townshipName}</span>}
      </span>
    ),
  };
  const drawn = definitions.find(({ id }) => id === DRAWN[kind]);
  const course: Column<ScorecardSummary> = {
    title: kind === 'village' ? '工单走势' : '办结走势',
    cell: (item) => {
      const figure = item.figures.find(({ id }) => id === DRAWN[kind]);
      return figure && drawn ? <Sparkline values={figure.values} label={`${item.name}${drawn.label}的走势`} /> : null;
    },
  };
  const shown = SHOWN[kind].flatMap((id) => definitions.filter((definition) => definition.id === id));
  return [name, ...shown.map((definition) => figureColumn(definition, unfinished)), course];
}

function figureColumn(definition: ScorecardFigure, unfinished: boolean): Column<ScorecardSummary> {
  return {
    title: definition.label,
    numeric: true,
    cell: (item) => {
      const figure = item.figures.find(({ id }) => id === definition.id);
      if (!figure) return null;
      const value = currentOf(figure);
      return (
        <span className={styles['cell']}>
          <Value definition={definition} value={value} />
          <ChangeMark definition={definition} value={value} before={figure.previous} unfinished={unfinished} when="上期" />
        </span>
      );
    },
  };
}

function ExportCards({ choices: { sort, ...asked }, text }: { choices: Choices; text: string }) {
  const query = { ...asked, ...(sort === '' ? {} : { sort }), ...(text === '' ? {} : { text }) };
  return <ExportButton title="导出记分卡" path="/scorecards/export" query={query} />;
}
