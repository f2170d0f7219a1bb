import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  doneSchema,
  MAX_ROW_CHARS,
  mendSchema,
  replayResultSchema,
  type CorrectionRequest,
  type QuarantineDetail,
} from '@tianyan/console-app/api';
import { Alert, App, Button, Input, Popconfirm } from 'antd';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useMay } from '../../app/session.js';
import styles from './quarantine-drawer.module.css';

const REASON_MIN_CHARS = 2;

/** Replay as it is, propose a correction to a second person, or discard with a reason. */
export function QuarantineActions({ item, onDone }: { item: QuarantineDetail; onDone: () => void }) {
  const mayDiscard = useMay('discard-quarantined');
  const mayMend = useMay('mend-quarantined');
  const { replay, discard, reopen, propose } = useActions(item, onDone);
  const refused = replay.data && !replay.data.accepted ? replay.data.reason : null;
  const failed = [replay, discard, reopen, propose].find(({ isError }) => isError)?.error ?? null;
  const waits = item.mends.some(({ state }) => state === 'proposed' || state === 'running');
  return (
    <>
      <label className={styles['label']} htmlFor="quarantine-raw">
        来源原文
      </label>
      <div className={styles['raw']}>
        <Input.TextArea id="quarantine-raw" value={item.raw} readOnly autoSize={{ minRows: 4, maxRows: 14 }} />
      </div>
      {refused === null ? null : <Alert role="alert" showIcon type="error" title={`仍未通过检查：${refused}`} />}
      {failed === null ? null : <Alert role="alert" showIcon type="error" title={failed.message} />}
      {item.state === 'waiting' && !waits && mayMend ? (
        <Correction item={item} pending={propose.isPending} onPropose={(request) => propose.mutate(request)} />
      ) : null}
      {waits ? <Alert showIcon type="info" title="这一条的改正正在等待另一个人复核。" /> : null}
      <div className={styles['buttons']}>
        {item.state === 'waiting' && mayMend ? (
          <Button loading={replay.isPending} onClick={() => replay.mutate()}>
            按原文重放
          </Button>
        ) : null}
        {item.state === 'waiting' && mayDiscard ? (
          <WithReason
            title="作废这条记录？"
            button="作废"
            danger
            pending={discard.isPending}
            onConfirm={(reason) => discard.mutate(reason)}
          />
        ) : null}
        {item.state === 'discarded' && mayDiscard ? (
          <WithReason
            title="恢复这条记录？"
            button="恢复"
            pending={reopen.isPending}
            onConfirm={(reason) => reopen.mutate(reason)}
          />
        ) : null}
      </div>
    </>
  );
}

/** One field per column that was refused: nothing else can be changed. */
function Correction(props: { item: QuarantineDetail; pending: boolean; onPropose: (request: CorrectionRequest) => void }) {
  const { item, pending, onPropose } = props;
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  /** Null until something is typed: the text may be uncovered before. */
  const [typed, setTyped] = useState<string | null>(null);
  const raw = typed ?? item.raw;
  const [reason, setReason] = useState('');
  if (item.closed !== null) return <Alert showIcon type="info" title={`不能手工改正：${item.closed}`} />;
  if (item.masked && (item.whole || item.columns.some(({ cell }) => cell.masked)))
    return <p className={styles['hint']}>出错的内容含有已遮蔽的个人信息。要改正，请先在上面写明理由查看全文。</p>;
  const changes = item.columns
    .filter(({ column, cell }) => values[column] !== undefined && values[column] !== (cell.text ?? ''))
    .map(({ column }) => ({ column, to: values[column] === '' ? null : (values[column] ?? null) }));
  const plan: CorrectionRequest['plan'] = item.whole ? { kind: 'row', raw } : { kind: 'values', changes };
  const isReady = reason.trim().length >= REASON_MIN_CHARS && (item.whole ? raw !== item.raw : changes.length > 0);
  return (
    <fieldset className={styles['correction']}>
      <legend>改正</legend>
      {item.whole ? (
        <label>
          整行改写（JSON）
          <Input.TextArea
            value={raw}
            maxLength={MAX_ROW_CHARS}
            autoSize={{ minRows: 4, maxRows: 14 }}
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
      ) : (
        item.columns.map(({ column, fieldLabels, cell }) => (
          <label key={column}>
            {fieldLabels.join('、')}（{column}），原来是：{cell.text ?? '（空）'}
            <Input
              value={values[column] ?? cell.text ?? ''}
              maxLength={2_000}
              onChange={(event) => setValues({ ...values, [column]: event.target.value })}
            />
          </label>
        ))
      )}
      <label>
        理由
        <Input
          value={reason}
          maxLength={500}
          placeholder="例如：与来源单位电话核对，日期应为 3 月 5 日"
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <p className={styles['hint']}>提交后由另一个人复核，通过后才入库；记录上会注明由谁改正、由谁复核、为什么。</p>
      <div>
        <Button type="primary" disabled={!isReady} loading={pending} onClick={() => onPropose({ plan, reason: reason.trim() })}>
          提交复核
        </Button>
      </div>
    </fieldset>
  );
}

function useActions(item: QuarantineDetail, onDone: () => void) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const path = `/quarantine/${encodeURIComponent(item.id)}`;
  const refresh = async (text: string) => {
    void message.success(text);
    onDone();
    await client.invalidateQueries({ queryKey: keys.quarantine });
    await client.invalidateQueries({ queryKey: keys.overview });
  };
  const replay = useMutation({
    mutationFn: () => callApi(replayResultSchema, `${path}/replay`, { method: 'POST', body: {} }),
    onSuccess: (result) => (result.accepted ? refresh('已重放，记录已入库') : undefined),
  });
  const propose = useMutation({
    mutationFn: (body: CorrectionRequest) => callApi(mendSchema, `${path}/corrections`, { method: 'POST', body }),
    onSuccess: () => refresh('已提交，等待另一个人复核'),
  });
  const discard = useMutation({
    mutationFn: (reason: string) => callApi(doneSchema, `${path}/discard`, { method: 'POST', body: { reason } }),
    onSuccess: () => refresh('已作废'),
  });
  const reopen = useMutation({
    mutationFn: (reason: string) => callApi(doneSchema, `${path}/reopen`, { method: 'POST', body: { reason } }),
    onSuccess: () => refresh('已恢复，重新等待处理'),
  });
  return { replay, propose, discard, reopen };
}

function WithReason(props: {
  title: string;
  button: string;
  danger?: boolean;
  pending: boolean;
  onConfirm: (reason: string) => void;
}) {
  const { title, button, danger = false, pending, onConfirm } = props;
  const [reason, setReason] = useState('');
  const enough = reason.trim().length >= REASON_MIN_CHARS;
  return (
    <Popconfirm
      icon={null}
      title={title}
      description={
        <Input
          aria-label={`${button}理由`}
          placeholder="请写明理由"
          value={reason}
          maxLength={200}
          onChange={(event) => setReason(event.target.value)}
        />
      }
      okText={`确认${button}`}
      okButtonProps={{ danger, disabled: !enough }}
      onConfirm={() => onConfirm(reason.trim())}
    >
      <Button danger={danger} loading={pending}>
        {button}
      </Button>
    </Popconfirm>
  );
}
