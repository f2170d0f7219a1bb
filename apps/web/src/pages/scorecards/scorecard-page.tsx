import { useQuery } from '@tanstack/react-query';
import {
  placeKindSchema,
  type ComparedFigure,
  type FigureList,
  type FigureValue,
  type PlaceKind,
  type Scorecard,
  type ScorecardFigure,
} from '@tianyan/console-app/api';
import { Button } from 'antd';
import { Link, useParams, useSearchParams } from 'react-router';
import { chinaDay } from '../../format/time.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { NotFoundPage } from '../not-found-page.js';
import { ChangeMark, currentOf, HowReckoned, Sparkline, Value } from './figure-cells.js';
import { FigureRecordsDrawer, readLookedAt, type LookedAt } from './figure-records-drawer.js';
import { PART_LABELS, partText, valueText } from './figure-text.js';
import { PeriodChoice } from './period-choice.js';
import { ClassesPanel, CoursePanel } from './scorecard-charts.js';
import { figuresQuery, KIND_LABELS, readQuestion, scorecardQuery, type Question } from './scorecard-queries.js';
import styles from './scorecards.module.css';
import { UnderWayNote } from './under-way-note.js';

const GROUPS = [
  { group: 'findings', title: '疑点' },
  { group: 'hotline', title: '工单办理' },
  { group: 'money', title: '村级合同和收支' },
  { group: 'centre', title: '话务中心' },
] as const;

/** Filter of the list of findings by each kind of place; of the county none. */
const FILTERS: Readonly<Record<PlaceKind, string | null>> = {
  unit: 'unit',
  township: 'township',
  village: 'village',
  county: null,
};

export default function ScorecardPage() {
  const { kind, code = '' } = useParams();
  const known = placeKindSchema.safeParse(kind);
  return known.success ? <Card kind={known.data} code={code} /> : <NotFoundPage />;
}

function Card({ kind, code }: { kind: PlaceKind; code: string }) {
  const [search, setSearch] = useSearchParams();
  const question = readQuestion(search);
  const change = (part: Partial<Question>) => {
    const { period, back } = { ...question, ...part };
    setSearch({ period, back: String(back) }, { replace: true });
  };
  const lookedAt = readLookedAt(search);
  // In the address, so that whoever goes on to a record comes back to the list.
  const choose = (chosen: LookedAt | null) =>
    setSearch({ period: question.period, back: String(question.back), ...chosen }, { replace: lookedAt !== null });
  const figures = useQuery(figuresQuery);
  const card = useQuery(scorecardQuery(kind, code, question));
  const place = card.data;
  return (
    <>
      <PageHeading
        title={place ? `${place.name}的记分卡` : '记分卡'}
        lead={place ? leadOf(kind, place) : undefined}
        extra={<PeriodChoice question={question} change={change} />}
      />
      <Loaded query={figures}>
        {(list) => (
          <Loaded query={card}>
            {(data) => (
              <>
                <Content kind={kind} card={data} list={list} onLookAt={choose} />
                <FigureRecordsDrawer
                  place={{ kind, code, name: data.name }}
                  question={question}
                  lookedAt={lookedAt}
                  definition={list.items.find(({ id, places }) => id === lookedAt?.figure && places.includes(kind))}
                  value={data.figures.find(({ id }) => id === lookedAt?.figure)?.values.at(-1)}
                  onChoose={choose}
                />
              </>
            )}
          </Loaded>
        )}
      </Loaded>
    </>
  );
}

function leadOf(kind: PlaceKind, place: Scorecard) {
  const { townshipName, periods, unfinished } = place;
  const what = [KIND_LABELS[kind], townshipName, `${periods.at(-1)?.label ?? ''}${unfinished ? '（未完）' : ''}`];
  return (
    <>
      {what.filter((part) => part !== null).join(' · ')}。
      {kind === 'county' ? null : (
        <>
          <Link to={`/places/${kind}/${encodeURIComponent(place.code)}`}>时间轴</Link>{' '}
        </>
      )}
      <Link to={`/scorecards?kind=${kind === 'county' ? 'unit' : kind}`}>返回列表</Link>
    </>
  );
}

function Content({
  kind,
  card,
  list,
  onLookAt,
}: {
  kind: PlaceKind;
  card: Scorecard;
  list: FigureList;
  onLookAt: (lookedAt: LookedAt) => void;
}) {
  const definitions = list.items.filter(({ places }) => places.includes(kind));
  return (
    <div className={styles['stack']}>
      <UnderWayNote {...card} />
      <div className={styles['charts']}>
        <CoursePanel card={card} definitions={definitions} />
        <ClassesPanel card={card}>
          <DrillDown kind={kind} card={card} />
        </ClassesPanel>
      </div>
      {GROUPS.map(({ group, title }) => {
        const shown = definitions.filter((definition) => definition.group === group);
        if (shown.length === 0) return null;
        return (
          <Panel key={group} title={title} flush>
            <RecordTable
              caption={`${title}的指标`}
              columns={columnsOf(kind, card, list.minPeers, onLookAt)}
              rows={shown}
              keyOf={({ id }) => id}
            />
          </Panel>
        );
      })}
    </div>
  );
}

/** The list of findings with this place and period set. */
export function findingsLink(kind: PlaceKind, card: Pick<Scorecard, 'code' | 'periods'>, more: Record<string, string>): string {
  const period = card.periods.at(-1);
  const filter = FILTERS[kind];
  return `/findings?${new URLSearchParams({
    ...more,
    ...(filter === null ? {} : { [filter]: card.code }),
    ...(period ? { from: chinaDay(period.fromMs), to: chinaDay(period.beforeMs - 1) } : {}),
  })}`;
}

function DrillDown({ kind, card }: { kind: PlaceKind; card: Scorecard }) {
  const links = [
    { label: '本期全部疑点', more: { status: 'open,dismissed,promoted' } },
    { label: '待核实', more: { status: 'open' } },
    { label: '严重的', more: { status: 'open,dismissed,promoted', severity: 'high' } },
    { label: '核实属实', more: { verdict: 'confirmed' } },
  ];
  return (
    <nav aria-label="查看背后的疑点" className={styles['links']}>
      {links.map(({ label, more }) => (
        <Link key={label} to={findingsLink(kind, card, more)}>
          {label}
        </Link>
      ))}
    </nav>
  );
}

function columnsOf(
  kind: PlaceKind,
  card: Scorecard,
  minPeers: number,
  onLookAt: (lookedAt: LookedAt) => void,
): readonly Column<ScorecardFigure>[] {
  const of = ({ id }: ScorecardFigure): ComparedFigure =>
    card.figures.find((figure) => figure.id === id) ?? {
      id,
      values: [],
      previous: null,
      yearBefore: null,
      peers: { average: null, peers: 0, rank: null },
    };
  const changeColumn = (when: string, before: 'previous' | 'yearBefore'): Column<ScorecardFigure> => ({
    title: `与${when}`,
    width: '17%',
    cell: (definition) => (
      <ChangeMark
        definition={definition}
        value={currentOf(of(definition))}
        before={of(definition)[before]}
        unfinished={card.unfinished}
        when={when}
      />
    ),
  });
  return [
    {
      title: '指标',
      width: '20%',
      cell: (definition) => (
        <span className={styles['label']}>
          {definition.label}
          <HowReckoned definition={definition} minPeers={minPeers} />
        </span>
      ),
    },
    {
      title: '本期',
      width: '13%',
      numeric: true,
      cell: (definition) => (
        <span className={styles['cell']}>
          <Value definition={definition} value={currentOf(of(definition))} />
          <PartLinks definition={definition} value={currentOf(of(definition))} onLookAt={onLookAt} />
        </span>
      ),
    },
    changeColumn('上期', 'previous'),
    changeColumn('去年同期', 'yearBefore'),
    ...(kind === 'county' ? [] : peerColumns(of, minPeers)),
    {
      title: '走势',
      cell: (definition) => <Sparkline values={of(definition).values} label={`${definition.label}的走势`} />,
    },
  ];
}

/** The numbers that a figure is made of, each leading to its records. */
function PartLinks(props: { definition: ScorecardFigure; value: FigureValue; onLookAt: (lookedAt: LookedAt) => void }) {
  const { definition, value, onLookAt } = props;
  const link = (part: 'counted' | 'of', text: string) => (
    <Button
      type="link"
      size="small"
      className={styles['part'] ?? ''}
      // With the number that is seen: whoever speaks to the page says what they see.
      aria-label={
        definition.of === null ? `${definition.label}：${text}` : `${definition.label}：看${PART_LABELS[part]}的记录，${text}`
      }
      onClick={() => onLookAt({ figure: definition.id, part })}
    >
      {text}
    </Button>
  );
  if (definition.of === null) return value.counted === null || value.counted === 0 ? null : link('counted', '看记录');
  if (value.of === null || value.of === 0) return null;
  return (
    <span className={styles['parts']}>
      {link('counted', partText(definition, value, 'counted'))} / {link('of', partText(definition, value, 'of'))}
    </span>
  );
}

function peerColumns(of: (definition: ScorecardFigure) => ComparedFigure, minPeers: number): readonly Column<ScorecardFigure>[] {
  return [
    {
      title: '同类平均',
      width: '12%',
      numeric: true,
      cell: (definition) => {
        const { average } = of(definition).peers;
        return average === null ? <span className={styles['few']}>同类不足 {minPeers} 个</span> : valueText(definition, average);
      },
    },
    {
      title: '名次',
      width: '9%',
      numeric: true,
      cell: (definition) => {
        const { rank, peers } = of(definition).peers;
        return rank === null ? <span className={styles['few']}>—</span> : `第 ${rank} / ${peers + 1}`;
      },
    },
  ];
}
