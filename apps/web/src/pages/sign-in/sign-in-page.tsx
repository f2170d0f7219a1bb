import { useMutation, useQueryClient } from '@tanstack/react-query';
import { MAX_PASSWORD_CHARS, sessionSchema, signInRequestSchema, type SignInRequest } from '@tianyan/console-app/api';
import { Alert, Button, Form, Input } from 'antd';
import { ApiError, callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { SignInFrame } from './sign-in-frame.js';

export default function SignInPage() {
  const client = useQueryClient();
  const signIn = useMutation({
    mutationFn: (body: SignInRequest) =>
      callApi(sessionSchema, '/session', { method: 'POST', body: signInRequestSchema.parse(body) }),
    onSuccess: (session) => client.setQueryData(keys.session, session),
  });
  return (
    <SignInFrame title="登录" lead="请使用管理员发给您的账号">
      {signIn.isError ? <Failure error={signIn.error} /> : null}
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
    </SignInFrame>
  );
}

function Failure({ error }: { error: Error }) {
  const tooMany = error instanceof ApiError && error.problem.code === 'too-many';
  return (
    <Alert
      role="alert"
      showIcon
      type={tooMany ? 'warning' : 'error'}
      title={error.message}
      {...(tooMany ? { description: '为防止有人猜测密码，多次输错后需要等待。忘记密码请联系安全管理员重置。' } : {})}
      style={{ marginBottom: 18 }}
    />
  );
}
