import { useQuery } from '@tanstack/react-query';
import {
  LETTER_KIND_LABELS,
  LETTER_STEP_LABELS,
  letterDetailSchema,
  letterStepRequestSchema,
  rectificationDetailSchema,
  registerRectificationSchema,
  type AskedLetterStep,
  type LetterDetail,
} from '@tianyan/console-app/api';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { callApi } from '../../api/client.js';
import { useMay } from '../../app/session.js';
import { instantText } from '../../format/time.js';
import { Help } from '../../help/help-button.js';
import { BackLink } from '../../parts/back-link.js';
import { ExportButton } from '../../parts/export-button.js';
import { Loaded } from '../../parts/loaded.js';
import { PageSkeleton } from '../../parts/page-skeleton.js';
import { Panel } from '../../parts/panel.js';
import { Deadline } from '../clues/clue-marks.js';
import styles from '../clue/clue-page.module.css';
import { inPlaceBody } from '../delegations/in-place.js';
import { ActionsPanel } from './actions-panel.js';
import { Broken, Facts, LetterStateMark, RectificationStateMark, StepsPanel } from './parts.js';
import { CircularsPanel } from './circulars-panel.js';
import { ProofPanel } from './proof-panel.js';
import { StepDialog } from './step-dialog.js';
import { LETTER_FORMS, REGISTER_FROM_LETTER_FIELDS } from './step-fields.js';
import { letterQuery } from './supervision-queries.js';

export default function LetterPage() {
  const { id = '' } = useParams();
  const query = useQuery(letterQuery(id));
  return (
    <>
      <BackLink to="/letters">返回督办函列表</BackLink>
      <Loaded query={query} skeleton={<PageSkeleton panels={3} />}>
        {(letter) => <Letter letter={letter} />}
      </Loaded>
    </>
  );
}

function Letter({ letter }: { letter: LetterDetail }) {
  const path = `/letters/${encodeURIComponent(letter.id)}/steps`;
  const { kind, unitCode, title, text, replyWorkingDays } = letter;
  return (
    <article>
      <Broken unbroken={letter.unbroken} />
      <LetterHead letter={letter} />
      <div className={`${styles['columns']} ${styles['readFirst']}`}>
        <div className={styles['main']}>
          <Panel
            title="正文"
            className={styles['text']}
            extra={
              <>
                <Help topic="letter-state" label="督办函的状态" />
                <ExportButton
                  title="导出文书"
                  path={`/letters/${encodeURIComponent(letter.id)}/document`}
                  query={{}}
                  isDocument
                />
              </>
            }
          >
            <p style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>{letter.text}</p>
          </Panel>
          <StepsPanel steps={letter.steps} />
        </div>
        <div className={styles['side']}>
          <ActionsPanel<AskedLetterStep, typeof letterStepRequestSchema>
            steps={letter.allowedSteps}
            recused={letter.recused}
            deputySteps={letter.deputySteps}
            forms={LETTER_FORMS}
            labels={LETTER_STEP_LABELS}
            schema={letterStepRequestSchema}
            initialOf={(step) => (step === 'revise' ? { kind, unitCode, title, text, replyWorkingDays } : { replyWorkingDays })}
            send={(step, forId) => {
              const body = { revision: letter.revision, step, ...inPlaceBody(forId) };
              return callApi(letterDetailSchema, path, { method: 'POST', body });
            }}
          />
          <ProofPanel of={{ kind: 'letters', id: letter.id, side: 'proofs' }} proof={letter} />
          <RectificationsPanel letter={letter} />
          <CircularsPanel origin={{ kind: 'letter', id: letter.id }} recused={letter.recused} />
        </div>
      </div>
    </article>
  );
}

const ORIGIN_PAGES = {
  finding: { from: '疑点', path: 'findings' },
  clue: { from: '线索', path: 'clues' },
  'campaign-task': { from: '复查的工单', path: 'campaign-tasks' },
} as const;

function LetterHead({ letter }: { letter: LetterDetail }) {
  const { from, path } = ORIGIN_PAGES[letter.origin.kind];
  const name = letter.number ?? `${LETTER_KIND_LABELS[letter.kind]}（未编号）`;
  return (
    <header className={styles['head']}>
      <title>{`${name} · 天眼监督`}</title>
      <div className={styles['marks']}>
        <LetterStateMark state={letter.state} />
        {letter.returns > 0 ? <span>退回重报 {letter.returns} 次</span> : null}
      </div>
      <h1 className={styles['headline']}>{name}</h1>
      <p className={styles['title']}>{letter.title}</p>
      <Facts
        facts={[
          { label: '单位', value: letter.unitName },
          {
            label: '答复期限',
            value: letter.dueAtMs === null ? `${letter.replyWorkingDays} 个工作日` : <Deadline of={letter} />,
          },
          { label: '拟稿人', value: letter.handlerName },
          { label: '签发人', value: letter.issuerName ?? '未签发' },
          {
            label: '签发时间',
            value: letter.issuedAtMs === null ? '未签发' : <span className="num">{instantText(letter.issuedAtMs)}</span>,
          },
          { label: '来源（单位看不到）', value: <Link to={`/${path}/${encodeURIComponent(letter.origin.id)}`}>查看{from}</Link> },
        ]}
      />
    </header>
  );
}

/** What the answer has to be followed by, until it is put right. */
function RectificationsPanel({ letter }: { letter: LetterDetail }) {
  const [isOpen, setOpen] = useState(false);
  const mayRegister =
    useMay('handle-supervision') && !letter.recused && ['answered', 'accepted', 'closed'].includes(letter.state);
  if (!mayRegister && letter.rectifications.length === 0) return null;
  const asked = {
    title: '记入整改台账',
    explanation: '每个问题一项，由单位联络员报告进展，另一人验收后销号。',
    fields: REGISTER_FROM_LETTER_FIELDS,
    fixed: { letterId: letter.id, unitCode: letter.unitCode },
    schema: registerRectificationSchema,
    send: (body: object) => callApi(rectificationDetailSchema, '/rectifications', { method: 'POST', body }),
  };
  return (
    <Panel title="整改事项" note={`${letter.rectifications.length} 项`}>
      <ul className={styles['related']}>
        {letter.rectifications.map((item) => (
          <li key={item.id}>
            <Link to={`/rectifications/${encodeURIComponent(item.id)}`}>{item.problem}</Link>
            <RectificationStateMark state={item.state} />
          </li>
        ))}
      </ul>
      {mayRegister ? (
        <div className={styles['buttons']}>
          <Button block onClick={() => setOpen(true)}>
            记入整改台账
          </Button>
        </div>
      ) : null}
      <StepDialog asked={isOpen ? asked : null} onClose={() => setOpen(false)} />
    </Panel>
  );
}
