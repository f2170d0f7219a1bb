import { useMutation, useQueryClient } from '@tanstack/react-query';
import { assignedTasksSchema, type CampaignDetail, type CampaignTaskState } from '@tianyan/console-app/api';
import { Alert, Button, Select } from 'antd';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { Panel } from '../../parts/panel.js';
import page from '../clue/clue-page.module.css';
import { inPlaceBody, inPlaceTitle } from '../delegations/in-place.js';

/** Gives out what nobody has, or somebody who was locked; only for whoever leads the campaign, manages it, or is a deputy of one who does. */
export function AssignPanel({ campaign: { id, inspectors, assignFor, results } }: { campaign: CampaignDetail }) {
  const [chosen, setChosen] = useState<string[]>([]);
  const client = useQueryClient();
  const countOf = (state: CampaignTaskState) => results.byState.find(({ key }) => key === state)?.count ?? 0;
  const waiting = countOf('unassigned');
  // Of what is assigned some may lie with an account that was locked: that is found out when it is given out.
  const mayGive = waiting + countOf('assigned') > 0;
  const assign = useMutation({
    mutationFn: () =>
      callApi(assignedTasksSchema, `/campaigns/${encodeURIComponent(id)}/assignments`, {
        method: 'POST',
        body: { inspectorIds: chosen, ...inPlaceBody(assignFor?.forId) },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.supervision }),
  });
  if (inspectors.length === 0) return null;
  return (
    <Panel title="分派" note={`${waiting} 件待分派`}>
      <Select
        aria-label="复查人员"
        mode="multiple"
        placeholder="选择复查人员，平均分"
        style={{ width: '100%' }}
        value={chosen}
        onChange={setChosen}
        showSearch={{ optionFilterProp: 'label' }}
        options={inspectors.map((one) => ({ value: one.id, label: one.name }))}
      />
      <div className={page['buttons']}>
        <Button
          type="primary"
          block
          size="large"
          disabled={chosen.length === 0 || !mayGive}
          loading={assign.isPending}
          onClick={() => assign.mutate()}
        >
          {inPlaceTitle('平均分派', assignFor)}
        </Button>
      </div>
      {assignFor ? <p className={page['soft']}>代{assignFor.forName}分派，记两个人的名字；不能分给自己。</p> : null}
      <p role="status">{assign.isSuccess ? saidOf(assign.data) : ''}</p>
      {assign.isError ? <Alert role="alert" type="error" showIcon title={assign.error.message} /> : null}
    </Panel>
  );
}

const saidOf = ({ given, left }: { given: number; left: number }): string =>
  given + left === 0
    ? '没有要分派的工单'
    : `已分派 ${given} 件${left === 0 ? '' : `；${left} 件没有合适的人（不在管辖范围，或已申请回避）`}`;
