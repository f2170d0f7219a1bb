import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { MAX_REASON_CHARS, reasonSchema, type RuleDetail, type RuleVersionItem } from '@tianyan/console-app/api';
import { Alert, App, Button, Input, Modal, Space } from 'antd';
import { useState } from 'react';
import { z } from 'zod';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useMay } from '../../app/session.js';
import { Loaded } from '../../parts/loaded.js';
import { MachineTime } from '../../parts/machine-time.js';
import { Panel } from '../../parts/panel.js';
import { SqlText } from '../../parts/sql-text.js';
import { CompareDialog } from './compare-dialog.js';
import { RestoreDialog } from './restore-dialog.js';
import { ruleVersionsQuery } from './rule-versions.js';
import { WhatGoes } from './what-changes.js';
import { useBeginDraft } from './drafts/new-draft.js';
import styles from './versions-panel.module.css';

/** All texts of the rule that ever stood; they are compared, another begins as a draft from one, administrators put one back or take the rule away. */
export function VersionsPanel({ rule }: { rule: RuleDetail }) {
  const mayPublish = useMay('publish-rules');
  const beginDraft = useBeginDraft();
  const [compared, setCompared] = useState<RuleVersionItem | null>(null);
  const [restored, setRestored] = useState<RuleVersionItem | null>(null);
  const [shown, setShown] = useState<RuleVersionItem | null>(null);
  const [retires, setRetires] = useState(false);
  const query = useQuery(ruleVersionsQuery(rule.id, rule.version));
  const newest = Math.max(rule.version, ...(query.data?.items ?? []).map(({ version }) => version));
  return (
    <Panel
      title="各版全文"
      note="发布过的都留存，疑点显示发现它的那一版"
      extra={
        mayPublish && rule.retired === null && !rule.isShadowOnly ? (
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
                  {item.untriedReason === null ? null : `（发布前没有试过：${item.untriedReason}）`}
                </span>
                <VersionActions
                  item={item}
                  isAlone={items.length === 1}
                  onShow={() => setShown(item)}
                  onCompare={() => setCompared(item)}
                  onDraft={() => beginDraft({ yaml: inVersion(item.yaml, newest + 1), basedOn: item.digest })}
                  onRestore={() => setRestored(item)}
                />
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
      <CompareDialog items={query.data?.items ?? []} first={compared} onClose={() => setCompared(null)} />
      <RestoreDialog ruleId={rule.id} item={restored} onClose={() => setRestored(null)} />
      <RetireDialog rule={rule} open={retires} onClose={() => setRetires(false)} />
    </Panel>
  );
}

/** What can be done with one version. */
function VersionActions(props: {
  item: RuleVersionItem;
  isAlone: boolean;
  onShow: () => void;
  onCompare: () => void;
  onDraft: () => void;
  onRestore: () => void;
}) {
  const mayPublish = useMay('publish-rules');
  const mayDraft = useMay('draft-rules');
  const { version, isPublished } = props.item;
  return (
    <Space wrap>
      <Button size="small" aria-label={`看全文：第 ${version} 版`} onClick={props.onShow}>
        看全文
      </Button>
      {props.isAlone ? null : (
        <Button size="small" aria-label={`比较：第 ${version} 版与别的版`} onClick={props.onCompare}>
          比较
        </Button>
      )}
      {mayDraft ? (
        <Button size="small" aria-label={`以此为底稿起草：第 ${version} 版`} onClick={props.onDraft}>
          以此为底稿起草
        </Button>
      ) : null}
      {mayPublish && !isPublished ? (
        <Button size="small" aria-label={`恢复这一版：第 ${version} 版`} onClick={props.onRestore}>
          恢复这一版
        </Button>
      ) : null}
    </Space>
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
        撤下后不再研判，尚未处理的疑点会撤回；人工作出的决定和各版全文都保留。要再用，回到本页恢复某一版。只想暂停，请用“开关”。
      </p>
      <WhatGoes open={rule.findingsByStatus.open} />
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
