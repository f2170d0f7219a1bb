import { shortNumberText } from '../format/number.js';
import styles from './count-tabs.module.css';

/** One of a few ways to look at a list, each with how much is there; undefined: not known yet. `isAtLeast`: there may be more. */
export function CountTabs<K>(props: {
  label: string;
  tabs: readonly { key: K; label: string; count: number | undefined; isAtLeast?: boolean; pressed: boolean }[];
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
          <span className={`${styles['count']} num`}>{countText(tab)}</span>
        </button>
      ))}
    </div>
  );
}

/** That there is nothing, or more than that, says nothing. */
function countText({ count, isAtLeast = false }: { count: number | undefined; isAtLeast?: boolean }): string {
  if (count === undefined || (isAtLeast && count === 0)) return '';
  return `${shortNumberText(count)}${isAtLeast ? '+' : ''}`;
}
