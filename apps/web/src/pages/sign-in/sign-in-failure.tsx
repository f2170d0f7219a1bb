import { Alert } from 'antd';
import { ApiError } from '../../api/client.js';

export function SignInFailure({ error }: { error: Error }) {
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
