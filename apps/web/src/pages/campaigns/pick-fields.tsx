import { useQuery } from '@tanstack/react-query';
import { MAX_PICKED_ORDERS, PICK_LABELS, ruleListSchema, SAMPLE_PART_LABELS, type CampaignPick } from '@tianyan/console-app/api';
import { Form, Input, InputNumber, Radio, Select } from 'antd';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useTownships } from '../../app/divisions.js';
import { useUnits } from '../../app/units.js';

const optionsOf = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).map(([value, label]) => ({ value, label }));
const named = (all: readonly { code: string; name: string }[]) => all.map(({ code, name }) => ({ value: code, label: name }));

/** Which orders, and how they are picked of those that come into question. */
export function PickFields({ by }: { by: CampaignPick['by'] }) {
  return (
    <>
      <Form.Item name="by" label="选取方式">
        <Radio.Group options={optionsOf(PICK_LABELS)} />
      </Form.Item>
      {by === 'list' ? (
        <Form.Item name="orderIds" label="工单编号（每行一个）">
          <Input.TextArea rows={6} />
        </Form.Item>
      ) : (
        <ConditionFields />
      )}
      {by === 'sample' ? (
        <>
          <Form.Item name="size" label="抽取件数">
            <InputNumber min={1} max={MAX_PICKED_ORDERS} precision={0} suffix="件" style={{ width: 160 }} />
          </Form.Item>
          <Form.Item name="per" label="怎样抽">
            <Radio.Group options={optionsOf(SAMPLE_PART_LABELS)} />
          </Form.Item>
        </>
      ) : null}
    </>
  );
}

function ConditionFields() {
  const { data } = useQuery({
    queryKey: keys.rules,
    queryFn: ({ signal }) => callApi(ruleListSchema, '/rules', { signal }),
  });
  const choice = (name: string, label: string, options: { value: string; label: string }[]) => (
    <Form.Item name={name} label={`${label}（可不选）`}>
      <Select allowClear placeholder="不限" showSearch={{ optionFilterProp: 'label' }} options={options} />
    </Form.Item>
  );
  return (
    <>
      <Form.Item name="fromDay" label="受理日期从">
        <Input type="date" style={{ width: 200 }} />
      </Form.Item>
      <Form.Item name="toDay" label="受理日期到">
        <Input type="date" style={{ width: 200 }} />
      </Form.Item>
      {choice('townshipCode', '乡镇', named(useTownships()))}
      {choice('unitCode', '承办单位', named(useUnits()))}
      {choice('finished', '是否办结', optionsOf({ yes: '已办结', no: '未办结' }))}
      <Form.Item name="minReturns" label="至少退回几次（可不填）">
        <InputNumber min={1} max={20} precision={0} suffix="次" style={{ width: 160 }} />
      </Form.Item>
      {choice(
        'ruleId',
        '有这条规则的疑点',
        (data?.items ?? []).map(({ id, title }) => ({ value: id, label: title })),
      )}
    </>
  );
}
