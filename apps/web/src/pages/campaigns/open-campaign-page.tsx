import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  campaignDetailSchema,
  DEFAULT_CHECKLIST,
  openCampaignSchema,
  pickCountSchema,
  pickSchema,
  type OpenCampaign,
} from '@tianyan/console-app/api';
import { Alert, Button, Checkbox, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { newId } from '../../device/new-id.js';
import { numberText } from '../../format/number.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { campaignLeadsQuery } from './campaign-queries.js';
import styles from './campaigns.module.css';
import { CopyFrom } from './copy-from.js';
import { contentOf, fieldOf, pickOf, requestOf, type OpenValues } from './open-campaign-values.js';
import { PickFields } from './pick-fields.js';
import { QuestionFields } from './question-fields.js';

const INITIAL: OpenValues = { by: 'sample', size: 47, per: 'all', checklist: DEFAULT_CHECKLIST.join('\n'), questions: [] };

/** Opens a campaign: what is picked here is picked for good. */
export default function OpenCampaignPage() {
  const [form] = Form.useForm<OpenValues>();
  // One for this page: sent twice, it is opened once.
  const [id] = useState(newId);
  const by = Form.useWatch('by', form) ?? INITIAL.by;
  const client = useQueryClient();
  const navigate = useNavigate();
  const open = useMutation({
    mutationFn: (body: OpenCampaign) => callApi(campaignDetailSchema, '/campaigns', { method: 'POST', body }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.supervision });
      await navigate(`/campaigns/${id}`);
    },
  });
  const submit = (values: OpenValues) => {
    const parsed = openCampaignSchema.safeParse(requestOf(id, values));
    if (parsed.success) return open.mutate(parsed.data);
    const faults = parsed.error.issues.map(({ path, message }) => ({ name: fieldOf(path), errors: [message] }));
    // The form knows its names one by one; what the schema refuses is a path.
    form.setFields(faults as Parameters<typeof form.setFields>[0]);
  };
  return (
    <>
      <PageHeading title="发起专项复查" lead="选定的工单发起以后不再变动；随机抽取的种子和总件数留存，谁都可以重算一遍。" />
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={submit}
        initialValues={INITIAL}
        className={styles['stack'] ?? ''}
      >
        <Panel title="专项">
          <AboutFields />
        </Panel>
        <Panel title="选定工单">
          <PickFields by={by} />
          <Population valuesOf={() => form.getFieldsValue(true) as OpenValues /* all of this form's fields */} />
        </Panel>
        <Panel title="复查内容">
          <CopyFrom onCopy={(before) => form.setFieldsValue(contentOf(before))} />
          <Form.Item name="checklist" label="问题种类（每行一种）">
            <Input.TextArea rows={7} />
          </Form.Item>
          <QuestionFields />
        </Panel>
        <Panel>
          {open.isError ? (
            <Alert role="alert" type="error" showIcon title={open.error.message} style={{ marginBottom: 12 }} />
          ) : null}
          {by === 'sample' ? (
            <Form.Item name="weekly" valuePropName="checked">
              <Checkbox>每周重复：以后每周按同样的条件和件数自动重新抽取（受理日期顺延 7 天）</Checkbox>
            </Form.Item>
          ) : null}
          <Button type="primary" size="large" htmlType="submit" loading={open.isPending}>
            选定工单并发起
          </Button>
          <p role="status" style={{ marginTop: 8 }}>
            {open.isPending ? '正在选定工单，工单多时要十几秒，请不要关闭本页……' : ''}
          </p>
        </Panel>
      </Form>
    </>
  );
}

function AboutFields() {
  const { data } = useQuery(campaignLeadsQuery);
  return (
    <>
      <Form.Item name="name" label="名称">
        <Input maxLength={100} placeholder="例如：不实办结专项复查" />
      </Form.Item>
      <Form.Item name="basis" label="依据">
        <Input.TextArea rows={2} placeholder="例如：县纪委监委 2026 年监督计划" />
      </Form.Item>
      <Form.Item name="beginsOn" label="开始日期">
        <Input type="date" style={{ width: 200 }} />
      </Form.Item>
      <Form.Item name="endsOn" label="结束日期">
        <Input type="date" style={{ width: 200 }} />
      </Form.Item>
      <Form.Item name="leadId" label="负责人">
        <Select
          placeholder="请选择"
          showSearch={{ optionFilterProp: 'label' }}
          options={(data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
    </>
  );
}

/** How many orders the condition fits, before any is picked. */
function Population({ valuesOf }: { valuesOf: () => OpenValues }) {
  const count = useMutation({
    mutationFn: () => {
      const parsed = pickSchema.safeParse(pickOf(valuesOf()));
      if (!parsed.success) throw new Error(parsed.error.issues[0]?.message ?? '请先填好条件');
      return callApi(pickCountSchema, '/campaigns/population', { method: 'POST', body: { pick: parsed.data } });
    },
  });
  return (
    <>
      <Button onClick={() => count.mutate()} loading={count.isPending}>
        看看有多少件
      </Button>
      <p role="status" style={{ marginTop: 8 }}>
        {count.isSuccess ? `符合条件的工单 ${numberText(count.data.population)} 件` : ''}
      </p>
      {count.isError ? <Alert role="alert" type="error" showIcon title={count.error.message} /> : null}
    </>
  );
}
