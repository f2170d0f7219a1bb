import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  mendSchema,
  planPreviewSchema,
  type GroupPlan,
  type PlanPreview,
  type QuarantineGroupDetail,
} from '@tianyan/console-app/api';
import { Alert, App, Button, Input, Radio } from 'antd';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useMay } from '../../app/session.js';
import { numberText } from '../../format/number.js';
import { ChangeFields, emptyChange, planChanges, type DraftChange } from './change-fields.js';
import styles from './mends.module.css';
import { SampleTable } from './sample-table.js';

const MIN_REASON_CHARS = 2;
const MAX_REASON_CHARS = 500;

/** A plan for the whole group: chosen, tried, and then carried out or put before a second person. */
export function PlanForm({ group }: { group: QuarantineGroupDetail }) {
  const mayDiscard = useMay('discard-quarantined');
  const [kind, setKind] = useState<GroupPlan['kind']>('replay');
  const [changes, setChanges] = useState<readonly DraftChange[]>([emptyChange(group.columns[0]?.column ?? '')]);
  const [reason, setReason] = useState('');
  const plan = planOf(kind, changes);
  const { preview, carryOut } = usePlan(group, plan);
  const change = (apply: () => void) => {
    apply();
    // What was tried was another plan.
    preview.reset();
  };
  const needsReason = kind !== 'replay';
  const isReady = plan !== null && (!needsReason || reason.trim().length >= MIN_REASON_CHARS);
  const tried = kind === 'discard' || (preview.data?.accepted ?? 0) > 0;
  return (
    <div className={styles['form']}>
      <Radio.Group value={kind} onChange={(event) => change(() => setKind(event.target.value as GroupPlan['kind']))}>
        <Radio value="replay">按现在的映射重放</Radio>
        <Radio value="values" disabled={group.closed !== null}>
          改正取值
        </Radio>
        {mayDiscard ? <Radio value="discard">整组作废</Radio> : null}
      </Radio.Group>
      <p className={styles['hint']}>{hintOf(kind, group)}</p>
      {kind === 'values' ? (
        <ChangeFields group={group} changes={changes} onChange={(next) => change(() => setChanges(next))} />
      ) : null}
      {needsReason ? (
        <Input
          aria-label="理由"
          placeholder={
            kind === 'discard' ? '作废理由，例如：来源的测试数据' : '改正理由，例如：来源把“县城关镇”写成了旧名，已与来源单位核对'
          }
          value={reason}
          maxLength={MAX_REASON_CHARS}
          onChange={(event) => setReason(event.target.value)}
        />
      ) : null}
      {preview.isError ? <Alert role="alert" showIcon type="error" title={preview.error.message} /> : null}
      {carryOut.isError ? <Alert role="alert" showIcon type="error" title={carryOut.error.message} /> : null}
      <div className={styles['buttons']}>
        {kind === 'discard' ? null : (
          <Button disabled={plan === null} loading={preview.isPending} onClick={() => plan && preview.mutate(plan)}>
            试算
          </Button>
        )}
        <Button
          type="primary"
          danger={kind === 'discard'}
          disabled={!isReady || !tried}
          loading={carryOut.isPending}
          onClick={() => plan && carryOut.mutate({ plan, ...(needsReason ? { reason: reason.trim() } : {}) })}
        >
          {confirmText(kind, group.count)}
        </Button>
      </div>
      {preview.data ? <Preview preview={preview.data} /> : null}
    </div>
  );
}

function planOf(kind: GroupPlan['kind'], drafts: readonly DraftChange[]): GroupPlan | null {
  if (kind !== 'values') return { kind };
  const changes = planChanges(drafts);
  return changes === null ? null : { kind, changes };
}

function hintOf(kind: GroupPlan['kind'], group: QuarantineGroupDetail): string {
  if (kind === 'discard') return '作废的行不再入库，也不参加比对；管理员可以逐条恢复。';
  if (kind === 'values') return '只能改正出错的栏目。改正的值要由另一个人复核后才会入库，记录上会注明由谁改正、由谁复核。';
  return group.closed === null
    ? '来源的原文不变。适合映射或名录改好之后：通过的入库，仍不通过的留在隔离区。'
    : `来源的原文不变。${group.closed}。`;
}

function confirmText(kind: GroupPlan['kind'], count: number): string {
  if (kind === 'discard') return `作废 ${numberText(count)} 行`;
  return kind === 'values' ? '提交复核' : `重放 ${numberText(count)} 行`;
}

function usePlan(group: QuarantineGroupDetail, plan: GroupPlan | null) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const path = `/quarantine/groups/${encodeURIComponent(group.key)}`;
  const preview = useMutation({
    mutationFn: (tried: GroupPlan) => callApi(planPreviewSchema, `${path}/preview`, { method: 'POST', body: { plan: tried } }),
  });
  const carryOut = useMutation({
    mutationFn: (body: { plan: GroupPlan; reason?: string }) => callApi(mendSchema, `${path}/mends`, { method: 'POST', body }),
    onSuccess: async () => {
      void message.success(plan?.kind === 'values' ? '已提交，等待另一个人复核' : '已开始处理');
      await client.invalidateQueries({ queryKey: keys.quarantine });
    },
  });
  return { preview, carryOut };
}

function Preview({ preview }: { preview: PlanPreview }) {
  const part = preview.examined < preview.total ? `（共 ${numberText(preview.total)} 行，只试了前面这些）` : '';
  const left = preview.examined - preview.accepted;
  return (
    <section className={styles['form']} aria-label="试算结果">
      <Alert
        showIcon
        type={preview.accepted === 0 ? 'warning' : 'success'}
        title={`试了 ${numberText(preview.examined)} 行${part}：${numberText(preview.accepted)} 行能通过，${numberText(left)} 行仍不能`}
        description={
          preview.reasons.length === 0 ? null : (
            <ul>
              {preview.reasons.map(({ reason, count }) => (
                <li key={reason}>
                  {numberText(count)} 行：{reason}
                </li>
              ))}
            </ul>
          )
        }
      />
      <SampleTable samples={preview.samples} caption="试算的样本" />
    </section>
  );
}
