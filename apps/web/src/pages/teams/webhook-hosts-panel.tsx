import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { webhookHostsSchema, type WebhookHosts } from '@tianyan/console-app/api';
import { Alert, App, Button, Select } from 'antd';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { Loaded } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';
import styles from './teams-page.module.css';

/** The only hosts that alerts may be pushed to: a mistyped address must not send them elsewhere. */
export function WebhookHostsPanel() {
  const query = useQuery({
    queryKey: keys.webhookHosts,
    queryFn: ({ signal }) => callApi(webhookHostsSchema, '/webhook-hosts', { signal }),
  });
  return (
    <Panel title="允许回调的主机" note="回调地址的主机必须在这里，否则不会发送">
      <Loaded query={query}>{({ hosts }) => <Hosts stored={hosts} />}</Loaded>
    </Panel>
  );
}

function Hosts({ stored }: { stored: string[] }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const [hosts, setHosts] = useState(stored);
  const save = useMutation({
    mutationFn: (body: WebhookHosts) => callApi(webhookHostsSchema, '/webhook-hosts', { method: 'PUT', body }),
    onSuccess: (answer) => {
      client.setQueryData(keys.webhookHosts, answer);
      void message.success('已保存');
    },
  });
  const checked = webhookHostsSchema.safeParse({ hosts });
  const problem = checked.success ? save.error?.message : checked.error.issues[0]?.message;
  return (
    <div className={styles['hosts']}>
      {problem === undefined ? null : <Alert role="alert" showIcon type="error" title={problem} />}
      <Select
        mode="tags"
        aria-label="允许回调的主机"
        placeholder="例如 oa.example.gov.cn 或 10.1.2.3:8443，回车添加"
        value={hosts}
        onChange={setHosts}
        open={false}
        suffixIcon={null}
      />
      <div>
        <Button
          disabled={!checked.success || hosts.join() === stored.join()}
          loading={save.isPending}
          onClick={() => save.mutate({ hosts })}
        >
          保存
        </Button>
      </div>
    </div>
  );
}
