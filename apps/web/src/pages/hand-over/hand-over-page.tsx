import { useQuery } from '@tanstack/react-query';
import type { HandledWork } from '@tianyan/console-app/api';
import { Alert } from 'antd';
import { Link, useParams } from 'react-router';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { ClueDue } from '../clues/clue-marks.js';
import { HandOverForm } from './hand-over-form.js';
import { handledWorkQuery } from './hand-over-queries.js';
import styles from './hand-over.module.css';

const WAITING: readonly Column<HandledWork['waiting'][number]>[] = [
  {
    title: '线索',
    width: '40%',
    cell: (clue) => (
      <span>
        <Link to={`/clues/${encodeURIComponent(clue.id)}`}>{clue.number}</Link>
        <span className={styles['title']}>{clue.title}</span>
      </span>
    ),
  },
  { title: '等待', cell: ({ stepLabel }) => stepLabel },
  { title: '期限', cell: (clue) => <ClueDue clue={clue} /> },
  { title: '还有谁能办', cell: ({ others }) => (others === 0 ? <strong>没有其他人</strong> : `另有 ${others} 人`) },
];

/** All that one account handles, and to whom it goes. */
export default function HandOverPage() {
  const { userId = '' } = useParams();
  const query = useQuery(handledWorkQuery(userId));
  return (
    <Loaded query={query}>
      {(work) => (
        <>
          <PageHeading title={`移交：${work.holder.name}`} lead={leadOf(work)} />
          <div className={styles['panels']}>
            <Panel
              title="手上的事项"
              note={`线索 ${work.holder.clues} 条，督办函 ${work.holder.letters} 份，通报 ${work.holder.circulars} 份`}
              flush
            >
              <NotShown work={work} />
              <Tasks count={work.holder.campaignTasks} />
              <HandOverForm key={work.holder.userId} work={work} />
            </Panel>
            <Panel title="等这个人办的线索" note="由角色决定，不移交" flush>
              {work.waiting.length === 0 ? (
                <EmptyPanel title="没有等这个人分办、审批、验收或办结的线索" />
              ) : (
                <RecordTable caption="等这个人办的线索" columns={WAITING} rows={work.waiting} keyOf={({ id }) => id} />
              )}
            </Panel>
          </div>
        </>
      )}
    </Loaded>
  );
}

function leadOf({ holder }: HandledWork): string {
  const state = holder.active ? '' : '，账号已停用';
  return `${holder.roleLabel}${state}。选好接手的人，写明理由，一次移交；接手的人回避、不在知悉范围或管辖不够的，会留在原处并说明原因。`;
}

function NotShown({ work: { notShown } }: { work: HandledWork }) {
  const { clues, letters, circulars } = notShown;
  if (clues + letters + circulars === 0) return null;
  const what = [
    ...(clues > 0 ? [`${clues} 条线索`] : []),
    ...(letters > 0 ? [`${letters} 份督办函`] : []),
    ...(circulars > 0 ? [`${circulars} 份通报`] : []),
  ].join('、');
  return (
    <Alert
      type="warning"
      showIcon
      style={{ margin: '12px 18px' }}
      title={`另有${what}没有列出：不在您的管辖或知悉范围内的，须由看得到的委领导移交；一次最多列 200 项，移交后再列其余。`}
    />
  );
}

/** Those are given to several, and by whoever leads the campaign. */
function Tasks({ count }: { count: number }) {
  if (count === 0) return null;
  const title = `另有 ${count} 件待复查的工单：在“专项复查”的专项页重新分派。`;
  return <Alert type="info" showIcon style={{ margin: '12px 18px' }} title={title} />;
}
