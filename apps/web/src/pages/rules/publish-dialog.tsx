import { ExperimentOutlined, UploadOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  MAX_REASON_CHARS,
  publishedRuleAnswerSchema,
  publishRuleRequestSchema,
  type PublishRuleRequest,
} from '@tianyan/console-app/api';
import { Alert, App, Button, Form, Input, Modal, Space, Upload } from 'antd';
import { useNavigate } from 'react-router';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import styles from './publish-dialog.module.css';
import { TrialPanel } from './trial/trial-panel.js';
import { useTrial } from './trial/use-trial.js';

/** Publishes a rule while everything runs. `yaml`: the text to begin with; null closes the dialog. */
export function PublishDialog({ yaml, onClose }: { yaml: string | null; onClose: () => void }) {
  return (
    <Modal open={yaml !== null} onCancel={onClose} footer={null} title="发布规则" width={760} destroyOnHidden>
      {yaml === null ? null : <PublishForm yaml={yaml} onClose={onClose} />}
    </Modal>
  );
}

/** Publishes, says so, and opens the page of the rule. */
function usePublish(onClose: () => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (body: PublishRuleRequest) => callApi(publishedRuleAnswerSchema, '/rules', { method: 'POST', body }),
    onSuccess: async ({ id, title, version }) => {
      void message.success(`已发布“${title}”第 ${version} 版，正在用它研判全部已有数据`);
      onClose();
      await client.invalidateQueries({ queryKey: keys.rules });
      void navigate(`/rules/${encodeURIComponent(id)}`);
    },
  });
}

type Check = (rule: unknown, value: string | undefined) => Promise<void>;

function PublishForm({ yaml, onClose }: { yaml: string; onClose: () => void }) {
  const [form] = Form.useForm<PublishRuleRequest>();
  const publish = usePublish(onClose);
  const trying = useTrial();
  const text = Form.useWatch('yaml', form) ?? yaml;
  const check =
    (field: keyof PublishRuleRequest): Check =>
    async (_, value) => {
      const parsed = publishRuleRequestSchema.shape[field].safeParse(value ?? '');
      if (!parsed.success) throw new Error(parsed.error.issues[0]?.message ?? '请填写');
    };
  const read = async (file: File) => {
    form.setFieldValue('yaml', await file.text());
    await form.validateFields(['yaml']).catch(() => undefined); // the field itself says what is wrong
  };
  const tryOut = async () => {
    const valid = await form.validateFields(['yaml']).catch(() => null); // the field itself says what is wrong
    if (!valid) return;
    publish.reset(); // what was wrong with an earlier text would stand above the result of this one
    trying.begin(valid.yaml);
  };
  return (
    <Form form={form} layout="vertical" requiredMark={false} initialValues={{ yaml }} onFinish={(body) => publish.mutate(body)}>
      <p className={styles['lead']}>
        可以先点“试一试”：跑规则里的例子，再看它对全部已有记录会发现什么，什么也不改动。发布时例子都通过才行。发布后不用重启：先用它研判全部已有数据，再参与实时研判。同一编号的规则，版本号必须比发布过的都大；旧版全文留存，已有疑点仍显示发现它的那一版。
      </p>
      {publish.isError ? (
        <Alert
          role="alert"
          type="error"
          showIcon
          style={{ marginBottom: 12 }}
          title={<span className={styles['problems']}>{publish.error.message}</span>}
        />
      ) : null}
      <TextField check={check('yaml')} onFile={(file) => void read(file)} />
      <TrialPanel trying={trying} yaml={text} />
      <Form.Item name="reason" label="理由" rules={[{ validator: check('reason') }]}>
        <Input.TextArea
          rows={2}
          maxLength={MAX_REASON_CHARS}
          showCount
          placeholder="例如：按县委专项整治方案，退回三次改为两次"
        />
      </Form.Item>
      <Space style={{ width: '100%', justifyContent: 'flex-end' }}>
        <Button onClick={onClose}>取消</Button>
        <Button icon={<ExperimentOutlined aria-hidden="true" />} onClick={() => void tryOut()} loading={trying.isBusy}>
          试一试
        </Button>
        <Button type="primary" htmlType="submit" loading={publish.isPending}>
          发布
        </Button>
      </Space>
    </Form>
  );
}

/** The whole text of a rule, typed or from a file. */
function TextField({ check, onFile }: { check: Check; onFile: (file: File) => void }) {
  return (
    <Form.Item
      name="yaml"
      label="规则全文（YAML，写法见规则指南）"
      rules={[{ validator: check }]}
      extra={
        <Upload
          accept=".yaml,.yml"
          showUploadList={false}
          beforeUpload={(file) => {
            onFile(file);
            return false;
          }}
        >
          <Button size="small" icon={<UploadOutlined aria-hidden="true" />} style={{ marginTop: 6 }}>
            从文件读入
          </Button>
        </Upload>
      }
    >
      <Input.TextArea className={styles['text'] ?? ''} rows={14} spellCheck={false} />
    </Form.Item>
  );
}
