import { queryOptions, useQuery } from '@tanstack/react-query';
import { timelineKindSchema, timelineSchema, type Timeline, type TimelineKind } from '@tianyan/console-app/api';
import { Alert } from 'antd';
import { Link, useParams } from 'react-router';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { ConfidentialMark } from '../../parts/marks.js';
import { PageHeading } from '../../parts/page-heading.js';
import { PageSkeleton } from '../../parts/page-skeleton.js';
import { Panel } from '../../parts/panel.js';
import { ClueStateMark } from '../clues/clue-marks.js';
import { EvidenceEntry } from '../finding/evidence-entry.js';
import { EvidenceLanes } from '../finding/evidence-lanes.js';
import { FindingRows } from '../findings/finding-rows.js';
import { NotFoundPage } from '../not-found-page.js';
import { placePath } from '../place/place-queries.js';
import { LetterStateMark } from '../supervision/parts.js';
import styles from './timeline-page.module.css';

const timelineQuery = (kind: TimelineKind, code: string) =>
  queryOptions({
    queryKey: keys.timeline(kind, code),
    queryFn: ({ signal }) => callApi(timelineSchema, `/timelines/${kind}/${encodeURIComponent(code)}`, { signal }),
  });

/** All that is known of one order, contract …, whatever system it comes from. */
export default function TimelinePage() {
  const { kind, code = '' } = useParams();
  const known = timelineKindSchema.safeParse(kind);
  return known.success ? <Page kind={known.data} code={code} /> : <NotFoundPage />;
}

function Page({ kind, code }: { kind: TimelineKind; code: string }) {
  const query = useQuery(timelineQuery(kind, code));
  return (
    <Loaded query={query} skeleton={<PageSkeleton panels={3} />}>
      {(timeline) => <Content timeline={timeline} />}
    </Loaded>
  );
}

function Content({ timeline }: { timeline: Timeline }) {
  const { kind, kindLabel, code, title, confidential, items } = timeline;
  return (
    <article>
      <PageHeading
        title={`${kindLabel} ${code}`}
        lead={title ?? '它自己的记录还没有到，下面是别的记录里提到它的。'}
        extra={
          <>
            {confidential ? <ConfidentialMark /> : null}
            <Link to={`/relations/${kind}/${encodeURIComponent(code)}`}>关系图</Link>
          </>
        }
      />
      <div className={styles['columns']}>
        <div className={styles['main']}>
          {timeline.findings.length === 0 ? null : (
            <Panel
              title={kind === 'firm' ? '它和它参与的合同、项目、交易的疑点（后一种不一定说的是它）' : '有关疑点'}
              note={timeline.findingsTruncated ? `最近的 ${timeline.findings.length} 条` : `${timeline.findings.length} 条`}
              flush
            >
              <FindingRows items={timeline.findings} dimmed={false} />
            </Panel>
          )}
          <Panel title="时间轴" note={`${items.length} 条记录，按发生时间排列`}>
            {timeline.truncated ? (
              <Alert type="info" showIcon title="记录很多，这里只显示最近的一部分。" style={{ marginBottom: 12 }} />
            ) : null}
            {items.length > 2 ? <EvidenceLanes evidence={items} /> : null}
            <ol>
              {items.map((item, position) => (
                <EvidenceEntry key={item.index} item={item} previous={items[position - 1]} />
              ))}
            </ol>
          </Panel>
        </div>
        <div className={styles['side']}>
          <FactsPanel timeline={timeline} />
          <CluesPanel timeline={timeline} />
          <LettersPanel timeline={timeline} />
          <RelatedPanel timeline={timeline} />
        </div>
      </div>
    </article>
  );
}

function FactsPanel({ timeline: { facts } }: { timeline: Timeline }) {
  if (facts.length === 0) return null;
  return (
    <Panel title="最新情况">
      <dl className={styles['facts']}>
        {facts.map(({ name, label, text, masked }) => (
          <div key={name}>
            <dt>{label}</dt>
            <dd className={masked ? styles['masked'] : undefined}>{text}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function CluesPanel({ timeline: { clues } }: { timeline: Timeline }) {
  if (clues.length === 0) return null;
  return (
    <Panel title="有关线索">
      <ul className={styles['links']}>
        {clues.map(({ id, number, state }) => (
          <li key={id}>
            <Link to={`/clues/${encodeURIComponent(id)}`}>{number}</Link>
            <ClueStateMark state={state} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function LettersPanel({ timeline: { letters } }: { timeline: Timeline }) {
  if (letters.length === 0) return null;
  return (
    <Panel title="有关督办函">
      <ul className={styles['links']}>
        {letters.map(({ id, name, unitName, state }) => (
          <li key={id}>
            <Link to={`/letters/${encodeURIComponent(id)}`}>{name}</Link>
            <span>{unitName}</span>
            <LetterStateMark state={state} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const PLACE_LABELS: Readonly<Record<Timeline['places'][number]['kind'], string>> = {
  township: '乡镇',
  village: '村（社区）',
  unit: '单位',
};

function RelatedPanel({ timeline: { related, places } }: { timeline: Timeline }) {
  return (
    <Panel title="相关">
      {related.length + places.length === 0 ? <EmptyPanel title="记录里没有提到别的" /> : null}
      <ul className={styles['links']}>
        {related.map(({ kind, kindLabel, code }) => (
          <li key={`${kind} ${code}`}>
            <span className={styles['kind']}>{kindLabel}</span>
            <Link to={`/timelines/${kind}/${encodeURIComponent(code)}`}>{code}</Link>
          </li>
        ))}
        {places.map(({ kind, code, name, hasPage }) => (
          <li key={`${kind} ${code}`}>
            <span className={styles['kind']}>{PLACE_LABELS[kind]}</span>
            {hasPage ? <Link to={placePath(kind, code)}>{name}</Link> : <span>{name}</span>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
