import { UploadOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { importAnswerSchema, type ImportedRule } from '@tianyan/console-app/api';
import { Alert, Button, Modal, Upload } from 'antd';
import { Link } from 'react-router';
import { callApi } from '../../../api/client.js';
import { keys } from '../../../api/keys.js';
import styles from './draft.module.css';

const OUTCOMES: Readonly<Record<ImportedRule['outcome'], string>> = {
  new: '新的，已成为草稿',
  changed: '与现行版不同，已成为草稿',
  same: '与现行版相同，没有导入',
  wrong: '有误，没有导入',
};

/** Rules of a file, as drafts; says of each what it is. */
export function ImportDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const client = useQueryClient();
  const bring = useMutation({
    mutationFn: async (file: File) =>
      callApi(importAnswerSchema, '/rules/drafts/import', { method: 'POST', body: { yaml: await file.text() } }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.ruleDrafts }),
  });
  const close = () => {
    bring.reset();
    onClose();
  };
  return (
    <Modal open={open} onCancel={close} footer={null} title="导入规则" destroyOnHidden>
      <p className={styles['lead']}>
        选一个 YAML 文件，一条或多条规则（以单独一行 --- 隔开，最多 500 条）。导入的只成为草稿，不会发布；与现行版相同的不导入。
      </p>
      {bring.isError ? <Alert role="alert" type="error" showIcon title={bring.error.message} /> : null}
      <Upload
        accept=".yaml,.yml"
        showUploadList={false}
        beforeUpload={(file) => {
          bring.mutate(file);
          return false;
        }}
      >
        <Button type="primary" icon={<UploadOutlined aria-hidden="true" />} loading={bring.isPending}>
          选文件
        </Button>
      </Upload>
      {bring.data ? (
        <ul className={styles['events']} aria-label="导入的结果" style={{ marginTop: 12 }}>
          {bring.data.items.map(({ ruleId, title, outcome, problem, draftId }, n) => (
            <li key={`${n} ${ruleId}`}>
              {draftId === null ? (
                title || ruleId || `第 ${n + 1} 条`
              ) : (
                <Link to={`/rules/drafts/${encodeURIComponent(draftId)}`}>{title || ruleId}</Link>
              )}
              ：{OUTCOMES[outcome]}
              {problem === null ? null : <span className={styles['problems']}>。{problem}</span>}
            </li>
          ))}
        </ul>
      ) : null}
    </Modal>
  );
}
