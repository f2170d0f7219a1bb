import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  MAX_WEEKLY_BUDGET,
  saveTeamRequestSchema,
  SEVERITY_LABELS,
  severitySchema,
  type SaveTeamRequest,
  type Team,
} from '@tianyan/console-app/api';
import { Alert, App, Button, Checkbox, Form, Input, InputNumber, Modal, Select } from 'antd';
import { z } from 'zod';
import { callApi } from '../../api/client.js';
import { ConditionItems } from './condition-items.js';
import { EscalationItems } from './escalation-items.js';
import { QuietHoursItems } from './quiet-hours-items.js';
import { keys } from '../../api/keys.js';

interface Choices {
  users: readonly { id: string; displayName: string }[];
  townships: readonly { code: string; name: string }[];
  problemClasses: readonly string[];
}

const EMPTY: SaveTeamRequest = {
  name: '',
  townshipCodes: [],
  problemClasses: [],
  unitIds: [],
  memberIds: [],
  webhookUrl: null,
  minSeverity: 'medium',
  platformNotices: false,
  weeklyBudget: null,
  quietHours: null,
  escalation: null,
};

export function TeamDialog(props: Choices & { edited: Team | 'new' | null; onClose: () => void }) {
  const { edited } = props;
  return (
    <Modal
      open={edited !== null}
      onCancel={props.onClose}
      title={edited === 'new' ? '新增监督组' : '修改监督组'}
      footer={null}
      destroyOnHidden
    >
      {edited === null ? null : <TeamForm {...props} team={edited === 'new' ? null : edited} />}
    </Modal>
  );
}

function TeamForm({ team, users, townships, problemClasses, onClose }: Choices & { team: Team | null; onClose: () => void }) {
  const save = useSave(team, onClose);
  // Unknown keys are refused by the server: only what it takes.
  const initial: SaveTeamRequest = team
    ? {
        name: team.name,
        townshipCodes: team.townshipCodes,
        problemClasses: team.problemClasses,
        unitIds: team.unitIds,
        memberIds: team.memberIds,
        webhookUrl: team.webhookUrl,
        minSeverity: team.minSeverity,
        platformNotices: team.platformNotices,
        weeklyBudget: team.weeklyBudget,
        quietHours: team.quietHours,
        escalation: team.escalation,
      }
    : EMPTY;
  const submit = (values: SaveTeamRequest) =>
    save.mutate({ ...values, webhookUrl: values.webhookUrl === '' ? null : values.webhookUrl });
  return (
    <Form<SaveTeamRequest> layout="vertical" requiredMark={false} initialValues={initial} onFinish={submit}>
      {save.isError ? <Alert role="alert" showIcon type="error" title={save.error.message} style={{ marginBottom: 12 }} /> : null}
      <Form.Item name="name" label="名称" rules={[{ required: true, whitespace: true, message: '请填写名称' }]}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="townshipCodes" label="负责乡镇">
        <Select
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          options={townships.map(({ code, name }) => ({ value: code, label: name }))}
        />
      </Form.Item>
      <ConditionItems teamId={team?.id ?? null} problemClasses={problemClasses} />
      <Form.Item name="memberIds" label="成员">
        <Select
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          options={users.map(({ id, displayName }) => ({ value: id, label: displayName }))}
        />
      </Form.Item>
      <Form.Item name="minSeverity" label="从哪一级开始接收">
        <Select options={severitySchema.options.map((value) => ({ value, label: `${SEVERITY_LABELS[value]}及以上` }))} />
      </Form.Item>
      <BudgetItem />
      <QuietHoursItems stored={team?.quietHours ?? null} />
      <EscalationItems stored={team?.escalation ?? null} users={users} />
      <WebhookItems />
      <Button type="primary" htmlType="submit" block loading={save.isPending}>
        保存
      </Button>
    </Form>
  );
}

function WebhookItems() {
  return (
    <>
      <Form.Item
        name="webhookUrl"
        label="回调地址（可不填）"
        extra="预警同时发到这个地址，例如单位的办公系统。"
        rules={[{ validator: checkUrl }]}
      >
        <Input placeholder="https://" inputMode="url" />
      </Form.Item>
      <Form.Item
        name="platformNotices"
        valuePropName="checked"
        extra="数据源中断、送不出去、隔离区猛增、磁盘快满，以及恢复时，也发到本组的回调地址和各个渠道。站内的这类通知只发给管理员。"
      >
        <Checkbox>平台通知也发给本组</Checkbox>
      </Form.Item>
    </>
  );
}

async function checkUrl(_: unknown, value: string | null): Promise<void> {
  const parsed = saveTeamRequestSchema.shape.webhookUrl.safeParse(value === '' ? null : value);
  if (!parsed.success) throw new Error(parsed.error.issues[0]?.message ?? '地址不正确');
}

function BudgetItem() {
  return (
    <Form.Item
      name="weeklyBudget"
      label="每周名额（可不填）"
      extra="每周先办风险最高的这么多件；其余照样计数、随时可看，每天合成一条汇总告知。红色疑点仍逐条马上告知。"
    >
      <InputNumber min={1} max={MAX_WEEKLY_BUDGET} precision={0} placeholder="不限" style={{ width: '100%' }} />
    </Form.Item>
  );
}

function useSave(team: Team | null, onClose: () => void) {
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (body: SaveTeamRequest) =>
      callApi(z.unknown(), team ? `/teams/${encodeURIComponent(team.id)}` : '/teams', { method: team ? 'PUT' : 'POST', body }),
    onSuccess: async () => {
      void message.success('已保存');
      onClose();
      await client.invalidateQueries({ queryKey: keys.teams });
    },
  });
}
