import { shortNumberText } from '../format/number.js';
import styles from './count-tabs.module.css';

/** One of a few ways to look at a list, each with how much is there; undefined: not known yet. */
export function CountTabs<K>(props: {
  label: string;
  tabs: readonly { key: K; label: string; count: number | undefined; pressed: boolean }[];
  onChange: (key: K) => void;
}) {
  return (
    <div role="group" aria-label={props.label} className={styles['tabs']}>
      {props.tabs.map((tab) => (
        <button
          key={tab.label}
          type="button"
          aria-pressed={tab.pressed}
          className={styles['tab']}
          onClick={() => props.onChange(tab.key)}
        >
          {tab.label}
          <span className={`${styles['count']} num`}>{tab.count === undefined ? '' : shortNumberText(tab.count)}</span>
        </button>
      ))}
    </div>
  );
}
