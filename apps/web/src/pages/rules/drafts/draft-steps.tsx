import type { DraftDetail } from '@tianyan/console-app/api';
import { Panel } from '../../../parts/panel.js';
import styles from './draft.module.css';
import { ReasonForm } from '../../../parts/reason-form.js';
import { useUntriedReason } from './untried-reason.js';
import { useDraftStep } from './use-draft.js';

/** Hands it in, or gives it up. */
export function SubmitDraft({ draft, isSaved }: { draft: DraftDetail; isSaved: boolean }) {
  const submit = useDraftStep(draft.id, 'submit');
  const discard = useDraftStep(draft.id, 'discard');
  const { revision, isTried } = draft;
  const untried = useUntriedReason(isTried);
  if (!isSaved)
    return (
      <Panel title="提交复核">
        <p>有改动还没有保存，请先保存。</p>
      </Panel>
    );
  return (
    <Panel title="提交复核" note="提交时跑例子，都通过才提交">
      {isTried ? null : (
        <p className={styles['said']}>
          还没有试过这份全文，不知道它会发现什么。请先试一试（试到一半出错、取消的不算）；确实不用试的，写明为什么。
        </p>
      )}
      <ReasonForm
        placeholder="为什么要这条规则，或为什么改"
        error={submit.error ?? discard.error}
        isPending={submit.isPending || discard.isPending}
        actions={[
          {
            label: '提交复核',
            isMain: true,
            isDisabled: untried.isMissing,
            onClick: (reason) => submit.mutate({ revision, reason, ...untried.sent }),
          },
          { label: '作废', isDanger: true, onClick: (reason) => discard.mutate({ revision, reason }) },
        ]}
      >
        {untried.field}
      </ReasonForm>
    </Panel>
  );
}

/** Approves the text or sends it back. */
export function ReviewDraft({ draft }: { draft: DraftDetail }) {
  const review = useDraftStep(draft.id, 'review');
  const { revision } = draft;
  return (
    <Panel title="复核" note="看依据、改动、例子和试一试的结果；同意的就是这份全文，一字不差">
      <ReasonForm
        placeholder="例如：依据准确，试过近一年，新增的都看过"
        error={review.error}
        isPending={review.isPending}
        actions={[
          { label: '同意', isMain: true, onClick: (reason) => review.mutate({ revision, verdict: 'approved', reason }) },
          { label: '退回', isDanger: true, onClick: (reason) => review.mutate({ revision, verdict: 'returned', reason }) },
        ]}
      />
    </Panel>
  );
}
