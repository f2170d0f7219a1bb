import { useQuery } from '@tanstack/react-query';
import { ROLE_LABELS, type Person } from '@tianyan/console-app/api';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useTownships } from '../../app/divisions.js';
import { useUnits } from '../../app/units.js';
import { useMay } from '../../app/session.js';
import { CountTabs } from '../../parts/count-tabs.js';
import { ExportButton } from '../../parts/export-button.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { MachineTime } from '../../parts/machine-time.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { ListSkeleton } from '../findings/list-skeleton.js';
import { GrantList } from './grant-list.js';
import { Mark } from './mark.js';
import { peopleQuery } from './people-queries.js';
import { PersonActions } from './person-actions.js';
import { PersonDialog } from './person-dialog.js';
import { holdingText } from './reach-text.js';
import styles from './people-page.module.css';

type View = 'people' | 'pending' | 'settled';

/** Who may sign in and do what; what is asked for, and what another said to it. */
export default function PeoplePage() {
  const mayManage = useMay('manage-people');
  const [search, setSearch] = useSearchParams();
  const [edited, setEdited] = useState<Person | 'new' | null>(null);
  const query = useQuery(peopleQuery);
  const asked = search.get('view');
  const view: View = asked === 'pending' || asked === 'settled' ? asked : 'people';
  const tabs = [
    { key: 'people', label: '人员', count: query.data?.items.length, pressed: view === 'people' },
    { key: 'pending', label: '待复核', count: query.data?.pendingGrants, pressed: view === 'pending' },
    { key: 'settled', label: '办过的申请', count: undefined, pressed: view === 'settled' },
  ] as const;
  return (
    <>
      <PageHeading
        title="人员与授权"
        lead="新建账号、变更角色和管辖范围、重置密码、恢复账号，由安全管理员提出，审计管理员或委领导复核后才生效；停用立即生效。"
        extra={
          <>
            {mayManage ? (
              <Button type="primary" onClick={() => setEdited('new')}>
                新建账号
              </Button>
            ) : null}
            <ExportButton title="导出人员" label="导出人员" path="/people/export" query={{}} action="read-people" />
            <ExportButton title="导出授权" label="导出授权" path="/grants/export" query={{}} action="read-people" />
          </>
        }
      />
      <Panel flush>
        <CountTabs<View>
          label="看人员还是申请"
          tabs={tabs}
          onChange={(next) => setSearch(next === 'people' ? {} : { view: next }, { replace: true })}
        />
        {view === 'people' ? (
          <Loaded query={query} skeleton={<ListSkeleton rows={6} />}>
            {({ items }) => <People people={items} onEdit={mayManage ? setEdited : null} />}
          </Loaded>
        ) : (
          <GrantList pending={view === 'pending'} />
        )}
      </Panel>
      <PersonDialog edited={edited} onClose={() => setEdited(null)} />
    </>
  );
}

function People({ people, onEdit }: { people: readonly Person[]; onEdit: ((person: Person) => void) | null }) {
  const [text, setText] = useState('');
  const townships = useTownships();
  const units = useUnits();
  const names = new Map([...townships, ...units].map(({ code, name }) => [code, name]));
  const found = people.filter(({ account, displayName, office }) => `${account} ${displayName} ${office}`.includes(text.trim()));
  return (
    <>
      <div className={styles['filters']}>
        <Input.Search
          aria-label="姓名、账号或科室"
          placeholder="姓名、账号或科室"
          allowClear
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      {found.length === 0 ? (
        <EmptyPanel title="没有这样的人员" hint="换一个姓名、账号或科室再找。" />
      ) : (
        <RecordTable caption="人员" columns={columnsFor(names, onEdit)} rows={found} keyOf={({ id }) => id} />
      )}
    </>
  );
}

function columnsFor(names: ReadonlyMap<string, string>, onEdit: ((person: Person) => void) | null): readonly Column<Person>[] {
  return [
    {
      title: '人员',
      width: '22%',
      cell: (person) => (
        <span>
          {person.displayName}
          <span className={styles['second']}>
            <span className="mono">{person.account}</span>
            {person.office === '' ? null : ` · ${person.office}`}
          </span>
        </span>
      ),
    },
    { title: '角色', cell: ({ role }) => ROLE_LABELS[role] },
    { title: '管辖范围、单位', width: '24%', cell: (person) => holdingText(person, names) },
    { title: '状态', cell: (person) => <State person={person} /> },
    {
      title: '最近使用',
      cell: ({ lastSeenAtMs }) => (lastSeenAtMs === null ? '现在没有登录' : <MachineTime atMs={lastSeenAtMs} />),
    },
    {
      title: '操作',
      width: '190px',
      cell: (person: Person) => <PersonActions person={person} onEdit={onEdit && (() => onEdit(person))} />,
    },
  ];
}

function State({ person }: { person: Person }) {
  if (person.lockedAtMs !== null)
    return (
      <span>
        <Mark tone="red">已停用</Mark>
        <span className={styles['second']}>{person.lockReason}</span>
      </span>
    );
  if (person.passwordDue) return <Mark tone="amber">待领初始密码</Mark>;
  if (person.mustChangePassword) return <Mark tone="plain">未改初始密码</Mark>;
  return <Mark tone="green">正常</Mark>;
}
