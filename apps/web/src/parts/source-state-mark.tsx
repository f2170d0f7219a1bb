import { SOURCE_STATE_LABELS, type SourceState } from '@tianyan/console-app/api';
import {
  CheckCircleFilled,
  ClockCircleFilled,
  CloseCircleFilled,
  MinusCircleFilled,
  QuestionCircleFilled,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import styles from './source-state-mark.module.css';

const ICONS: Readonly<Record<SourceState, ReactNode>> = {
  healthy: <CheckCircleFilled />,
  late: <ClockCircleFilled />,
  waiting: <QuestionCircleFilled />,
  failing: <CloseCircleFilled />,
  idle: <MinusCircleFilled />,
};

export function SourceStateMark({ state }: { state: SourceState }) {
  return (
    <span className={`${styles['mark']} ${styles[state]}`}>
      <span aria-hidden="true">{ICONS[state]}</span>
      {SOURCE_STATE_LABELS[state]}
    </span>
  );
}
