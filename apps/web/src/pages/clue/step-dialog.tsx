import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  clueDetailSchema,
  STEP_LABELS,
  stepRequestSchema,
  type AskedStep,
  type ClueDetail,
  type StepRequest,
} from '@tianyan/console-app/api';
import { Alert, App, Button, Form, Modal, Space } from 'antd';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { StepInput } from './step-input.js';
import { STEP_FORMS } from './step-forms.js';

export function StepDialog(props: { clue: ClueDetail; step: AskedStep | null; onClose: () => void }) {
  const { clue, step, onClose } = props;
  return (
    <Modal open={step !== null} onCancel={onClose} footer={null} title={step ? STEP_LABELS[step] : ''} destroyOnHidden>
      {step ? <StepBody clue={clue} step={step} onClose={onClose} /> : null}
    </Modal>
  );
}

type Values = Readonly<Record<string, string | string[] | undefined>>;

/** What was left empty is left out. */
function givenOf(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value !== 'string' || value.trim() !== ''));
}

function StepBody({ clue, step, onClose }: { clue: ClueDetail; step: AskedStep; onClose: () => void }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const { explanation, fields } = STEP_FORMS[step];
  const take = useMutation({
    mutationFn: (request: StepRequest) =>
      callApi(clueDetailSchema, `/clues/${encodeURIComponent(clue.id)}/steps`, {
        method: 'POST',
        body: { revision: clue.revision, step: request },
      }),
    onSuccess: async (after) => {
      void message.success(`已${STEP_LABELS[step]}`);
      onClose();
      client.setQueryData(keys.clue(clue.id), after);
      await client.invalidateQueries({ queryKey: keys.clues });
      await client.invalidateQueries({ queryKey: keys.clueHandlers(clue.id) });
    },
  });
  const submit = (values: Values) => {
    const parsed = stepRequestSchema.safeParse({ step, ...givenOf(values) });
    if (parsed.success) return take.mutate(parsed.data);
    form.setFields(parsed.error.issues.map(({ path, message: words }) => ({ name: String(path[0] ?? ''), errors: [words] })));
  };
  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={submit}>
      <p style={{ color: 'var(--ink-soft)', marginBottom: 12 }}>{explanation}</p>
      {take.isError ? <Alert role="alert" type="error" showIcon title={take.error.message} style={{ marginBottom: 12 }} /> : null}
      {fields.map((field) => (
        <Form.Item key={field.name} name={field.name} label={field.label}>
          <StepInput field={field} clue={clue} />
        </Form.Item>
      ))}
      <Space style={{ width: '100%', justifyContent: 'flex-end', marginTop: 8 }}>
        <Button onClick={onClose}>取消</Button>
        <Button type="primary" htmlType="submit" loading={take.isPending}>
          确认{STEP_LABELS[step]}
        </Button>
      </Space>
    </Form>
  );
}
