import { useQuery } from '@tanstack/react-query';
import {
  SEVERITY_LABELS,
  teamListSchema,
  type Escalation,
  type QuietHours,
  type Team,
  type TeamChannel,
} from '@tianyan/console-app/api';
import { Button, Tag } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useTownships } from '../../app/divisions.js';
import { useUnits } from '../../app/units.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { AddChannelButton } from './add-channel-button.js';
import { DeleteTeamButton } from './delete-team-button.js';
import { TeamChannelList, useTeamChannels } from './team-channels.js';
import { TeamDialog } from './team-dialog.js';
import styles from './teams-page.module.css';
import { WebhookHostsPanel } from './webhook-hosts-panel.js';
import { WebhookKeyButton } from './webhook-key-button.js';

/** Who is told about findings of which townships, and where else it is sent. */
export default function TeamsPage() {
  const [edited, setEdited] = useState<Team | 'new' | null>(null);
  const teams = useQuery({ queryKey: keys.teams, queryFn: ({ signal }) => callApi(teamListSchema, '/teams', { signal }) });
  const channels = useTeamChannels();
  const townships = useTownships();
  const units = useUnits();
  const nameOf = (code: string) => townships.find((township) => township.code === code)?.name ?? code;
  return (
    <>
      <PageHeading
        title="监督组"
        lead="疑点按所在乡镇、类别和单位发给负责的监督组；没有组负责的，发给默认组。"
        extra={
          <Button type="primary" onClick={() => setEdited('new')}>
            新增监督组
          </Button>
        }
      />
      <Loaded query={teams}>
        {({ items, users, problemClasses }) => (
          <>
            {items.length === 0 ? <EmptyPanel title="还没有监督组" hint="新增一个，预警才有人接收。" /> : null}
            <div className={styles['teams']}>
              {items.map((team) => (
                <TeamPanel
                  key={team.id}
                  team={team}
                  channels={channels.data?.items.filter(({ teamId }) => teamId === team.id) ?? []}
                  townships={team.townshipCodes.map(nameOf)}
                  units={team.unitIds.map((code) => units.find((unit) => unit.code === code)?.name ?? code)}
                  nameOf={(id) => users.find((user) => user.id === id)?.displayName ?? id}
                  onEdit={() => setEdited(team)}
                />
              ))}
            </div>
            <WebhookHostsPanel />
            <TeamDialog
              edited={edited}
              users={users}
              townships={townships}
              problemClasses={problemClasses}
              onClose={() => setEdited(null)}
            />
          </>
        )}
      </Loaded>
    </>
  );
}

function quietText(quiet: QuietHours | null): string {
  if (quiet === null) return '没有';
  return `${quiet.from} 至 ${quiet.to}${quiet.exceptHigh ? '，严重的照发' : ''}`;
}

function placesText({ problemClasses, unitIds }: Team): string {
  return problemClasses.length + unitIds.length > 0 ? '全县' : '未指定';
}

function escalationText(escalation: Escalation | null, nameOf: (userId: string) => string): string {
  if (escalation === null) return '不升级';
  const { minSeverity, officeHours, firstIds, secondIds } = escalation;
  const after = `${SEVERITY_LABELS[minSeverity]}及以上，${officeHours} 个办公小时后告知 ${firstIds.map(nameOf).join('、')}`;
  return secondIds.length === 0 ? after : `${after}；再过 ${officeHours} 个，告知 ${secondIds.map(nameOf).join('、')}`;
}

function TeamPanel({
  team,
  channels,
  townships,
  units,
  nameOf,
  onEdit,
}: {
  team: Team;
  channels: readonly TeamChannel[];
  townships: string[];
  units: string[];
  nameOf: (userId: string) => string;
  onEdit: () => void;
}) {
  const members = team.memberIds.map(nameOf);
  const rows = [
    ['负责乡镇', townships.length === 0 ? placesText(team) : townships.join('、')],
    ['类别', team.problemClasses.length === 0 ? '全部' : team.problemClasses.join('、')],
    ['单位', units.length === 0 ? '全部' : units.join('、')],
    ['成员', members.length === 0 ? '还没有成员' : members.join('、')],
    ['接收级别', `${SEVERITY_LABELS[team.minSeverity]}及以上`],
    ['每周名额', team.weeklyBudget === null ? '不限' : `${team.weeklyBudget} 件，按风险排`],
    ['免打扰', quietText(team.quietHours)],
    ['没有人签收时', escalationText(team.escalation, nameOf)],
    ['回调地址', team.webhookUrl ?? '没有'],
    ['平台通知', team.platformNotices ? '也发到回调地址和下面的渠道' : '不发给本组'],
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
      <TeamChannelList channels={channels} nameOf={nameOf} />
      <div className={styles['buttons']}>
        <Link to={`/teams/${encodeURIComponent(team.id)}/duty`}>值班表</Link>
        <AddChannelButton team={team} nameOf={nameOf} />
        {team.webhookUrl === null ? null : <WebhookKeyButton team={team} />}
        {team.isDefault ? null : <DeleteTeamButton team={team} />}
      </div>
    </Panel>
  );
}
