import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  MAX_PASSWORD_CHARS,
  signInAnswerSchema,
  signInRequestSchema,
  signInWaysSchema,
  type SignInRequest,
  type SignInWays,
} from '@tianyan/console-app/api';
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { CodeForm } from './code-form.js';
import { IdentityButton, IdentityNotice } from './identity-button.js';
import { SignInFailure } from './sign-in-failure.js';
import { SignInFrame } from './sign-in-frame.js';

/** Until the server has said more, one signs in by password. */
const PASSWORD_ALONE: SignInWays = { identityService: false, awaitsCode: false, passkeyOffered: false };

export default function SignInPage() {
  const client = useQueryClient();
  const ways =
    useQuery({
      queryKey: keys.signInWays,
      queryFn: ({ signal }) => callApi(signInWaysSchema, '/session/ways', { signal }),
      staleTime: 0,
    }).data ?? PASSWORD_ALONE;
  const [expired, setExpired] = useState<Error | null>(null);
  const awaitCode = (awaitsCode: boolean) => {
    client.setQueryData(keys.signInWays, { ...ways, awaitsCode, passkeyOffered: false });
    // Whether there is a passkey is told to whoever has shown the password.
    if (awaitsCode) void client.invalidateQueries({ queryKey: keys.signInWays });
  };
  if (ways.awaitsCode)
    return (
      <CodeForm
        passkeyOffered={ways.passkeyOffered}
        onBack={(why) => {
          setExpired(why);
          awaitCode(false);
        }}
      />
    );
  return (
    <SignInFrame title="登录" lead="请使用管理员发给您的账号">
      <IdentityNotice />
      <PasswordForm before={expired} onCodeAwaited={() => awaitCode(true)} />
      {ways.identityService ? <IdentityButton /> : null}
    </SignInFrame>
  );
}

/** @param before why somebody is here again */
function PasswordForm({ before, onCodeAwaited }: { before: Error | null; onCodeAwaited: () => void }) {
  const client = useQueryClient();
  const signIn = useMutation({
    mutationFn: (body: SignInRequest) =>
      callApi(signInAnswerSchema, '/session', { method: 'POST', body: signInRequestSchema.parse(body) }),
    onSuccess: (answer) => {
      if ('codeAwaitedUntilMs' in answer) onCodeAwaited();
      else client.setQueryData(keys.session, answer);
    },
  });
  const failure = signIn.error ?? before;
  return (
    <>
      {failure && !signIn.isPending ? <SignInFailure error={failure} /> : null}
      <Form<SignInRequest> layout="vertical" requiredMark={false} onFinish={(values) => signIn.mutate(values)} size="large">
        <Form.Item name="account" label="账号" rules={[{ required: true, message: '请填写账号' }]}>
          <Input autoComplete="username" autoFocus maxLength={64} />
        </Form.Item>
        <Form.Item name="password" label="密码" rules={[{ required: true, message: '请填写密码' }]}>
          <Input.Password autoComplete="current-password" maxLength={MAX_PASSWORD_CHARS} />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={signIn.isPending} style={{ marginTop: 4 }}>
          登录
        </Button>
      </Form>
    </>
  );
}
