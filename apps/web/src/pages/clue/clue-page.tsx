import { useQuery } from '@tanstack/react-query';
import { CLUE_VERDICT_LABELS, DISPOSAL_LABELS, type ClueDetail } from '@tianyan/console-app/api';
import { Alert } from 'antd';
import { useParams } from 'react-router';
import { instantText } from '../../format/time.js';
import { Help } from '../../help/help-button.js';
import { BackLink } from '../../parts/back-link.js';
import { Loaded } from '../../parts/loaded.js';
import { PageSkeleton } from '../../parts/page-skeleton.js';
import { Panel } from '../../parts/panel.js';
import { ClueDue, ClueSecrecy, ClueStateMark } from '../clues/clue-marks.js';
import { CampaignTaskLink } from '../campaigns/campaign-task-link.js';
import { clueQuery } from '../clues/clue-queries.js';
import { FindingRows } from '../findings/finding-rows.js';
import { CircularsPanel } from '../supervision/circulars-panel.js';
import { LettersPanel } from '../supervision/letters-panel.js';
import { yuanText } from '../supervision/parts.js';
import { ActionsPanel } from './actions-panel.js';
import { ClueNews } from './clue-news.js';
import { DossierPanel } from './dossier-panel.js';
import { ClueFilesPanel } from './clue-files-panel.js';
import { PeoplePanel } from './people-panel.js';
import { RelatedPanel } from './related-panel.js';
import { StepsPanel } from './steps-panel.js';
import styles from './clue-page.module.css';

export default function CluePage() {
  const { id = '' } = useParams();
  const query = useQuery(clueQuery(id));
  return (
    <>
      <BackLink to="/clues">返回线索列表</BackLink>
      <Loaded query={query} skeleton={<PageSkeleton panels={3} />}>
        {(clue) => <Clue key={clue.id} clue={clue} />}
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
      <ClueNews clue={clue} />
      <ClueHead clue={clue} />
      <div className={styles['columns']}>
        <div className={styles['main']}>
          <FindingsPanel clue={clue} />
          <StepsPanel steps={clue.steps} />
        </div>
        <div className={styles['side']}>
          <ActionsPanel clue={clue} />
          <ClueFilesPanel clue={clue} />
          <PeoplePanel clue={clue} />
          <LettersPanel origin={{ kind: 'clue', id: clue.id }} about={clue.findings} recused={clue.recused} />
          <CircularsPanel origin={{ kind: 'clue', id: clue.id }} recused={clue.recused} />
          <RelatedPanel clue={clue} />
          <DossierPanel clueId={clue.id} files={clue.files} />
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
    ...(clue.campaignTask === null ? [] : [{ label: '来源', value: <CampaignTaskLink task={clue.campaignTask} /> }]),
    ...(clue.circle === null
      ? []
      : [
          {
            label: '知悉范围',
            value: (
              <>
                {clue.circle.join('、')}
                <Help topic="clue-circle" label="知悉范围" />
              </>
            ),
          },
        ]),
    ...(clue.extension === null
      ? []
      : [{ label: '延期申请', value: `${clue.extension.askedByName}申请延长 ${clue.extension.workingDays} 个工作日，待审批` }]),
    ...(clue.recoveredFen === 0 ? [] : [{ label: '追回金额', value: yuanText(clue.recoveredFen) }]),
    ...(clue.improvements === 0 ? [] : [{ label: '建立完善制度', value: `${clue.improvements} 项` }]),
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
        <ClueStateMark state={clue.state} /> <ClueSecrecy restricted={clue.restricted} />
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

function emptyText({ state, campaignTask }: ClueDetail): string {
  if (state === 'merged') return '疑点已随线索并入另一条线索。';
  return campaignTask === null ? '疑点已移出。' : '这条线索由专项复查确认的问题登记，没有疑点；查到有关的疑点可以并入。';
}

function FindingsPanel({ clue }: { clue: ClueDetail }) {
  return (
    <Panel title="疑点" note={`${clue.findings.length} 条`} flush>
      {clue.findings.length === 0 ? (
        <p className={styles['soft']} style={{ padding: '0 18px 14px' }}>
          {emptyText(clue)}
        </p>
      ) : (
        <FindingRows items={clue.findings} dimmed={false} />
      )}
    </Panel>
  );
}
