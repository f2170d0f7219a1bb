import { MAX_SUPERVISION_LINE_CHARS, QUESTION_KIND_LABELS } from '@tianyan/console-app/api';
import { Button, Form, Input, Radio } from 'antd';
import styles from './campaigns.module.css';

const KINDS = Object.entries(QUESTION_KIND_LABELS).map(([value, label]) => ({ value, label }));

/** The questions that inspectors ask; those of a campaign that runs are never changed. */
export function QuestionFields() {
  return (
    <Form.List name="questions">
      {(fields, { add, remove }, { errors }) => (
        <fieldset className={styles['questions']}>
          <legend>问卷（可没有）</legend>
          {fields.map(({ key, name }) => (
            <QuestionField key={key} name={name} onRemove={() => remove(name)} />
          ))}
          <Form.ErrorList errors={errors} />
          <Button onClick={() => add({ kind: 'yes-no' })}>加一题</Button>
        </fieldset>
      )}
    </Form.List>
  );
}

function QuestionField({ name, onRemove }: { name: number; onRemove: () => void }) {
  const kind: unknown = Form.useWatch(['questions', name, 'kind']);
  return (
    <div className={styles['question']}>
      <Form.Item name={[name, 'text']} label={`第 ${name + 1} 题`}>
        <Input maxLength={MAX_SUPERVISION_LINE_CHARS} placeholder="例如：承办单位联系过您吗" />
      </Form.Item>
      <Form.Item name={[name, 'kind']} label={`第 ${name + 1} 题的题型`}>
        <Radio.Group options={KINDS} />
      </Form.Item>
      {kind === 'choice' ? (
        <Form.Item name={[name, 'options']} label={`第 ${name + 1} 题的选项（每行一个）`}>
          <Input.TextArea rows={3} />
        </Form.Item>
      ) : null}
      <Button size="small" onClick={onRemove} aria-label={`删去第 ${name + 1} 题`}>
        删去
      </Button>
    </div>
  );
}
