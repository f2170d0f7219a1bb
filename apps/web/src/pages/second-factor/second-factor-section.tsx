import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { doneSchema, secondFactorSchema, type SecondFactor, type SecondFactorCodeRequest } from '@tianyan/console-app/api';
import { Alert, App, Button, Form, Input } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { instantText } from '../../format/time.js';
import { Loaded } from '../../parts/loaded.js';
import { PasskeySection } from '../passkeys/passkey-section.js';
import styles from './second-factor-section.module.css';

// It draws pictures, which nobody needs who only looks.
const SecondFactorSetup = lazy(() => import('./second-factor-setup.js'));

/** One's own second factor: whether there is one, and the ways to set it up and take it away. */
export function SecondFactorSection() {
  const query = useQuery({
    queryKey: keys.secondFactor,
    queryFn: ({ signal }) => callApi(secondFactorSchema, '/session/second-factor', { signal }),
    staleTime: 0,
    // What is shown once must not be taken away by an answer that came meanwhile.
    refetchOnWindowFocus: false,
  });
  return (
    <section aria-labelledby="second-factor" className={styles['section']}>
      <h3 id="second-factor" className={styles['title']}>
        动态验证码
      </h3>
      <Loaded query={query}>
        {(factor) =>
          factor.enrolled ? (
            <>
              <Enrolled factor={factor} />
              <PasskeySection />
            </>
          ) : (
            <NotEnrolled factor={factor} />
          )
        }
      </Loaded>
    </section>
  );
}

function NotEnrolled({ factor }: { factor: SecondFactor }) {
  const client = useQueryClient();
  const [settingUp, setSettingUp] = useState(false);
  if (!settingUp)
    return (
      <p className={styles['line']}>
        <span>没有启用，登录只需要密码</span>
        <Button size="small" onClick={() => setSettingUp(true)}>
          启用
        </Button>
      </p>
    );
  return (
    <Suspense fallback={<p role="status">正在打开……</p>}>
      <SecondFactorSetup
        passwordNeeded={factor.passwordNeeded}
        onDone={() => {
          // The other sessions have ended.
          void client.invalidateQueries({ queryKey: keys.openSessions });
          void client.invalidateQueries({ queryKey: keys.secondFactor });
        }}
      />
    </Suspense>
  );
}

function Enrolled({ factor: { enrolled, required } }: { factor: SecondFactor }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const [removing, setRemoving] = useState(false);
  const remove = useMutation({
    mutationFn: (body: SecondFactorCodeRequest) => callApi(doneSchema, '/session/second-factor/remove', { method: 'POST', body }),
    onSuccess: async () => {
      void message.success('动态验证码已停用');
      await client.invalidateQueries({ queryKey: keys.secondFactor });
      await client.invalidateQueries({ queryKey: keys.session });
    },
  });
  return (
    <>
      <p className={styles['line']}>
        <span>
          已启用
          <span className={styles['since']}>
            {instantText(enrolled?.confirmedAtMs ?? 0)} 启用，还有 {enrolled?.recoveryCodesLeft ?? 0} 个恢复码没有用过
          </span>
        </span>
        {removing ? null : (
          <Button size="small" onClick={() => setRemoving(true)}>
            停用或换手机
          </Button>
        )}
      </p>
      {removing ? (
        <Form<SecondFactorCodeRequest> layout="vertical" requiredMark={false} onFinish={(values) => remove.mutate(values)}>
          {required ? <p className={styles['since']}>您的角色须有动态验证码：停用后要马上重新启用，才能继续使用。</p> : null}
          {remove.isError ? (
            <Alert role="alert" showIcon type="error" title={remove.error.message} style={{ marginBottom: 12 }} />
          ) : null}
          <Form.Item
            name="code"
            label="验证码或恢复码"
            rules={[{ required: true, message: '请输入手机上显示的六位数字，或一个恢复码' }]}
          >
            <Input autoComplete="one-time-code" maxLength={20} />
          </Form.Item>
          <Button danger htmlType="submit" block loading={remove.isPending}>
            停用动态验证码
          </Button>
        </Form>
      ) : null}
    </>
  );
}
