import { useQuery } from '@tanstack/react-query';
import {
  grantSchema,
  isOfUnits,
  makePersonRequestSchema,
  needsWholeCounty,
  ROLE_LABELS,
  ROLE_MEANINGS,
  roleSchema,
  type Person,
  type Role,
} from '@tianyan/console-app/api';
import { Alert, Button, Form, Input, Modal, Radio, Select } from 'antd';
import { callApi } from '../../api/client.js';
import { useTownships } from '../../app/divisions.js';
import { useUnits } from '../../app/units.js';
import { peopleQuery, usePeopleChange } from './people-queries.js';
import styles from './people-page.module.css';

interface Values {
  account?: string;
  displayName: string;
  office: string;
  role?: Role;
  reach: 'county' | 'townships';
  townshipCodes: string[];
  /** Empty: all. */
  problemClasses: string[];
  unitCodes: string[];
  reason: string;
}

/** What is filled in is asked for; another person decides on it. */
export function PersonDialog({ edited, onClose }: { edited: Person | 'new' | null; onClose: () => void }) {
  return (
    <Modal
      open={edited !== null}
      onCancel={onClose}
      title={edited === 'new' || edited === null ? '新建账号' : `变更授权：${edited.displayName}`}
      footer={null}
      destroyOnHidden
    >
      {edited === null ? null : <PersonForm person={edited === 'new' ? null : edited} onClose={onClose} />}
    </Modal>
  );
}

function PersonForm({ person, onClose }: { person: Person | null; onClose: () => void }) {
  const [form] = Form.useForm<Values>();
  const role = Form.useWatch('role', form);
  const reach = Form.useWatch('reach', form);
  const countyAlone = role !== undefined && needsWholeCounty(role);
  const ofUnits = role !== undefined && isOfUnits(role);
  const save = usePeopleChange(
    (body: object) =>
      callApi(grantSchema, person ? `/people/${encodeURIComponent(person.id)}` : '/people', {
        method: person ? 'PUT' : 'POST',
        body,
      }),
    '已提交，等另一人复核后生效',
    onClose,
  );
  const submit = ({ reach: asked, account, ...values }: Values) => {
    const wholeCounty = countyAlone || ofUnits || asked === 'county';
    const body = {
      ...values,
      townshipCodes: wholeCounty ? null : (values.townshipCodes ?? []),
      problemClasses: countyAlone || ofUnits || (values.problemClasses ?? []).length === 0 ? null : values.problemClasses,
      unitCodes: ofUnits ? (values.unitCodes ?? []) : [],
    };
    const parsed = (person ? makePersonRequestSchema.omit({ account: true }) : makePersonRequestSchema).safeParse(
      person ? body : { ...body, account: account ?? '' },
    );
    if (parsed.success) return save.mutate(parsed.data);
    form.setFields(
      parsed.error.issues.map(({ path, message }) => ({ name: path[0] as keyof Values, errors: [message] })), // the form has the request's names
    );
  };
  return (
    <Form<Values> form={form} layout="vertical" requiredMark={false} initialValues={initialOf(person)} onFinish={submit}>
      {save.isError ? <Alert role="alert" showIcon type="error" title={save.error.message} style={{ marginBottom: 12 }} /> : null}
      {person ? null : (
        <Form.Item name="account" label="账号" extra="登录时用；小写字母、数字、点、横线或下划线。">
          <Input maxLength={32} autoComplete="off" />
        </Form.Item>
      )}
      <Form.Item name="displayName" label="姓名">
        <Input maxLength={40} />
      </Form.Item>
      <Form.Item name="office" label="科室、监督组或单位（可不填）">
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name="role" label="角色" rules={[{ required: true, message: '请选择角色' }]}>
        <Select
          placeholder="请选择角色"
          options={roleSchema.options.map((value) => ({ value, label: ROLE_LABELS[value] }))}
          optionRender={({ value }) => <RoleOption role={roleSchema.parse(value)} />}
        />
      </Form.Item>
      {ofUnits ? <Units /> : <Reach countyAlone={countyAlone} />}
      {reach === 'townships' && !countyAlone && !ofUnits ? <Townships /> : null}
      {countyAlone || ofUnits ? null : <Classes />}
      <Form.Item name="reason" label="理由" extra="例如调令、任命文件的名称和文号，供复核人核对。">
        <Input.TextArea rows={2} maxLength={2_000} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={save.isPending}>
        提交复核
      </Button>
    </Form>
  );
}

/** What a liaison answers for: that alone is seen. */
function Units() {
  const units = useUnits();
  return (
    <Form.Item name="unitCodes" label="负责的单位" rules={[{ required: true, message: '请至少选择一个单位' }]}>
      <Select
        mode="multiple"
        showSearch={{ optionFilterProp: 'label' }}
        options={units.map(({ code, name }) => ({ value: code, label: name }))}
      />
    </Form.Item>
  );
}

function Reach({ countyAlone }: { countyAlone: boolean }) {
  return (
    <Form.Item label="管辖范围" name="reach" {...(countyAlone ? { extra: '这个角色的职责涉及全县。' } : {})}>
      <Radio.Group
        disabled={countyAlone}
        options={[
          { value: 'county', label: '全县' },
          { value: 'townships', label: '指定乡镇' },
        ]}
      />
    </Form.Item>
  );
}

function Townships() {
  const townships = useTownships();
  return (
    <Form.Item name="townshipCodes" label="乡镇" rules={[{ required: true, message: '请至少选择一个乡镇' }]}>
      <Select
        mode="multiple"
        showSearch={{ optionFilterProp: 'label' }}
        options={townships.map(({ code, name }) => ({ value: code, label: name }))}
      />
    </Form.Item>
  );
}

function Classes() {
  const all = useQuery(peopleQuery).data?.problemClasses ?? [];
  return (
    <Form.Item
      name="problemClasses"
      label="只看这些问题类别（可不选）"
      extra="不选就是全部类别；其他类别的疑点和线索，这个人看不到。"
    >
      <Select mode="multiple" placeholder="全部类别" options={all.map((value) => ({ value, label: value }))} />
    </Form.Item>
  );
}

function RoleOption({ role }: { role: Role }) {
  return (
    <span>
      {ROLE_LABELS[role]}
      <span className={styles['meaning']}>{ROLE_MEANINGS[role]}</span>
    </span>
  );
}

function initialOf(person: Person | null): Values {
  if (!person)
    return {
      account: '',
      displayName: '',
      office: '',
      reach: 'townships',
      townshipCodes: [],
      problemClasses: [],
      unitCodes: [],
      reason: '',
    };
  const { displayName, office, role, townshipCodes, problemClasses, unitCodes } = person;
  return {
    displayName,
    office,
    role,
    reach: townshipCodes === null ? 'county' : 'townships',
    townshipCodes: townshipCodes ?? [],
    problemClasses: problemClasses ?? [],
    unitCodes,
    reason: '',
  };
}
