import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  MAX_REASON_CHARS,
  reasonSchema,
  ruleVersionListSchema,
  type RuleDetail,
  type RuleVersionItem,
} from '@tianyan/console-app/api';
import { Alert, App, Button, Input, Modal, Space } from 'antd';
import { useState } from 'react';
import { z } from 'zod';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useIsAdministrator } from '../../app/session.js';
import { Loaded } from '../../parts/loaded.js';
import { MachineTime } from '../../parts/machine-time.js';
import { Panel } from '../../parts/panel.js';
import { SqlText } from '../../parts/sql-text.js';
import { PublishDialog } from './publish-dialog.js';
import styles from './versions-panel.module.css';

/** All texts of the rule that ever stood; administrators publish another from one of them, or take the rule away. */
export function VersionsPanel({ rule }: { rule: RuleDetail }) {
  const isAdministrator = useIsAdministrator();
  const [draft, setDraft] = useState<string | null>(null);
  const [shown, setShown] = useState<RuleVersionItem | null>(null);
  const [retires, setRetires] = useState(false);
  const query = useQuery({
    queryKey: [...keys.rule(rule.id), 'versions', rule.version],
    queryFn: ({ signal }) => callApi(ruleVersionListSchema, `/rules/${encodeURIComponent(rule.id)}/versions`, { signal }),
  });
  const newest = Math.max(rule.version, ...(query.data?.items ?? []).map(({ version }) => version));
  return (
    <Panel
      title="各版全文"
      note="发布过的都留存，疑点显示发现它的那一版"
      extra={
        isAdministrator && rule.retired === null ? (
          <Button size="small" danger onClick={() => setRetires(true)}>
            撤下规则
          </Button>
        ) : null
      }
    >
      <Loaded query={query}>
        {({ items }) => (
          <ul className={styles['versions']}>
            {items.map((item) => (
              <li key={item.digest}>
                <span className={styles['version']}>
                  第 {item.version} 版{item.isPublished ? <b className={styles['now']}>现行</b> : null}
                </span>
                <span className={styles['by']}>
                  {item.origin} · {item.publishedBy ?? '程序'} <MachineTime atMs={item.publishedAtMs} />
                  {item.reason === null ? null : `：${item.reason}`}
                </span>
                <Space wrap>
                  <Button size="small" aria-label={`看第 ${item.version} 版全文`} onClick={() => setShown(item)}>
                    看全文
                  </Button>
                  {isAdministrator ? (
                    <Button
                      size="small"
                      aria-label={`以第 ${item.version} 版为底稿发布新版`}
                      onClick={() => setDraft(inVersion(item.yaml, newest + 1))}
                    >
                      以此为底稿发布
                    </Button>
                  ) : null}
                </Space>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <Modal
        open={shown !== null}
        onCancel={() => setShown(null)}
        footer={null}
        width={760}
        title={shown ? `${shown.title ?? rule.title} · 第 ${shown.version} 版` : ''}
      >
        {shown ? <SqlText sql={shown.yaml} /> : null}
      </Modal>
      <PublishDialog yaml={draft} onClose={() => setDraft(null)} />
      <RetireDialog rule={rule} open={retires} onClose={() => setRetires(false)} />
    </Panel>
  );
}

function RetireDialog({ rule, open, onClose }: { rule: RuleDetail; open: boolean; onClose: () => void }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const [reason, setReason] = useState('');
  const retire = useMutation({
    mutationFn: (body: { reason: string }) =>
      callApi(z.unknown(), `/rules/${encodeURIComponent(rule.id)}/retire`, { method: 'POST', body }),
    onSuccess: async () => {
      void message.success('已撤下，它发现的疑点正在撤回');
      onClose();
      await client.invalidateQueries({ queryKey: keys.rules });
    },
  });
  const parsed = reasonSchema.safeParse(reason);
  return (
    <Modal
      open={open}
      onCancel={onClose}
      title={`撤下规则：${rule.title}`}
      okText="撤下"
      okButtonProps={{ danger: true, disabled: !parsed.success, loading: retire.isPending }}
      cancelText="取消"
      onOk={() => retire.mutate({ reason })}
      destroyOnHidden
    >
      <p className={styles['lead']}>
        撤下后不再研判，尚未处理的疑点会撤回；人工作出的决定和各版全文都保留。要再用，回到本页以某一版为底稿重新发布。只想暂停，请用“开关”。
      </p>
      {retire.isError ? <Alert role="alert" type="error" showIcon title={retire.error.message} /> : null}
      <label htmlFor="retire-reason">理由</label>
      <Input.TextArea
        id="retire-reason"
        rows={3}
        maxLength={MAX_REASON_CHARS}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
    </Modal>
  );
}

/** The text with another version number; its author may change the rest. */
function inVersion(yaml: string, version: number): string {
  return yaml.replace(/^version:.*$/m, `version: ${version}`);
}
