import { MEND_KIND_LABELS, MEND_STATE_LABELS, type MendItem } from '@tianyan/console-app/api';
import { Progress } from 'antd';
import { numberText } from '../../format/number.js';
import styles from './mends.module.css';

/** How far a mend is, in numbers and as a bar. */
export function MendProgress({ mend }: { mend: MendItem }) {
  const done = mend.accepted + mend.refused;
  const percent = mend.total === 0 ? 100 : Math.min(100, Math.floor((done / mend.total) * 100));
  const status = mend.state === 'running' ? 'active' : mend.state === 'cancelled' ? 'exception' : 'normal';
  return (
    <div className={styles['progress']} aria-live="polite">
      <Progress percent={mend.state === 'done' ? 100 : percent} status={status} aria-label="处理进度" />
      <p>
        共 {numberText(mend.total)} 行，{mend.kind === 'discard' ? '已作废' : '已入库'} {numberText(mend.accepted)} 行，仍未通过{' '}
        {numberText(mend.refused)} 行
      </p>
      {mend.note === null ? null : <p className={styles['note']}>{mend.note}</p>}
    </div>
  );
}

export function MendStateMark({ mend }: { mend: MendItem }) {
  return <span className={styles[mend.state]}>{MEND_STATE_LABELS[mend.state]}</span>;
}

/** What a mend does, in one line. */
export function mendText(mend: MendItem): string {
  const kind = MEND_KIND_LABELS[mend.kind];
  return mend.itemId === null ? `整组${kind}` : kind;
}
