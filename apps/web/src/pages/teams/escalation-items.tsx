import {
  DEFAULT_ESCALATION_OFFICE_HOURS,
  escalationSchema,
  MAX_ESCALATION_OFFICE_HOURS,
  SEVERITY_LABELS,
  severitySchema,
  type Escalation,
} from '@tianyan/console-app/api';
import { Checkbox, Form, InputNumber, Select } from 'antd';
import styles from './escalation-items.module.css';

type Persons = readonly { id: string; displayName: string }[];

const USUAL: Escalation = { minSeverity: 'high', officeHours: DEFAULT_ESCALATION_OFFICE_HOURS, firstIds: [], secondIds: [] };

/** 升级: one field of the form whose value is null while it is off. */
export function EscalationItems({ stored, users }: { stored: Escalation | null; users: Persons }) {
  return (
    <Form.Item
      name="escalation"
      label="没有人签收时"
      extra="组里有一个人签收就停。时间只算工作日 8:30–12:00、14:00–17:30；期间撤回、已处理的不再升级。"
      rules={[{ validator: check }]}
    >
      <EscalationInput usual={stored ?? USUAL} users={users} />
    </Form.Item>
  );
}

async function check(_: unknown, value: Escalation | null): Promise<void> {
  if (value === null) return;
  const parsed = escalationSchema.safeParse(value);
  if (!parsed.success) throw new Error(parsed.error.issues[0]?.message ?? '升级告知填写不完整');
}

/** The form hands value and change over. */
function EscalationInput(props: {
  usual: Escalation;
  users: Persons;
  value?: Escalation | null;
  onChange?: (value: Escalation | null) => void;
}) {
  const { usual, users, value = null, onChange } = props;
  const change = (part: Partial<Escalation>) => onChange?.({ ...(value ?? usual), ...part });
  const persons = { mode: 'multiple' as const, options: users.map(({ id, displayName }) => ({ value: id, label: displayName })) };
  return (
    <>
      <Checkbox checked={value !== null} onChange={({ target }) => onChange?.(target.checked ? usual : null)}>
        超时没有人签收，告知指定的人
      </Checkbox>
      {value === null ? null : (
        <div className={styles['fields']}>
          <Select
            aria-label="从哪一级开始升级"
            value={value.minSeverity}
            onChange={(minSeverity) => change({ minSeverity })}
            options={severitySchema.options.map((one) => ({ value: one, label: `${SEVERITY_LABELS[one]}及以上` }))}
          />
          <InputNumber
            aria-label="几个办公小时"
            min={1}
            max={MAX_ESCALATION_OFFICE_HOURS}
            precision={0}
            suffix="个办公小时"
            value={value.officeHours}
            onChange={(officeHours) => change({ officeHours: officeHours ?? DEFAULT_ESCALATION_OFFICE_HOURS })}
          />
          <Select
            {...persons}
            aria-label="第一级告知谁"
            placeholder="第一级告知谁"
            showSearch={{ optionFilterProp: 'label' }}
            value={value.firstIds}
            onChange={(firstIds) => change({ firstIds })}
          />
          <Select
            {...persons}
            aria-label="再过同样时间，第二级告知谁"
            placeholder="再过同样时间，第二级告知谁（可不选）"
            showSearch={{ optionFilterProp: 'label' }}
            value={value.secondIds}
            onChange={(secondIds) => change({ secondIds })}
          />
        </div>
      )}
    </>
  );
}
