import { useQuery } from '@tanstack/react-query';
import {
  doneSchema,
  firstPasswordSchema,
  grantSchema,
  type FirstPassword,
  type HandledNumbers,
  type Person,
} from '@tianyan/console-app/api';
import { App, Button, Checkbox, Dropdown, Modal, Space, Typography } from 'antd';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import { useSession } from '../../app/session.js';
import { Loaded } from '../../parts/loaded.js';
import { ReasonForm } from '../../parts/reason-form.js';
import styles from './people-page.module.css';
import { handledNumbersQuery, usePeopleChange } from './people-queries.js';

type Asked = 'lock' | 'unlock' | 'reset';

const WORDS: Readonly<Record<Asked, { title: string; explanation: string; said: string; placeholder: string }>> = {
  lock: {
    title: '停用账号',
    explanation:
      '立即生效：不能再登录，已经登录的全部退出。办过的事和留痕不变；手上未办结的事项请先由委领导或案件管理人员在“移交”页面移交。',
    said: '已停用',
    placeholder: '例如：调离，见某某文件',
  },
  unlock: {
    title: '恢复账号',
    explanation: '另一人复核后生效，原来的角色、管辖范围和密码不变。',
    said: '已提交，等另一人复核后生效',
    placeholder: '例如：借调期满返岗',
  },
  reset: {
    title: '重置密码',
    explanation: '另一人复核后生效：原密码作废，已经登录的全部退出。之后由您领取初始密码交给本人。',
    said: '已提交，等另一人复核后生效',
    placeholder: '例如：本人到场说明忘记密码',
  },
};

/** What may be done with an account by whoever manages people, or has confirmed that it has no password yet; of one's own, nothing. */
export function PersonActions({ person, onEdit }: { person: Person; onEdit: (() => void) | null }) {
  const session = useSession();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [issued, setIssued] = useState<FirstPassword | null>(null);
  const { message } = App.useApp();
  const end = usePeopleChange(
    () => callApi(doneSchema, `/people/${encodeURIComponent(person.id)}/sessions/end`, { method: 'POST', body: {} }),
    '已让这个账号在各处退出登录',
    () => undefined,
  );
  if (person.id === session.userId && onEdit !== null)
    return <span style={{ color: 'var(--ink-soft)' }}>本人，由其他人办理</span>;
  const ends = {
    key: 'end',
    label: `强制退出登录（${person.sessions} 处）`,
    onClick: () => end.mutate(undefined, { onError: (error) => void message.error(error.message) }),
  };
  const items =
    person.lockedAtMs === null
      ? [
          { key: 'reset', label: '重置密码', onClick: () => setAsked('reset') },
          ...(person.sessions === 0 ? [] : [ends]),
          { key: 'lock', label: '停用账号', danger: true, onClick: () => setAsked('lock') },
        ]
      : [{ key: 'unlock', label: '恢复账号', onClick: () => setAsked('unlock') }];
  return (
    <Space wrap size={6}>
      {person.mayFetchPassword ? <FirstPasswordButton person={person} onIssued={setIssued} /> : null}
      {onEdit === null ? null : (
        <>
          <Button size="small" aria-label={`变更授权：${person.displayName}`} onClick={onEdit}>
            变更
          </Button>
          <Dropdown trigger={['click']} menu={{ items }}>
            <Button size="small" aria-label={`更多：${person.displayName}`}>
              更多
            </Button>
          </Dropdown>
        </>
      )}
      <FirstPasswordDialog name={person.displayName} issued={issued} onClose={() => setIssued(null)} />
      {asked === 'lock' ? <LockDialog person={person} onClose={() => setAsked(null)} /> : null}
      {asked === null || asked === 'lock' ? null : <AskDialog person={person} asked={asked} onClose={() => setAsked(null)} />}
    </Space>
  );
}

/** What is still handled is handed over first, or named as left: nobody notices it otherwise before its time is over. */
function LockDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const { title, explanation, said, placeholder } = WORDS.lock;
  const [leaves, setLeaves] = useState(false);
  const handled = useQuery(handledNumbersQuery(person.id));
  const lock = usePeopleChange(
    (body: { reason: string; left: HandledNumbers }) =>
      callApi(doneSchema, `/people/${encodeURIComponent(person.id)}/lock`, { method: 'POST', body }),
    said,
    onClose,
  );
  return (
    <Modal open onCancel={onClose} footer={null} title={`${title}：${person.displayName}（${person.account}）`}>
      <p style={{ color: 'var(--ink-soft)', marginBottom: 12 }}>{explanation}</p>
      <Loaded query={handled}>
        {(left) => {
          const isNothing = left.clues + left.letters + left.circulars + left.campaignTasks === 0;
          return (
            <>
              {isNothing ? null : (
                <Checkbox checked={leaves} onChange={({ target }) => setLeaves(target.checked)} style={{ marginBottom: 12 }}>
                  手上还有 {left.clues} 条线索、{left.letters} 份督办函、{left.circulars} 份通报、{left.campaignTasks}{' '}
                  件待复查的工单没有移交；立即停用，留下这些事项，显示为无人承办
                </Checkbox>
              )}
              {isNothing || leaves ? (
                <ReasonForm
                  placeholder={placeholder}
                  error={lock.error}
                  isPending={lock.isPending}
                  actions={[
                    { label: `确认${title}`, isMain: true, isDanger: true, onClick: (reason) => lock.mutate({ reason, left }) },
                  ]}
                />
              ) : null}
            </>
          );
        }}
      </Loaded>
    </Modal>
  );
}

function AskDialog({ person, asked, onClose }: { person: Person; asked: Exclude<Asked, 'lock'>; onClose: () => void }) {
  const { title, explanation, said, placeholder } = WORDS[asked];
  const ask = usePeopleChange(
    (reason: string) =>
      callApi(grantSchema, `/people/${encodeURIComponent(person.id)}/${asked}`, {
        method: 'POST',
        body: { reason },
      }),
    said,
    onClose,
  );
  return (
    <Modal open onCancel={onClose} footer={null} title={`${title}：${person.displayName}（${person.account}）`}>
      <p style={{ color: 'var(--ink-soft)', marginBottom: 12 }}>{explanation}</p>
      <ReasonForm
        placeholder={placeholder}
        error={ask.error}
        isPending={ask.isPending}
        actions={[{ label: `确认${title}`, isMain: true, onClick: (reason) => ask.mutate(reason) }]}
      />
    </Modal>
  );
}

/** Says it this once: it is kept nowhere. The button goes as soon as it is pressed; what it said must stay until it was handed over. */
function FirstPasswordButton({ person, onIssued }: { person: Person; onIssued: (password: FirstPassword) => void }) {
  const { message } = App.useApp();
  const issue = usePeopleChange(
    async () => {
      const path = `/people/${encodeURIComponent(person.id)}/first-password`;
      onIssued(await callApi(firstPasswordSchema, path, { method: 'POST', body: {} }));
    },
    '已生成，请当面交给本人',
    () => undefined,
  );
  return (
    <Button
      size="small"
      type="primary"
      loading={issue.isPending}
      aria-label={`领取初始密码：${person.displayName}`}
      onClick={() => issue.mutate(undefined, { onError: (error) => void message.error(error.message) })}
    >
      领取初始密码
    </Button>
  );
}

function FirstPasswordDialog(props: { name: string; issued: FirstPassword | null; onClose: () => void }) {
  const { name, issued, onClose } = props;
  return (
    <Modal
      open={issued !== null}
      onCancel={onClose}
      onOk={onClose}
      // Beside it there is nothing to press by mistake.
      mask={{ closable: false }}
      title={`${name}的初始密码`}
      okText="已交给本人"
      cancelText="关闭"
    >
      <p>只显示这一次，首次登录须修改。请当面或通过内部可靠的方式交给本人，不要发到群里。</p>
      <dl className={styles['issued']}>
        <dt>账号</dt>
        <dd className="mono">{issued?.account}</dd>
        <dt>初始密码</dt>
        <dd>
          <Typography.Text copyable code>
            {issued?.password ?? ''}
          </Typography.Text>
        </dd>
      </dl>
    </Modal>
  );
}
