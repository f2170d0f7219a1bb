import { useQueryClient } from '@tanstack/react-query';
import { ROLE_LABELS, type Session } from '@tianyan/console-app/api';
import { Button } from 'antd';
import { keys } from '../../api/keys.js';
import { useSignOut } from '../../app/session.js';
import { SignInFrame } from '../sign-in/sign-in-frame.js';
import SecondFactorSetup from './second-factor-setup.js';

/**
 * The person's role asks for a second factor, and there is none.
 * @param props.onHold whether the page has to stay, whatever the session says: the recovery codes are on it
 */
export default function EnrolPage({ session, onHold }: { session: Session; onHold: (holds: boolean) => void }) {
  const client = useQueryClient();
  const signOut = useSignOut();
  const done = async () => {
    await client.invalidateQueries({ queryKey: keys.session });
    onHold(false);
  };
  const lead = `${session.displayName}，${ROLE_LABELS[session.role]}登录须有动态验证码。启用后才能继续。`;
  return (
    <SignInFrame title="请先启用动态验证码" lead={lead}>
      <SecondFactorSetup
        passwordNeeded={session.signedInBy === 'password'}
        onConfirmed={() => onHold(true)}
        onDone={() => void done()}
      />
      <Button type="link" block onClick={() => signOut.mutate()} style={{ marginTop: 8 }}>
        退出登录
      </Button>
    </SignInFrame>
  );
}
