import { MAX_DELEGATION_DAYS, MAX_REASON_CHARS, delegateRequestSchema, type DelegationList } from '@tianyan/console-app/api';
import { Alert, Button, DatePicker, Form, Input, Select } from 'antd';
import type { Dayjs } from 'dayjs';
import { useDelegationChange } from './delegation-queries.js';

interface Values {
  deputyId?: string;
  days?: [Dayjs, Dayjs];
  reason?: string;
}

/** Names somebody for some days; another person confirms it. */
export function DelegateForm({ deputies }: Pick<DelegationList, 'deputies'>) {
  const [form] = Form.useForm<Values>();
  const propose = useDelegationChange('', '已提交，等另一人复核后生效', () => form.resetFields());
  const submit = ({ deputyId, days, reason }: Values) => {
    const [fromDay = '', untilDay = ''] = days?.map((day) => day.format('YYYY-MM-DD')) ?? [];
    const parsed = delegateRequestSchema.safeParse({ deputyId: deputyId ?? '', fromDay, untilDay, reason: reason ?? '' });
    if (parsed.success) return propose.mutate(parsed.data);
    form.setFields(
      parsed.error.issues.map(({ path, message }) => ({
        name: path[0] === 'deputyId' || path[0] === 'reason' ? path[0] : 'days',
        errors: [path[0] === 'reason' ? message : '请选择'],
      })),
    );
  };
  return (
    <Form<Values> form={form} layout="vertical" requiredMark={false} onFinish={submit} style={{ maxWidth: 480 }}>
      {propose.isError ? <Alert role="alert" showIcon type="error" title={propose.error.message} /> : null}
      <Form.Item name="deputyId" label="代理人" extra="能看线索、管辖范围包含您的全部乡镇和问题类别的人。">
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={deputies.map(({ userId, name, roleLabel }) => ({ value: userId, label: `${name}（${roleLabel}）` }))}
        />
      </Form.Item>
      <Form.Item name="days" label="从哪天到哪天（含）" extra={`最多 ${MAX_DELEGATION_DAYS} 天；过了最后一天自动失效。`}>
        <DatePicker.RangePicker />
      </Form.Item>
      <Form.Item name="reason" label="理由" extra="例如休假、出差、学习，供复核人核对。">
        <Input.TextArea rows={2} maxLength={MAX_REASON_CHARS} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={propose.isPending}>
        提交复核
      </Button>
    </Form>
  );
}
