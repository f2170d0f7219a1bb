import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  assignedCircularDetailSchema,
  reportImprovementSchema,
  unitImprovementStepRequestSchema,
  unitCircularStepSchema,
  type AssignedCircularDetail,
} from '@tianyan/console-app/circular-api';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { instantText } from '../../format/time.js';
import { BackLink } from '../../parts/back-link.js';
import { Loaded } from '../../parts/loaded.js';
import { PageSkeleton } from '../../parts/page-skeleton.js';
import { Panel } from '../../parts/panel.js';
import { Deadline } from '../clues/clue-marks.js';
import styles from '../clue/clue-page.module.css';
import { IMPROVEMENT_FIELDS } from './circular-fields.js';
import { CircularStateMark, Corrections, ImprovementList, improvementPath, ProgressMark } from './circular-parts.js';
import { assignedCircularQuery } from './circular-queries.js';
import { Facts, StepsPanel } from './parts.js';
import { StepDialog } from './step-dialog.js';

/** A circular as units see it: what it says, and what to report. */
export default function AssignedCircularPage() {
  const { id = '' } = useParams();
  const query = useQuery(assignedCircularQuery(id));
  return (
    <>
      <BackLink to="/assignments">返回交办事项</BackLink>
      <Loaded query={query} skeleton={<PageSkeleton panels={2} />}>
        {(circular) => <Circular circular={circular} />}
      </Loaded>
    </>
  );
}

const post = (path: string, body: object) =>
  callApi(assignedCircularDetailSchema, `/assignments/${path}`, { method: 'POST', body });

function Circular({ circular }: { circular: AssignedCircularDetail }) {
  const { improvements, units } = circular;
  return (
    <article>
      <title>{`${circular.number ?? '通报'} · 天眼监督`}</title>
      <header className={styles['head']}>
        <div className={styles['marks']}>
          <CircularStateMark state={circular.state} />
          <span>{circular.number}</span>
        </div>
        <h1 className={styles['headline']}>{circular.title}</h1>
        <Facts
          facts={[
            { label: '通报的单位', value: circular.unitNames.join('、') },
            { label: '首接负责', value: circular.firstUnitName ?? '未指定' },
            { label: '报送期限', value: <Deadline of={circular} /> },
            {
              label: '签发时间',
              value: <span className="num">{circular.issuedAtMs === null ? '' : instantText(circular.issuedAtMs)}</span>,
            },
          ]}
        />
      </header>
      <div className={`${styles['columns']} ${styles['readFirst']}`}>
        <div className={styles['main']}>
          <Panel title="正文" className={styles['text']}>
            <p style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>{circular.text}</p>
            <Corrections base="/assignments/circulars" corrects={circular.corrects} correctedBy={circular.correctedBy} />
          </Panel>
          {improvements.length === 0 ? null : (
            <Panel title="本单位报送的制度" note={`${improvements.length} 项`}>
              <ImprovementList
                items={improvements}
                side="assignments"
                schema={unitImprovementStepRequestSchema}
                send={({ id, revision }, step) => post(`improvements/${encodeURIComponent(id)}/steps`, { revision, step })}
              />
            </Panel>
          )}
          <StepsPanel steps={circular.steps} />
        </div>
        <div className={styles['side']}>
          <Reading circular={circular} />
          {units.map((unit) => (
            <UnitPanel key={unit.code} circular={circular} unit={unit} />
          ))}
        </div>
      </div>
    </article>
  );
}

function Reading({ circular }: { circular: AssignedCircularDetail }) {
  const client = useQueryClient();
  const read = useMutation({
    mutationFn: () => post(`circulars/${encodeURIComponent(circular.id)}/receipts`, {}),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.supervision }),
  });
  return (
    <Panel title="阅知">
      {read.isError ? <Alert role="alert" type="error" showIcon title={read.error.message} /> : null}
      {circular.read ? (
        <p>本单位已阅。</p>
      ) : (
        <div className={styles['buttons']}>
          <Button block size="large" type="primary" loading={read.isPending} onClick={() => read.mutate()}>
            已阅
          </Button>
        </div>
      )}
    </Panel>
  );
}

/** What one of the person's units has to report. */
function UnitPanel({ circular, unit }: { circular: AssignedCircularDetail; unit: AssignedCircularDetail['units'][number] }) {
  const [doing, setDoing] = useState<'report' | 'finish' | null>(null);
  const path = `circulars/${encodeURIComponent(circular.id)}`;
  const report = {
    title: '报送制度',
    explanation: '一项制度报送一次，报送后在下面上传文件作佐证。',
    fields: IMPROVEMENT_FIELDS,
    fixed: { unitCode: unit.code },
    initial: { kind: 'new' },
    schema: reportImprovementSchema,
    send: (body: object) => post(`${path}/improvements`, body),
  };
  const finish = {
    title: '报送完毕',
    explanation: '表示本单位的制度和佐证附件都已报齐，之后不能再增加，附件也不能增加或撤回；退回补正的仍可改、可重报。',
    fields: [],
    fixed: { step: { step: 'finish', unitCode: unit.code } },
    schema: unitCircularStepSchema,
    send: (body: object) => post(`${path}/steps`, body),
    filesFirst: circular.improvements.filter(({ unitCode }) => unitCode === unit.code).map(improvementPath),
  };
  return (
    <Panel title={unit.name} note={`报送 ${unit.reported} 项，计入 ${unit.counted} 项`}>
      <p>
        {unit.isFirst ? '首接负责单位。' : ''} <ProgressMark progress={unit.progress} />
      </p>
      {unit.mayReport ? (
        <div className={styles['buttons']}>
          <Button block size="large" type="primary" onClick={() => setDoing('report')}>
            报送制度
          </Button>
          <Button block size="large" onClick={() => setDoing('finish')}>
            报送完毕
          </Button>
        </div>
      ) : null}
      <StepDialog asked={doing === 'report' ? report : null} onClose={() => setDoing(null)} />
      <StepDialog asked={doing === 'finish' ? finish : null} onClose={() => setDoing(null)} />
    </Panel>
  );
}
