import type { Session } from '@tianyan/console-app/api';
import { Button } from 'antd';
import { useSignOut } from '../../app/session.js';
import { ChangePasswordForm } from './change-password-form.js';
import { SignInFrame } from './sign-in-frame.js';

/** The first password was given by somebody else and must not stay. */
export default function ChangePasswordPage({ session }: { session: Session }) {
  const signOut = useSignOut();
  return (
    <SignInFrame title="请先修改密码" lead={`${session.displayName}，您正在使用初始密码。换成只有您知道的密码后才能继续。`}>
      <ChangePasswordForm account={session.account} onDone={() => undefined} />
      <Button type="link" block onClick={() => signOut.mutate()} style={{ marginTop: 8 }}>
        退出登录
      </Button>
    </SignInFrame>
  );
}
