import {
  LETTER_STATE_LABELS,
  RECTIFICATION_STATE_LABELS,
  type LetterState,
  type Rectification,
  type RectificationState,
  type SupervisionStep,
} from '@tianyan/console-app/api';
import { Alert } from 'antd';
import type { ReactNode } from 'react';
import { instantText } from '../../format/time.js';
import { Panel } from '../../parts/panel.js';
import timeLine from '../../parts/time-line.module.css';
import page from '../clue/clue-page.module.css';
import marks from '../clues/clue-marks.module.css';

const FEN_PER_YUAN = 100;
const yuan = new Intl.NumberFormat('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
export const yuanText = (fen: number): string => `${yuan.format(fen / FEN_PER_YUAN)} 元`;

const LOOKS: Readonly<Partial<Record<LetterState | RectificationState, string>>> = {
  closed: 'over',
  withdrawn: 'over',
  settled: 'over',
  drafted: 'waiting',
};

export function LetterStateMark({ state }: { state: LetterState }) {
  return <span className={`${marks['state']} ${marks[LOOKS[state] ?? ''] ?? ''}`}>{LETTER_STATE_LABELS[state]}</span>;
}

export function RectificationStateMark({ state }: { state: RectificationState }) {
  return <span className={`${marks['state']} ${marks[LOOKS[state] ?? ''] ?? ''}`}>{RECTIFICATION_STATE_LABELS[state]}</span>;
}

export function RectificationDue({ item }: { item: Rectification }) {
  return (
    <span className={marks['due']}>
      <span className="num">{item.dueDay}</span>
      {item.overdue ? <span className={marks['overdue']}>超期</span> : null}
    </span>
  );
}

export function Facts({ facts }: { facts: readonly { label: string; value: ReactNode }[] }) {
  return (
    <dl className={page['facts']}>
      {facts.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Broken({ unbroken }: { unbroken: boolean }) {
  if (unbroken) return null;
  return (
    <Alert
      role="alert"
      type="error"
      showIcon
      title="办理经过与记录时的校验值不一致，可能被人在数据库里改动过。请先不要办理，联系审计管理员与操作日志核对。"
      style={{ marginBottom: 12 }}
    />
  );
}

/** The history, oldest first. */
export function StepsPanel({ steps }: { steps: readonly SupervisionStep[] }) {
  return (
    <Panel title="办理经过" note={`${steps.length} 步`}>
      <ol className={timeLine['line']} aria-label="办理经过">
        {steps.map((step) => (
          <li key={step.seq}>
            <p className={page['what']}>
              {step.kindLabel}
              <span>{step.takerName}</span>
              <span>→ {step.stateLabel}</span>
            </p>
            <p className={`${page['when']} num`}>{instantText(step.atMs)}</p>
            {step.lines.length === 0 ? null : (
              <dl className={page['lines']}>
                {step.lines.map((line) => (
                  <div key={line.label}>
                    <dt>{line.label}</dt>
                    <dd>{line.text}</dd>
                  </div>
                ))}
              </dl>
            )}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
