import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  madeExemptionSchema,
  MAX_SUBJECT_CODE_CHARS,
  ruleExemptionRequestSchema,
  type ExemptionList,
  type RuleExemptionRequest,
} from '@tianyan/console-app/api';
import { Alert, App, Button, Form, Input, Modal, Select, Space } from 'antd';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { ExemptionFields, type ExemptionValues } from '../../parts/exemption-fields.js';

interface Props {
  ruleId: string;
  subjectKinds: ExemptionList['subjectKinds'];
  isOpen: boolean;
  onClose: () => void;
}
type Values = ExemptionValues & { subjectKind: string; subjectCode?: string };

/** Sets aside what the rule finds about a subject, whether it has found something about it or not. */
export function ExemptDialog(props: Props) {
  return (
    <Modal open={props.isOpen} onCancel={props.onClose} footer={null} title="新增豁免" destroyOnHidden>
      <ExemptForm {...props} />
    </Modal>
  );
}

function ExemptForm({ ruleId, subjectKinds, onClose }: Props) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const [problem, setProblem] = useState<string | null>(null);
  const kind = Form.useWatch('kind', form) ?? 'snooze';
  const save = useMutation({
    mutationFn: (body: RuleExemptionRequest) => callApi(madeExemptionSchema, '/exemptions', { method: 'POST', body }),
    onSuccess: async () => {
      void message.success('已豁免，照常研判和计数');
      onClose();
      await client.invalidateQueries({ queryKey: keys.exemptions });
      await client.invalidateQueries({ queryKey: keys.findings });
    },
  });
  const submit = ({ document, untilDay, ...values }: Values) => {
    const parsed = ruleExemptionRequestSchema.safeParse({
      ...values,
      ruleId,
      reason: values.reason ?? '',
      subjectCode: values.subjectCode ?? '',
      ...(document ? { document } : {}),
      ...(untilDay ? { untilDay } : {}),
    });
    setProblem(parsed.success ? null : (parsed.error.issues[0]?.message ?? '请填写完整'));
    if (parsed.success) save.mutate(parsed.data);
  };
  const error = problem ?? save.error?.message ?? null;
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ kind: 'snooze', subjectKind: 'scope' }}
      onFinish={submit}
    >
      <p style={{ color: 'var(--ink-soft)', marginBottom: 12 }}>
        只对这条规则。数据和研判都不变：这个对象的疑点不再排队、不再预警，列在“已豁免”里，随时可以提前结束。还没有疑点的对象也可以先豁免。
      </p>
      {error === null ? null : <Alert role="alert" type="error" showIcon title={error} style={{ marginBottom: 12 }} />}
      <Form.Item name="subjectKind" label="对哪种对象">
        <Select options={subjectKinds.map(({ kind: value, label }) => ({ value, label }))} />
      </Form.Item>
      <Form.Item name="subjectCode" label="对象的编号" extra="和疑点页、台账上的编号完全一致，例如单位编号、合同编号。">
        <Input maxLength={MAX_SUBJECT_CODE_CHARS} />
      </Form.Item>
      <ExemptionFields kind={kind} />
      <Space style={{ width: '100%', justifyContent: 'flex-end' }}>
        <Button onClick={onClose}>取消</Button>
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          确认豁免
        </Button>
      </Space>
    </Form>
  );
}
