import { useMutation } from '@tanstack/react-query';
import { searchPeopleRequestSchema } from '@tianyan/console-app/api';
import { Alert, Button, Form, Input } from 'antd';
import { Link } from 'react-router';
import { Panel } from '../../parts/panel.js';
import { personPath, searchPeople } from './clue-person-queries.js';
import styles from './clue-person-page.module.css';

const MAX_NAME_CHARS = 100;
const MAX_REASON_CHARS = 200;

/** People whom clues name, by the whole name: for who may see names, with a reason. What is typed stands in no address. */
export function PeopleSearch() {
  const [form] = Form.useForm<{ name?: string; reason?: string }>();
  const search = useMutation({ mutationFn: searchPeople });
  const submit = (values: { name?: string; reason?: string }) => {
    const parsed = searchPeopleRequestSchema.safeParse({ name: values.name ?? '', reason: values.reason ?? '' });
    if (parsed.success) return search.mutate(parsed.data);
    form.setFields(
      parsed.error.issues.map(({ path, message }) => ({ name: path[0] === 'name' ? 'name' : 'reason', errors: [message] })),
    );
  };
  return (
    <Panel
      title="按姓名查涉及人员"
      note="只查线索里登记的人，须填完整姓名和理由；查看会被记录，每人每天有条数上限"
      className={styles['search']}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={submit} className={styles['fields']}>
        <Form.Item name="name" label="完整姓名">
          <Input maxLength={MAX_NAME_CHARS} autoComplete="off" />
        </Form.Item>
        <Form.Item name="reason" label="查看理由">
          <Input maxLength={MAX_REASON_CHARS} placeholder="例如：核对是否有以前的线索" />
        </Form.Item>
        <Form.Item label=" " colon={false}>
          <Button htmlType="submit" loading={search.isPending}>
            查涉及人员
          </Button>
        </Form.Item>
      </Form>
      {search.isError ? <Alert role="alert" type="error" showIcon title={search.error.message} /> : null}
      {search.isSuccess && search.data.items.length === 0 ? <p role="status">您看得到的线索里没有登记这个姓名的人。</p> : null}
      <ul className={styles['links']} aria-label="查到的涉及人员">
        {(search.data?.items ?? []).map(({ personId, clueId, name, entries }) => (
          <li key={personId}>
            <Link to={personPath(clueId, personId)}>{name}</Link>
            <span>{entries.map(({ unit, clueNumber }) => `${unit}（${clueNumber}）`).join('；')}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
