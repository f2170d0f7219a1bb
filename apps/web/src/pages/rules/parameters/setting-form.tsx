import { MAX_BASIS_CHARS, parameterSettingSchema, type ParameterSetting, type RuleParameter } from '@tianyan/console-app/api';
import { Alert, Button, Form, Input, InputNumber, Select } from 'antd';
import { FEN, scaleOf, shownUnit } from '../../../format/parameter-value.js';
import styles from './parameters.module.css';
import { hasItsOnlyRow, limitWords, settingProblem } from './setting-problem.js';

interface Values {
  parameter: string;
  value?: number | null;
  region?: string;
  from?: string;
  to?: string;
  /** Position in the parameter's cases. */
  which?: number | null;
  document?: string;
  demands?: string;
}

/** One more row. What a parameter cannot be told apart by is not offered, and said. */
export function SettingForm(props: {
  parameters: readonly RuleParameter[];
  /** Rows that are there. */
  settings: readonly ParameterSetting[];
  onAdd: (setting: ParameterSetting) => void;
}) {
  const { parameters, settings, onAdd } = props;
  const [form] = Form.useForm<Values>();
  const name = Form.useWatch('parameter', form) ?? parameters[0]?.name;
  const parameter = parameters.find((one) => one.name === name);
  const isFull = parameter !== undefined && hasItsOnlyRow(parameter, settings);
  const limits = parameter ? limitWords(parameter) : null;
  // Errors that were not set by rules of the field stay until they are taken away, also beside what has been put right.
  const clearErrors = () => form.setFields(FIELDS.map((field) => ({ name: field, errors: [] })));
  const add = (values: Values) => {
    clearErrors();
    const parsed = parameterSettingSchema.safeParse(settingOf(values, parameter));
    if (!parsed.success)
      return form.setFields(parsed.error.issues.map(({ path, message }) => ({ name: fieldOf(path), errors: [message] })));
    const problem = parameter ? settingProblem(parsed.data, parameter, settings) : null;
    if (problem) return form.setFields([{ name: problem.field, errors: [problem.words] }]);
    onAdd(parsed.data);
    form.resetFields(['value', 'region', 'from', 'to', 'which']);
  };
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      requiredMark={false}
      className={styles['form'] ?? ''}
      initialValues={{ parameter: parameters[0]?.name }}
      onFinish={add}
      onValuesChange={clearErrors}
      aria-label="加一行取值"
    >
      <div className={styles['fields']}>
        <Form.Item name="parameter" label="参数">
          <Select
            options={parameters.map(({ name: value, label }) => ({ value, label }))}
            onChange={() => form.resetFields(['value', 'region', 'from', 'to', 'which'])}
          />
        </Form.Item>
        <Form.Item
          name="value"
          label={`取值${parameter?.unit ? `（${shownUnit(parameter.unit)}）` : ''}`}
          {...(limits === null ? {} : { extra: `应为${limits}` })}
        >
          <InputNumber disabled={isFull} precision={parameter?.unit === FEN ? 2 : 0} style={{ width: '100%' }} />
        </Form.Item>
        {parameter ? <WhereAndWhen parameter={parameter} /> : null}
      </div>
      {parameter && !parameter.byRegion && !parameter.byDay ? (
        <p className={styles['note']}>“{parameter.label}”在规则里只能是一个数：全县一个取值，不能按地区、日期分别设。</p>
      ) : null}
      <Basis />
      {isFull ? (
        <Alert
          role="status"
          type="info"
          showIcon
          className={styles['full'] ?? ''}
          title={`“${parameter.label}”只能有一个取值，上面已经有一行：要改，先删去那一行再加。`}
        />
      ) : null}
      <Button htmlType="submit" disabled={isFull}>
        加这一行
      </Button>
    </Form>
  );
}

/** For what, where and when the row is to count, as far as the rule tells these apart. */
function WhereAndWhen({ parameter }: { parameter: RuleParameter }) {
  return (
    <>
      {parameter.cases.length > 0 ? (
        <Form.Item name="which" label="类别" extra="不选就是所有类别，包括规则里单列的">
          <Select allowClear placeholder="所有类别" options={parameter.cases.map(({ label }, value) => ({ value, label }))} />
        </Form.Item>
      ) : null}
      {parameter.byRegion ? (
        <Form.Item name="region" label="地区" extra="区划代码的前几位，不填就是全县">
          <Input inputMode="numeric" placeholder="例如 320921101" />
        </Form.Item>
      ) : null}
      {parameter.byDay ? (
        <>
          <Form.Item name="from" label="自（含当天）" extra="不填就没有起点">
            <Input type="date" />
          </Form.Item>
          <Form.Item name="to" label="至（含当天）" extra="不填就没有终点">
            <Input type="date" />
          </Form.Item>
        </>
      ) : null}
    </>
  );
}

/** Which document demands it. */
function Basis() {
  return (
    <>
      <Form.Item name="document" label="依据的文件">
        <Input maxLength={MAX_BASIS_CHARS} placeholder="名称和文号" />
      </Form.Item>
      <Form.Item name="demands" label="文件的要求">
        <Input maxLength={MAX_BASIS_CHARS} placeholder="一句话" />
      </Form.Item>
    </>
  );
}

/** The field of the form beside which a problem of the row is said. */
function fieldOf([name]: readonly PropertyKey[]): keyof Values {
  const field = FIELDS.find((one) => one === name);
  return field ?? (name === 'when' ? 'which' : 'value');
}

const FIELDS = ['parameter', 'value', 'which', 'region', 'from', 'to', 'document', 'demands'] as const;

function settingOf(values: Values, parameter: RuleParameter | undefined): unknown {
  const { region, from, to, which } = values;
  const chosen = which === undefined || which === null ? undefined : parameter?.cases[which];
  return {
    parameter: values.parameter,
    value: typeof values.value === 'number' ? Math.round(values.value * scaleOf(parameter?.unit)) : undefined,
    document: values.document ?? '',
    demands: values.demands ?? '',
    ...(region ? { region: region.trim() } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
    ...(chosen ? { when: chosen.when } : {}),
  };
}
