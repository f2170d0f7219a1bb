import { useQuery } from '@tanstack/react-query';
import {
  assignedLetterDetailSchema,
  LETTER_KIND_LABELS,
  LETTER_STEP_LABELS,
  unitLetterStepRequestSchema,
  type AskedLetterStep,
  type AssignedLetterDetail,
} from '@tianyan/console-app/api';
import { useParams } from 'react-router';
import { callApi } from '../../api/client.js';
import { instantText } from '../../format/time.js';
import { BackLink } from '../../parts/back-link.js';
import { Loaded } from '../../parts/loaded.js';
import { PageSkeleton } from '../../parts/page-skeleton.js';
import { Panel } from '../../parts/panel.js';
import { Deadline } from '../clues/clue-marks.js';
import styles from '../clue/clue-page.module.css';
import { ActionsPanel } from './actions-panel.js';
import { Facts, LetterStateMark, StepsPanel } from './parts.js';
import { ProofPanel } from './proof-panel.js';
import { LETTER_FORMS } from './step-fields.js';
import { assignedLetterQuery } from './supervision-queries.js';

/** A letter as its unit sees it: what it says, and what to do. */
export default function AssignedLetterPage() {
  const { id = '' } = useParams();
  const query = useQuery(assignedLetterQuery(id));
  return (
    <>
      <BackLink to="/assignments">返回交办事项</BackLink>
      <Loaded query={query} skeleton={<PageSkeleton panels={2} />}>
        {(letter) => <Letter letter={letter} />}
      </Loaded>
    </>
  );
}

function Letter({ letter }: { letter: AssignedLetterDetail }) {
  const path = `/assignments/letters/${encodeURIComponent(letter.id)}/steps`;
  const name = letter.number ?? LETTER_KIND_LABELS[letter.kind];
  return (
    <article>
      <title>{`${name} · 天眼监督`}</title>
      <header className={styles['head']}>
        <div className={styles['marks']}>
          <LetterStateMark state={letter.state} />
          <span>{name}</span>
        </div>
        <h1 className={styles['headline']}>{letter.title}</h1>
        <Facts
          facts={[
            { label: '单位', value: letter.unitName },
            // Answered, nothing is due any more.
            ...(letter.dueAtMs === null ? [] : [{ label: '答复期限', value: <Deadline of={letter} /> }]),
            {
              label: '签发时间',
              value: <span className="num">{letter.issuedAtMs === null ? '' : instantText(letter.issuedAtMs)}</span>,
            },
          ]}
        />
      </header>
      <div className={`${styles['columns']} ${styles['readFirst']}`}>
        <div className={styles['main']}>
          <Panel title="正文" className={styles['text']}>
            <p style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>{letter.text}</p>
          </Panel>
          <StepsPanel steps={letter.steps} />
        </div>
        <div className={styles['side']}>
          <ActionsPanel<AskedLetterStep, typeof unitLetterStepRequestSchema>
            steps={letter.allowedSteps}
            forms={LETTER_FORMS}
            labels={LETTER_STEP_LABELS}
            schema={unitLetterStepRequestSchema}
            send={(step) =>
              callApi(assignedLetterDetailSchema, path, { method: 'POST', body: { revision: letter.revision, step } })
            }
            field={{
              subject: name,
              page: `/assignments/letters/${encodeURIComponent(letter.id)}`,
              path,
              bodyOf: (step) => ({ revision: letter.revision, step }),
              draft: `draft/letter/${letter.id}`,
            }}
          />
          <ProofPanel of={{ kind: 'letters', id: letter.id, side: 'assignments' }} proof={letter} />
        </div>
      </div>
    </article>
  );
}
