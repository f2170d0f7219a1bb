import type { RuleProgress, RuleSummary } from '@tianyan/console-app/api';
import styles from './rule-state.module.css';

/** What a person has to know of a rule that is on and not judged as usual yet. */
const UNDER_WAY: Readonly<Partial<Record<RuleProgress, string>>> = {
  'set-aside': '已暂停：研判失败，疑点暂不更新，处理办法见规则页',
  waiting: '待研判：等它用到的数据首次载入完，或等研判进程接手',
  sweeping: '正在用它研判全部已有数据…',
};

/** Whether a rule is judged, over which sources, and how far a new one is. */
export function RuleState({
  rule,
}: {
  rule: Pick<RuleSummary, 'runs' | 'limitedTo'> & { progress?: RuleProgress; shadowVersion?: number | null };
}) {
  if (!rule.runs) return <span className={styles['off']}>已停用</span>;
  const underWay = rule.progress && UNDER_WAY[rule.progress];
  return (
    <>
      <span className={styles['on']}>启用</span>
      {underWay === undefined ? null : (
        <span className={styles['limit']} role="status">
          {underWay}
        </span>
      )}
      {rule.shadowVersion ? <span className={styles['limit']}>第 {rule.shadowVersion} 版在影子运行</span> : null}
      {rule.limitedTo === null ? null : <span className={styles['limit']}>只看：{rule.limitedTo.join('、')}</span>}
    </>
  );
}
