import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  doneSchema,
  MAX_FIXED_RAW_CHARS,
  replayResultSchema,
  type QuarantineDetail,
  type ReplayRequest,
} from '@tianyan/console-app/api';
import { Alert, App, Button, Input, Popconfirm } from 'antd';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import styles from './quarantine-drawer.module.css';

const DISCARD_REASON_MIN_CHARS = 2;

/** Mend and replay, or discard with a reason. Masked or cut text cannot be mended here: it is not the whole record. */
export function QuarantineActions({ item, onDone }: { item: QuarantineDetail; onDone: () => void }) {
  const [raw, setRaw] = useState(item.raw);
  const editable = item.state === 'waiting' && !item.rawTruncated && !item.masked;
  const { replay, discard } = useActions(item, onDone);
  const refused = replay.data && !replay.data.accepted ? replay.data.reason : null;
  const replayNow = () => replay.mutate(editable && raw !== item.raw ? { raw } : {});
  return (
    <>
      <label className={styles['label']} htmlFor="quarantine-raw">
        原文
      </label>
      <div className={styles['raw']}>
        <Input.TextArea
          id="quarantine-raw"
          value={raw}
          readOnly={!editable}
          maxLength={MAX_FIXED_RAW_CHARS}
          autoSize={{ minRows: 6, maxRows: 18 }}
          onChange={(event) => setRaw(event.target.value)}
        />
      </div>
      <p className={styles['hint']}>{hintOf(item, editable)}</p>
      {refused === null ? null : <Alert role="alert" showIcon type="error" title={`仍未通过检查：${refused}`} />}
      {replay.isError ? <Alert role="alert" showIcon type="error" title={replay.error.message} /> : null}
      {discard.isError ? <Alert role="alert" showIcon type="error" title={discard.error.message} /> : null}
      {item.state === 'waiting' ? (
        <div className={styles['buttons']}>
          <Button type="primary" loading={replay.isPending} onClick={replayNow}>
            {editable && raw !== item.raw ? '按修改后的内容重放' : '按原文重放'}
          </Button>
          <Discard pending={discard.isPending} onConfirm={(reason) => discard.mutate(reason)} />
        </div>
      ) : null}
    </>
  );
}

function hintOf(item: QuarantineDetail, editable: boolean): string {
  if (item.state !== 'waiting') return '已处理，只供查看。';
  if (editable) return '直接改正出错的内容，然后重放。';
  if (item.rawTruncated) return '原文太长，这里只显示开头，不能在这里修改。请让来源系统更正后重新报送，或按原文重放。';
  return '含有已遮蔽的个人信息。要修改，请先在上面写明理由查看全文；名录修好后也可以直接按原文重放。';
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
    mutationFn: (body: ReplayRequest) => callApi(replayResultSchema, `${path}/replay`, { method: 'POST', body }),
    onSuccess: (result) => (result.accepted ? refresh('已重放，记录已入库') : undefined),
  });
  const discard = useMutation({
    mutationFn: (reason: string) => callApi(doneSchema, `${path}/discard`, { method: 'POST', body: { reason } }),
    onSuccess: () => refresh('已作废'),
  });
  return { replay, discard };
}

function Discard({ pending, onConfirm }: { pending: boolean; onConfirm: (reason: string) => void }) {
  const [reason, setReason] = useState('');
  const enough = reason.trim().length >= DISCARD_REASON_MIN_CHARS;
  return (
    <Popconfirm
      icon={null}
      title="作废这条记录？"
      description={
        <Input
          aria-label="作废理由"
          placeholder="请写明理由"
          value={reason}
          maxLength={200}
          onChange={(event) => setReason(event.target.value)}
        />
      }
      okText="确认作废"
      okButtonProps={{ danger: true, disabled: !enough }}
      onConfirm={() => onConfirm(reason.trim())}
    >
      <Button danger loading={pending}>
        作废
      </Button>
    </Popconfirm>
  );
}
