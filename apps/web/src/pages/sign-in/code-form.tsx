import { useMutation, useQueryClient } from '@tanstack/react-query';
import { doneSchema, sessionSchema, type SecondFactorCodeRequest, type Session } from '@tianyan/console-app/api';
import { Button, Form, Input } from 'antd';
import { ApiError, callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { SignInFailure } from './sign-in-failure.js';
import { SignInFrame } from './sign-in-frame.js';

/**
 * The second step of signing in.
 * @param props.passkeyOffered whether a passkey can be shown in the place of the code
 * @param props.onBack the first step has to be taken again: by choice, or because the server says why
 */
export function CodeForm({ passkeyOffered, onBack }: { passkeyOffered: boolean; onBack: (why: Error | null) => void }) {
  const { complete, show, failure } = useSecondStep(onBack);
  const cancel = useMutation({
    mutationFn: () => callApi(doneSchema, '/session/code/cancel', { method: 'POST', body: {} }),
    onSettled: () => onBack(null),
  });
  return (
    <SignInFrame title="输入验证码" lead="请打开手机上的验证器，输入“天眼监督”下面的六位数字">
      {failure ? <SignInFailure error={failure} /> : null}
      {passkeyOffered ? (
        <Button
          type="primary"
          size="large"
          block
          loading={show.isPending}
          onClick={() => show.mutate()}
          style={{ marginBottom: 16 }}
        >
          用通行密钥登录
        </Button>
      ) : null}
      <Form<SecondFactorCodeRequest>
        layout="vertical"
        requiredMark={false}
        onFinish={(values) => {
          show.reset();
          complete.mutate(values);
        }}
        size="large"
      >
        <Form.Item
          name="code"
          label="验证码"
          extra="手机不在身边时，可输入一个恢复码"
          rules={[{ required: true, message: '请输入验证码' }]}
        >
          <Input autoComplete="one-time-code" autoFocus maxLength={20} />
        </Form.Item>
        <Button
          type={passkeyOffered ? 'default' : 'primary'}
          htmlType="submit"
          block
          loading={complete.isPending}
          style={{ marginTop: 4 }}
        >
          登录
        </Button>
      </Form>
      <Button type="link" block loading={cancel.isPending} onClick={() => cancel.mutate()} style={{ marginTop: 8 }}>
        换一个账号登录
      </Button>
    </SignInFrame>
  );
}

/** The two ways to take it; where the first step has to be taken again, the page goes back. */
function useSecondStep(onBack: (why: Error) => void) {
  const client = useQueryClient();
  const then = {
    onSuccess: (session: Session) => {
      client.removeQueries({ queryKey: keys.signInWays });
      client.setQueryData(keys.session, session);
    },
    onError: (error: Error) => {
      if (error instanceof ApiError && error.problem.code === 'unauthenticated') onBack(error);
    },
  };
  const complete = useMutation({
    mutationFn: (body: SecondFactorCodeRequest) => callApi(sessionSchema, '/session/code', { method: 'POST', body }),
    ...then,
  });
  const show = useMutation({
    // Most people have none: the program that asks for it is read by whoever presses the button.
    mutationFn: async () => (await import('../passkeys/ask-browser.js')).showPasskey(),
    ...then,
  });
  return { complete, show, failure: complete.error ?? show.error };
}
