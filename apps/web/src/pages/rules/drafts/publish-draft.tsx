import type { DraftDetail } from '@tianyan/console-app/api';
import { Alert } from 'antd';
import { useMay } from '../../../app/session.js';
import { numberText } from '../../../format/number.js';
import { Panel } from '../../../parts/panel.js';
import styles from './draft.module.css';
import { ReasonForm } from '../../../parts/reason-form.js';
import { useUntriedReason } from './untried-reason.js';
import { usePublishDraft } from './use-draft.js';

/** The approved text is published, in shadow or live; first it says what would come and go. */
export function PublishDraft({ draft }: { draft: DraftDetail }) {
  const mayPublish = useMay('publish-rules');
  const publish = usePublishDraft(draft.id);
  const { isMissing: isDisabled, sent, field } = useUntriedReason(draft.isTriedWhole);
  return (
    <Panel title="发布" note="发布的就是复核同意的这份全文，不用重启">
      <WhatChanges draft={draft} />
      {mayPublish ? (
        <>
          <p className={styles['said']}>
            影子运行：和现行版一起研判，发现的疑点只在规则页上看，不提醒、不计数。直接运行：先研判全部已有数据，再参与实时研判。
          </p>
          <ReasonForm
            placeholder="例如：按县委专项整治方案，退回三次改为两次"
            error={publish.error}
            isPending={publish.isPending}
            actions={[
              {
                label: '先影子运行',
                isMain: true,
                isDisabled,
                onClick: (reason) => publish.mutate({ as: 'shadow', reason, ...sent }),
              },
              { label: '直接运行', isDisabled, onClick: (reason) => publish.mutate({ as: 'live', reason, ...sent }) },
            ]}
          >
            {field}
          </ReasonForm>
        </>
      ) : (
        <p className={styles['said']}>发布由管理员进行。</p>
      )}
    </Panel>
  );
}

/** What a trial of exactly this text found; a warning where there was none. */
function WhatChanges({ draft: { trial, isTried, isTriedWhole } }: { draft: DraftDetail }) {
  if (!trial)
    return (
      <Alert
        type="warning"
        showIcon
        title={
          isTried
            ? '这份全文是由管辖范围更大的人试的，结果不能给您看。请自己试一试再发布。'
            : '这份全文没有试过：不知道会新增、减少多少疑点。请先试一试；不试就发布，要写明为什么。'
        }
      />
    );
  const { hits, changes, standingVersion, period, knownAtMs, underWay } = trial;
  if (!isTriedWhole)
    return (
      <Alert
        type="warning"
        showIcon
        title="试的人只管部分乡镇或部分类别，结果只算了那一部分，看不出全县会新增、减少多少疑点。请自己试一次；不试就发布，要写明为什么。"
      />
    );
  if (knownAtMs !== null)
    return (
      <Alert
        type="warning"
        showIcon
        title="试的是过去某一天已收到的记录，看不出现在会新增、减少多少疑点。请再按现在的记录试一次。"
      />
    );
  return (
    <p>
      试一试的结果{period === null ? '' : '（只看一段日期）'}：会有 <b>{numberText(hits)}</b> 条疑点
      {changes === null ? (
        standingVersion === null ? (
          '，都是新增的。'
        ) : (
          '；与现行版无法逐条比较。'
        )
      ) : (
        <>
          ；与现行第 {standingVersion} 版相比，<b>新增 {numberText(changes.gained)} 条</b>，
          <b>不再成立 {numberText(changes.lost)} 条</b>。{underWay ? '试的时候现行版还没研判完已有记录，这两个数不作数。' : ''}
        </>
      )}
    </p>
  );
}
