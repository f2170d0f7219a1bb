import {
  FINDING_STATUS_LABELS,
  SEVERITY_LABELS,
  type FindingStatus,
  type FindingSummary,
  type Severity,
} from '@tianyan/console-app/api';
import { chinaDay } from '../format/time.js';
import styles from './marks.module.css';

/** Three, two or one bar: the degree can be read without its colour. */
const BARS: Readonly<Record<Severity, number>> = { high: 3, medium: 2, low: 1 };

export function SeverityMark({ severity }: { severity: Severity }) {
  return (
    <span className={`${styles['severity']} ${styles[severity]}`}>
      <span aria-hidden="true" className={styles['bars']}>
        {[1, 2, 3].map((bar) => (
          <i key={bar} className={bar <= BARS[severity] ? styles['on'] : undefined} />
        ))}
      </span>
      {SEVERITY_LABELS[severity]}
    </span>
  );
}

export function StatusMark({ status }: { status: FindingStatus }) {
  return <span className={`${styles['status']} ${styles[status]}`}>{FINDING_STATUS_LABELS[status]}</span>;
}

/** By severity, how often the rule was right, and the amount at stake. */
export function TierMark({ tier }: { tier: NonNullable<FindingSummary['tier']> }) {
  return <span className={`${styles['tier']} ${styles[tier]}`}>{tier === 'red' ? '红' : '黄'}</span>;
}

/** Its rule stands still, so that nobody knows whether it is still so. */
export function RulePausedMark({ sinceMs }: { sinceMs: number }) {
  return <span className={styles['confidential']}>规则已暂停，{chinaDay(sinceMs)} 起未再判断</span>;
}

/** Set aside by people: judged all the same, but not waiting. */
export function SetAsideMark({ setAside: { untilMs } }: { setAside: NonNullable<FindingSummary['setAside']> }) {
  return <span className={styles['confidential']}>{untilMs === null ? '已豁免' : `已豁免至 ${chinaDay(untilMs - 1)}`}</span>;
}

/** An order told in confidence: its content is shown only with a reason. */
export function ConfidentialMark() {
  return <span className={styles['confidential']}>保密工单</span>;
}
