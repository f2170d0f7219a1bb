import { COUNTY_TIMELINE_KINDS, timelineKindOf, type FindingDetail, type PagedPlaceKind } from '@tianyan/console-app/api';
import { Link } from 'react-router';
import { useSeesWholeCounty } from '../../app/reach.js';
import { instantText } from '../../format/time.js';
import { Panel } from '../../parts/panel.js';
import { placePath } from '../place/place-queries.js';
import styles from './facts-panel.module.css';

const PLACES: Readonly<Record<string, PagedPlaceKind>> = {
  unitId: 'unit',
  leadUnitId: 'unit',
  townshipCode: 'township',
  villageCode: 'village',
};

type Subject = FindingDetail['subjects'][number];

/** What has a page of its own that opens for whoever reads it leads there. */
function SubjectName({ subject: { kind, code, name }, pagedUnits }: { subject: Subject; pagedUnits: readonly string[] }) {
  const seesCounty = useSeesWholeCounty();
  const timeline = timelineKindOf(kind);
  if (timeline !== null && !seesCounty && COUNTY_TIMELINE_KINDS.includes(timeline)) return name ?? code;
  if (timeline !== null) return <Link to={`/timelines/${timeline}/${encodeURIComponent(code)}`}>{name ?? code}</Link>;
  const place = PLACES[kind];
  if (place === undefined || (place === 'unit' && !pagedUnits.includes(code))) return name ?? code;
  return <Link to={placePath(place, code)}>{name ?? code}</Link>;
}

/** Who, where, when, how much. */
export function FactsPanel({ finding }: { finding: FindingDetail }) {
  return (
    <Panel title="要点">
      {finding.figures.length === 0 ? null : (
        <dl className={styles['figures']}>
          {finding.figures.map((figure) => (
            <div key={figure.name}>
              <dt>{figure.label}</dt>
              <dd className="num">{figure.text}</dd>
            </div>
          ))}
        </dl>
      )}
      <dl className={styles['facts']}>
        {finding.subjects.map((subject) => (
          <div key={`${subject.kind} ${subject.code}`}>
            <dt>{subject.kindLabel}</dt>
            <dd>
              <SubjectName subject={subject} pagedUnits={finding.pagedUnits} />
              {subject.name === null || subject.name === subject.code ? null : <small>{subject.code}</small>}
            </dd>
          </div>
        ))}
        <div>
          <dt>发生时间</dt>
          <dd className="num">{instantText(finding.occurredAtMs)}</dd>
        </div>
        <div>
          <dt>发现时间</dt>
          <dd className="num">{instantText(finding.openedAtMs)}</dd>
        </div>
        {finding.dueAtMs === null ? null : (
          <div>
            <dt>下次复核</dt>
            <dd className="num">{instantText(finding.dueAtMs)}</dd>
          </div>
        )}
        <div>
          <dt>疑点编号</dt>
          <dd className="mono wrap-anywhere">{finding.id}</dd>
        </div>
      </dl>
    </Panel>
  );
}
