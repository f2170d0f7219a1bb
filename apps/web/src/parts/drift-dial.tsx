import { numberText } from '../format/number.js';
import styles from './drift-dial.module.css';

/** The one number that must be 0; calm when it is. Null: not measured yet. */
export function DriftDial({ drift }: { drift: number | null }) {
  const state = drift === null ? 'unknown' : drift === 0 ? 'calm' : 'alarm';
  return (
    <p className={`${styles['dial']} ${styles[state]}`}>
      <span className="num">{drift === null ? '—' : numberText(drift)}</span>
      <small>{drift === null ? '尚未巡检' : drift === 0 ? '无漂移' : '处漂移'}</small>
    </p>
  );
}
