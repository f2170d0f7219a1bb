import { useQuery } from '@tanstack/react-query';
import { cluePeopleSchema, FORM_LABELS, PERSON_EVENT_LABELS, type PersonEvent, type PersonPage } from '@tianyan/console-app/api';
import { Alert } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { callApi } from '../../api/client.js';
import { chinaDay, instantText } from '../../format/time.js';
import { Help } from '../../help/help-button.js';
import { BackLink } from '../../parts/back-link.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHeading } from '../../parts/page-heading.js';
import { PageSkeleton } from '../../parts/page-skeleton.js';
import { Panel } from '../../parts/panel.js';
import timeLine from '../../parts/time-line.module.css';
import { UnmaskForm } from '../../parts/unmask-form.js';
import cluePage from '../clue/clue-page.module.css';
import { ClueStateMark } from '../clues/clue-marks.js';
import { cluePersonQuery } from './clue-person-queries.js';
import { IdentityPanel } from './identity-panel.js';
import { PersonNetPanel } from './person-net.js';
import styles from './clue-person-page.module.css';

const LEAD =
  '您看得到的线索里这个人的办理、处置、形态、整改和文书，排在一条时间轴上。线索里登记不等于有问题；打开这一页记入操作日志。';

/** All that is known of one person whom a clue names. */
export default function CluePersonPage() {
  const { id = '', personId = '' } = useParams();
  const query = useQuery(cluePersonQuery(id, personId));
  return (
    <>
      <BackLink to={`/clues/${encodeURIComponent(id)}`}>返回线索</BackLink>
      <Loaded query={query} skeleton={<PageSkeleton panels={3} />}>
        {(page) => <Content key={personId} page={page} clueId={id} personId={personId} />}
      </Loaded>
    </>
  );
}

function Content({ page, clueId, personId }: { page: PersonPage; clueId: string; personId: string }) {
  const [revealed, setRevealed] = useState<string | null>(null);
  return (
    <article>
      <PageHeading
        title={`涉及人员 ${revealed ?? page.name}`}
        lead={
          <>
            {LEAD} <Help topic="clue-person" label="涉及人员的页面" />
          </>
        }
      />
      {page.truncated ? (
        <Alert type="info" showIcon title="线索或经过很多，这里只显示最近的一部分。" style={{ marginBottom: 12 }} />
      ) : null}
      <div className={cluePage['columns']}>
        <div className={cluePage['main']}>
          <EventsPanel events={page.events} />
          <PersonNetPanel net={page.net} />
        </div>
        <div className={cluePage['side']}>
          <EntriesPanel page={page} />
          {revealed === null ? (
            <Panel title="查看姓名">
              <UnmaskForm
                example="例如：制作谈话通知"
                onUnmask={async (reason) => {
                  const path = `/clues/${encodeURIComponent(clueId)}/people/reveal`;
                  const { items } = await callApi(cluePeopleSchema, path, { method: 'POST', body: { reason } });
                  setRevealed(items.find(({ id }) => id === personId)?.name ?? null);
                }}
              />
            </Panel>
          ) : null}
          {page.mayIdentify ? <IdentityPanel clueId={clueId} personId={personId} /> : null}
        </div>
      </div>
    </article>
  );
}

function EntriesPanel({ page: { entries, clues } }: { page: PersonPage }) {
  return (
    <Panel title="登记和形态" note={`${clues.length} 条线索`}>
      <ul className={styles['entries']}>
        {entries.map(({ personId, clueId, clueNumber, unit, post, form, formAtMs, measure }) => {
          const state = clues.find(({ id }) => id === clueId)?.state;
          return (
            <li key={personId}>
              <p className={styles['line']}>
                <Link to={`/clues/${encodeURIComponent(clueId)}`}>{clueNumber}</Link>
                {state === undefined ? null : <ClueStateMark state={state} />}
              </p>
              <p className={styles['kind']}>
                {unit}
                {post === null ? '' : ` ${post}`}
              </p>
              {form === null ? null : (
                <p>
                  {FORM_LABELS[form]}
                  {formAtMs === null ? '' : `（${chinaDay(formAtMs)}）`}：{measure}
                </p>
              )}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

function EventsPanel({ events }: { events: readonly PersonEvent[] }) {
  return (
    <Panel title="时间轴" note={`${events.length} 项，按时间排列`}>
      <ol className={timeLine['line']} aria-label="时间轴">
        {events.map((event) => (
          <li key={event.key}>
            <p className={styles['what']}>
              <span className={styles['kind']}>{PERSON_EVENT_LABELS[event.kind]}</span>
              <b>{event.title}</b>
              <Link to={pathOf(event)}>{event.name}</Link>
              {event.takerName === null ? null : <span className={styles['kind']}>{event.takerName}</span>}
            </p>
            <p className={`${cluePage['when']} num`}>{event.kind === 'watch' ? chinaDay(event.atMs) : instantText(event.atMs)}</p>
            {event.lines.length === 0 ? null : (
              <dl className={cluePage['lines']}>
                {event.lines.map(({ label, text }) => (
                  <div key={label}>
                    <dt>{label}</dt>
                    <dd>{text}</dd>
                  </div>
                ))}
              </dl>
            )}
          </li>
        ))}
      </ol>
    </Panel>
  );
}

const FOLDERS: Readonly<Record<PersonEvent['kind'], string>> = {
  clue: 'clues',
  watch: 'clues',
  letter: 'letters',
  circular: 'circulars',
  rectification: 'rectifications',
};
const pathOf = ({ kind, id }: PersonEvent): string => `/${FOLDERS[kind]}/${encodeURIComponent(id)}`;
