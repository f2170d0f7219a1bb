import { ArrowLeftOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { CLUE_VERDICT_LABELS, DISPOSAL_LABELS, type ClueDetail } from '@tianyan/console-app/api';
import { Alert } from 'antd';
import { Link, useParams } from 'react-router';
import { instantText } from '../../format/time.js';
import { Loaded } from '../../parts/loaded.js';
import { PageSkeleton } from '../../parts/page-skeleton.js';
import { Panel } from '../../parts/panel.js';
import { ClueDue, ClueStateMark } from '../clues/clue-marks.js';
import { clueQuery } from '../clues/clue-queries.js';
import { FindingRows } from '../findings/finding-rows.js';
import { ActionsPanel } from './actions-panel.js';
import { PeoplePanel } from './people-panel.js';
import { RelatedPanel } from './related-panel.js';
import { StepsPanel } from './steps-panel.js';
import styles from './clue-page.module.css';

export default function CluePage() {
  const { id = '' } = useParams();
  const query = useQuery(clueQuery(id));
  return (
    <>
      <Link to="/clues" className={styles['back']}>
        <ArrowLeftOutlined aria-hidden="true" /> 返回线索列表
      </Link>
      <Loaded query={query} skeleton={<PageSkeleton panels={3} />}>
        {(clue) => <Clue clue={clue} />}
      </Loaded>
    </>
  );
}

function Clue({ clue }: { clue: ClueDetail }) {
  return (
    <article>
      <title>{`${clue.number} · 天眼监督`}</title>
      {clue.unbroken ? null : (
        <Alert
          role="alert"
          type="error"
          showIcon
          title="办理经过与记录时的校验值不一致，可能被人在数据库里改动过。请先不要办理，联系审计管理员与操作日志核对。"
          style={{ marginBottom: 12 }}
        />
      )}
      <ClueHead clue={clue} />
      <div className={styles['columns']}>
        <div className={styles['main']}>
          <FindingsPanel clue={clue} />
          <StepsPanel steps={clue.steps} />
        </div>
        <div className={styles['side']}>
          <ActionsPanel clue={clue} />
          <PeoplePanel clue={clue} />
          <RelatedPanel clue={clue} />
        </div>
      </div>
    </article>
  );
}

function ClueHead({ clue }: { clue: ClueDetail }) {
  const facts = [
    { label: '承办人', value: clue.assigneeName ?? '未分办' },
    { label: '本步期限', value: <ClueDue clue={clue} /> },
    { label: '乡镇', value: clue.townshipNames.length === 0 ? '全县' : clue.townshipNames.join('、') },
    { label: '登记时间', value: <span className="num">{instantText(clue.registeredAtMs)}</span> },
    ...(clue.verdict === null ? [] : [{ label: '核实结论', value: CLUE_VERDICT_LABELS[clue.verdict] }]),
    ...(clue.disposal === null ? [] : [{ label: '处置方式', value: DISPOSAL_LABELS[clue.disposal] }]),
    ...(clue.proposal === null
      ? []
      : [
          {
            label: '处置意见',
            value: `${DISPOSAL_LABELS[clue.proposal.disposal]}，须经${clue.proposal.ladder.join('、')}（已过 ${clue.proposal.approved} 级）`,
          },
        ]),
  ];
  return (
    <header className={styles['head']}>
      <div className={styles['marks']}>
        <ClueStateMark state={clue.state} />
      </div>
      <h1 className={styles['headline']}>{clue.number}</h1>
      <p className={styles['title']}>{clue.title}</p>
      <dl className={styles['facts']}>
        {facts.map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </header>
  );
}

function FindingsPanel({ clue }: { clue: ClueDetail }) {
  return (
    <Panel title="疑点" note={`${clue.findings.length} 条`} flush>
      {clue.findings.length === 0 ? (
        <p className={styles['soft']} style={{ padding: '0 18px 14px' }}>
          {clue.state === 'merged' ? '疑点已随线索并入另一条线索。' : '疑点已移出。'}
        </p>
      ) : (
        <FindingRows items={clue.findings} dimmed={false} />
      )}
    </Panel>
  );
}
