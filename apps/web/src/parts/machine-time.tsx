import { useOverview } from '../pages/overview/overview-query.js';
import { instantText, secondText } from '../format/time.js';
import styles from './machine-time.module.css';

/**
 * When the platform itself did something: by the machine's clock. Beside a simulated county, whose days pass faster, this
 * is another time than all the others on the page, so it says so.
 */
export function MachineTime({ atMs, seconds = false }: { atMs: number; seconds?: boolean }) {
  const simulated = useOverview().data?.simulated;
  return (
    <span className={styles['time']}>
      {seconds ? secondText(atMs) : instantText(atMs)}
      {simulated ? <small className={styles['mark']}>真实时间</small> : null}
    </span>
  );
}
