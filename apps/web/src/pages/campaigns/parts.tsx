import {
  CAMPAIGN_STATE_LABELS,
  CAMPAIGN_TASK_STATE_LABELS,
  CHECK_RESULT_LABELS,
  type CampaignState,
  type CampaignTask,
} from '@tianyan/console-app/api';
import { Link } from 'react-router';
import { chinaDay } from '../../format/time.js';
import type { Column } from '../../parts/record-table.js';
import marks from '../clues/clue-marks.module.css';

export function CampaignStateMark({ state }: { state: CampaignState }) {
  return <span className={`${marks['state']} ${state === 'running' ? '' : marks['over']}`}>{CAMPAIGN_STATE_LABELS[state]}</span>;
}

/** Where an order stands, and what was found once that counts. */
export function TaskMark({ task: { state, result } }: { task: Pick<CampaignTask, 'state' | 'result'> }) {
  if (state !== 'done' || result === null)
    return <span className={`${marks['state']} ${marks['waiting']}`}>{CAMPAIGN_TASK_STATE_LABELS[state]}</span>;
  return (
    <span className={`${marks['state']} ${marks[result === 'problem' ? 'secret' : 'over']}`}>{CHECK_RESULT_LABELS[result]}</span>
  );
}

/** A share of thousand, with what it is a share of. */
export function shareText(permille: number | null, counted: number, of: number): string {
  return permille === null ? '—' : `${(permille / 10).toFixed(1)}%（${counted}/${of}）`;
}

export const TASK_COLUMNS: readonly Column<CampaignTask>[] = [
  {
    title: '工单',
    cell: ({ id, orderId }) => <Link to={`/campaign-tasks/${encodeURIComponent(id)}`}>{orderId}</Link>,
  },
  { title: '承办单位', cell: ({ unitName }) => unitName ?? '没有填' },
  { title: '乡镇', cell: ({ townshipName }) => townshipName ?? '没有填' },
  { title: '受理日期', cell: ({ acceptedAtMs }) => <span className="num">{chinaDay(acceptedAtMs)}</span> },
  { title: '复查人员', cell: ({ inspectorName }) => inspectorName ?? '未分派' },
  { title: '结果', cell: (task) => <TaskMark task={task} /> },
  { title: '问题种类', cell: ({ state, problemKinds }) => (state === 'done' ? problemKinds.join('、') || '—' : '—') },
];
