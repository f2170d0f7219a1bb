import { useMutation, useQueryClient } from '@tanstack/react-query';
import { webhookKeySchema, type Team } from '@tianyan/console-app/api';
import { App, Button, Modal, Popconfirm, Typography } from 'antd';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

/** Makes a new signing key and shows it this once. */
export function WebhookKeyButton({ team }: { team: Team }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const make = useMutation({
    mutationFn: () =>
      callApi(webhookKeySchema, `/teams/${encodeURIComponent(team.id)}/webhook-key`, { method: 'POST', body: {} }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.teams }),
    onError: (error) => void message.error(error.message),
  });
  return (
    <>
      <Popconfirm
        title={team.webhookKeySet ? '换成新的密钥？' : '生成签名密钥？'}
        description={team.webhookKeySet ? '旧密钥立即失效，接收方要同时更换。' : '密钥只显示一次，请交给接收方保存。'}
        okText="生成"
        onConfirm={() => make.mutate()}
      >
        <Button size="small" loading={make.isPending}>
          {team.webhookKeySet ? '更换密钥' : '生成密钥'}
        </Button>
      </Popconfirm>
      <Modal
        open={make.data !== undefined}
        onCancel={() => make.reset()}
        onOk={() => make.reset()}
        title="新的签名密钥"
        okText="我已保存"
        cancelText="关闭"
      >
        <p>关闭后不再显示，请现在复制给接收方。</p>
        <Typography.Paragraph copyable code>
          {make.data?.webhookKey ?? ''}
        </Typography.Paragraph>
      </Modal>
    </>
  );
}
