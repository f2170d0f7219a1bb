import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  clueAfterStepSchema,
  STEP_LABELS,
  stepRequestSchema,
  type AskedStep,
  type ClueDetail,
  type ClueStep,
  type StepRequest,
} from '@tianyan/console-app/api';
import { Alert, App, Button, Form, Modal, Space } from 'antd';
import { useEffect, useEffectEvent } from 'react';
import { useNavigate } from 'react-router';
import { keys } from '../../api/keys.js';
import { KEPT_WORDS, useUnsentSteps } from '../../app/unsent-steps.js';
import { NewsList, useNews } from './clue-news.js';
import { StepInput } from './step-input.js';
import { useStepDraft, type StepValues as Values } from './step-draft.js';
import { STEP_FORMS, type StepField } from './step-forms.js';
import { SOMEBODY_ELSE } from '../clue-person/identity-options.js';
import { titleOf, type ChosenStep } from './chosen-step.js';

export function StepDialog(props: { clue: ClueDetail; chosen: ChosenStep | null; onClose: () => void }) {
  const { clue, chosen, onClose } = props;
  return (
    <Modal open={chosen !== null} onCancel={onClose} footer={null} title={chosen ? titleOf(chosen) : ''} destroyOnHidden>
      {chosen ? <StepBody clue={clue} chosen={chosen} onClose={onClose} /> : null}
    </Modal>
  );
}

export const clueStepsPath = (clueId: string) => `/clues/${encodeURIComponent(clueId)}/steps`;

const FEN_PER_YUAN = 100;

/** What was left empty is left out; money is typed in yuan. */
function givenOf(values: Values, fields: readonly StepField[]): Values {
  const isYuan = (name: string) => fields.some((field) => field.name === name && field.kind === 'yuan');
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== null && (typeof value !== 'string' || value.trim() !== ''))
      .map(([name, value]) => [name, typeof value === 'number' && isYuan(name) ? Math.round(value * FEN_PER_YUAN) : value])
      .map(([name, value]) => [name, value === SOMEBODY_ELSE ? null : value]),
  );
}

function StepBody({ clue, chosen, onClose }: { clue: ClueDetail; chosen: ChosenStep; onClose: () => void }) {
  const { step, deputy } = chosen;
  const [form] = Form.useForm<Values>();
  const { explanation, fields } = STEP_FORMS[step];
  const draft = useStepDraft(clue, chosen, form);
  const news = useNews(clue);
  const take = useStep(clue, { chosen, revision: news.revision, draft, onClose });
  const submit = (values: Values) => {
    const parsed = stepRequestSchema.safeParse({ step, ...givenOf(values, fields) });
    if (parsed.success) return take.mutate(parsed.data);
    form.setFields(parsed.error.issues.map(({ path, message: words }) => ({ name: String(path[0] ?? ''), errors: [words] })));
  };
  const look = () => {
    take.reset();
    news.look();
  };
  const offered = deputy ? clue.deputySteps.find(({ forId }) => forId === deputy.forId)?.steps : clue.allowedSteps;
  const isOffered = offered?.includes(step) ?? false;
  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={submit} onValuesChange={(_, values) => draft.keep(values)}>
      <p style={{ color: 'var(--ink-soft)', marginBottom: 12 }}>{explanation}</p>
      {draft.restored ? (
        <Alert role="status" type="info" showIcon title="已填回上次没有提交的内容，请看过再提交。" style={GAP} />
      ) : null}
      {take.isError ? <Alert role="alert" type="error" showIcon title={take.error.message} style={GAP} /> : null}
      <Meanwhile news={news.steps} step={step} isOffered={isOffered} onLook={look} />
      {fields.map((field) => (
        <Form.Item key={field.name} name={field.name} label={field.label}>
          <StepInput field={field} clue={clue} />
        </Form.Item>
      ))}
      <Space style={{ width: '100%', justifyContent: 'flex-end', marginTop: 8 }}>
        <Button onClick={onClose}>{isOffered ? '取消' : '关闭'}</Button>
        <Button type="primary" htmlType="submit" loading={take.isPending} disabled={!isOffered || news.steps.length > 0}>
          确认{STEP_LABELS[step]}
        </Button>
      </Space>
    </Form>
  );
}

const GAP = { marginBottom: 12 };

interface Sending {
  chosen: ChosenStep;
  /** As the person has seen the clue. */
  revision: number;
  draft: ReturnType<typeof useStepDraft>;
  onClose: () => void;
}

function useStep(clue: ClueDetail, { chosen, revision, draft, onClose }: Sending) {
  const { step, deputy } = chosen;
  const forId = deputy?.forId;
  const client = useQueryClient();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const unsentSteps = useUnsentSteps();
  const finish = async () => {
    void message.success(`已${STEP_LABELS[step]}`);
    await draft.drop();
    onClose();
  };
  const take = useMutation({
    mutationFn: async (request: StepRequest) =>
      unsentSteps.send(
        clueAfterStepSchema,
        {
          key: await draft.keyOf({ ...request, forId }),
          label: `${titleOf(chosen)}：${clue.number}`,
          page: `/clues/${encodeURIComponent(clue.id)}`,
          path: clueStepsPath(clue.id),
          body: { revision, step: request, ...(forId !== undefined && { forId }) },
          lines: linesOf(request, STEP_FORMS[step].fields),
          draft: draft.name,
        },
        // What may not lie on a telephone is sent at once or not at all.
        { mayWait: draft.name !== null },
      ),
    onSuccess: async (after) => {
      if (after === 'kept') {
        void message.info(KEPT_WORDS);
        return onClose();
      }
      await finish();
      if ('hidden' in after) {
        // Before its page asks for it again, which it would be told is not there.
        await navigate('/clues');
        client.removeQueries({ queryKey: keys.clue(clue.id) });
      } else client.setQueryData(keys.clue(clue.id), after);
      await client.invalidateQueries({ queryKey: keys.clues });
      await client.invalidateQueries({ queryKey: keys.clueHandlers(clue.id) });
    },
    // Somebody was quicker, or the answer was lost: what has become of the clue is shown beside what was typed.
    onError: () => client.invalidateQueries({ queryKey: keys.clue(clue.id) }),
  });
  const isLost = take.isError;
  const finishArrived = useEffectEvent(async () => {
    if (draft.hasArrived()) await finish();
  });
  useEffect(() => {
    if (isLost) void finishArrived();
  }, [isLost, clue.revision]);
  return take;
}

/** What was typed, as a person reads it; names of people stand there only as what was typed. */
function linesOf(request: StepRequest, fields: readonly StepField[]): string[] {
  const given: Readonly<Record<string, unknown>> = request;
  return fields.flatMap((field) => {
    const value = given[field.name];
    if (typeof value !== 'string') return [];
    if (field.kind === 'choice') return [`${field.label}：${field.options[value] ?? value}`];
    return field.kind === 'text' || field.kind === 'line' ? [`${field.label}：${value}`] : [];
  });
}

/** What others did while the dialog was open; what was typed stays below it. */
function Meanwhile(props: { news: readonly ClueStep[]; step: AskedStep; isOffered: boolean; onLook: () => void }) {
  const { news, step, isOffered, onLook } = props;
  if (isOffered && news.length === 0) return null;
  const title = isOffered ? '您填写时，别人先办了。请看过再决定还办不办' : `这条线索现在不能再“${STEP_LABELS[step]}”`;
  return (
    <Alert
      role="alert"
      type="warning"
      showIcon
      title={title}
      description={
        <>
          <NewsList steps={news} />
          {isOffered ? (
            <Button size="small" onClick={onLook}>
              看过了，继续办理
            </Button>
          ) : (
            <p>您写的内容还在下面，需要的请复制出来；关闭后就是最新情况。</p>
          )}
        </>
      }
      style={GAP}
    />
  );
}
