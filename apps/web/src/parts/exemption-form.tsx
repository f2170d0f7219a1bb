import {
  EXEMPTION_KIND_LABELS,
  exemptionKindSchema,
  MAX_DOCUMENT_CHARS,
  MAX_REASON_CHARS,
  MAX_SNOOZE_DAYS,
  type ExemptionKind,
} from '@tianyan/console-app/api';
import { Alert, Button, Form, Input, Radio, Space } from 'antd';
import { useState, type ReactNode } from 'react';

/** What the form says; `subjectCode` where it asks for one. */
interface Values {
  kind: ExemptionKind;
  subjectKind: string;
  subjectCode?: string;
  reason?: string;
  document?: string;
  untilDay?: string;
}

interface Props<Request> {
  /** What is set aside, and what that means. */
  about: ReactNode;
  /** The fields that say of what; named as in {@link Values}. */
  children: ReactNode;
  /** Makes a request of the values, or says what is wrong with them. */
  read: (
    values: Omit<Values, 'reason'> & { reason: string },
  ) => { success: true; data: Request } | { success: false; error: { issues: readonly { message: string }[] } };
  save: { mutate: (request: Request) => void; error: Error | null; isPending: boolean };
  confirm: string;
  onClose: () => void;
}

/** Sets something aside: of what, how, until when, by which document and why. */
export function ExemptionForm<Request>({ about, children, read, save, confirm, onClose }: Props<Request>) {
  const [form] = Form.useForm<Values>();
  const [problem, setProblem] = useState<string | null>(null);
  const kind = Form.useWatch('kind', form) ?? 'snooze';
  const submit = ({ document, untilDay, reason = '', ...values }: Values) => {
    const parsed = read({ ...values, reason, ...(document ? { document } : {}), ...(untilDay ? { untilDay } : {}) });
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
      <p style={{ color: 'var(--ink-soft)', marginBottom: 12 }}>{about}</p>
      {error === null ? null : <Alert role="alert" type="error" showIcon title={error} style={{ marginBottom: 12 }} />}
      {children}
      <ExemptionFields kind={kind} />
      <Space style={{ width: '100%', justifyContent: 'flex-end' }}>
        <Button onClick={onClose}>取消</Button>
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {confirm}
        </Button>
      </Space>
    </Form>
  );
}

const KIND_WORDS: Readonly<Record<ExemptionKind, string>> = {
  snooze: `过一阵再看，到期自己恢复（最多 ${MAX_SNOOZE_DAYS} 天）`,
  exception: '有文件允许，须写明依据',
};

function ExemptionFields({ kind }: { kind: ExemptionKind }) {
  return (
    <>
      <Form.Item name="kind" label="怎样豁免">
        <Radio.Group
          options={exemptionKindSchema.options.toReversed().map((value) => ({
            value,
            label: `${EXEMPTION_KIND_LABELS[value]}：${KIND_WORDS[value]}`,
            style: { display: 'flex' },
          }))}
        />
      </Form.Item>
      <Form.Item name="untilDay" label={kind === 'snooze' ? '到哪一天（含当天）' : '到哪一天（含当天，不填为长期）'}>
        <Input type="date" />
      </Form.Item>
      <Form.Item name="document" label={kind === 'exception' ? '依据的文件' : '依据的文件（可不填）'}>
        <Input maxLength={MAX_DOCUMENT_CHARS} placeholder="名称和文号" />
      </Form.Item>
      <Form.Item name="reason" label="理由">
        <Input.TextArea rows={3} maxLength={MAX_REASON_CHARS} showCount placeholder="例如：系统切换，四月底前补录完" />
      </Form.Item>
    </>
  );
}
