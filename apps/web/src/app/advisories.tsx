import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { advisoriesSchema, reasonSchema, type Advisory, type SettleClockRequest } from '@tianyan/console-app/api';
import { Alert, App, Button, Input, Modal } from 'antd';
import { useEffect, useState } from 'react';
import { callApi } from '../api/client.js';
import { keys } from '../api/keys.js';
import styles from './advisories.module.css';
import { useMay } from './session.js';

/** States of the platform last for hours; a clock that jumped is still told within a minute. */
const ASK_AGAIN_MS = 60_000;

const ACTIONS = {
  'accept-clock': { action: 'accept', label: '按现在的时间继续', done: '已确认，研判继续' },
  'reset-clock': { action: 'reset', label: '按现在的时间全部重算', done: '已改回，正在全部重算' },
} as const;

const advisoriesQuery = queryOptions({
  queryKey: keys.advisories,
  queryFn: ({ signal }) => callApi(advisoriesSchema, '/advisories', { signal }),
  refetchInterval: ASK_AGAIN_MS,
});

/** On a weak network an answer may never come: after so long a page that jumps is better than none. */
const PATIENCE_MS = 1_000;

/**
 * Whether it is not known yet what stands on top of the page: what was shown below it would jump. A question that was not answered at once is waited for no
 * longer.
 */
export function useAwaitsAdvisories(enabled: boolean): boolean {
  const { isPending, failureCount } = useQuery({ ...advisoriesQuery, enabled });
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return enabled && isPending && failureCount === 0 && !isLate;
}

/** What everybody should know of the platform's own state, on top of every page. */
export function Advisories() {
  const { data } = useQuery(advisoriesQuery);
  if (!data || data.items.length === 0) return null;
  return (
    <div className={styles['advisories']}>
      {data.items.map((advisory) => (
        <Alert
          key={advisory.key}
          role={advisory.severity === 'error' ? 'alert' : 'status'}
          type={advisory.severity}
          showIcon
          title={advisory.text}
          action={advisory.action === null ? undefined : <SettleClock action={advisory.action} />}
        />
      ))}
    </div>
  );
}

function SettleClock({ action }: { action: NonNullable<Advisory['action']> }) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const client = useQueryClient();
  const { message } = App.useApp();
  const words = ACTIONS[action];
  const settle = useMutation({
    mutationFn: (body: SettleClockRequest) => callApi(advisoriesSchema, '/advisories/clock', { method: 'POST', body }),
    onSuccess: (answer) => {
      void message.success(words.done);
      setOpen(false);
      client.setQueryData(keys.advisories, answer);
    },
  });
  if (!useMay('settle-clock')) return null;
  const parsed = reasonSchema.safeParse(reason);
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {words.label}
      </Button>
      <Modal
        open={open}
        title={words.label}
        okText="确认"
        cancelText="取消"
        okButtonProps={{ disabled: !parsed.success, loading: settle.isPending }}
        onOk={() => settle.mutate({ action: words.action, reason: reason.trim() })}
        onCancel={() => setOpen(false)}
      >
        {settle.isError ? <Alert role="alert" type="error" showIcon title={settle.error.message} /> : null}
        <label className={styles['reason']}>
          理由（先核对过机器时间）
          <Input.TextArea rows={3} value={reason} onChange={(event) => setReason(event.target.value)} />
        </label>
      </Modal>
    </>
  );
}
