import { VERDICT_LABELS, type DecidedCounts, type TrialResult } from '@tianyan/console-app/api';
import { numberText } from '../../../format/number.js';
import styles from './trial.module.css';

const DECISION_LABELS: Readonly<Record<keyof DecidedCounts, string>> = {
  ...VERDICT_LABELS,
  unclassed: '不予认定（当时没有分类）',
  open: '没有人判过',
};

/** What people have found out of the findings that stand, would be new, or would go: whether a change of the rule is for the better. */
export function TrialDecided({ changes }: { changes: NonNullable<TrialResult['changes']> }) {
  const { decided } = changes;
  if (!decided) return null;
  const lines = [
    { label: '现有的', counts: decided.standing },
    { label: '会新增的', counts: decided.gained },
    { label: '会不再成立的', counts: decided.lost },
  ].filter(({ counts }) => Object.values(counts).some((count) => count > 0));
  if (lines.length === 0) return null;
  return (
    <>
      <p className={styles['note']}>按核实结果分：</p>
      <ul className={styles['inputs']} aria-label="按核实结果分">
        {lines.map(({ label, counts }) => (
          <li key={label}>
            {label}：{decisionsText(counts)}
          </li>
        ))}
      </ul>
    </>
  );
}

/** `属实 2 条，不属实 1 条` */
export function decisionsText(counts: DecidedCounts): string {
  return Object.entries(DECISION_LABELS)
    .flatMap(([decision, label]) => {
      const count = counts[decision as keyof DecidedCounts]; // the labels are by decision
      return count > 0 ? [`${label} ${numberText(count)} 条`] : [];
    })
    .join('，');
}
