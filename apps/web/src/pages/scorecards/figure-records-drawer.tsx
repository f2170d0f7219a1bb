import { useInfiniteQuery } from '@tanstack/react-query';
import {
  figurePartSchema,
  type FigurePart,
  type FigureRecord,
  type FigureRecords,
  type FigureValue,
  type PlaceKind,
  type ScorecardFigure,
} from '@tianyan/console-app/api';
import { Drawer, Segmented } from 'antd';
import { Link } from 'react-router';
import { dayText, instantText } from '../../format/time.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { MoreButton } from '../../parts/more-button.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { yuanText } from '../supervision/parts.js';
import { PART_LABELS, partText } from './figure-text.js';
import { hitPath } from '../search/search-query.js';
import { figureRecordsQuery, type Question } from './scorecard-queries.js';
import styles from './scorecards.module.css';

/** Which records of a figure are looked at, as the address of the page says it. */
export interface LookedAt {
  figure: string;
  part: FigurePart;
}

/** Null: none. */
export function readLookedAt(search: URLSearchParams): LookedAt | null {
  const figure = search.get('figure');
  const part = figurePartSchema.safeParse(search.get('part'));
  return figure === null ? null : { figure, part: part.success ? part.data : 'counted' };
}

/** The records behind a figure: those counted, those that they are a share of, and of these the others. */
export function FigureRecordsDrawer(props: {
  place: { kind: PlaceKind; code: string; name: string };
  question: Question;
  lookedAt: LookedAt | null;
  definition: ScorecardFigure | undefined;
  value: FigureValue | undefined;
  onChoose: (lookedAt: LookedAt | null) => void;
}) {
  const { place, question, lookedAt, definition, value, onChoose } = props;
  return (
    <Drawer
      open={lookedAt !== null && definition !== undefined}
      onClose={() => onChoose(null)}
      size="min(760px, 100vw)"
      title={definition ? `${place.name} · ${definition.label}` : ''}
      styles={{ body: { padding: 0 } }}
    >
      {lookedAt && definition ? (
        <>
          {definition.of === null ? null : (
            <div className={styles['bar']}>
              <Segmented<FigurePart>
                aria-label="看哪些记录"
                value={lookedAt.part}
                onChange={(part) => onChoose({ ...lookedAt, part })}
                options={figurePartSchema.options.map((part) => ({
                  value: part,
                  label: value ? `${PART_LABELS[part]} ${partText(definition, value, part)}` : PART_LABELS[part],
                }))}
              />
            </div>
          )}
          <p className={styles['line']}>{whatIsListed(definition, lookedAt.part)}</p>
          <Records place={place} question={question} lookedAt={lookedAt} money={definition.money} />
        </>
      ) : null}
    </Drawer>
  );
}

function whatIsListed({ counted, of, leftOut }: ScorecardFigure, part: FigurePart): string {
  if (part === 'counted') return `${counted}。`;
  return part === 'of' ? `${of ?? ''}。${leftOut}` : `${of ?? ''}，但不在分子里的。`;
}

function Records(props: { place: { kind: PlaceKind; code: string }; question: Question; lookedAt: LookedAt; money: boolean }) {
  const query = useInfiniteQuery(figureRecordsQuery(props.place, props.question, props.lookedAt));
  return (
    <>
      <Loaded query={query}>
        {({ pages: [first, ...others] }) => {
          if (first === undefined) return null;
          const rows = [first, ...others].flatMap(({ items }) => items);
          return rows.length === 0 ? (
            <EmptyPanel title="没有可列出的记录" />
          ) : (
            <RecordTable
              caption="背后的记录"
              columns={columnsOf(first, props.money)}
              rows={rows}
              keyOf={({ code, atMs }) => `${code} ${atMs}`}
            />
          );
        }}
      </Loaded>
      <MoreButton query={query} />
    </>
  );
}

function columnsOf({ nameLabel, atLabel, whereLabel, byDay }: FigureRecords, money: boolean): readonly Column<FigureRecord>[] {
  return [
    {
      title: nameLabel,
      cell: (record) => (
        <>
          {record.page === null ? record.name : <Link to={hitPath(record.page.kind, record.page.code)}>{record.name}</Link>}
          {record.confidential ? <span className={styles['place']}>保密工单</span> : null}
        </>
      ),
    },
    { title: atLabel, cell: ({ atMs }) => (byDay ? dayText(atMs) : instantText(atMs)) },
    { title: whereLabel, cell: ({ whereName }) => whereName ?? '—' },
    money
      ? { title: '金额', numeric: true, cell: ({ amountFen }) => (amountFen === null ? '—' : yuanText(amountFen)) }
      : { title: '状态', cell: ({ stateText }) => stateText ?? '—' },
  ];
}
