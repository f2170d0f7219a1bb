import type { FindingSummary } from '@tianyan/console-app/api';
import type { KeyboardEvent } from 'react';
import { Link } from 'react-router';
import { instantText } from '../../format/time.js';
import { ConfidentialMark, RulePausedMark, SetAsideMark, SeverityMark, StatusMark, TierMark } from '../../parts/marks.js';
import { placeOf } from './place.js';
import styles from './finding-rows.module.css';

/** The list; arrow keys (or j and k) walk through it, Enter opens. */
export function FindingRows({ items, dimmed }: { items: readonly FindingSummary[]; dimmed: boolean }) {
  return (
    <ol className={`${styles['rows']} ${dimmed ? styles['dimmed'] : ''}`} onKeyDown={walk} aria-label="疑点列表">
      {items.map((finding) => (
        <li key={finding.id}>
          <FindingRow finding={finding} />
        </li>
      ))}
    </ol>
  );
}

/** One finding. */
export function FindingRow({ finding }: { finding: FindingSummary }) {
  const place = placeOf(finding.subjects);
  return (
    <Link to={`/findings/${encodeURIComponent(finding.id)}`} className={`${styles['row']} ${styles[finding.severity]}`} data-row>
      <span className={styles['severity']}>
        <SeverityMark severity={finding.severity} />
      </span>
      <span className={styles['main']}>
        <span className={styles['explanation']}>{finding.explanation}</span>
        <span className={styles['meta']}>
          <span>{finding.ruleTitle}</span>
          {finding.confidential ? <ConfidentialMark /> : null}
          {finding.tier ? <TierMark tier={finding.tier} /> : null}
          {finding.rulePausedSinceMs === null ? null : <RulePausedMark sinceMs={finding.rulePausedSinceMs} />}
          {finding.setAside ? <SetAsideMark setAside={finding.setAside} /> : null}
          {place === '' ? null : <span>{place}</span>}
          <span className="num">{finding.evidenceCount} 条证据</span>
        </span>
      </span>
      <span className={styles['class']}>{finding.classLabel}</span>
      <span className={`${styles['time']} num`}>
        <span className="sr-only">发生时间</span>
        {instantText(finding.occurredAtMs)}
      </span>
      <span className={styles['status']}>
        <StatusMark status={finding.status} />
      </span>
    </Link>
  );
}

const STEP: Readonly<Record<string, number>> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

/** Arrow keys (or j and k) walk through the rows of a list. */
export function walk(event: KeyboardEvent<HTMLOListElement>): void {
  const step = STEP[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = rows[at + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
}
