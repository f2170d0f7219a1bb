import { useMutation, useQueryClient } from '@tanstack/react-query';
import { mendSchema, type MendItem } from '@tianyan/console-app/api';
import { Alert, App, Button, Input, Popconfirm } from 'antd';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import styles from './mends.module.css';

const MIN_REASON_CHARS = 2;

type Step = { step: 'approve' | 'withdraw' | 'cancel' } | { step: 'reject'; reason: string };

const DONE_TEXT: Readonly<Record<Step['step'], string>> = {
  approve: '已通过复核',
  reject: '已退回',
  withdraw: '已撤回',
  cancel: '已停止，已处理的行不变',
};

/** What the signed-in person may do with a plan: let it pass or turn it down, take one's own back, stop it on its way. */
export function MendActions({ mend, masked, onDone }: { mend: MendItem; masked: boolean; onDone?: () => void }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const take = useMutation({
    mutationFn: ({ step, ...body }: Step) =>
      callApi(mendSchema, `/quarantine/mends/${encodeURIComponent(mend.id)}/${step}`, { method: 'POST', body }),
    onSuccess: async (_answer, { step }) => {
      void message.success(DONE_TEXT[step]);
      onDone?.();
      await client.invalidateQueries({ queryKey: keys.quarantine });
      await client.invalidateQueries({ queryKey: keys.overview });
    },
    onError: () => client.invalidateQueries({ queryKey: keys.quarantine }),
  });
  const can = (step: Step['step']) => mend.allowed.includes(step);
  if (mend.allowed.length === 0) return null;
  // Covered values cannot be compared, and what nobody compared must not pass.
  const mustLook = masked && mend.changes.some((change) => change.masked);
  return (
    <div className={styles['form']}>
      {take.isError ? <Alert role="alert" showIcon type="error" title={take.error.message} /> : null}
      <div className={styles['buttons']}>
        {can('approve') ? (
          <Button type="primary" disabled={mustLook} loading={take.isPending} onClick={() => take.mutate({ step: 'approve' })}>
            复核通过
          </Button>
        ) : null}
        {can('reject') ? (
          <Reject pending={take.isPending} onConfirm={(reason) => take.mutate({ step: 'reject', reason })} />
        ) : null}
        {can('withdraw') ? (
          <Button loading={take.isPending} onClick={() => take.mutate({ step: 'withdraw' })}>
            撤回
          </Button>
        ) : null}
        {can('cancel') ? (
          <Button danger loading={take.isPending} onClick={() => take.mutate({ step: 'cancel' })}>
            停止
          </Button>
        ) : null}
        {can('withdraw') ? <span className={styles['hint']}>等待另一个人复核，自己不能通过自己的方案。</span> : null}
        {can('approve') && mustLook ? <span className={styles['hint']}>请先写明理由、查看完整的值，再通过。</span> : null}
      </div>
    </div>
  );
}

function Reject({ pending, onConfirm }: { pending: boolean; onConfirm: (reason: string) => void }) {
  const [reason, setReason] = useState('');
  return (
    <Popconfirm
      icon={null}
      title="退回这个方案？"
      description={
        <Input
          aria-label="退回理由"
          placeholder="请写明理由"
          value={reason}
          maxLength={200}
          onChange={(event) => setReason(event.target.value)}
        />
      }
      okText="确认退回"
      okButtonProps={{ disabled: reason.trim().length < MIN_REASON_CHARS }}
      onConfirm={() => onConfirm(reason.trim())}
    >
      <Button loading={pending}>退回</Button>
    </Popconfirm>
  );
}
