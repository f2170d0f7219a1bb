import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { SEVERITY_LABELS, teamChannelListSchema, type ChannelTest, type TeamChannel } from '@tianyan/console-app/api';
import { App, Button, Popconfirm } from 'antd';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { MachineTime } from '../../parts/machine-time.js';
import styles from './team-channels.module.css';

/** A test message takes some seconds: so often its outcome is asked for while it is under way. */
const ASK_AGAIN_MS = 2_000;

export function useTeamChannels() {
  return useQuery({
    queryKey: keys.teamChannels,
    queryFn: ({ signal }) => callApi(teamChannelListSchema, '/team-channels', { signal }),
    refetchInterval: ({ state }) => (state.data?.items.some(({ lastTest }) => isUnderWay(lastTest)) ? ASK_AGAIN_MS : false),
  });
}

/** Where else the team is told, and whether a message arrives there. */
export function TeamChannelList({ channels, nameOf }: { channels: readonly TeamChannel[]; nameOf: (userId: string) => string }) {
  return (
    <ul className={styles['channels']}>
      {channels.map((channel) => (
        <li key={channel.id} className={styles['channel']}>
          <ChannelLine channel={channel} owner={channel.userId === null ? null : nameOf(channel.userId)} />
        </li>
      ))}
    </ul>
  );
}

/** @param owner whose own it is, by name */
function ChannelLine({ channel, owner }: { channel: TeamChannel; owner: string | null }) {
  const test = useChange((id) => ({ path: `/team-channels/${encodeURIComponent(id)}/test`, method: 'POST' }));
  const remove = useChange((id) => ({ path: `/team-channels/${encodeURIComponent(id)}`, method: 'DELETE' }));
  return (
    <>
      <p className="wrap-anywhere">
        <b>{channel.name}</b> · {channel.kindLabel} · {channel.shown} · {SEVERITY_LABELS[channel.minSeverity]}及以上
        {owner === null ? null : ` · ${owner}本人的，下班时间只在值班时发`}
      </p>
      <p role="status" className={styles['outcome']}>
        <Outcome test={channel.lastTest} />
      </p>
      <div className={styles['buttons']}>
        <Button
          size="small"
          aria-label={`给“${channel.name}”发送测试消息`}
          loading={test.isPending || isUnderWay(channel.lastTest)}
          onClick={() => test.mutate(channel.id)}
        >
          发送测试消息
        </Button>
        <Popconfirm
          title={`删除渠道“${channel.name}”？`}
          description="还没有送到的消息不再从这里发送。"
          okText="删除"
          okButtonProps={{ danger: true }}
          onConfirm={() => remove.mutate(channel.id)}
        >
          <Button size="small" danger aria-label={`删除渠道“${channel.name}”`} loading={remove.isPending}>
            删除
          </Button>
        </Popconfirm>
      </div>
    </>
  );
}

function isUnderWay(test: ChannelTest | null): boolean {
  return test?.state === 'waiting' && test.reason === null;
}

function Outcome({ test }: { test: ChannelTest | null }) {
  if (test === null) return <>还没有测试过</>;
  const when = <MachineTime atMs={test.askedAtMs} />;
  if (test.state === 'delivered') return <>测试消息已送达（{when} 发送），请到对方那里看一眼是否收到</>;
  if (test.state === 'dead')
    return (
      <>
        测试消息没有送到（{when} 发送）：{test.reason}
      </>
    );
  if (test.reason === null) return <>测试消息正在发送…</>;
  return (
    <>
      测试消息还没有送到（{when} 发送），会自动再试：{test.reason}
    </>
  );
}

function useChange(requestOf: (id: string) => { path: string; method: 'POST' | 'DELETE' }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (id: string) => {
      const { path, method } = requestOf(id);
      return callApi(teamChannelListSchema, path, { method, ...(method === 'POST' ? { body: {} } : {}) });
    },
    onSuccess: (list) => client.setQueryData(keys.teamChannels, list),
    onError: (error) => void message.error(error.message),
  });
}
