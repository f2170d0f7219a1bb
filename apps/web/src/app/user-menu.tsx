import { DownOutlined } from '@ant-design/icons';
import { ROLE_LABELS } from '@tianyan/console-app/api';
import { App, Dropdown } from 'antd';
import { useState } from 'react';
import { ChangePasswordDialog } from '../pages/sign-in/change-password-dialog.js';
import { OpenSessionsDialog } from './open-sessions-dialog.js';
import { useKeptFiles } from './unsent-files.js';
import { useUnsentSteps } from './unsent-steps.js';
import { ReachLine, useIsLimited } from './reach.js';
import { useSession, useSignOut } from './session.js';
import styles from './user-menu.module.css';

export function UserMenu() {
  const session = useSession();
  const isLimited = useIsLimited();
  const signOut = useSignOut();
  const { message, modal } = App.useApp();
  const unsent = useUnsentSteps().steps.length + useKeptFiles().length;
  const [changing, setChanging] = useState(false);
  const [listing, setListing] = useState(false);
  const leave = () => signOut.mutate(undefined, { onError: (error) => void message.error(error.message) });
  const askToLeave = () => {
    if (unsent === 0) return leave();
    const title = `还有 ${unsent} 条没有发送，退出登录会清除`;
    void modal.confirm({
      title,
      content: '联网后会自动发送，建议发送完再退出。',
      okText: '仍然退出',
      cancelText: '先不退出',
      onOk: leave,
    });
  };
  return (
    <>
      <Dropdown
        trigger={['click']}
        placement="bottomRight"
        menu={{
          items: [
            { key: 'who', disabled: true, label: `${session.account}（${ROLE_LABELS[session.role]}）` },
            ...(isLimited ? [{ key: 'reach', disabled: true, label: <ReachLine />, className: styles['reach'] ?? '' }] : []),
            { type: 'divider' },
            { key: 'sessions', label: '我的登录', onClick: () => setListing(true) },
            { key: 'password', label: '修改密码', onClick: () => setChanging(true) },
            { key: 'leave', label: '退出登录', onClick: askToLeave },
          ],
        }}
      >
        <button type="button" className={styles['button']} aria-label={`${session.displayName}，账号菜单`}>
          <span aria-hidden="true" className={styles['initial']} data-initial={session.displayName.slice(0, 1)} />
          <span className={styles['name']}>{session.displayName}</span>
          <DownOutlined aria-hidden="true" className={styles['arrow']} />
        </button>
      </Dropdown>
      <OpenSessionsDialog open={listing} onClose={() => setListing(false)} />
      <ChangePasswordDialog open={changing} onClose={() => setChanging(false)} />
    </>
  );
}
