import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Input, Space } from 'antd';
import { useState } from 'react';
import { useMay } from '../app/session.js';
import styles from './unmask-form.module.css';

const MIN_REASON_CHARS = 2;

/** Personal data is covered until somebody says why they need it; the server records who, what and why. */
export function UnmaskForm(props: { example: string; onUnmask: (reason: string) => Promise<void>; closed?: boolean }) {
  const { example, onUnmask } = props;
  const [reason, setReason] = useState('');
  const mayReveal = useMay('reveal-personal-data');
  const unmask = useMutation({ mutationFn: () => onUnmask(reason.trim()) });
  return (
    <div className={styles['unmask']}>
      <p>
        {props.closed ? '这是保密工单（或是否保密不明），除编号、时间和单位外都已遮蔽。' : '个人信息和未登记的列已遮蔽。'}
        {!mayReveal ? '您的角色不能查看遮蔽的内容。' : '确因核实需要查看的，请写明理由；查看会被记录，每人每天有条数上限。'}
      </p>
      {unmask.isError ? <Alert role="alert" type="error" showIcon title={unmask.error.message} /> : null}
      {!mayReveal ? null : (
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
      )}
    </div>
  );
}
