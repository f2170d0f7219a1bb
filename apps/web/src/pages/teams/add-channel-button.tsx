import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  addChannelRequestSchema,
  CHANNEL_KIND_LABELS,
  channelKindSchema,
  SEVERITY_LABELS,
  severitySchema,
  teamChannelListSchema,
  type AddChannelRequest,
  type ChannelKind,
  type Team,
} from '@tianyan/console-app/api';
import { Alert, App, Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

/** What is typed, before it is known what kind it is. */
interface Typed {
  kind: ChannelKind;
  name: string;
  minSeverity: AddChannelRequest['minSeverity'];
  userId?: string;
  address?: string;
  number?: string;
  robotUrl?: string;
  signingSecret?: string;
}

type OfTeam = { team: Team; nameOf: (userId: string) => string };

export function AddChannelButton({ team, nameOf }: OfTeam) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button size="small" aria-label={`给“${team.name}”添加渠道`} onClick={() => setIsOpen(true)}>
        添加渠道
      </Button>
      <Modal open={isOpen} onCancel={() => setIsOpen(false)} title={`给“${team.name}”添加渠道`} footer={null} destroyOnHidden>
        <ChannelForm team={team} nameOf={nameOf} onClose={() => setIsOpen(false)} />
      </Modal>
    </>
  );
}

function ChannelForm({ team, nameOf, onClose }: OfTeam & { onClose: () => void }) {
  const [form] = Form.useForm<Typed>();
  const kind = Form.useWatch('kind', form) ?? 'email';
  const [problem, setProblem] = useState<string | null>(null);
  const add = useAdd(team, onClose);
  const submit = (typed: Typed) => {
    const parsed = addChannelRequestSchema.safeParse(requestOf(typed));
    setProblem(parsed.success ? null : (parsed.error.issues[0]?.message ?? '填写有误'));
    if (parsed.success) add.mutate(parsed.data);
  };
  const mistake = problem ?? add.error?.message ?? null;
  return (
    <Form<Typed>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ kind: 'email', name: '', minSeverity: 'medium' }}
      onFinish={submit}
    >
      {mistake === null ? null : <Alert role="alert" showIcon type="error" title={mistake} style={{ marginBottom: 12 }} />}
      <Form.Item name="kind" label="种类">
        <Select options={channelKindSchema.options.map((value) => ({ value, label: CHANNEL_KIND_LABELS[value] }))} />
      </Form.Item>
      <Form.Item name="name" label="名称" rules={[{ required: true, whitespace: true, message: '请填写名称' }]}>
        <Input maxLength={50} placeholder="例如：一组工作群" />
      </Form.Item>
      <TargetItems kind={kind} />
      {kind === 'email' || kind === 'sms' ? <OwnerItem team={team} nameOf={nameOf} /> : null}
      <Form.Item name="minSeverity" label="从哪一级开始发送" extra="低于本组接收级别的，本来就不发。">
        <Select options={severitySchema.options.map((value) => ({ value, label: `${SEVERITY_LABELS[value]}及以上` }))} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={add.isPending}>
        添加
      </Button>
    </Form>
  );
}

function TargetItems({ kind }: { kind: ChannelKind }) {
  if (kind === 'email') return <AddressItem />;
  return kind === 'sms' ? <NumberItem /> : <RobotItems kind={kind} />;
}

function OwnerItem({ team, nameOf }: OfTeam) {
  return (
    <Form.Item name="userId" label="是谁的（可不选）" extra="选了的，下班时间只在这个人值班时发；不选就是全组的，不看值班表。">
      <Select allowClear placeholder="全组的" options={team.memberIds.map((id) => ({ value: id, label: nameOf(id) }))} />
    </Form.Item>
  );
}

function NumberItem() {
  return (
    <Form.Item
      name="number"
      label="手机号码"
      extra="一个渠道一个号码，短信里只有标题和链接。保存后只显示最后四位。要先由运维设好短信网关。"
      rules={[{ required: true, message: '请填写手机号码' }]}
    >
      <Input maxLength={11} inputMode="tel" autoComplete="off" />
    </Form.Item>
  );
}

function AddressItem() {
  return (
    <Form.Item
      name="address"
      label="邮箱地址"
      extra="一个渠道一个地址；几个人都要收的，添加几个渠道。"
      rules={[{ required: true, message: '请填写邮箱地址' }]}
    >
      <Input maxLength={200} inputMode="email" autoComplete="off" />
    </Form.Item>
  );
}

function RobotItems({ kind }: { kind: ChannelKind }) {
  return (
    <>
      <Form.Item
        name="robotUrl"
        label="机器人的地址"
        extra="在群里添加“自定义机器人”后得到，请完整复制。谁有这个地址谁就能往群里发消息；保存后只显示最后四位。"
        rules={[{ required: true, message: '请填写机器人的地址' }]}
      >
        <Input maxLength={500} autoComplete="off" placeholder="https://" />
      </Form.Item>
      {kind === 'wecom' ? null : (
        <Form.Item
          name="signingSecret"
          label="签名密钥（可不填）"
          extra={
            kind === 'dingtalk'
              ? '机器人的安全设置选了“加签”的，填那里给的密钥；选“自定义关键词”的，关键词设为“天眼”。'
              : '机器人的安全设置选了“签名校验”的，填那里给的密钥；选“自定义关键词”的，关键词设为“天眼”。'
          }
        >
          <Input.Password maxLength={200} autoComplete="new-password" />
        </Form.Item>
      )}
    </>
  );
}

/** As the server takes it: each kind has fields of its own, and others are refused. */
function requestOf({
  kind,
  name,
  minSeverity,
  userId,
  address = '',
  number = '',
  robotUrl = '',
  signingSecret = '',
}: Typed): AddChannelRequest {
  if (kind === 'email') return { kind, name, minSeverity, userId: userId ?? null, address: address.trim() };
  if (kind === 'sms') return { kind, name, minSeverity, userId: userId ?? null, number };
  if (kind === 'wecom') return { kind, name, minSeverity, robotUrl };
  return { kind, name, minSeverity, robotUrl, signingSecret: signingSecret.trim() === '' ? null : signingSecret };
}

function useAdd(team: Team, onClose: () => void) {
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (body: AddChannelRequest) =>
      callApi(teamChannelListSchema, `/teams/${encodeURIComponent(team.id)}/channels`, { method: 'POST', body }),
    onSuccess: (list) => {
      client.setQueryData(keys.teamChannels, list);
      void message.success('已添加，请发送一条测试消息');
      onClose();
    },
  });
}
