import { useQuery } from '@tanstack/react-query';
import {
  CIRCULAR_AUDIENCE_LABELS,
  CIRCULAR_STEP_LABELS,
  circularContentSchema,
  circularDetailSchema,
  circularStepRequestSchema,
  improvementStepRequestSchema,
  type CircularDetail,
  type CircularOrigin,
  type OfficeCircularStep,
} from '@tianyan/console-app/circular-api';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import type { z } from 'zod';
import { callApi } from '../../api/client.js';
import { RequestKeys } from '../../device/request-keys.js';
import { instantText } from '../../format/time.js';
import { BackLink } from '../../parts/back-link.js';
import { ExportButton } from '../../parts/export-button.js';
import { Loaded } from '../../parts/loaded.js';
import { PageSkeleton } from '../../parts/page-skeleton.js';
import { Panel } from '../../parts/panel.js';
import { Deadline } from '../clues/clue-marks.js';
import styles from '../clue/clue-page.module.css';
import { inPlaceBody } from '../delegations/in-place.js';
import { ActionsPanel } from './actions-panel.js';
import { CIRCULAR_FIELDS, circularForms } from './circular-fields.js';
import { CircularStateMark, Corrections, ImprovementList, ProgressMark } from './circular-parts.js';
import { circularQuery } from './circular-queries.js';
import { Broken, Facts, StepsPanel } from './parts.js';
import { StepDialog } from './step-dialog.js';

export default function CircularPage() {
  const { id = '' } = useParams();
  const query = useQuery(circularQuery(id));
  return (
    <>
      <BackLink to="/circulars">返回通报列表</BackLink>
      <Loaded query={query} skeleton={<PageSkeleton panels={3} />}>
        {(circular) => <Circular circular={circular} />}
      </Loaded>
    </>
  );
}

/** As the form has it. */
function contentOf({ title, text, unitCodes, firstUnitCode, audience, reportWorkingDays }: CircularDetail) {
  return { title, text, unitCodes, firstUnitCode, audience, reportWorkingDays };
}

function Circular({ circular }: { circular: CircularDetail }) {
  const path = `/circulars/${encodeURIComponent(circular.id)}/steps`;
  return (
    <article>
      <Broken unbroken={circular.unbroken} />
      <CircularHead circular={circular} />
      {circular.warnings.length === 0 ? null : (
        <Alert
          role="alert"
          type="warning"
          showIcon
          title={`${circular.warnings.join('；')}。签发前请核对通报是否仍然成立。`}
          style={{ marginBottom: 12 }}
        />
      )}
      <div className={`${styles['columns']} ${styles['readFirst']}`}>
        <div className={styles['main']}>
          <Panel
            title="正文"
            className={styles['text']}
            extra={
              <ExportButton
                title="导出文书"
                path={`/circulars/${encodeURIComponent(circular.id)}/document`}
                query={{}}
                isDocument
              />
            }
          >
            <p style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>{circular.text}</p>
            <Corrections base="/circulars" corrects={circular.corrects} correctedBy={circular.correctedBy} />
          </Panel>
          {circular.reportWorkingDays === null ? null : <ImprovementsPanel circular={circular} />}
          <StepsPanel steps={circular.steps} />
        </div>
        <div className={styles['side']}>
          <ActionsPanel<OfficeCircularStep, typeof circularStepRequestSchema>
            steps={circular.allowedSteps}
            recused={circular.recused}
            deputySteps={circular.deputySteps}
            forms={circularForms(circular.warnings)}
            labels={CIRCULAR_STEP_LABELS}
            schema={circularStepRequestSchema}
            initialOf={(step) => (step === 'revise' ? contentOf(circular) : {})}
            send={(step, forId) => {
              const body = { revision: circular.revision, step, ...inPlaceBody(forId) };
              return callApi(circularDetailSchema, path, { method: 'POST', body });
            }}
          />
          <UnitsPanel circular={circular} />
          <ReadersPanel circular={circular} />
          <OriginsPanel circular={circular} />
        </div>
      </div>
    </article>
  );
}

function CircularHead({ circular }: { circular: CircularDetail }) {
  const name = circular.number ?? '通报（未编号）';
  return (
    <header className={styles['head']}>
      <title>{`${name} · 天眼监督`}</title>
      <div className={styles['marks']}>
        <CircularStateMark state={circular.state} />
      </div>
      <h1 className={styles['headline']}>{name}</h1>
      <p className={styles['title']}>{circular.title}</p>
      <Facts
        facts={[
          { label: '单位', value: circular.unitNames.join('、') },
          { label: '首接负责', value: circular.firstUnitName ?? '未指定' },
          { label: '发送范围', value: CIRCULAR_AUDIENCE_LABELS[circular.audience] },
          { label: '报送期限', value: dueOf(circular) },
          { label: '拟稿人', value: circular.handlerName },
          { label: '签发人', value: circular.issuerName ?? '未签发' },
          {
            label: '签发时间',
            value: circular.issuedAtMs === null ? '未签发' : <span className="num">{instantText(circular.issuedAtMs)}</span>,
          },
        ]}
      />
    </header>
  );
}

function dueOf(circular: CircularDetail) {
  if (circular.reportWorkingDays === null) return '只需阅知';
  return circular.dueAtMs === null ? `${circular.reportWorkingDays} 个工作日` : <Deadline of={circular} />;
}

function ImprovementsPanel({ circular }: { circular: CircularDetail }) {
  const { improvements, counted } = circular;
  const kinds = counted.byKind.map(({ label, count }) => `${label} ${count}`).join('，');
  return (
    <Panel title="建章立制" note={`已计入 ${counted.total} 项`}>
      <p className={styles['soft']}>
        共报送 {improvements.length} 项，核对计入 {counted.total} 项（{kinds}）。
      </p>
      <ImprovementList
        items={improvements}
        side="proofs"
        schema={improvementStepRequestSchema}
        send={({ id, revision }, step, forId) =>
          callApi(circularDetailSchema, `/improvements/${encodeURIComponent(id)}/steps`, {
            method: 'POST',
            body: { revision, step, ...inPlaceBody(forId) },
          })
        }
      />
    </Panel>
  );
}

function UnitsPanel({ circular: { units } }: { circular: CircularDetail }) {
  return (
    <Panel title="各单位进度" note={`${units.length} 个`}>
      <ul className={styles['related']} aria-label="各单位进度">
        {units.map(({ code, name, isFirst, progress, reported, counted }) => (
          <li key={code}>
            <span>
              {name}
              {isFirst ? '（首接负责）' : ''}
              {reported > 0 ? `：报送 ${reported} 项，计入 ${counted} 项` : ''}
            </span>
            <ProgressMark progress={progress} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function ReadersPanel({ circular: { readers, issuedAtMs } }: { circular: CircularDetail }) {
  if (issuedAtMs === null) return null;
  return (
    <Panel title="已阅" note={`${readers.items.length} / ${readers.expected} 个单位`}>
      {readers.items.length === 0 ? <p className={styles['soft']}>还没有单位阅知。</p> : null}
      <ul className={styles['related']} aria-label="已阅">
        {readers.items.map(({ unitName, readerName, atMs }) => (
          <li key={unitName}>
            <span>
              {unitName}（{readerName}）
            </span>
            <span className="num">{instantText(atMs)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const ORIGIN_PAGES: Readonly<Record<CircularOrigin['kind'], { path: string; noun: string }>> = {
  finding: { path: 'findings', noun: '疑点' },
  clue: { path: 'clues', noun: '线索' },
  letter: { path: 'letters', noun: '督办函' },
};

/** Where it came from, and the way to put it right. */
function OriginsPanel({ circular }: { circular: CircularDetail }) {
  const [isOpen, setOpen] = useState(false);
  const [sending] = useState(() => new RequestKeys());
  const navigate = useNavigate();
  const { origins, id } = circular;
  const asked = {
    title: '更正',
    explanation: '另发一份通报，写明更正的内容；两份互相链接。原通报需要撤回的，请另行撤回。',
    fields: CIRCULAR_FIELDS,
    initial: contentOf(circular),
    schema: circularContentSchema,
    send: async (content: z.output<typeof circularContentSchema>) => {
      const body = { origins, correctsId: id, content };
      const drafted = await callApi(circularDetailSchema, '/circulars', { method: 'POST', body, key: sending.of(body) });
      await navigate(`/circulars/${encodeURIComponent(drafted.id)}`);
    },
  };
  if (origins.length === 0) return null;
  return (
    <Panel title="来源（单位看不到）">
      <ul className={styles['related']}>
        {origins.map((origin) => (
          <li key={`${origin.kind}/${origin.id}`}>
            <Link to={`/${ORIGIN_PAGES[origin.kind].path}/${encodeURIComponent(origin.id)}`}>
              查看{ORIGIN_PAGES[origin.kind].noun}
            </Link>
          </li>
        ))}
      </ul>
      {circular.mayCorrect ? (
        <div className={styles['buttons']}>
          <Button block onClick={() => setOpen(true)}>
            更正
          </Button>
        </div>
      ) : null}
      <StepDialog asked={isOpen ? asked : null} onClose={() => setOpen(false)} />
    </Panel>
  );
}
