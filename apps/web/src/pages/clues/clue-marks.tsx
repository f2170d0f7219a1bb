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

/** Seen by those alone who are named for it. */
export function ClueSecrecy({ restricted }: Pick<ClueSummary, 'restricted'>) {
  return restricted ? <span className={`${styles['state']} ${styles['secret']}`}>限知悉范围</span> : null;
}

/** The last day of the state, and how near it is. */
export function ClueDue({ clue: { dueAtMs, paused, urgency, state, stateSinceMs } }: { clue: ClueSummary }) {
  if (paused) return <span className={styles['none']}>{chinaDay(stateSinceMs)} 起中止计时，恢复后顺延</span>;
  return <Deadline of={{ dueAtMs, urgency }} none="不限" before={state === 'closed' ? '回访 ' : ''} />;
}

/** The last day that is in time, and how near it is. */
export function Deadline(props: { of: Pick<ClueSummary, 'dueAtMs' | 'urgency'>; none?: string; before?: string }) {
  const { none = '—', before = '' } = props;
  const { dueAtMs, urgency } = props.of;
  if (dueAtMs === null) return <span className={styles['none']}>{none}</span>;
  return (
    <span className={styles['due']}>
      <span className="num">
        {before}
        {chinaDay(dueAtMs - 1)}
      </span>
      {urgency === null ? null : <span className={styles[urgency]}>{urgency === 'soon' ? '临期' : '超期'}</span>}
    </span>
  );
}
