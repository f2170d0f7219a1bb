import { MAX_REASON_CHARS, reasonSchema } from '@tianyan/console-app/api';
import { Alert, Button, Input, Space } from 'antd';
import { useId, useState } from 'react';
import styles from './reason-form.module.css';

/** A reason, and what is done for it; nothing is done without. */
export function ReasonForm(props: {
  placeholder: string;
  error: Error | null;
  isPending: boolean;
  actions: readonly { label: string; isMain?: boolean; isDanger?: boolean; onClick: (reason: string) => void }[];
}) {
  const id = useId();
  const [reason, setReason] = useState('');
  const parsed = reasonSchema.safeParse(reason);
  return (
    <>
      {props.error ? (
        <Alert role="alert" type="error" showIcon title={<span className={styles['problems']}>{props.error.message}</span>} />
      ) : null}
      <div className={styles['field']}>
        <label htmlFor={id}>理由</label>
        <Input.TextArea
          id={id}
          rows={2}
          maxLength={MAX_REASON_CHARS}
          placeholder={props.placeholder}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
      <Space wrap>
        {props.actions.map(({ label, isMain = false, isDanger = false, onClick }) => (
          <Button
            key={label}
            type={isMain ? 'primary' : 'default'}
            danger={isDanger}
            disabled={!parsed.success}
            loading={props.isPending}
            onClick={() => onClick(parsed.data ?? '')}
          >
            {label}
          </Button>
        ))}
      </Space>
    </>
  );
}
