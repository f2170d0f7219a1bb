import { useMutation, useQueryClient } from '@tanstack/react-query';
import { doneSchema, MAX_REASON_CHARS, type HeldList, type HeldListDecision } from '@tianyan/console-app/api';
import { Alert, App, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useMay } from '../../app/session.js';
import { numberText } from '../../format/number.js';
import { instantText } from '../../format/time.js';
import { Panel } from '../../parts/panel.js';
import styles from './held-lists-panel.module.css';

const REASON_MIN_CHARS = 2;

type Decision = HeldListDecision['decision'];

interface Words {
  title: string;
  ok: string;
  example: string;
  consequence: (list: HeldList) => string;
}

const QUESTIONS: Readonly<Record<Decision, Words>> = {
  delete: {
    title: '确认删除',
    ok: '确认删除',
    example: '例如：已与来源单位核对，这些合同确已注销',
    consequence: (list) =>
      `这 ${numberText(list.missing)} 条记录将在下次读取时删除，只由它们支撑的疑点会被撤回。以后又出现在名单里的，会重新入库。`,
  },
  discard: {
    title: '不是完整名单，放弃',
    ok: '放弃这份名单',
    example: '例如：导出中断，已请来源单位重新导出',
    consequence: (list) =>
      list.fileName === null
        ? '不删除任何记录。上游恢复完整的名单之前，这里会一直提示。'
        : '不删除任何记录，文件移入 failed 文件夹。请让来源单位重新导出完整的名单。',
  },
};

/** Full lists that lack so many rows that a person has to say whether they are whole. */
export function HeldListsPanel({ source, lists }: { source: string; lists: readonly HeldList[] }) {
  if (lists.length === 0) return null;
  return (
    <Panel title="等待确认的名单" note="名单比上次少了很多，可能是导出不完整：确认以前不删除任何记录。">
      <ul className={styles['lists']}>
        {lists.map((list) => (
          <li key={list.feed}>
            <p>
              <b>{list.fileName ?? list.feed}</b>
              <span>
                名单比上次少了 <b className="num">{numberText(list.missing)}</b> 条（原有 {numberText(list.known)} 条），
                {instantText(list.heldAtMs)} 发现
              </span>
            </p>
            <Actions source={source} list={list} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Actions({ source, list }: { source: string; list: HeldList }) {
  const [asked, setAsked] = useState<Decision | null>(null);
  const mayDecide = useMay('decide-held-list');
  if (list.decision !== null)
    return (
      <p className={styles['settled']}>
        {list.decision === 'delete'
          ? `${list.decidedBy ?? ''} 已确认删除，等待下次读取`
          : `${list.decidedBy ?? ''} 认定名单不完整，没有删除；等待上游给出完整的名单`}
      </p>
    );
  if (!mayDecide) return <p className={styles['settled']}>等待管理员确认</p>;
  return (
    <div className={styles['buttons']}>
      <Button danger onClick={() => setAsked('delete')}>
        确认删除
      </Button>
      <Button onClick={() => setAsked('discard')}>不是完整名单，放弃</Button>
      {asked === null ? null : <Question source={source} list={list} decision={asked} onClose={() => setAsked(null)} />}
    </div>
  );
}

function Question(props: { source: string; list: HeldList; decision: Decision; onClose: () => void }) {
  const { source, list, decision, onClose } = props;
  const [reason, setReason] = useState('');
  const client = useQueryClient();
  const { message } = App.useApp();
  const path = `/sources/${encodeURIComponent(source)}/held-lists/${encodeURIComponent(list.feed)}`;
  const decide = useMutation({
    mutationFn: () =>
      callApi(doneSchema, path, { method: 'POST', body: { decision, heldAtMs: list.heldAtMs, reason: reason.trim() } }),
    onSuccess: async () => {
      void message.success('已记录，下次读取时生效');
      onClose();
      await client.invalidateQueries({ queryKey: keys.sources });
    },
  });
  const { title, ok, example, consequence } = QUESTIONS[decision];
  return (
    <Modal
      open
      title={title}
      onCancel={onClose}
      okText={ok}
      okButtonProps={{
        danger: decision === 'delete',
        disabled: reason.trim().length < REASON_MIN_CHARS,
        loading: decide.isPending,
      }}
      onOk={() => decide.mutate()}
    >
      <div className={styles['question']}>
        <p>{consequence(list)}</p>
        {decide.isError ? <Alert role="alert" showIcon type="error" title={decide.error.message} /> : null}
        <label htmlFor="held-list-reason">理由（记入操作日志）</label>
        <Input.TextArea
          id="held-list-reason"
          value={reason}
          maxLength={MAX_REASON_CHARS}
          autoSize={{ minRows: 2, maxRows: 6 }}
          placeholder={example}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
    </Modal>
  );
}
