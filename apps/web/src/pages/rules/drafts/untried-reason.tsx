import { MAX_REASON_CHARS, reasonSchema } from '@tianyan/console-app/api';
import { Input } from 'antd';
import { useId } from 'react';
import styles from './draft.module.css';

/** Whether what is typed is a reason. */
export function isReason(text: string): boolean {
  return reasonSchema.safeParse(text).success;
}

/** Why a text that was never tried is handed in or published all the same; it stays with the version. */
export function UntriedReason({ value, onChange }: { value: string; onChange: (value: string) => void }) {
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
