import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import {
  CAMPAIGN_STEP_LABELS,
  CAMPAIGN_TASK_STATE_LABELS,
  campaignDetailSchema,
  campaignStepRequestSchema,
  CHECK_RESULT_LABELS,
  type CampaignDetail,
  type CampaignStepRequest,
} from '@tianyan/console-app/api';
import { Select } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router';
import { callApi } from '../../api/client.js';
import { numberText } from '../../format/number.js';
import { BackLink } from '../../parts/back-link.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { ExportButton } from '../../parts/export-button.js';
import filterBar from '../../parts/filter-bar.module.css';
import { Loaded } from '../../parts/loaded.js';
import { MoreButton } from '../../parts/more-button.js';
import { PageSkeleton } from '../../parts/page-skeleton.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable } from '../../parts/record-table.js';
import page from '../clue/clue-page.module.css';
import { inPlaceBody } from '../delegations/in-place.js';
import { ActionsPanel } from '../supervision/actions-panel.js';
import { Broken, Facts, StepsPanel } from '../supervision/parts.js';
import { AssignPanel } from './assign-panel.js';
import { campaignQuery, campaignTasksQuery, type TaskFilter } from './campaign-queries.js';
import styles from './campaigns.module.css';
import { CentrePanel } from './centre-panel.js';
import { CampaignStateMark, TASK_COLUMNS } from './parts.js';
import { ResultsPanel } from './results-panel.js';
import { CAMPAIGN_FORMS } from './task-forms.js';

/** One campaign: what was picked, how far it is, and what was found. */
export default function CampaignPage() {
  const { id = '' } = useParams();
  const query = useQuery(campaignQuery(id));
  return (
    <>
      <BackLink to="/campaigns">返回专项复查</BackLink>
      <Loaded query={query} skeleton={<PageSkeleton panels={3} />}>
        {(campaign) => <Campaign campaign={campaign} />}
      </Loaded>
    </>
  );
}

function Campaign({ campaign }: { campaign: CampaignDetail }) {
  const path = `/campaigns/${encodeURIComponent(campaign.id)}/steps`;
  const { revision } = campaign;
  return (
    <article>
      <title>{`${campaign.name} · 天眼监督`}</title>
      <Broken unbroken={campaign.unbroken} />
      <CampaignHead campaign={campaign} />
      <div className={page['columns']}>
        <div className={page['main']}>
          <ResultsPanel results={campaign.results} />
          <Tasks id={campaign.id} />
          <StepsPanel steps={campaign.steps} />
        </div>
        <div className={page['side']}>
          <AssignPanel campaign={campaign} />
          <ActionsPanel<CampaignStepRequest['step'], typeof campaignStepRequestSchema>
            steps={campaign.allowedSteps}
            deputySteps={campaign.deputySteps}
            forms={CAMPAIGN_FORMS}
            labels={CAMPAIGN_STEP_LABELS}
            schema={campaignStepRequestSchema}
            send={(step, forId) =>
              callApi(campaignDetailSchema, path, { method: 'POST', body: { revision, step, ...inPlaceBody(forId) } })
            }
          />
          <DrawPanel campaign={campaign} />
          {campaign.weekly ? <CentrePanel /> : null}
        </div>
      </div>
    </article>
  );
}

function CampaignHead({ campaign }: { campaign: CampaignDetail }) {
  const { beginsOn, endsOn, leadName, townshipNames, basis } = campaign;
  const facts = [
    { label: '时间', value: `${beginsOn} 至 ${endsOn}` },
    { label: '负责人', value: leadName },
    { label: '范围', value: townshipNames.join('、') || '全县' },
    { label: '依据', value: basis },
  ];
  return (
    <header className={page['head']}>
      <div className={page['marks']}>
        <CampaignStateMark state={campaign.state} />
        {campaign.weekly ? <span>每周重复</span> : null}
        <ExportButton title="导出专项复查" path={`/campaigns/${encodeURIComponent(campaign.id)}/export`} query={{}} />
      </div>
      <h1 className={page['headline']}>{campaign.name}</h1>
      <Facts facts={facts} />
    </header>
  );
}

/** How the orders were picked: enough for anybody to repeat it. */
function DrawPanel({ campaign: { pickLines, population, results, seed, populationDigest } }: { campaign: CampaignDetail }) {
  return (
    <Panel title="怎样选定的">
      <Facts
        facts={[
          ...pickLines.map(({ label, text }) => ({ label, value: text })),
          { label: '符合条件', value: `${numberText(population)} 件` },
          { label: '选中', value: `${numberText(results.picked)} 件` },
        ]}
      />
      {seed === null ? null : (
        <p className={styles['digest']}>
          抽取种子：<span className="num">{seed}</span>
          <br />
          工单按 SHA-256（种子:编号）从小到大排，取最前的；谁都可以重算。
        </p>
      )}
      <p className={styles['digest']}>
        符合条件的工单校验值：<span className="num">{populationDigest}</span>
      </p>
    </Panel>
  );
}

const optionsOf = <K extends string>(labels: Readonly<Record<K, string>>) =>
  Object.entries<string>(labels).map(([value, label]) => ({ value, label }));

function Tasks({ id }: { id: string }) {
  const [filter, setFilter] = useState<TaskFilter>({});
  const query = useInfiniteQuery({ ...campaignTasksQuery(id, filter), placeholderData: keepPreviousData });
  const choice = (name: 'state' | 'result', label: string, labels: Readonly<Record<string, string>>) => (
    <Select
      aria-label={label}
      allowClear
      placeholder={label}
      value={filter[name]}
      onChange={(value: string | undefined) => setFilter((before) => ({ ...before, [name]: value }))}
      options={optionsOf(labels)}
    />
  );
  return (
    <Panel title="选定的工单" flush>
      <div className={filterBar['filters']}>
        {choice('state', '状态', CAMPAIGN_TASK_STATE_LABELS)}
        {choice('result', '结果', CHECK_RESULT_LABELS)}
      </div>
      <Loaded query={query}>
        {({ pages }) => {
          const tasks = pages.flatMap(({ items }) => items);
          if (tasks.length === 0) return <EmptyPanel title="没有这样的工单" hint="换个条件再看。" />;
          return <RecordTable caption="选定的工单" columns={TASK_COLUMNS} rows={tasks} keyOf={(task) => task.id} />;
        }}
      </Loaded>
      <MoreButton query={query} />
    </Panel>
  );
}
