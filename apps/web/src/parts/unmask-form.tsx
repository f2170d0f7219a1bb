import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Input, Space } from 'antd';
import { useState } from 'react';
import styles from './unmask-form.module.css';

const MIN_REASON_CHARS = 2;

/** Personal data is covered until somebody says why they need it; the server records who, what and why. */
export function UnmaskForm({ example, onUnmask }: { example: string; onUnmask: (reason: string) => Promise<void> }) {
  const [reason, setReason] = useState('');
  const unmask = useMutation({ mutationFn: () => onUnmask(reason.trim()) });
  return (
    <div className={styles['unmask']}>
      <p>个人信息已遮蔽。确因核实需要查看的，请写明理由；查看会被记录。</p>
      {unmask.isError ? <Alert role="alert" type="error" showIcon title={unmask.error.message} /> : null}
      <Space.Compact block>
        <Input
          aria-label="查看理由"
          placeholder={example}
          value={reason}
          maxLength={200}
          onChange={(event) => setReason(event.target.value)}
        />
        <Button loading={unmask.isPending} disabled={reason.trim().length < MIN_REASON_CHARS} onClick={() => unmask.mutate()}>
          查看
        </Button>
      </Space.Compact>
    </div>
  );
}
