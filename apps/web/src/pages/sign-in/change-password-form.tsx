import { CheckCircleFilled, MinusCircleOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { MAX_PASSWORD_CHARS, type ChangePasswordRequest } from '@tianyan/console-app/api';
import { Alert, Button, Form, Input } from 'antd';
import { z } from 'zod';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import styles from './change-password-form.module.css';
import { PASSWORD_CHECKS } from './password-checks.js';

type Values = ChangePasswordRequest & { repeated: string };

/** Old and new password; the rules are shown and ticked off while typing. The server decides. */
export function ChangePasswordForm({ account, onDone }: { account: string; onDone: () => void }) {
  const client = useQueryClient();
  const [form] = Form.useForm<Values>();
  const typed = Form.useWatch('newPassword', form) ?? '';
  const change = useMutation({
    mutationFn: (body: ChangePasswordRequest) => callApi(z.unknown(), '/session/password', { method: 'POST', body }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.session });
      onDone();
    },
  });
  const submit = ({ currentPassword, newPassword }: Values) => change.mutate({ currentPassword, newPassword });
  return (
    <Form<Values> form={form} layout="vertical" requiredMark={false} onFinish={submit}>
      {change.isError ? (
        <Alert role="alert" showIcon type="error" title={change.error.message} style={{ marginBottom: 16 }} />
      ) : null}
      <Form.Item name="currentPassword" label="当前密码" rules={[{ required: true, message: '请填写当前密码' }]}>
        <Input.Password autoComplete="current-password" maxLength={MAX_PASSWORD_CHARS} />
      </Form.Item>
      <Form.Item
        name="newPassword"
        label="新密码"
        rules={[{ required: true, message: '请填写新密码' }]}
        style={{ marginBottom: 8 }}
      >
        <Input.Password autoComplete="new-password" maxLength={MAX_PASSWORD_CHARS} aria-describedby="password-rules" />
      </Form.Item>
      <ul id="password-rules" className={styles['rules']}>
        {PASSWORD_CHECKS.map((check) => (
          <Rule key={check.label} label={check.label} met={check.met(typed, account)} />
        ))}
      </ul>
      <Form.Item
        name="repeated"
        label="再输一遍新密码"
        dependencies={['newPassword']}
        rules={[
          { required: true, message: '请再输一遍新密码' },
          {
            validator: async (_, value: string) =>
              value && value !== form.getFieldValue('newPassword')
                ? Promise.reject(new Error('两次输入的新密码不一致'))
                : undefined,
          },
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={MAX_PASSWORD_CHARS} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block size="large" loading={change.isPending}>
        保存新密码
      </Button>
    </Form>
  );
}

function Rule({ label, met }: { label: string; met: boolean }) {
  return (
    <li className={met ? styles['met'] : undefined}>
      <span aria-hidden="true">{met ? <CheckCircleFilled /> : <MinusCircleOutlined />}</span>
      {label}
      <span className="sr-only">{met ? '（已满足）' : '（未满足）'}</span>
    </li>
  );
}
