import { useInfiniteQuery } from '@tanstack/react-query';
import { pagedPlaceKindSchema, type PlaceMonthCounts, type PlacePage as Answer } from '@tianyan/console-app/api';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { numberText } from '../../format/number.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { MoreButton } from '../../parts/more-button.js';
import { PageHeading } from '../../parts/page-heading.js';
import { PageSkeleton } from '../../parts/page-skeleton.js';
import { Panel } from '../../parts/panel.js';
import { NotFoundPage } from '../not-found-page.js';
import { FiguresPanel } from './figures-panel.js';
import { MonthContent } from './month-content.js';
import { placePath, placeQuery, type Place } from './place-queries.js';
import styles from './place-page.module.css';

/** All that is known of one unit, township or village, whatever system it comes from. */
export default function PlacePage() {
  const { kind, code = '' } = useParams();
  const known = pagedPlaceKindSchema.safeParse(kind);
  return known.success ? <Page key={`${known.data} ${code}`} place={{ kind: known.data, code }} /> : <NotFoundPage />;
}

function Page({ place }: { place: Place }) {
  const query = useInfiniteQuery(placeQuery(place));
  return (
    <Loaded query={query} skeleton={<PageSkeleton panels={3} />}>
      {({ pages: [newest, ...earlier] }) =>
        newest === undefined ? null : (
          <article>
            <PageHeading
              title={newest.name}
              lead={<Lead answer={newest} />}
              extra={<Link to={`/relations/${place.kind}/${encodeURIComponent(place.code)}`}>关系图</Link>}
            />
            <div className={place.kind === 'unit' ? styles['columns'] : undefined}>
              <Panel title="时间轴" note="按月数，点开一个月看每天" flush>
                <Axis place={place} months={[newest, ...earlier].flatMap(({ months }) => months)} />
                <MoreButton query={query} />
              </Panel>
              {place.kind === 'unit' ? <FiguresPanel code={place.code} /> : null}
            </div>
          </article>
        )
      }
    </Loaded>
  );
}

function Lead({ answer: { kindLabel, code, kind, townshipCode, townshipName } }: { answer: Answer }) {
  return (
    <>
      {kindLabel} {code}
      {kind !== 'township' && townshipCode !== null ? (
        <>
          ，属 <Link to={placePath('township', townshipCode)}>{townshipName ?? townshipCode}</Link>
        </>
      ) : null}
      。各系统的记录、疑点、线索和督办函排在一条时间轴上；地方不能公开的保密工单不计。
    </>
  );
}

const PARTS = [
  { key: 'records', label: '记录' },
  { key: 'findings', label: '疑点' },
  { key: 'clues', label: '线索' },
  { key: 'letters', label: '督办函' },
] as const;

const isEmpty = (counts: PlaceMonthCounts) => PARTS.every(({ key }) => (counts[key] ?? 0) === 0);

function Axis({ place, months }: { place: Place; months: readonly PlaceMonthCounts[] }) {
  const [opened, setOpened] = useState<string | null>(() => months.find((counts) => !isEmpty(counts))?.month ?? null);
  const most = Math.max(1, ...months.map(({ records }) => records));
  if (months.every(isEmpty)) return <EmptyPanel title="这些月份里没有记录，也没有疑点" hint="更早的可以点“再显示一些”。" />;
  return (
    <ol className={styles['axis']} aria-label="各月">
      {months.map((counts) => (
        <li key={counts.month}>
          <MonthHead
            counts={counts}
            most={most}
            isOpen={opened === counts.month}
            onToggle={() => setOpened(opened === counts.month ? null : counts.month)}
          />
          {opened === counts.month ? <MonthContent place={place} month={counts.month} /> : null}
        </li>
      ))}
    </ol>
  );
}

function MonthHead(props: { counts: PlaceMonthCounts; most: number; isOpen: boolean; onToggle: () => void }) {
  const { counts, most } = props;
  const [year, month] = counts.month.split('-');
  const label = `${year}年${Number(month)}月`;
  if (isEmpty(counts))
    return (
      <p className={`${styles['month']} ${styles['none']}`}>
        <span className={`${styles['name']} num`}>{label}</span>没有
      </p>
    );
  return (
    <h3>
      <button type="button" className={styles['month']} aria-expanded={props.isOpen} onClick={props.onToggle}>
        <span className={`${styles['name']} num`}>{label}</span>
        <span className={styles['counts']}>
          {PARTS.filter(({ key }) => (counts[key] ?? 0) > 0).map(({ key, label: part }) => (
            <span key={key} className={styles[key]}>
              {part} <span className="num">{numberText(counts[key] ?? 0)}</span>
            </span>
          ))}
        </span>
        <span aria-hidden="true" className={styles['bar']}>
          <i style={{ width: `${(counts.records / most) * 100}%` }} />
        </span>
      </button>
    </h3>
  );
}
