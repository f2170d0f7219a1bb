import { useMutation, useQueryClient } from '@tanstack/react-query';
import { doneSchema, type SignInBlockList, type UnlockSignInRequest } from '@tianyan/console-app/api';
import { App, Button, Popconfirm } from 'antd';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

type Block = SignInBlockList['items'][number];

/** Ends a delay. An account's is ended wherever it was tried, an address's for everybody there: the question says so. */
export function UnlockButton({ block }: { block: Block }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const target: UnlockSignInRequest = block.kind === 'address' ? { address: block.address } : { account: block.account };
  const name = 'account' in target ? `账号 ${target.account}` : `地址 ${target.address}`;
  const unlock = useMutation({
    mutationFn: () => callApi(doneSchema, '/sign-in-blocks/unlock', { method: 'POST', body: target }),
    onSuccess: async () => {
      void message.success(`已解除，${name} 现在可以登录`);
      await client.invalidateQueries({ queryKey: keys.signInBlocks });
    },
    onError: (error) => void message.error(error.message),
  });
  return (
    <Popconfirm
      title={`解除${name} 的等待？`}
      description={
        'account' in target
          ? '请先问过本人。如果不是本人在试，可能是有人在猜密码，请不要解除。解除记入操作日志。'
          : '请先查明是谁在这个地址反复输错。解除后这个地址上的人都可以立即再试。解除记入操作日志。'
      }
      styles={{ root: { maxWidth: 'min(340px, 92vw)' } }}
      okText="解除"
      onConfirm={() => unlock.mutate()}
    >
      <Button size="small" loading={unlock.isPending} aria-label={`解除等待：${name}`}>
        解除
      </Button>
    </Popconfirm>
  );
}
