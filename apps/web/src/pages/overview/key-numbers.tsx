import { useQuery } from '@tanstack/react-query';
import type { Overview } from '@tianyan/console-app/api';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { numberText, shortNumberText } from '../../format/number.js';
import { chinaDay } from '../../format/time.js';
import { findingCountsQuery } from '../findings/finding-queries.js';
import styles from './key-numbers.module.css';

const EVERYTHING = {};

export function KeyNumbers({ overview }: { overview: Overview }) {
  const counts = useQuery(findingCountsQuery(EVERYTHING));
  const today = overview.findings.perDay.find((entry) => entry.day === chinaDay(overview.countyNowMs));
  const withdrawn = counts.data?.byStatus.find((entry) => entry.key === 'withdrawn')?.count;
  const serious = overview.findings.bySeverity.find((entry) => entry.key === 'high')?.count ?? 0;
  return (
    <ul className={styles['numbers']} aria-label="关键数字">
      <Figure
        label="待核实疑点"
        value={numberText(overview.findings.open)}
        note={`其中严重 ${numberText(serious)} 条`}
        to="/findings?status=open"
        strong
      />
      <Figure
        label="今日发现疑点"
        value={numberText(today === undefined ? 0 : today.opened - today.openedByFirstLook)}
        note={todayNote(today)}
        to="/findings"
      />
      <Figure
        label="已撤回"
        value={withdrawn === undefined ? '…' : numberText(withdrawn)}
        note="数据更正后不再成立"
        to="/findings?status=withdrawn"
      />
      <Figure
        label="入库行数"
        value={shortNumberText(overview.records.total)}
        note={`含更正和重复报送；隔离区待处理 ${numberText(overview.quarantineWaiting)} 条`}
        to="/quarantine"
      />
      {overview.rulesPaused === 0 ? null : (
        <Figure
          label="规则"
          value={`${numberText(overview.rulesPaused)} 条暂停`}
          note="研判失败，只停这几条；疑点是暂停时的"
          to="/rules"
          alarming
        />
      )}
      <Figure label="数据源" {...sourcesFigure(overview.sources)} to="/sources" />
    </ul>
  );
}

/** What a first look at history found is said apart: it tells when the platform began to look, not what happened today. */
function todayNote(today: Overview['findings']['perDay'][number] | undefined): string {
  const withdrawn = `今日撤回 ${numberText(today?.withdrawn ?? 0)} 条`;
  return today === undefined || today.openedByFirstLook === 0
    ? withdrawn
    : `历史首次比对另有 ${numberText(today.openedByFirstLook)} 条`;
}

function sourcesFigure(sources: Overview['sources']): { value: string; note: string; alarming: boolean } {
  const troubled = sources.filter((source) => source.state !== 'healthy' && source.state !== 'idle');
  if (sources.length === 0) return { value: '尚未接入', note: '接入后显示状态', alarming: false };
  if (troubled.length === 0) return { value: '全部正常', note: `共 ${sources.length} 个`, alarming: false };
  return { value: `${troubled.length} 个异常`, note: troubled.map((source) => source.label).join('、'), alarming: true };
}

function Figure(props: { label: string; value: ReactNode; note: string; to: string; strong?: boolean; alarming?: boolean }) {
  return (
    <li>
      <Link
        to={props.to}
        className={`${styles['figure']} ${props.strong ? styles['strong'] : ''} ${props.alarming ? styles['alarming'] : ''}`}
      >
        <span className={styles['label']}>{props.label}</span>
        <span className={`${styles['value']} num`}>{props.value}</span>
        <span className={styles['note']}>{props.note}</span>
      </Link>
    </li>
  );
}
