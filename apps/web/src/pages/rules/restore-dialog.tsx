import { useMutation, useQueryClient } from '@tanstack/react-query';
import { publishedRuleAnswerSchema, type RestoreRuleRequest, type RuleVersionItem } from '@tianyan/console-app/api';
import { App, Modal } from 'antd';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { ReasonForm } from '../../parts/reason-form.js';
import styles from './versions-panel.module.css';
import { WhatComes } from './what-changes.js';

/** A version that stood before stands again, with a reason. */
export function RestoreDialog({ ruleId, item, onClose }: { ruleId: string; item: RuleVersionItem | null; onClose: () => void }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const restore = useMutation({
    mutationFn: (body: RestoreRuleRequest) =>
      callApi(publishedRuleAnswerSchema, `/rules/${encodeURIComponent(ruleId)}/restore`, { method: 'POST', body }),
    onSuccess: async ({ version }) => {
      void message.success(`已恢复第 ${version} 版，正在用它研判全部已有数据`);
      onClose();
      await client.invalidateQueries({ queryKey: keys.rules });
    },
  });
  return (
    <Modal
      open={item !== null}
      onCancel={onClose}
      footer={null}
      title={item ? `恢复第 ${item.version} 版` : ''}
      destroyOnHidden
      afterClose={() => restore.reset()}
    >
      <p className={styles['lead']}>
        这一版发布过，不用再复核，写明理由即可。恢复后用它研判全部已有数据：现行版发现而这一版不认的疑点撤回，这一版认而现行版没有的成为新疑点。
      </p>
      {item ? <WhatComes yaml={item.yaml} /> : null}
      {item ? (
        <ReasonForm
          placeholder="例如：新版误报太多，先退回去"
          error={restore.error}
          isPending={restore.isPending}
          actions={[{ label: '恢复', isMain: true, onClick: (reason) => restore.mutate({ digest: item.digest, reason }) }]}
        />
      ) : null}
    </Modal>
  );
}
