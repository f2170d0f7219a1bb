import { CompressOutlined, ExpandOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import type { Overview } from '@tianyan/console-app/api';
import { useRef, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useTownships } from '../../app/divisions.js';
import { useSeesWholeCounty } from '../../app/reach.js';
import { useSession } from '../../app/session.js';
import { numberText } from '../../format/number.js';
import { instantText } from '../../format/time.js';
import { Loaded } from '../../parts/loaded.js';
import { clueCountsQuery } from '../clues/clue-queries.js';
import { overviewQuery } from '../overview/overview-query.js';
import { scorecardQuery } from '../scorecards/scorecard-queries.js';
import { FOUR_WINDS, heatOf, rectifiedOf, weeksOf } from './screen-figures.js';
import styles from './screen-page.module.css';

/** The last whole month: of one that goes on, a share says nothing yet. */
const LAST_MONTH = { period: 'month', back: 1 } as const;

/** A wall is looked at for minutes. */
const REFRESH_EVERY_MS = 60_000;

/** For a wall: where doubts are, how they move, and whether they are dealt with. Counts alone: nobody is named on it. */
export default function ScreenPage() {
  const frame = useRef<HTMLDivElement>(null);
  const query = useQuery(overviewQuery);
  const [isFull, setIsFull] = useState(false);
  const turn = async () => {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await frame.current?.requestFullscreen();
    setIsFull(document.fullscreenElement !== null);
  };
  return (
    <div ref={frame} className={styles['screen']}>
      <title>大屏 · 天眼监督</title>
      <header className={styles['head']}>
        <h1>基层监督态势</h1>
        {query.data ? <span className="num">{instantText(query.data.countyNowMs)}</span> : null}
        <span className={styles['tools']}>
          <button type="button" onClick={() => void turn()}>
            {isFull ? <CompressOutlined aria-hidden="true" /> : <ExpandOutlined aria-hidden="true" />}
            {isFull ? '退出全屏' : '全屏'}
          </button>
          <Link to="/">返回</Link>
        </span>
      </header>
      <Loaded query={query}>{(overview) => <Content findings={overview.findings} />}</Loaded>
      <p className={styles['note']}>模型比对出来的疑点，待核实，不是结论</p>
    </div>
  );
}

function Content({ findings }: { findings: Overview['findings'] }) {
  return (
    <div className={styles['grid']}>
      <Block title="待核实疑点" className={styles['wide']}>
        <p className={`${styles['figure']} num`}>{numberText(findings.open)}</p>
        <TownshipTiles counts={findings.byTownship} />
      </Block>
      <Block title="四风和作风、微腐败">
        <Winds counts={findings.byClass} />
      </Block>
      <Block title="近四周发生">
        <Weeks perDay={findings.perDay} />
      </Block>
      <Block title="办理">
        <dl className={styles['shares']}>
          <OnTime />
          <Clues />
        </dl>
      </Block>
    </div>
  );
}

function Block({ title, className, children }: { title: string; className?: string | undefined; children: ReactNode }) {
  return (
    <section className={`${styles['block']} ${className ?? ''}`} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** Every township within reach, also those without any; the redder, the more. */
function TownshipTiles({ counts }: { counts: Overview['findings']['byTownship'] }) {
  const { townshipCodes } = useSession();
  const townships = useTownships().filter(({ code }) => townshipCodes === null || townshipCodes.includes(code));
  const count = new Map(counts.map((entry) => [entry.key, entry.count]));
  const known = townships.map(({ code, name }) => ({ code, name, count: count.get(code) ?? 0 }));
  const tiles = known.length > 0 ? known : counts.map(({ key, label, count: open }) => ({ code: key, name: label, count: open }));
  const most = Math.max(1, ...tiles.map((tile) => tile.count));
  return (
    <ul className={styles['tiles']} aria-label="各乡镇待核实疑点">
      {tiles.map((tile) => (
        <li key={tile.code} className={styles[`heat${heatOf(tile.count, most)}`]}>
          <span>{tile.name}</span>
          <strong className="num">{numberText(tile.count)}</strong>
        </li>
      ))}
    </ul>
  );
}

function Winds({ counts }: { counts: Overview['findings']['byClass'] }) {
  const count = new Map(counts.map((entry) => [entry.key, entry.count]));
  const others = counts.filter(({ key }) => !FOUR_WINDS.includes(key)).map(({ key }) => key);
  return (
    <dl className={styles['winds']}>
      {[...FOUR_WINDS, ...others].map((name) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="num">{numberText(count.get(name) ?? 0)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Weeks({ perDay }: { perDay: Overview['findings']['perDay'] }) {
  const weeks = weeksOf(perDay);
  const most = Math.max(1, ...weeks.map(({ occurred }) => occurred));
  return (
    <ol className={styles['weeks']} aria-label="每七天发生的疑点">
      {weeks.map(({ from, occurred }) => (
        <li key={from}>
          <span className="num">{from.slice(5)} 起</span>
          <span aria-hidden="true" className={styles['track']}>
            <i style={{ width: `${(occurred / most) * 100}%` }} />
          </span>
          <strong className="num">{numberText(occurred)}</strong>
        </li>
      ))}
    </ol>
  );
}

/** Of the county alone; while history is on its way there is none. */
function OnTime() {
  const seesWholeCounty = useSeesWholeCounty();
  const { data } = useQuery({ ...scorecardQuery('county', 'county', LAST_MONTH), enabled: seesWholeCounty });
  const value = data?.figures.find(({ id }) => id === 'onTimeShare')?.values.at(-1)?.value;
  return <Share label="上月工单按时办结率" share={value ?? null} />;
}

function Clues() {
  // No event tells of clues.
  const { data } = useQuery({ ...clueCountsQuery({}), refetchInterval: REFRESH_EVERY_MS });
  return (
    <>
      <Share label="线索办结率" share={data ? rectifiedOf(data) : null} />
      <div>
        <dt>超期线索</dt>
        <dd className="num">{data ? numberText(data.overdue) : '—'}</dd>
      </div>
    </>
  );
}

function Share({ label, share }: { label: string; share: number | null }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd className="num">{share === null ? '—' : `${Math.round(share * 100)} %`}</dd>
    </div>
  );
}
