import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  campaignTaskStepRequestSchema,
  CHECK_METHOD_LABELS,
  CHECK_RESULT_LABELS,
  isVisit,
  MAX_SUPERVISION_LINE_CHARS,
  MAX_SUPERVISION_TEXT_CHARS,
  type CampaignTaskDetail,
  type CheckMethod,
  type CheckResult,
  type Question,
} from '@tianyan/console-app/api';
import { Alert, App, Button, Checkbox, Form, Input, Radio } from 'antd';
import { keys } from '../../api/keys.js';
import { RESTORED_WORDS, useFormDraft } from '../../app/form-draft.js';
import { KEPT_WORDS, useUnsentSteps, useUnsentStep } from '../../app/unsent-steps.js';
import { useSession } from '../../app/session.js';
import { drop } from '../../device/kept.js';
import { newId } from '../../device/new-id.js';
import { takenSchema } from '../../device/unsent-steps.js';
import { Panel } from '../../parts/panel.js';
import { inPlaceBody, inPlaceTitle, type InPlace } from '../delegations/in-place.js';
import { reportDraftOf } from './report-draft.js';

interface Values {
  method?: CheckMethod;
  onDay?: string;
  place?: string;
  result?: CheckResult;
  kinds?: string[];
  words?: string;
  answers?: unknown[];
}

const MARKS = [1, 2, 3, 4, 5];
const optionsOf = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).map(([value, label]) => ({ value, label }));
const filled = (text: string | undefined): text is string => text !== undefined && text.trim() !== '';

interface Reporting {
  task: CampaignTaskDetail;
  /** In whose place; null: in the own name. */
  deputy: InPlace | null;
}

/** What was found; it fits a phone, since it is filled in where the order was handled. */
export function ReportForm({ task, deputy }: Reporting) {
  const [form] = Form.useForm<Values>();
  const method = Form.useWatch('method', form);
  const result = Form.useWatch('result', form);
  const draft = useFormDraft(form, reportDraftOf(task, deputy));
  const waiting = useUnsentStep(pathOf(task));
  const report = useReport({ task, deputy }, () => linesOf(form.getFieldsValue()));
  const submit = (values: Values) => {
    const parsed = campaignTaskStepRequestSchema.safeParse(requestOf(values, task.questions));
    if (parsed.success) return report.mutate(parsed.data);
    form.setFields(parsed.error.issues.map(({ path, message: words }) => ({ name: fieldOf(path), errors: [words] })));
  };
  if (waiting !== null)
    return (
      <Panel title="登记结果">
        <p role="status">结果已填好，网络恢复后自动发送。要改的，先在页面下方的“待发送”里取消。</p>
      </Panel>
    );
  return (
    <Panel title={inPlaceTitle('登记结果', deputy)} {...(deputy && { note: '记两个人的名字' })}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={submit}
        onValuesChange={(_, values) => draft.keep(values)}
      >
        {draft.restored ? <Alert role="status" type="info" showIcon title={RESTORED_WORDS} style={{ marginBottom: 12 }} /> : null}
        {report.isError ? (
          <Alert role="alert" type="error" showIcon title={report.error.message} style={{ marginBottom: 12 }} />
        ) : null}
        <Form.Item name="method" label="复查方式">
          <Radio.Group options={optionsOf(CHECK_METHOD_LABELS)} />
        </Form.Item>
        <Form.Item name="onDay" label="复查日期">
          <Input type="date" style={{ width: 200 }} />
        </Form.Item>
        {method !== undefined && isVisit(method) ? (
          <Form.Item name="place" label="地点">
            <Input maxLength={MAX_SUPERVISION_LINE_CHARS} placeholder="例如：幸福路与人民路口；不写门牌和姓名" />
          </Form.Item>
        ) : null}
        <Form.Item name="result" label="结果">
          <Radio.Group options={optionsOf(CHECK_RESULT_LABELS)} />
        </Form.Item>
        {result === 'problem' ? (
          <Form.Item name="kinds" label="问题种类（可多选）">
            <Checkbox.Group options={task.checklist} />
          </Form.Item>
        ) : null}
        <Form.Item name="words" label={result === 'no-problem' ? '情况（可不填）' : '情况'}>
          <Input.TextArea
            rows={4}
            maxLength={MAX_SUPERVISION_TEXT_CHARS}
            placeholder="写看到、听到的事实；不要写来电人的姓名、电话、住址"
          />
        </Form.Item>
        {task.questions.map((question, i) => (
          <Form.Item key={question.text} name={['answers', i]} label={`${i + 1}. ${question.text}（可不答）`}>
            <AnswerInput question={question} />
          </Form.Item>
        ))}
        <Button type="primary" block size="large" htmlType="submit" loading={report.isPending}>
          提交结果
        </Button>
      </Form>
    </Panel>
  );
}

const pathOf = ({ id }: CampaignTaskDetail) => `/campaign-tasks/${encodeURIComponent(id)}/steps`;

/** Sends the result at once, or keeps it where no network is. */
function useReport({ task, deputy }: Reporting, lines: () => string[]) {
  const unsentSteps = useUnsentSteps();
  const { userId } = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (step: object) =>
      unsentSteps.send(takenSchema, {
        key: newId(),
        label: `${inPlaceTitle('登记结果', deputy)}：工单 ${task.orderId}`,
        page: `/campaign-tasks/${encodeURIComponent(task.id)}`,
        path: pathOf(task),
        body: { revision: task.revision, step, ...inPlaceBody(deputy?.forId) },
        lines: lines(),
        draft: reportDraftOf(task, deputy),
      }),
    onSuccess: async (sent) => {
      if (sent === 'kept') return void message.info(KEPT_WORDS);
      void message.success('已登记结果');
      await drop(userId, reportDraftOf(task, deputy));
      await client.invalidateQueries({ queryKey: keys.supervision });
    },
  });
}

/** What was filled in, as a person reads it. */
function linesOf({ method, onDay, place, result, kinds, words }: Values): string[] {
  return [
    ...(method ? [`复查方式：${CHECK_METHOD_LABELS[method]}`] : []),
    ...(filled(onDay) ? [`复查日期：${onDay}`] : []),
    ...(filled(place) ? [`地点：${place}`] : []),
    ...(result ? [`结果：${CHECK_RESULT_LABELS[result]}`] : []),
    ...(kinds && kinds.length > 0 ? [`问题种类：${kinds.join('、')}`] : []),
    ...(filled(words) ? [`情况：${words}`] : []),
  ];
}

/** The form gives `id`, `value` and `onChange`. */
function AnswerInput({ question, ...given }: { question: Question }) {
  switch (question.kind) {
    case 'yes-no':
      return (
        <Radio.Group
          {...given}
          options={[
            { value: true, label: '是' },
            { value: false, label: '否' },
          ]}
        />
      );
    case 'scale':
      return <Radio.Group {...given} options={MARKS.map((value) => ({ value, label: `${value} 分` }))} />;
    case 'choice':
      return <Radio.Group {...given} options={question.options.map((value) => ({ value, label: value }))} />;
    case 'text':
      return <Input {...given} maxLength={MAX_SUPERVISION_LINE_CHARS} />;
  }
}

/** As the request has it: what was left empty, or belongs to another result, is left out. */
function requestOf({ method, onDay, place, result, kinds, words, answers }: Values, questions: readonly Question[]): object {
  const given = questions.map((_, i) => answers?.[i]);
  return {
    step: 'report',
    method,
    ...(filled(onDay) && { onDay }),
    ...(method !== undefined && isVisit(method) && filled(place) && { place }),
    result,
    kinds: result === 'problem' ? (kinds ?? []) : [],
    ...(filled(words) && { words }),
    answers: given.map((answer) => (answer === undefined || answer === '' ? null : answer)),
  };
}

function fieldOf(path: readonly PropertyKey[]): (string | number)[] {
  return path.map((part) => (typeof part === 'number' ? part : String(part)));
}
