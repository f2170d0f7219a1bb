import { useQuery } from '@tanstack/react-query';
import type { Delegation } from '@tianyan/console-app/api';
import { useMay } from '../../app/session.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { ReasonForm } from '../../parts/reason-form.js';
import { Mark, type Tone } from '../people/mark.js';
import styles from '../people/people-page.module.css';
import { DelegateForm } from './delegate-form.js';
import { delegationsQuery, useDelegationChange } from './delegation-queries.js';
import own from './delegations-page.module.css';

const STATE_TONES: Readonly<Record<Delegation['state'], Tone>> = {
  pending: 'amber',
  confirmed: 'green',
  rejected: 'red',
  ended: 'plain',
};

/** Who acts in the place of whom, on which days: one's own, and what one may review. */
export default function DelegationsPage() {
  const query = useQuery(delegationsQuery);
  const mayDelegate = useMay('delegate');
  return (
    <>
      <PageHeading
        title="代理"
        lead="休假或出差时，请人在一段日期内代为办理：分办、审批、验收、办结线索，签发、审核、办结督办函和通报，验收整改，复查分到的工单。另一人复核后生效，每一步都记两个人的名字。代理人不会因此看到更多，知悉范围照旧。"
      />
      <div className={own['panels']}>
        <Panel flush>
          <Loaded query={query}>
            {({ items }) =>
              items.length === 0 ? (
                <EmptyPanel title="没有代理" />
              ) : (
                <ul className={styles['grants']} aria-label="代理">
                  {items.map((delegation) => (
                    <DelegationItem key={delegation.id} delegation={delegation} />
                  ))}
                </ul>
              )
            }
          </Loaded>
        </Panel>
        {mayDelegate ? (
          <Panel title="请人代理">
            <Loaded query={query}>{({ deputies }) => <DelegateForm deputies={deputies} />}</Loaded>
          </Panel>
        ) : null}
      </div>
    </>
  );
}

function DelegationItem({ delegation }: { delegation: Delegation }) {
  const { principalName, deputyName, fromDay, untilDay, reason, answer, state, stateLabel } = delegation;
  return (
    <li className={styles['grant']}>
      <div className={styles['grantHead']}>
        <strong>
          {deputyName}代{principalName}
        </strong>
        <Mark tone={STATE_TONES[state]}>{stateLabel}</Mark>
      </div>
      <p className={styles['said']}>
        {fromDay} 至 {untilDay}；理由：{reason}
        {answer === null ? '' : `；${answer}`}
      </p>
      {delegation.mayReview || delegation.mayEnd ? <Settle delegation={delegation} /> : null}
    </li>
  );
}

function Settle({ delegation: { id, mayReview } }: { delegation: Delegation }) {
  const path = `/${encodeURIComponent(id)}`;
  const confirm = useDelegationChange(`${path}/confirm`, '已通过', () => undefined);
  const reject = useDelegationChange(`${path}/reject`, '已驳回', () => undefined);
  const end = useDelegationChange(`${path}/end`, '已撤回', () => undefined);
  const actions = mayReview
    ? [
        { label: '通过', isMain: true, onClick: (reason: string) => confirm.mutate({ reason }) },
        { label: '驳回', isDanger: true, onClick: (reason: string) => reject.mutate({ reason }) },
      ]
    : [{ label: '撤回', onClick: (reason: string) => end.mutate({ reason }) }];
  return (
    <ReasonForm
      placeholder={mayReview ? '复核意见，例如：与请假审批一致' : '为什么撤回'}
      error={confirm.error ?? reject.error ?? end.error}
      isPending={confirm.isPending || reject.isPending || end.isPending}
      actions={actions}
    />
  );
}
