import { useQuery } from '@tanstack/react-query';
import {
  RECTIFICATION_STEP_LABELS,
  rectificationDetailSchema,
  rectificationPeopleSchema,
  rectificationStepRequestSchema,
  type AskedRectificationStep,
  type RectificationDetail,
  type RectificationPeople,
} from '@tianyan/console-app/api';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { callApi } from '../../api/client.js';
import { useMay } from '../../app/session.js';
import { BackLink } from '../../parts/back-link.js';
import { Loaded } from '../../parts/loaded.js';
import { PageSkeleton } from '../../parts/page-skeleton.js';
import { Panel } from '../../parts/panel.js';
import { UnmaskForm } from '../../parts/unmask-form.js';
import styles from '../clue/clue-page.module.css';
import { CampaignTaskLink } from '../campaigns/campaign-task-link.js';
import { inPlaceBody } from '../delegations/in-place.js';
import { ActionsPanel } from './actions-panel.js';
import { Broken, Facts, RectificationDue, RectificationStateMark, StepsPanel, yuanText } from './parts.js';
import { ProofPanel } from './proof-panel.js';
import { RECTIFICATION_FORMS } from './step-fields.js';
import { rectificationQuery } from './supervision-queries.js';

const FEN_PER_YUAN = 100;

/** One item, for the commission's people and for the liaison of its unit: each asks apart. */
export default function RectificationPage() {
  const { id = '' } = useParams();
  const isOffice = useMay('read-supervision');
  const base = isOffice ? '/rectifications' : '/assignments/rectifications';
  const query = useQuery(rectificationQuery(base, id));
  return (
    <>
      <BackLink to={isOffice ? '/rectifications' : '/assignments'}>{isOffice ? '返回整改台账' : '返回交办事项'}</BackLink>
      <Loaded query={query} skeleton={<PageSkeleton panels={2} />}>
        {(item) => <Item item={item} base={base} isOffice={isOffice} />}
      </Loaded>
    </>
  );
}

function Item({ item, base, isOffice }: { item: RectificationDetail; base: string; isOffice: boolean }) {
  const path = `${base}/${encodeURIComponent(item.id)}/steps`;
  const initial = {
    measures: item.measures ?? '',
    proof: item.proof ?? '',
    improvement: item.improvement ?? '',
    recoveredFen: item.recoveredFen / FEN_PER_YUAN,
    dueDay: item.dueDay,
  };
  return (
    <article>
      <title>整改事项 · 天眼监督</title>
      <Broken unbroken={item.unbroken} />
      <ItemHead item={item} isOffice={isOffice} />
      <div className={styles['columns']}>
        <div className={styles['main']}>
          <StepsPanel steps={item.steps} />
        </div>
        <div className={styles['side']}>
          <ActionsPanel<AskedRectificationStep, typeof rectificationStepRequestSchema>
            steps={item.allowedSteps}
            recused={item.recused}
            deputySteps={item.deputySteps}
            forms={RECTIFICATION_FORMS}
            labels={RECTIFICATION_STEP_LABELS}
            schema={rectificationStepRequestSchema}
            initialOf={() => initial}
            send={(step, forId) => {
              const body = { revision: item.revision, step, ...inPlaceBody(forId) };
              return callApi(rectificationDetailSchema, path, { method: 'POST', body });
            }}
            {...(isOffice
              ? {}
              : {
                  field: {
                    subject: '整改事项',
                    page: `${base}/${encodeURIComponent(item.id)}`,
                    path,
                    bodyOf: (step) => ({ revision: item.revision, step }),
                    draft: `draft/rectification/${item.id}`,
                  },
                })}
          />
          <ProofPanel of={{ kind: 'rectifications', id: item.id, side: isOffice ? 'proofs' : 'assignments' }} proof={item} />
          <PeoplePanel item={item} isOffice={isOffice} />
        </div>
      </div>
    </article>
  );
}

function ItemHead({ item, isOffice }: { item: RectificationDetail; isOffice: boolean }) {
  const letters = isOffice ? '/letters' : '/assignments/letters';
  const facts = [
    { label: '单位', value: item.unitName },
    { label: '整改期限', value: <RectificationDue item={item} /> },
    { label: '追回金额', value: yuanText(item.recoveredFen) },
    { label: '整改措施', value: item.measures ?? '未填' },
    { label: '整改情况和佐证', value: item.proof ?? '未填' },
    { label: '建立完善的制度', value: item.improvement ?? '未填' },
    ...(item.letterId === null
      ? []
      : [{ label: '督办函', value: <Link to={`${letters}/${encodeURIComponent(item.letterId)}`}>查看督办函</Link> }]),
    ...(item.campaignTask === null
      ? []
      : [{ label: '来源（单位看不到）', value: <CampaignTaskLink task={item.campaignTask} /> }]),
  ];
  return (
    <header className={styles['head']}>
      <div className={styles['marks']}>
        <RectificationStateMark state={item.state} />
      </div>
      <h1 className={styles['headline']}>{item.problem}</h1>
      <Facts facts={facts} />
    </header>
  );
}

function PeoplePanel({ item, isOffice }: { item: RectificationDetail; isOffice: boolean }) {
  const [revealed, setRevealed] = useState<RectificationPeople | null>(null);
  const { responsible, leader } = revealed ?? item;
  return (
    <Panel title="责任人">
      <p>责任人：{responsible ?? '未填'}</p>
      <p>责任领导：{leader ?? '未填'}</p>
      {!isOffice || revealed !== null || (responsible === null && leader === null) ? null : (
        <UnmaskForm
          example="例如：约谈责任人"
          onUnmask={async (reason) => {
            const path = `/rectifications/${encodeURIComponent(item.id)}/people/reveal`;
            setRevealed(await callApi(rectificationPeopleSchema, path, { method: 'POST', body: { reason } }));
          }}
        />
      )}
    </Panel>
  );
}
