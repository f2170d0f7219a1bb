import { CLUE_STATE_LABELS, type ClueState, type ClueSummary } from '@tianyan/console-app/api';
import { chinaDay } from '../../format/time.js';
import styles from './clue-marks.module.css';

const LOOKS: Readonly<Partial<Record<ClueState, string>>> = {
  closed: 'over',
  merged: 'over',
  cancelled: 'over',
  'on-hold': 'waiting',
  suspended: 'waiting',
  transferred: 'waiting',
};

export function ClueStateMark({ state }: { state: ClueState }) {
  return <span className={`${styles['state']} ${styles[LOOKS[state] ?? ''] ?? ''}`}>{CLUE_STATE_LABELS[state]}</span>;
}

/** The last day of the state, and how near it is. */
export function ClueDue({ clue: { dueAtMs, paused, urgency, state } }: { clue: ClueSummary }) {
  if (paused) return <span className={styles['none']}>中止，暂不计时</span>;
  if (dueAtMs === null) return <span className={styles['none']}>不限</span>;
  return (
    <span className={styles['due']}>
      <span className="num">
        {state === 'closed' ? '回访 ' : ''}
        {chinaDay(dueAtMs - 1)}
      </span>
      {urgency === null ? null : <span className={styles[urgency]}>{urgency === 'soon' ? '临期' : '超期'}</span>}
    </span>
  );
}
