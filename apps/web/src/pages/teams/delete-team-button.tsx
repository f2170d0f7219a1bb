import { useMutation, useQueryClient } from '@tanstack/react-query';
import { doneSchema, type Team } from '@tianyan/console-app/api';
import { App, Button, Popconfirm } from 'antd';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

export function DeleteTeamButton({ team }: { team: Team }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const remove = useMutation({
    mutationFn: () => callApi(doneSchema, `/teams/${encodeURIComponent(team.id)}`, { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.teams }),
    onError: (error) => void message.error(error.message),
  });
  return (
    <Popconfirm
      title={`删除“${team.name}”？`}
      description="它负责的乡镇今后由默认组接收。"
      okText="删除"
      okButtonProps={{ danger: true }}
      onConfirm={() => remove.mutate()}
    >
      <Button size="small" danger loading={remove.isPending}>
        删除
      </Button>
    </Popconfirm>
  );
}
