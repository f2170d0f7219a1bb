import { useInfiniteQuery } from '@tanstack/react-query';
import { GRANT_STATE_LABELS, grantSchema, ROLE_LABELS, type Grant } from '@tianyan/console-app/api';
import { callApi } from '../../api/client.js';
import { useTownships } from '../../app/divisions.js';
import { useUnits } from '../../app/units.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { MachineTime } from '../../parts/machine-time.js';
import { MoreButton } from '../../parts/more-button.js';
import { ReasonForm } from '../../parts/reason-form.js';
import { ListSkeleton } from '../findings/list-skeleton.js';
import { Mark, type Tone } from './mark.js';
import { holdingText } from './reach-text.js';
import { grantsQuery, usePeopleChange } from './people-queries.js';
import styles from './people-page.module.css';

const STATE_TONES: Readonly<Record<Grant['state'], Tone>> = {
  pending: 'amber',
  confirmed: 'green',
  rejected: 'red',
  withdrawn: 'plain',
};

/** What was asked for: what waits, or what has been settled. */
export function GrantList({ pending }: { pending: boolean }) {
  const query = useInfiniteQuery(grantsQuery(pending ? 'pending' : undefined));
  const names = new Map([...useTownships(), ...useUnits()].map(({ code, name }) => [code, name]));
  return (
    <>
      <Loaded query={query} skeleton={<ListSkeleton rows={4} />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items).filter(({ state }) => pending === (state === 'pending'));
          if (items.length === 0)
            return pending ? (
              <EmptyPanel title="没有等待复核的申请" hint="安全管理员提出申请后，会列在这里。" />
            ) : (
              <EmptyPanel title="还没有办过的申请" />
            );
          return (
            <ul className={styles['grants']} aria-label={pending ? '待复核的申请' : '办过的申请'}>
              {items.map((grant) => (
                <GrantItem key={grant.id} grant={grant} names={names} />
              ))}
            </ul>
          );
        }}
      </Loaded>
      <MoreButton query={query} />
    </>
  );
}

function GrantItem({ grant, names }: { grant: Grant; names: ReadonlyMap<string, string> }) {
  const { settledBy, settledAtMs } = grant;
  return (
    <li className={styles['grant']}>
      <div className={styles['grantHead']}>
        <strong>
          {grant.kindLabel}：{grant.after.displayName}（<span className="mono">{grant.account}</span>）
        </strong>
        <Mark tone={STATE_TONES[grant.state]}>{GRANT_STATE_LABELS[grant.state]}</Mark>
      </div>
      <dl className={styles['changes']}>
        {factsOf(grant, names).map(({ label, before, after }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {before === null || before === after ? null : <del>{before}</del>}
              {after}
            </dd>
          </div>
        ))}
        <div>
          <dt>理由</dt>
          <dd>{grant.reason}</dd>
        </div>
      </dl>
      <p className={styles['said']}>
        {grant.proposedBy} 于 <MachineTime atMs={grant.proposedAtMs} /> 提出
        {settledBy === null || settledAtMs === null ? null : (
          <>
            ；{settledBy} 于 <MachineTime atMs={settledAtMs} /> {GRANT_STATE_LABELS[grant.state].slice(1)}
            {grant.settleReason ? `：${grant.settleReason}` : ''}
          </>
        )}
      </p>
      {grant.mayReview || grant.mayWithdraw ? <Settle grant={grant} /> : null}
    </li>
  );
}

function Settle({ grant }: { grant: Grant }) {
  const settle = usePeopleChange(
    ({ how, reason }: { how: 'confirm' | 'reject' | 'withdraw'; reason: string }) =>
      callApi(grantSchema, `/grants/${encodeURIComponent(grant.id)}/${how}`, { method: 'POST', body: { reason } }),
    '已办理',
    () => undefined,
  );
  const actions = grant.mayReview
    ? [
        { label: '通过', isMain: true, onClick: (reason: string) => settle.mutate({ how: 'confirm', reason }) },
        { label: '驳回', isDanger: true, onClick: (reason: string) => settle.mutate({ how: 'reject', reason }) },
      ]
    : [{ label: '撤回', onClick: (reason: string) => settle.mutate({ how: 'withdraw', reason }) }];
  return (
    <ReasonForm
      placeholder={grant.mayReview ? '复核意见，例如：与任命文件一致' : '为什么撤回'}
      error={settle.error}
      isPending={settle.isPending}
      actions={actions}
    />
  );
}

interface Fact {
  label: string;
  before: string | null;
  after: string;
}

/** Where nothing is granted, who it is about; otherwise all that is granted, with what it was. */
function factsOf({ kind, before, after }: Grant, names: ReadonlyMap<string, string>): Fact[] {
  const role = { label: '角色', before: before && ROLE_LABELS[before.role], after: ROLE_LABELS[after.role] };
  if (kind === 'reset' || kind === 'unlock') return [role];
  return [
    { label: '姓名', before: before && before.displayName, after: after.displayName },
    { label: '科室单位', before: before && (before.office || '未填'), after: after.office || '未填' },
    role,
    {
      label: '管辖范围、单位',
      before: before && holdingText(before, names),
      after: holdingText(after, names),
    },
  ];
}
