import { useQuery } from '@tanstack/react-query';
import { SEVERITY_LABELS, teamListSchema, type Team } from '@tianyan/console-app/api';
import { Button, Tag } from 'antd';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useTownships } from '../../app/divisions.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { DeleteTeamButton } from './delete-team-button.js';
import { TeamDialog } from './team-dialog.js';
import styles from './teams-page.module.css';
import { WebhookHostsPanel } from './webhook-hosts-panel.js';
import { WebhookKeyButton } from './webhook-key-button.js';

/** Who is told about findings of which townships, and where else it is sent. */
export default function TeamsPage() {
  const [edited, setEdited] = useState<Team | 'new' | null>(null);
  const teams = useQuery({ queryKey: keys.teams, queryFn: ({ signal }) => callApi(teamListSchema, '/teams', { signal }) });
  const townships = useTownships();
  const nameOf = (code: string) => townships.find((township) => township.code === code)?.name ?? code;
  return (
    <>
      <PageHeading
        title="监督组"
        lead="疑点按所在乡镇发给负责的监督组；没有组负责的，发给默认组。"
        extra={
          <Button type="primary" onClick={() => setEdited('new')}>
            新增监督组
          </Button>
        }
      />
      <Loaded query={teams}>
        {({ items, users }) => (
          <>
            {items.length === 0 ? <EmptyPanel title="还没有监督组" hint="新增一个，预警才有人接收。" /> : null}
            <div className={styles['teams']}>
              {items.map((team) => (
                <TeamPanel
                  key={team.id}
                  team={team}
                  townships={team.townshipCodes.map(nameOf)}
                  members={team.memberIds.map((id) => users.find((user) => user.id === id)?.displayName ?? id)}
                  onEdit={() => setEdited(team)}
                />
              ))}
            </div>
            <WebhookHostsPanel />
            <TeamDialog edited={edited} users={users} townships={townships} onClose={() => setEdited(null)} />
          </>
        )}
      </Loaded>
    </>
  );
}

function TeamPanel({
  team,
  townships,
  members,
  onEdit,
}: {
  team: Team;
  townships: string[];
  members: string[];
  onEdit: () => void;
}) {
  const rows = [
    ['负责乡镇', townships.length === 0 ? '未指定' : townships.join('、')],
    ['成员', members.length === 0 ? '还没有成员' : members.join('、')],
    ['接收级别', `${SEVERITY_LABELS[team.minSeverity]}及以上`],
    ['每周名额', team.weeklyBudget === null ? '不限' : `${team.weeklyBudget} 件，按风险排`],
    ['回调地址', team.webhookUrl ?? '没有，只发站内预警'],
    ['平台通知', team.platformNotices && team.webhookUrl !== null ? '也发到上面的地址' : '不发到回调地址'],
    ['签名密钥', team.webhookKeySet ? '已设置' : '未设置'],
  ] as const;
  return (
    <Panel
      title={team.name}
      note={team.isDefault ? <Tag color="blue">默认组</Tag> : null}
      extra={
        <Button size="small" onClick={onEdit}>
          修改
        </Button>
      }
    >
      <dl className={styles['facts']}>
        {rows.map(([label, text]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="wrap-anywhere">{text}</dd>
          </div>
        ))}
      </dl>
      <div className={styles['buttons']}>
        {team.webhookUrl === null ? null : <WebhookKeyButton team={team} />}
        {team.isDefault ? null : <DeleteTeamButton team={team} />}
      </div>
    </Panel>
  );
}
