import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  CLUE_STATE_LABELS,
  clueDetailSchema,
  dismissalSchema,
  MAX_REASON_CHARS,
  reasonSchema,
  VERDICT_LABELS,
  type DecisionRequest,
  type Dismissal,
  type FindingDetail,
} from '@tianyan/console-app/api';
import { Alert, App, Button, Form, Input, Modal, Radio, Space } from 'antd';
import { useState } from 'react';
import { z } from 'zod';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { RequestKeys } from '../../device/request-keys.js';
import { cluesOfFindingQuery } from '../clues/clue-queries.js';
import type { DecisionKind } from './decision-panel.js';

const TEXT: Readonly<
  Record<DecisionKind, { title: string; explanation: string; label: string; example: string; confirm: string; done: string }>
> = {
  dismiss: {
    title: '核实后排除',
    explanation: '表示已经核实，这不是问题。结论和理由会记入疑点的经过，别人可以看到；规则准不准由结论统计。',
    label: '排除理由',
    example: '例如：四次退回中有两次是系统重复推送，单位实际只退回两次，且均在规定期限内',
    confirm: '确认排除',
    done: '已排除',
  },
  promote: {
    title: '转为问题线索',
    explanation: '表示初步核实后认为需要按程序处置。登记后编号、分办；分办之前仍可重新打开。',
    label: '说明（可不填）',
    example: '例如：已与承办单位核对，退回理由均不成立',
    confirm: '确认转为线索',
    done: '已转为问题线索',
  },
  reopen: {
    title: '重新打开',
    explanation: '撤销之前的处理，疑点按数据现状恢复。',
    label: '重新打开的理由',
    example: '例如：收到新的反映，需要再次核实',
    confirm: '确认重新打开',
    done: '已重新打开',
  },
};

/** What each class of a dismissal means, under its name. */
const DISMISSALS: Readonly<Record<Dismissal, string>> = {
  unfounded: '疑点说的事没有发生',
  permitted: '事情属实，但有政策、批文允许',
  'data-error': '来源的记录写错了；不计入规则的准确率',
};

export interface DecisionValues {
  reason?: string;
  verdict?: Dismissal;
  /** Of a clue to join; missing: one of its own. */
  clueId?: string;
}

/** Of values that the form has checked. */
function requestOf(decision: DecisionKind, { reason: typed = '', verdict }: DecisionValues): DecisionRequest {
  const reason = typed.trim();
  if (decision === 'promote') return reason === '' ? { decision } : { decision, reason };
  return decision === 'dismiss' ? { decision, verdict: dismissalSchema.parse(verdict), reason } : { decision, reason };
}

/**
 * A clue that is joined is read first: whoever takes a step names how many there were.
 * @param sending the dialog's keys
 */
export async function decideOn(
  findingId: string,
  { decision, values }: { decision: DecisionKind; values: DecisionValues },
  sending: RequestKeys,
): Promise<void> {
  const { clueId, reason = '' } = values;
  if (decision !== 'promote' || clueId === undefined || clueId === OF_ITS_OWN) {
    const path = `/findings/${encodeURIComponent(findingId)}/decisions`;
    const body = requestOf(decision, values);
    await callApi(z.unknown(), path, { method: 'POST', body, key: sending.of([path, body]) });
    return;
  }
  const path = `/clues/${encodeURIComponent(clueId)}`;
  const { revision } = await callApi(clueDetailSchema, path);
  const given = reason.trim() === '' ? {} : { reason: reason.trim() };
  const step = { step: 'add-findings', findingIds: [findingId], ...given };
  await callApi(clueDetailSchema, `${path}/steps`, { method: 'POST', body: { revision, step }, key: sending.of([path, step]) });
}

/** Making it a clue may be left without one. */
export const checkReason = (decision: DecisionKind) => async (_: unknown, value: string | undefined) => {
  const reason = (value ?? '').trim();
  if (reason === '' && decision === 'promote') return;
  const parsed = reasonSchema.safeParse(reason);
  if (!parsed.success) throw new Error(parsed.error.issues[0]?.message ?? '请写明理由');
};

export function DecisionDialog(props: { finding: FindingDetail; decision: DecisionKind | null; onClose: () => void }) {
  const { finding, decision, onClose } = props;
  return (
    <Modal open={decision !== null} onCancel={onClose} footer={null} title={decision ? TEXT[decision].title : ''} destroyOnHidden>
      {decision ? <DecisionForm finding={finding} decision={decision} onClose={onClose} /> : null}
    </Modal>
  );
}

function DecisionForm({ finding, decision, onClose }: { finding: FindingDetail; decision: DecisionKind; onClose: () => void }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const text = TEXT[decision];
  const [sending] = useState(() => new RequestKeys());
  const decide = useMutation({
    mutationFn: (values: DecisionValues) => decideOn(finding.id, { decision, values }, sending),
    onSuccess: async () => {
      void message.success(text.done);
      onClose();
      await client.invalidateQueries({ queryKey: keys.finding(finding.id) });
      await client.invalidateQueries({ queryKey: keys.findings });
      await client.invalidateQueries({ queryKey: keys.clues });
      if (decision !== 'dismiss') await client.invalidateQueries({ queryKey: ['clue'] });
    },
  });
  return (
    <Form<DecisionValues> layout="vertical" requiredMark={false} onFinish={(values) => decide.mutate(values)}>
      <p style={{ color: 'var(--ink-soft)', marginBottom: 12 }}>{text.explanation}</p>
      {decide.isError ? (
        <Alert role="alert" type="error" showIcon title={decide.error.message} style={{ marginBottom: 12 }} />
      ) : null}
      {decision === 'dismiss' ? <DismissalChoice /> : null}
      {decision === 'promote' ? <ClueChoice findingId={finding.id} /> : null}
      <Form.Item name="reason" label={text.label} rules={[{ validator: checkReason(decision) }]}>
        <Input.TextArea rows={4} maxLength={MAX_REASON_CHARS} showCount placeholder={text.example} autoFocus />
      </Form.Item>
      <DecisionButtons confirm={text.confirm} pending={decide.isPending} onClose={onClose} />
    </Form>
  );
}

/** Which of the classes it is: the precision of rules is counted from them. */
export function DismissalChoice() {
  return (
    <Form.Item name="verdict" label="核实结论" rules={[{ required: true, message: '请选择核实结论' }]}>
      <Radio.Group
        options={dismissalSchema.options.map((value) => ({
          value,
          label: `${VERDICT_LABELS[value]}：${DISMISSALS[value]}`,
          style: { display: 'flex' },
        }))}
      />
    </Form.Item>
  );
}

/** In place of the id of a clue: a new one. */
const OF_ITS_OWN = '';

/** Another clue about the same thing may be joined. Without any there is nothing to choose. */
function ClueChoice({ findingId }: { findingId: string }) {
  const { data } = useQuery(cluesOfFindingQuery(findingId));
  const joinable = (data?.items ?? []).filter(({ state }) => ['registered', 'verifying', 'disposing'].includes(state));
  if (joinable.length === 0) return null;
  return (
    <Form.Item name="clueId" label="已有同一对象的线索" initialValue={OF_ITS_OWN}>
      <Radio.Group
        options={[
          { value: OF_ITS_OWN, label: '登记一条新线索', style: { display: 'flex' } },
          ...joinable.map(({ id, number, state }) => ({
            value: id,
            label: `并入${number}（${CLUE_STATE_LABELS[state]}）`,
            style: { display: 'flex' },
          })),
        ]}
      />
    </Form.Item>
  );
}

function DecisionButtons({ confirm, pending, onClose }: { confirm: string; pending: boolean; onClose: () => void }) {
  return (
    <Space style={{ width: '100%', justifyContent: 'flex-end', marginTop: 8 }}>
      <Button onClick={onClose}>取消</Button>
      <Button type="primary" htmlType="submit" loading={pending}>
        {confirm}
      </Button>
    </Space>
  );
}
