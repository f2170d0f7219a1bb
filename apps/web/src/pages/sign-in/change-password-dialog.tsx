import { App, Modal } from 'antd';
import { useSession } from '../../app/session.js';
import { ChangePasswordForm } from './change-password-form.js';

export function ChangePasswordDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const session = useSession();
  const { message } = App.useApp();
  const done = () => {
    void message.success('密码已修改');
    onClose();
  };
  return (
    <Modal open={open} onCancel={onClose} title="修改密码" footer={null} destroyOnHidden width={420}>
      <ChangePasswordForm account={session.account} onDone={done} />
    </Modal>
  );
}
