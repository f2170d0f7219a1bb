import type { RuleDetail } from '@tianyan/console-app/api';
import styles from './drafts/draft.module.css';

/** Where a rule is that was published; what came before stands on the page of its draft. */
export function RuleStage({ rule }: { rule: RuleDetail }) {
  const stages = [
    { label: '影子运行', isHere: rule.shadowVersion !== null },
    { label: '运行中', isHere: rule.retired === null && !rule.isShadowOnly && rule.runs },
    { label: '停用', isHere: rule.retired === null && !rule.isShadowOnly && !rule.runs },
    { label: '撤下', isHere: rule.retired !== null },
  ];
  return (
    <ol className={styles['steps']} aria-label="到了哪一步">
      {stages.map(({ label, isHere }) => (
        <li key={label} className={isHere ? styles['done'] : undefined} aria-current={isHere ? 'step' : undefined}>
          {label}
          {isHere ? <span className="sr-only">：现在</span> : null}
        </li>
      ))}
    </ol>
  );
}
