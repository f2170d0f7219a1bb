import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { dismissalSchema, MAX_REASON_CHARS, type BulkDecisionDetail, type BulkDecisionInput } from '@tianyan/console-app/api';
import { Alert, Button, Form, Input, Modal, Progress, Space } from 'antd';
import { useState } from 'react';
import { keys } from '../../../api/keys.js';
import { RequestKeys } from '../../../device/request-keys.js';
import { numberText } from '../../../format/number.js';
import { ExportButton } from '../../../parts/export-button.js';
import { checkReason, DismissalChoice, type DecisionValues } from '../../finding/decision-dialog.js';
import styles from './bulk.module.css';
import {
  askBulkDecision,
  bulkDecisionPath,
  bulkDecisionQuery,
  bulkWords,
  cancelBulkDecision,
  saveBulkResult,
} from './bulk-queries.js';

export type BulkKind = 'dismiss' | 'promote';

const TEXT: Readonly<Record<BulkKind, { title: string; explanation: string; reason: string; confirm: string }>> = {
  dismiss: {
    title: '一起排除',
    explanation: '表示每一条都已核实，不是问题。同一结论和理由会分别记入每条疑点的经过。',
    reason: '排除理由',
    confirm: '确认排除',
  },
  promote: {
    title: '逐条转为线索',
    explanation: '每条疑点登记一条线索，各有编号。要并成一条的，请在疑点或线索页面并入。',
    reason: '说明（可不填）',
    confirm: '确认转为线索',
  },
};

/** A decision that is to be asked for, or one that is followed. */
export type AskedBulk = { kind: BulkKind; chosen: BulkDecisionInput['chosen']; count: number } | { id: string };

interface Props {
  asked: AskedBulk | null;
  onClose: () => void;
  onDecided: () => void;
}

/** One decision, with its reason, on several findings: asked, followed, and what came of it. Left while it goes on, it goes on. */
export function BulkDialog({ asked, onClose, onDecided }: Props) {
  const title = asked === null ? '' : 'id' in asked ? '批量处理' : `${TEXT[asked.kind].title}：${numberText(asked.count)} 条`;
  return (
    <Modal open={asked !== null} title={title} footer={null} mask={{ closable: false }} onCancel={onClose} destroyOnHidden>
      {asked === null ? null : <Decision asked={asked} onClose={onClose} onDecided={onDecided} />}
    </Modal>
  );
}

function Decision({ asked, onClose, onDecided }: { asked: AskedBulk; onClose: () => void; onDecided: () => void }) {
  const [id, setId] = useState('id' in asked ? asked.id : null);
  const close = () => {
    onClose();
    onDecided();
  };
  if (id !== null) return <Following id={id} onClose={close} />;
  return 'id' in asked ? null : <Question asked={asked} onClose={onClose} onBegun={setId} />;
}

function Question(props: { asked: Exclude<AskedBulk, { id: string }>; onClose: () => void; onBegun: (id: string) => void }) {
  const { kind, chosen } = props.asked;
  const text = TEXT[kind];
  const client = useQueryClient();
  const [sending] = useState(() => new RequestKeys());
  const ask = useMutation({
    mutationFn: (values: DecisionValues) => {
      const body = requestOf(kind, chosen, values);
      return askBulkDecision(body, sending.of(body));
    },
    onSuccess: (bulk) => {
      client.setQueryData(keys.bulkDecision(bulk.id), bulk);
      props.onBegun(bulk.id);
    },
  });
  return (
    <Form<DecisionValues> layout="vertical" requiredMark={false} onFinish={(values) => ask.mutate(values)}>
      <p className={styles['soft']}>{text.explanation}</p>
      {ask.isError ? <Alert role="alert" type="error" showIcon title={ask.error.message} style={{ marginBottom: 12 }} /> : null}
      {kind === 'dismiss' ? <DismissalChoice /> : null}
      <Form.Item name="reason" label={text.reason} rules={[{ validator: checkReason(kind) }]}>
        <Input.TextArea rows={3} maxLength={MAX_REASON_CHARS} showCount />
      </Form.Item>
      <Space className={styles['buttons'] ?? ''}>
        <Button onClick={props.onClose}>取消</Button>
        <Button type="primary" htmlType="submit" loading={ask.isPending}>
          {text.confirm}
        </Button>
      </Space>
    </Form>
  );
}

/** Of values that the form has checked. */
function requestOf(kind: BulkKind, chosen: BulkDecisionInput['chosen'], values: DecisionValues): BulkDecisionInput {
  const reason = (values.reason ?? '').trim();
  if (kind === 'dismiss') return { decision: kind, verdict: dismissalSchema.parse(values.verdict), reason, chosen };
  return { decision: kind, chosen, ...(reason === '' ? {} : { reason }) };
}

function Following({ id, onClose }: { id: string; onClose: () => void }) {
  const client = useQueryClient();
  const { data: bulk, error } = useQuery(bulkDecisionQuery(id));
  const cancel = useMutation({
    mutationFn: () => cancelBulkDecision(id),
    onSuccess: (answer) => client.setQueryData(keys.bulkDecision(id), answer),
  });
  const save = useMutation({ mutationFn: () => saveBulkResult(id) });
  const failure = cancel.error ?? save.error ?? (bulk ? null : error);
  const close = () => {
    for (const queryKey of [keys.findings, keys.clues, keys.bulkDecisions, ['finding']])
      void client.invalidateQueries({ queryKey });
    onClose();
  };
  return (
    <>
      {failure ? <Alert role="alert" type="error" showIcon title={failure.message} style={{ marginBottom: 12 }} /> : null}
      {bulk ? <Progressed bulk={bulk} /> : null}
      <Space className={styles['buttons'] ?? ''}>
        {bulk?.state === 'running' ? (
          <>
            <Button onClick={() => cancel.mutate()} loading={cancel.isPending}>
              停下，其余不办
            </Button>
            <Button onClick={close}>关闭，后台继续办</Button>
          </>
        ) : (
          <>
            <Button onClick={() => save.mutate()} loading={save.isPending} disabled={!bulk}>
              下载结果
            </Button>
            <ExportButton
              title="导出批量处理结果"
              label="导出结果和疑点"
              path={`${bulkDecisionPath(id)}/export`}
              query={{}}
              content="连同每条疑点的规则和说明"
            />
            <Button type="primary" onClick={close}>
              知道了
            </Button>
          </>
        )}
      </Space>
    </>
  );
}

function Progressed({ bulk }: { bulk: BulkDecisionDetail }) {
  const { total, done, refused, state, refusals } = bulk;
  return (
    <>
      <Progress
        percent={Math.floor(((done + refused) / Math.max(1, total)) * 100)}
        aria-label="办到哪里"
        {...(state === 'running' ? { status: 'active' } : {})}
      />
      <p role="status">{bulkWords(bulk)}</p>
      {refusals.length === 0 ? null : (
        <Alert
          type="warning"
          showIcon
          title={refused > refusals.length ? `未能处理的（前 ${refusals.length} 条，全部见结果文件）` : '未能处理的'}
          description={
            <ul className={styles['refused']}>
              {refusals.map(({ findingId, message }) => (
                <li key={findingId}>
                  <a href={`/findings/${encodeURIComponent(findingId)}`}>{findingId}</a>：{message}
                </li>
              ))}
            </ul>
          }
        />
      )}
    </>
  );
}
