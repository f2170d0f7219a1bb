import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { doneSchema, openSessionListSchema } from '@tianyan/console-app/api';
import { App, Button, Modal } from 'antd';
import { callApi } from '../api/client.js';
import { keys } from '../api/keys.js';
import { instantText } from '../format/time.js';
import { SecondFactorSection } from '../pages/second-factor/second-factor-section.js';
import { Loaded } from '../parts/loaded.js';
import { ReachLine } from './reach.js';
import { useMay } from './session.js';
import styles from './open-sessions-dialog.module.css';

/** Where one is signed in; whoever sees one that is not their own ends it, and changes the password. */
export function OpenSessionsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Modal open={open} onCancel={onClose} footer={null} title="我的登录" destroyOnHidden>
      <OwnReach />
      <OpenSessions />
      <SecondFactorSection />
    </Modal>
  );
}

/** Of whoever looks at findings; a liaison sees units, and says so on the pages of those. */
function OwnReach() {
  return useMay('read-findings') ? (
    <p className={styles['lead']}>
      <ReachLine />
    </p>
  ) : null;
}

function OpenSessions() {
  const client = useQueryClient();
  const { message } = App.useApp();
  const query = useQuery({
    queryKey: keys.openSessions,
    queryFn: ({ signal }) => callApi(openSessionListSchema, '/session/all', { signal }),
    staleTime: 0,
  });
  const end = useMutation({
    mutationFn: (id: string) => callApi(doneSchema, '/session/all/end', { method: 'POST', body: { id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.openSessions }),
    onError: (error) => void message.error(error.message),
  });
  return (
    <>
      <p className={styles['lead']}>这些地方正登录着您的账号。有不是您本人的，请退出它，并马上修改密码。</p>
      <Loaded query={query}>
        {({ items }) => (
          <ul className={styles['sessions']}>
            {items.map(({ id, address, openedAtMs, lastSeenAtMs, current }) => (
              <li key={id}>
                <span>
                  <span className="mono">{address ?? '未知地址'}</span>
                  <span className={styles['times']}>
                    {instantText(openedAtMs)} 登录，最近使用 {instantText(lastSeenAtMs)}
                  </span>
                </span>
                {current ? (
                  <span className={styles['current']}>就是这里</span>
                ) : (
                  <Button size="small" loading={end.isPending && end.variables === id} onClick={() => end.mutate(id)}>
                    退出
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </>
  );
}
