import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { findingAlertListSchema, type FindingAlert, type FindingDetail } from '@tianyan/console-app/api';
import { App, Button } from 'antd';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { MachineTime } from '../../parts/machine-time.js';
import { Panel } from '../../parts/panel.js';
import styles from './alerts-panel.module.css';

/** Which teams were told, whether somebody of them has taken note, and the one click to do so. */
export function AlertsPanel({ finding: { id, status } }: { finding: FindingDetail }) {
  const { data } = useQuery({
    queryKey: keys.findingAlerts(id),
    queryFn: ({ signal }) => callApi(findingAlertListSchema, `/findings/${encodeURIComponent(id)}/alerts`, { signal }),
  });
  const acknowledge = useAcknowledge(id);
  const alerts = data?.items ?? [];
  if (alerts.length === 0) return null;
  return (
    <Panel title="预警签收">
      <ul className={styles['alerts']}>
        {alerts.map((alert) => (
          <li key={`${alert.teamName} ${alert.openedAtMs}`}>
            <b>{alert.teamName}</b>
            {alert.isFallback ? '（没有组负责，发给默认组）' : null}
            {TOLD_WHOM[alert.toldWhom]}
            <span className={styles['state']}>
              <AlertState alert={alert} />
            </span>
          </li>
        ))}
      </ul>
      {status === 'open' && alerts.some(({ mayAcknowledge }) => mayAcknowledge) ? (
        <Button block loading={acknowledge.isPending} onClick={() => acknowledge.mutate()}>
          签收预警
        </Button>
      ) : null}
    </Panel>
  );
}

const TOLD_WHOM: Readonly<Record<FindingAlert['toldWhom'], string | null>> = {
  team: null,
  'on-duty': '（下班时间，发给值班的人）',
  'nobody-on-duty': '（下班时间没有能通知到的值班人员，发给全组）',
};

function AlertState({ alert }: { alert: FindingAlert }) {
  if (alert.acknowledgedAtMs !== null)
    return (
      <>
        {alert.acknowledgedByName} 已签收，
        <MachineTime atMs={alert.acknowledgedAtMs} />
      </>
    );
  if (alert.endedAtMs !== null) return <>没有人签收，预警已结束</>;
  if (alert.rungAtMs === null || alert.rung === 0)
    return (
      <>
        <MachineTime atMs={alert.openedAtMs} /> 告知，待签收
      </>
    );
  return <>待签收；超时没有人签收，已升级告知（第 {alert.rung} 级）</>;
}

function useAcknowledge(id: string) {
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: () =>
      callApi(findingAlertListSchema, `/findings/${encodeURIComponent(id)}/alerts/acknowledge`, { method: 'POST', body: {} }),
    onSuccess: async (list) => {
      client.setQueryData(keys.findingAlerts(id), list);
      void message.success('已签收');
      await client.invalidateQueries({ queryKey: keys.inbox });
    },
    onError: async (error) => {
      void message.error(error.message);
      await client.invalidateQueries({ queryKey: keys.findingAlerts(id) });
    },
  });
}
