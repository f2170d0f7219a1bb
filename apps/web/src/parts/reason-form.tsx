import { MAX_REASON_CHARS, reasonSchema } from '@tianyan/console-app/api';
import { Alert, Button, Input, Space } from 'antd';
import { useId, useState, type ReactNode } from 'react';
import styles from './reason-form.module.css';

/** A reason, and what is done for it; nothing is done without. */
export function ReasonForm(props: {
  placeholder: string;
  error: Error | null;
  isPending: boolean;
  /** Something else that keeps actions from being done, and is asked for beside the reason. */
  children?: ReactNode;
  actions: readonly {
    label: string;
    isMain?: boolean;
    isDanger?: boolean;
    isDisabled?: boolean;
    onClick: (reason: string) => void;
  }[];
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
      {props.children}
      <Space wrap>
        {props.actions.map(({ label, isMain = false, isDanger = false, isDisabled = false, onClick }) => (
          <Button
            key={label}
            type={isMain ? 'primary' : 'default'}
            danger={isDanger}
            disabled={!parsed.success || isDisabled}
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
