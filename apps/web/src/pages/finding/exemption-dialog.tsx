import { useMutation, useQueryClient } from '@tanstack/react-query';
import { exemptionRequestSchema, findingDetailSchema, type ExemptionRequest, type FindingDetail } from '@tianyan/console-app/api';
import { Alert, App, Button, Form, Modal, Select, Space } from 'antd';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { ExemptionFields, type ExemptionValues } from '../../parts/exemption-fields.js';

/** Sets aside what the rule of a finding finds about one of its subjects; null closes the dialog. */
export function ExemptionDialog({ finding, onClose }: { finding: FindingDetail | null; onClose: () => void }) {
  return (
    <Modal open={finding !== null} onCancel={onClose} footer={null} title="今后不再提示" destroyOnHidden>
      {finding === null ? null : <ExemptionForm finding={finding} onClose={onClose} />}
    </Modal>
  );
}

type Values = ExemptionValues & { subjectKind: string };

function useSetAside(finding: FindingDetail, onClose: () => void) {
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (body: ExemptionRequest) =>
      callApi(findingDetailSchema, `/findings/${encodeURIComponent(finding.id)}/exemptions`, { method: 'POST', body }),
    onSuccess: async () => {
      void message.success('已豁免，照常研判和计数');
      onClose();
      await client.invalidateQueries({ queryKey: keys.finding(finding.id) });
      await client.invalidateQueries({ queryKey: keys.findings });
      await client.invalidateQueries({ queryKey: keys.exemptions });
    },
  });
}

function ExemptionForm({ finding, onClose }: { finding: FindingDetail; onClose: () => void }) {
  const [form] = Form.useForm<Values>();
  const [problem, setProblem] = useState<string | null>(null);
  const setAside = useSetAside(finding, onClose);
  const kind = Form.useWatch('kind', form) ?? 'snooze';
  const submit = ({ document, untilDay, ...values }: Values) => {
    const parsed = exemptionRequestSchema.safeParse({
      ...values,
      reason: values.reason ?? '',
      ...(document ? { document } : {}),
      ...(untilDay ? { untilDay } : {}),
    });
    setProblem(parsed.success ? null : (parsed.error.issues[0]?.message ?? '请填写完整'));
    if (parsed.success) setAside.mutate(parsed.data);
  };
  const error = problem ?? setAside.error?.message ?? null;
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ kind: 'snooze', subjectKind: 'scope' }}
      onFinish={submit}
    >
      <p style={{ color: 'var(--ink-soft)', marginBottom: 12 }}>
        只对“{finding.ruleTitle}”这条规则。数据和研判都不变：这些疑点不再排队、不再预警，列在“已豁免”里，随时可以提前结束。
      </p>
      {error === null ? null : <Alert role="alert" type="error" showIcon title={error} style={{ marginBottom: 12 }} />}
      <Form.Item name="subjectKind" label="对哪个对象">
        <Select options={subjectOptions(finding)} />
      </Form.Item>
      <ExemptionFields kind={kind} />
      <Space style={{ width: '100%', justifyContent: 'flex-end' }}>
        <Button onClick={onClose}>取消</Button>
        <Button type="primary" htmlType="submit" loading={setAside.isPending}>
          确认不再提示
        </Button>
      </Space>
    </Form>
  );
}

/** The narrowest first: this scope alone. A whole township is nothing to set aside. */
function subjectOptions(finding: FindingDetail) {
  return [
    { value: 'scope', label: `只这一个判断对象（${finding.scope}）` },
    ...finding.subjects
      .filter(({ kind }) => kind !== 'townshipCode')
      .map(({ kind, kindLabel, code, name }) => ({ value: kind, label: `${kindLabel} ${name ?? code} 的全部` })),
  ];
}
