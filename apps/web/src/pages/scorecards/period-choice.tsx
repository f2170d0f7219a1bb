import type { ScorecardPeriodKind } from '@tianyan/console-app/api';
import { Segmented, Select } from 'antd';
import styles from './scorecards.module.css';
import { PERIOD_LABELS, type Question } from './scorecard-queries.js';

const THIS: Readonly<Record<ScorecardPeriodKind, string>> = { week: '本周', month: '本月', quarter: '本季度' };
const LAST: Readonly<Record<ScorecardPeriodKind, string>> = { week: '上周', month: '上月', quarter: '上季度' };
const BEFORE: Readonly<Record<ScorecardPeriodKind, string>> = { week: '周', month: '个月', quarter: '个季度' };
const MAX_BACK = 24;

export function PeriodChoice({ question, change }: { question: Question; change: (part: Partial<Question>) => void }) {
  const label = (back: number) => {
    if (back === 0) return `${THIS[question.period]}（未完）`;
    return back === 1 ? LAST[question.period] : `${back} ${BEFORE[question.period]}前`;
  };
  return (
    <div className={styles['choices']}>
      <Segmented<ScorecardPeriodKind>
        aria-label="按周、月或季度"
        value={question.period}
        onChange={(period) => change({ period, back: 1 })}
        options={(['week', 'month', 'quarter'] as const).map((value) => ({ value, label: PERIOD_LABELS[value] }))}
      />
      <Select
        aria-label="哪一期"
        className={styles['back'] ?? ''}
        value={question.back}
        onChange={(back) => change({ back })}
        options={Array.from({ length: MAX_BACK + 1 }, (_, back) => ({ value: back, label: label(back) }))}
      />
    </div>
  );
}
