import type { RuleSummary } from '@tianyan/console-app/api';
import styles from './rule-state.module.css';

/** Whether a rule is judged, and over which sources. */
export function RuleState({ rule }: { rule: Pick<RuleSummary, 'runs' | 'limitedTo'> }) {
  if (!rule.runs) return <span className={styles['off']}>已停用</span>;
  if (rule.limitedTo === null) return <span className={styles['on']}>启用</span>;
  return (
    <>
      <span className={styles['on']}>启用</span>
      <span className={styles['limit']}>只看：{rule.limitedTo.join('、')}</span>
    </>
  );
}
