import { COUNTY_TIMELINE_KINDS, timelineKindOf, type EvidenceItem, type ShownField } from '@tianyan/console-app/api';
import { Button, Tag } from 'antd';
import { Link } from 'react-router';
import { useSeesWholeCounty } from '../../app/reach.js';
import { DAY_MS, instantText, lengthText } from '../../format/time.js';
import { SystemBadge, SystemIcon, systemTone } from '../../parts/source-system.js';
import styles from './evidence-entry.module.css';

/** Fields shown before the rest is left to the record itself. */
const MAX_FIELDS = 8;

/** One record on a time axis; as evidence it has a part in the proof, and can be read as it came. */
export function EvidenceEntry(props: { item: EvidenceItem; previous: EvidenceItem | undefined; onShowRaw?: () => void }) {
  const { item } = props;
  const place = [item.unitName, item.villageName].filter((name) => name !== null).join(' · ');
  return (
    <li className={`${styles['entry']} ${styles[systemTone(item.type)]}`}>
      <Gap previous={props.previous} item={item} />
      <div className={styles['node']}>
        <SystemIcon type={item.type} />
      </div>
      <div className={styles['card']}>
        <p className={styles['top']}>
          <time className={`${styles['time']} num`} dateTime={new Date(item.atMs).toISOString()}>
            {instantText(item.atMs)}
          </time>
          <SystemBadge type={item.type} label={`${item.systemLabel} · ${item.typeLabel}`} />
          {item.role === '' ? null : <span className={styles['role']}>{item.roleLabel}</span>}
          {item.closed ? <Tag variant="outlined">内容已遮蔽</Tag> : null}
          {item.edit === null ? null : (
            <Tag color="orange" variant="outlined">
              由 {item.edit.editedBy} 改正、{item.edit.reviewedBy} 复核
            </Tag>
          )}
          {item.corrected ? <Tag variant="outlined">来源后来更正过</Tag> : null}
        </p>
        <h3 className={styles['title']}>
          {item.findingId === null ? (
            item.title
          ) : (
            <Link to={`/findings/${encodeURIComponent(item.findingId)}`}>{item.title}</Link>
          )}
        </h3>
        {place === '' ? null : <p className={styles['place']}>{place}</p>}
        <Fields item={item} />
        {item.available ? (
          props.onShowRaw && (
            <Button
              size="small"
              type="link"
              className={styles['raw'] ?? ''}
              onClick={props.onShowRaw}
              aria-label={`查看原始记录：${item.title}`}
            >
              查看原始记录
            </Button>
          )
        ) : (
          <p className={styles['gone']}>这一版原始记录已超过保存期限</p>
        )}
      </div>
    </li>
  );
}

/** Long silences are part of the story: say how long nothing happened. */
function Gap({ previous, item }: { previous: EvidenceItem | undefined; item: EvidenceItem }) {
  if (!previous || item.atMs - previous.atMs < DAY_MS) return null;
  return <p className={styles['gap']}>隔 {lengthText(item.atMs - previous.atMs)}</p>;
}

/** The number of a thing that has a page leads there. */
function FieldText({ field: { name, text, masked } }: { field: ShownField }) {
  const seesCounty = useSeesWholeCounty();
  const kind = timelineKindOf(name);
  if (kind === null || masked || (!seesCounty && COUNTY_TIMELINE_KINDS.includes(kind))) return text;
  return <Link to={`/timelines/${kind}/${encodeURIComponent(text)}`}>{text}</Link>;
}

function Fields({ item }: { item: EvidenceItem }) {
  if (item.fields.length === 0) return null;
  return (
    <dl className={styles['fields']}>
      {item.fields.slice(0, MAX_FIELDS).map((field) => (
        <div key={field.name} className={field.text.length > 24 ? styles['wide'] : undefined}>
          <dt>{field.label}</dt>
          <dd>
            <FieldText field={field} />
            {field.masked ? <span className={styles['masked']}>已遮蔽</span> : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}
