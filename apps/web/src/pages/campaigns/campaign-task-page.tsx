import { useQuery } from '@tanstack/react-query';
import {
  CAMPAIGN_TASK_STEP_LABELS,
  campaignTaskDetailSchema,
  campaignTaskStepRequestSchema,
  type AskedCampaignTaskStep,
  type CampaignTaskDetail,
} from '@tianyan/console-app/api';
import { Link, useParams } from 'react-router';
import { callApi } from '../../api/client.js';
import { chinaDay } from '../../format/time.js';
import { BackLink } from '../../parts/back-link.js';
import { Loaded } from '../../parts/loaded.js';
import { PageSkeleton } from '../../parts/page-skeleton.js';
import styles from '../clue/clue-page.module.css';
import { inPlaceBody, inPlaceTitle } from '../delegations/in-place.js';
import { ActionsPanel } from '../supervision/actions-panel.js';
import { Broken, Facts, StepsPanel } from '../supervision/parts.js';
import { ProofPanel } from '../supervision/proof-panel.js';
import { campaignTaskQuery } from './campaign-queries.js';
import { OutcomesPanel } from './outcomes-panel.js';
import { TaskMark } from './parts.js';
import { ReportForm } from './report-form.js';
import { TASK_FORMS, type SimpleTaskStep } from './task-forms.js';

/** One picked order: what is known of it, what is to be found out, and what was. */
export default function CampaignTaskPage() {
  const { id = '' } = useParams();
  const query = useQuery(campaignTaskQuery(id));
  return (
    <>
      <BackLink to="/campaigns">返回专项复查</BackLink>
      <Loaded query={query} skeleton={<PageSkeleton panels={2} />}>
        {(task) => <Task task={task} />}
      </Loaded>
    </>
  );
}

function Task({ task }: { task: CampaignTaskDetail }) {
  const path = `/campaign-tasks/${encodeURIComponent(task.id)}`;
  const send = (step: object, forId?: string) => {
    const body = { revision: task.revision, step, ...inPlaceBody(forId) };
    return callApi(campaignTaskDetailSchema, `${path}/steps`, { method: 'POST', body });
  };
  // The order is one person's: reported by that one, or in that one's place.
  const reporter = task.deputySteps.find(({ steps }) => steps.includes('report'));
  const isOwn = task.allowedSteps.includes('report');
  return (
    <article>
      <title>{`复查 ${task.orderId} · 天眼监督`}</title>
      <Broken unbroken={task.unbroken} />
      <TaskHead task={task} />
      <div className={styles['columns']}>
        <div className={styles['main']}>
          {isOwn || reporter ? (
            // What was begun for one state of the order is not sent for another; a file that is handed in meanwhile changes nothing.
            <ReportForm key={task.resultRevision} task={task} deputy={isOwn ? null : (reporter ?? null)} />
          ) : null}
          <StepsPanel steps={task.steps} />
        </div>
        <div className={styles['side']}>
          <ActionsPanel<SimpleTaskStep, typeof campaignTaskStepRequestSchema>
            steps={simpleOf(task.allowedSteps)}
            deputySteps={task.deputySteps.map((one) => ({ ...one, steps: simpleOf(one.steps) }))}
            forms={TASK_FORMS}
            labels={CAMPAIGN_TASK_STEP_LABELS}
            schema={campaignTaskStepRequestSchema}
            send={send}
          />
          <ProofPanel
            title={inPlaceTitle('现场照片和材料', task.attachFor)}
            of={{ kind: 'campaign-tasks', id: task.id, side: 'proofs', forId: task.attachFor?.forId }}
            proof={task}
          />
          <OutcomesPanel task={task} path={path} />
        </div>
      </div>
    </article>
  );
}

/** The result itself has a form of its own. */
const simpleOf = (steps: readonly AskedCampaignTaskStep[]): SimpleTaskStep[] =>
  steps.filter((step): step is SimpleTaskStep => step !== 'report');

function TaskHead({ task }: { task: CampaignTaskDetail }) {
  const facts = [
    {
      label: '专项',
      value: <Link to={`/campaigns/${encodeURIComponent(task.campaignId)}`}>{task.campaignName}</Link>,
    },
    { label: '承办单位', value: task.unitName ?? '没有填' },
    { label: '乡镇', value: task.townshipName ?? '没有填' },
    { label: '受理日期', value: chinaDay(task.acceptedAtMs) },
    { label: '选定时的退回次数', value: `${task.returns} 次` },
    { label: '复查人员', value: task.inspectorName ?? '未分派' },
    {
      label: '工单现在的情况',
      value: <Link to={`/timelines/order/${encodeURIComponent(task.orderId)}`}>打开时间轴</Link>,
    },
  ];
  return (
    <header className={styles['head']}>
      <div className={styles['marks']}>
        <TaskMark task={task} />
      </div>
      <h1 className={styles['headline']}>工单 {task.orderId}</h1>
      <Facts facts={facts} />
    </header>
  );
}
