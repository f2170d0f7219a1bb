import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Modal, Space } from 'antd';
import { useState } from 'react';
import type { z } from 'zod';
import { keys } from '../../api/keys.js';
import { RESTORED_WORDS, useFormDraft } from '../../app/form-draft.js';
import { useAllUnsentFiles } from '../../app/unsent-files.js';
import { KEPT_WORDS } from '../../app/unsent-steps.js';
import { isOfSubject, type FileOnItsWay } from '../../device/unsent-files.js';
import { linesOfForm, useFieldSend, type FieldStep } from './field-send.js';
import type { StepField } from './step-fields.js';
import { givenOf, StepInput, type Values } from './step-input.js';

interface Asked<S extends z.ZodType> {
  title: string;
  /** What follows from it. */
  explanation: string;
  fields: readonly StepField[];
  /** Beside what is typed, such as the kind of the step. */
  fixed?: Values;
  initial?: Values;
  schema: S;
  send: (request: z.output<S>) => Promise<unknown>;
  /** Where it may be filled in without a network, and is sent later; missing: it is sent at once or not at all. */
  field?: FieldStep<z.output<S>>;
  /** Addresses of what takes no files any more afterwards: those that are on their way there go first. Missing: it takes them as before. */
  filesFirst?: readonly string[];
}

/** Asks for what a step needs, and takes it; null: closed. */
export function StepDialog<S extends z.ZodType>({ asked, onClose }: { asked: Asked<S> | null; onClose: () => void }) {
  return (
    <Modal open={asked !== null} onCancel={onClose} footer={null} title={asked?.title ?? ''} destroyOnHidden>
      {asked ? <StepBody asked={asked} onClose={onClose} /> : null}
    </Modal>
  );
}

function StepBody<S extends z.ZodType>({ asked, onClose }: { asked: Asked<S>; onClose: () => void }) {
  // As the page was when it was opened: what others do while somebody types must not be decided on unseen.
  const [opened] = useState(asked);
  const { title, explanation, fields, fixed, initial, schema, field, filesFirst = [] } = opened;
  const { files } = useAllUnsentFiles();
  const onTheirWay = files.filter((file) => filesFirst.some((path) => isOfSubject(file, { path })));
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const draft = useFormDraft(form, field?.draft ?? null);
  const send = useFieldSend(opened, () => linesOfForm(fields, form.getFieldsValue()));
  const take = useMutation({
    mutationFn: send,
    onSuccess: async (sent) => {
      void (sent === 'kept' ? message.info(KEPT_WORDS) : message.success(`已${title}`));
      onClose();
      if (sent === 'kept') return;
      await draft.drop();
      await client.invalidateQueries({ queryKey: keys.supervision });
    },
    // Somebody was quicker, or the answer was lost: behind the dialog stands what has become of it.
    onError: () => client.invalidateQueries({ queryKey: keys.supervision }),
  });
  const submit = (values: Values) => {
    const parsed = schema.safeParse({ ...fixed, ...givenOf(fields, values) });
    if (parsed.success) return take.mutate(parsed.data);
    // Contents of a letter are one level below.
    form.setFields(parsed.error.issues.map(({ path, message: words }) => ({ name: String(path.at(-1) ?? ''), errors: [words] })));
  };
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      onFinish={submit}
      initialValues={initial ?? {}}
      onValuesChange={(_, values) => draft.keep(values)}
    >
      <p style={{ color: 'var(--ink-soft)', marginBottom: 12 }}>{explanation}</p>
      {draft.restored ? <Alert role="status" type="info" showIcon title={RESTORED_WORDS} style={{ marginBottom: 12 }} /> : null}
      {take.isError ? <Alert role="alert" type="error" showIcon title={take.error.message} style={{ marginBottom: 12 }} /> : null}
      {fields.map((field) => (
        <Form.Item
          key={field.name}
          name={field.name}
          {...(field.kind === 'check' ? { valuePropName: 'checked' } : { label: field.label })}
        >
          <StepInput field={field} />
        </Form.Item>
      ))}
      {onTheirWay.length > 0 ? (
        <Alert
          role="status"
          type="warning"
          showIcon
          title={`还有 ${onTheirWay.length} 个附件没有传上去，${title}以后就传不进来了。${waitingWords(onTheirWay)}`}
          style={{ marginBottom: 12 }}
        />
      ) : null}
      <Space style={{ width: '100%', justifyContent: 'flex-end', marginTop: 8 }}>
        <Button onClick={onClose}>取消</Button>
        <Button type="primary" htmlType="submit" loading={take.isPending} disabled={onTheirWay.length > 0}>
          确认{title}
        </Button>
      </Space>
    </Form>
  );
}

/** What to do about files that are not there: some arrive by themselves, and those that were refused never do. */
function waitingWords(files: readonly Pick<FileOnItsWay, 'state'>[]): string {
  const refused = files.filter(({ state }) => state === 'refused').length;
  const waits = '请等附件传完再确认；不要的附件，请在附件旁边或者“待发送”里取消。';
  if (refused === 0) return waits;
  const mend = '没有被受理，请在附件旁边看原因，换一个重新上传，或者把它删除、关闭。';
  return refused === files.length ? `都${mend}` : `其中 ${refused} 个${mend}其余的${waits}`;
}
