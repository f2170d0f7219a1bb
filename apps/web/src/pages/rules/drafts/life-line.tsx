import type { DraftDetail } from '@tianyan/console-app/api';
import { MachineTime } from '../../../parts/machine-time.js';
import styles from './draft.module.css';
import { EVENT_LABELS, nextOf, stepsOf } from './draft-words.js';

/** Where the draft is, and what comes next. */
export function LifeLine({ draft }: { draft: DraftDetail }) {
  return (
    <>
      <ol className={styles['steps']} aria-label="到了哪一步">
        {stepsOf(draft).map(({ label, isDone, isNext }) => (
          <li
            key={label}
            className={isDone ? styles['done'] : isNext ? styles['next'] : undefined}
            aria-current={isNext ? 'step' : undefined}
          >
            {label}
            <span className="sr-only">{isDone ? '：已完成' : isNext ? '：下一步' : ''}</span>
          </li>
        ))}
      </ol>
      <p className={styles['said']}>{nextOf(draft)}</p>
    </>
  );
}

/** Who did what to it. */
export function DraftEvents({ draft: { events } }: { draft: DraftDetail }) {
  return (
    <ol className={styles['events']} aria-label="谁做了什么">
      {events.map(({ event, actor, reason, untriedReason, atMs, isOfThisText }) => (
        <li key={`${event} ${atMs} ${actor}`} className={isOfThisText ? undefined : styles['old']}>
          <MachineTime atMs={atMs} /> {actor} {EVENT_LABELS[event]}
          {reason === null ? null : `：${reason}`}
          {untriedReason === null ? null : `（没有试过：${untriedReason}）`}
          {isOfThisText ? null : '（当时的全文）'}
        </li>
      ))}
    </ol>
  );
}
