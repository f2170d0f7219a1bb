import { useQuery } from '@tanstack/react-query';
import type { PlaceDay, PlaceMonth } from '@tianyan/console-app/api';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { numberText } from '../../format/number.js';
import { chinaDay, clockText, dayText, startOfChinaDayMs } from '../../format/time.js';
import { Loaded } from '../../parts/loaded.js';
import { SystemBadge } from '../../parts/source-system.js';
import { ClueStateMark } from '../clues/clue-marks.js';
import { FindingRows } from '../findings/finding-rows.js';
import { LetterStateMark } from '../supervision/parts.js';
import { placeDayQuery, placeMonthQuery, type Place } from './place-queries.js';
import styles from './place-page.module.css';

const LIST_LABELS: Readonly<Record<PlaceMonth['truncated'][number], string>> = {
  findings: '疑点',
  clues: '线索',
  letters: '督办函',
};

/** One month of a place, day by day, the newest first. */
export function MonthContent({ place, month }: { place: Place; month: string }) {
  const query = useQuery(placeMonthQuery(place, month));
  return (
    <div className={styles['content']}>
      <Loaded query={query}>
        {(content) => (
          <>
            {content.truncated.length === 0 ? null : (
              <Alert
                type="info"
                showIcon
                title={`这个月的${content.truncated.map((list) => LIST_LABELS[list]).join('、')}很多，这里只显示最近的一部分；其余请到各自的列表里按条件查。`}
              />
            )}
            <ol aria-label="各日">
              {daysOf(content).map((day) => (
                <li key={day}>
                  <Day place={place} day={day} content={content} />
                </li>
              ))}
            </ol>
          </>
        )}
      </Loaded>
    </div>
  );
}

/** On which something was recorded or came about, the newest first. */
function daysOf({ days, findings, clues, letters }: PlaceMonth): string[] {
  const named = [
    ...days.map(({ day }) => day),
    ...findings.map(({ occurredAtMs }) => chinaDay(occurredAtMs)),
    ...[...clues, ...letters].map(({ atMs }) => chinaDay(atMs)),
  ];
  return [...new Set(named)].toSorted().toReversed();
}

function Day({ place, day, content }: { place: Place; day: string; content: PlaceMonth }) {
  const findings = content.findings.filter(({ occurredAtMs }) => chinaDay(occurredAtMs) === day);
  const clues = content.clues.filter(({ atMs }) => chinaDay(atMs) === day);
  const letters = content.letters.filter(({ atMs }) => chinaDay(atMs) === day);
  const records = content.days.find((one) => one.day === day)?.records ?? [];
  return (
    <section className={styles['day']} aria-label={dayText(startOfChinaDayMs(day))}>
      <h4 className={`${styles['date']} num`}>{dayText(startOfChinaDayMs(day))}</h4>
      {findings.length === 0 ? null : <FindingRows items={findings} dimmed={false} />}
      {clues.map(({ id, number, title, state }) => (
        <p key={id} className={styles['line']}>
          <span className={styles['kind']}>登记线索</span>
          <Link to={`/clues/${encodeURIComponent(id)}`}>{number}</Link>
          <span>{title}</span>
          <ClueStateMark state={state} />
        </p>
      ))}
      {letters.map(({ id, name, title, unitName, state }) => (
        <p key={id} className={styles['line']}>
          <span className={styles['kind']}>签发督办函</span>
          <Link to={`/letters/${encodeURIComponent(id)}`}>{name}</Link>
          <span>
            {unitName} · {title}
          </span>
          <LetterStateMark state={state} />
        </p>
      ))}
      {records.length === 0 ? null : <Records place={place} day={day} records={records} />}
    </section>
  );
}

function Records(props: { place: Place; day: string; records: PlaceMonth['days'][number]['records'] }) {
  const [isOpen, setOpen] = useState(false);
  const said = props.records.map(({ label, count }) => `${label} ${numberText(count)} 条`).join('、');
  return (
    <>
      <p className={styles['line']}>
        <span className={styles['kind']}>记录</span>
        <span>{said}</span>
        <Button
          size="small"
          type="link"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          aria-label={`${isOpen ? '收起' : '逐条看'} ${props.day} 的记录`}
        >
          {isOpen ? '收起' : '逐条看'}
        </Button>
      </p>
      {isOpen ? <DayRecords place={props.place} day={props.day} /> : null}
    </>
  );
}

function DayRecords({ place, day }: { place: Place; day: string }) {
  const query = useQuery(placeDayQuery(place, day));
  return (
    <Loaded query={query}>
      {({ items, truncated }) => (
        <>
          {truncated ? <Alert type="info" showIcon title={`这一天记录很多，这里只显示最后的 ${items.length} 条。`} /> : null}
          <ol className={styles['records']} aria-label={`${day} 的记录`}>
            {items.map((item, position) => (
              // A record may stand twice in one instant under one number: nothing but its place tells them apart.
              <li key={position}>
                <RecordLine item={item} />
              </li>
            ))}
          </ol>
        </>
      )}
    </Loaded>
  );
}

function RecordLine({ item: { type, typeLabel, systemLabel, atMs, text, about } }: { item: PlaceDay['items'][number] }) {
  return (
    <>
      <time className="num" dateTime={new Date(atMs).toISOString()}>
        {clockText(atMs)}
      </time>
      <SystemBadge type={type} label={`${systemLabel} · ${typeLabel}`} />
      <span className={styles['text']}>{text}</span>
      {about === null ? null : (
        <Link to={`/timelines/${about.kind}/${encodeURIComponent(about.code)}`}>
          {about.kindLabel} {about.code}
        </Link>
      )}
    </>
  );
}
