import { MAX_REASON_CHARS, reasonSchema } from '@tianyan/console-app/api';
import { Input } from 'antd';
import { useId, useState, type ReactNode } from 'react';
import styles from './draft.module.css';

/** Why a text that was never tried is handed in or published all the same; nothing is asked of one that was tried. */
export function useUntriedReason(isTried: boolean): {
  /** Nothing goes on without it. */
  isMissing: boolean;
  /** What goes with the request. */
  sent: { untriedReason?: string };
  field: ReactNode;
} {
  const [reason, setReason] = useState('');
  if (isTried) return { isMissing: false, sent: {}, field: null };
  return {
    isMissing: !reasonSchema.safeParse(reason).success,
    sent: { untriedReason: reason },
    field: <UntriedReason value={reason} onChange={setReason} />,
  };
}

/** It stays with the version. */
function UntriedReason({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const id = useId();
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>为什么不试（这份全文没有试过，不写不能继续；会留在这一版的记录里）</label>
      <Input.TextArea
        id={id}
        rows={2}
        maxLength={MAX_REASON_CHARS}
        placeholder="例如：只改了说明文字，不影响发现什么"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
