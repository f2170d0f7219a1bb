import { useMutation, useQueryClient } from '@tanstack/react-query';
import { acknowledgeResultSchema, type EntryAcknowledgement as Acknowledgement } from '@tianyan/console-app/api';
import { App, Button } from 'antd';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { MachineTime } from '../../parts/machine-time.js';
import styles from './inbox-page.module.css';

/** Whether somebody of the team has taken note of what an entry tells, and the button to do so. */
export function EntryAcknowledgement({ id, of }: { id: string; of: Acknowledgement }) {
  const acknowledge = useAcknowledge(id);
  if (of.waiting === 0 && of.atMs === null) return null;
  return (
    <p className={styles['acknowledgement']}>
      <span>{of.waiting > 0 ? waitingText(of.waiting) : <DoneText of={of} />}</span>
      {of.mayAcknowledge ? (
        <Button size="small" loading={acknowledge.isPending} onClick={() => acknowledge.mutate()}>
          签收
        </Button>
      ) : null}
    </p>
  );
}

function waitingText(waiting: number): string {
  return waiting === 1 ? '待签收' : `${waiting} 条待签收`;
}

function DoneText({ of: { byName, atMs } }: { of: Acknowledgement }) {
  return (
    <>
      {byName} 已签收
      {atMs === null ? null : (
        <>
          ，<MachineTime atMs={atMs} />
        </>
      )}
    </>
  );
}

function useAcknowledge(id: string) {
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: () => callApi(acknowledgeResultSchema, '/inbox/acknowledge', { method: 'POST', body: { ids: [id] } }),
    onSuccess: async ({ acknowledged }) => {
      void message.success(acknowledged > 0 ? '已签收' : '别人已先签收');
      await client.invalidateQueries({ queryKey: keys.inbox });
    },
    onError: (error) => void message.error(error.message),
  });
}
