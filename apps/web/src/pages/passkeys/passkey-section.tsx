import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { doneSchema, MAX_PASSKEY_NAME_CHARS, passkeyListSchema, type Passkey, type PasskeyList } from '@tianyan/console-app/api';
import { Alert, App, Button, Form, Input, Space } from 'antd';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { instantText } from '../../format/time.js';
import { Loaded } from '../../parts/loaded.js';
import styles from '../second-factor/second-factor-section.module.css';

/** What is asked for: a new one, or that one goes. */
type Asked = { what: 'make' } | { what: 'remove'; passkey: Passkey };

/** One's own passkeys; only for whoever has the codes of an app, by which one signs in where a passkey is lost. */
export function PasskeySection() {
  const query = useQuery({
    queryKey: keys.passkeys,
    queryFn: ({ signal }) => callApi(passkeyListSchema, '/session/passkeys', { signal }),
    staleTime: 0,
  });
  return (
    <section aria-labelledby="passkeys" className={styles['section']}>
      <h3 id="passkeys" className={styles['title']}>
        通行密钥
      </h3>
      <Loaded query={query}>{(list) => <Passkeys list={list} />}</Loaded>
    </section>
  );
}

function Passkeys({ list: { items, available } }: { list: PasskeyList }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  return (
    <>
      <p className={styles['since']}>
        登录时按一下安全密钥，或用设备的指纹、面容、PIN 代替验证码；假冒的网页骗不走它。丢了还可以用验证码登录。
      </p>
      <ul aria-label="通行密钥">
        {items.map((passkey) => (
          <li key={passkey.id} className={styles['line']}>
            <span>
              {passkey.name}
              <span className={styles['since']}>
                {instantText(passkey.madeAtMs)} 登记，
                {passkey.usedAtMs === null ? '还没有用过' : `最近使用 ${instantText(passkey.usedAtMs)}`}
                {passkey.backedUp ? '，已同步到本人的其他设备' : ''}
              </span>
            </span>
            <Button
              size="small"
              aria-label={`删除通行密钥 ${passkey.name}`}
              onClick={() => setAsked({ what: 'remove', passkey })}
            >
              删除
            </Button>
          </li>
        ))}
      </ul>
      {asked === null ? (
        available ? (
          <Button size="small" onClick={() => setAsked({ what: 'make' })}>
            登记通行密钥
          </Button>
        ) : (
          <p className={styles['since']}>现在打开的地址不能登记：须是 https 的域名，请从平台的正式地址打开。</p>
        )
      ) : (
        <AskForm key={asked.what === 'remove' ? asked.passkey.id : 'make'} asked={asked} onClose={() => setAsked(null)} />
      )}
    </>
  );
}

interface Values {
  name: string;
  code: string;
}

/** A code first: who has the desk alone changes nothing here. */
function AskForm({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const isNew = asked.what === 'make';
  const change = useMutation({
    mutationFn: async ({ name, code }: Values) => {
      if (asked.what === 'make') return (await import('./ask-browser.js')).makePasskey({ name, code });
      const path = `/session/passkeys/${encodeURIComponent(asked.passkey.id)}/remove`;
      await callApi(doneSchema, path, { method: 'POST', body: { code } });
    },
    onSuccess: async () => {
      void message.success(isNew ? '通行密钥已登记' : '通行密钥已删除');
      onClose();
      await client.invalidateQueries({ queryKey: keys.passkeys });
    },
  });
  return (
    <Form<Values> layout="vertical" requiredMark={false} onFinish={(values) => change.mutate(values)}>
      {change.isError ? (
        <Alert role="alert" showIcon type="error" title={change.error.message} style={{ marginBottom: 12 }} />
      ) : null}
      {isNew ? (
        <Form.Item
          name="name"
          label="名称"
          extra="写明是哪个设备或密钥，例如：办公室安全密钥"
          rules={[{ required: true, whitespace: true, message: '请填写名称' }]}
        >
          <Input maxLength={MAX_PASSKEY_NAME_CHARS} />
        </Form.Item>
      ) : null}
      <Form.Item
        name="code"
        label="验证码或恢复码"
        rules={[{ required: true, message: '请输入手机上显示的六位数字，或一个恢复码' }]}
      >
        <Input autoComplete="one-time-code" maxLength={20} />
      </Form.Item>
      <Space>
        <Button type="primary" danger={!isNew} htmlType="submit" loading={change.isPending}>
          {asked.what === 'make' ? '开始登记' : `删除“${asked.passkey.name}”`}
        </Button>
        <Button onClick={onClose}>取消</Button>
      </Space>
    </Form>
  );
}
