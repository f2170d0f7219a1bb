import { DownOutlined } from '@ant-design/icons';
import { ROLE_LABELS } from '@tianyan/console-app/api';
import { App, Dropdown } from 'antd';
import { useState } from 'react';
import { ChangePasswordDialog } from '../pages/sign-in/change-password-dialog.js';
import { OpenSessionsDialog } from './open-sessions-dialog.js';
import { ReachLine, useSeesWholeCounty } from './reach.js';
import { useSession, useSignOut } from './session.js';
import styles from './user-menu.module.css';

export function UserMenu() {
  const session = useSession();
  const seesWholeCounty = useSeesWholeCounty();
  const signOut = useSignOut();
  const { message } = App.useApp();
  const [changing, setChanging] = useState(false);
  const [listing, setListing] = useState(false);
  const leave = () => signOut.mutate(undefined, { onError: (error) => void message.error(error.message) });
  return (
    <>
      <Dropdown
        trigger={['click']}
        placement="bottomRight"
        menu={{
          items: [
            { key: 'who', disabled: true, label: `${session.account}（${ROLE_LABELS[session.role]}）` },
            ...(seesWholeCounty
              ? []
              : [{ key: 'reach', disabled: true, label: <ReachLine />, className: styles['reach'] ?? '' }]),
            { type: 'divider' },
            { key: 'sessions', label: '我的登录', onClick: () => setListing(true) },
            { key: 'password', label: '修改密码', onClick: () => setChanging(true) },
            { key: 'leave', label: '退出登录', onClick: leave },
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
