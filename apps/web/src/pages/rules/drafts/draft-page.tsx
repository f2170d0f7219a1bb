import type { DraftDetail } from '@tianyan/console-app/api';
import { Alert, Button, Segmented } from 'antd';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useParams } from 'react-router';
import { BackLink } from '../../../parts/back-link.js';
import { Loaded } from '../../../parts/loaded.js';
import { PageHeading } from '../../../parts/page-heading.js';
import { PageSkeleton } from '../../../parts/page-skeleton.js';
import { Panel } from '../../../parts/panel.js';
import pageStyles from '../rule-page.module.css';
import { TextDiff } from '../text-diff-view.js';
import styles from './draft.module.css';
import { DraftEditor } from './draft-editor.js';
import { ReviewDraft, SubmitDraft } from './draft-steps.js';
import { isOpen, STATE_LABELS } from './draft-words.js';
import { DraftEvents, LifeLine } from './life-line.js';
import { PublishDraft } from './publish-draft.js';
import { TryDraft } from './try-draft.js';
import { NEW_DRAFT, useBeginning } from './new-draft.js';
import { useCreateDraft, useDraftQuery, useDraftStep, useGoOnAs } from './use-draft.js';

const RuleForm = lazy(() => import('../form/index.js').then(({ RuleForm: form }) => ({ default: form })));

export default function DraftPage() {
  const { id = NEW_DRAFT } = useParams();
  const query = useDraftQuery(id);
  return (
    <>
      <BackLink to="/rules">返回规则</BackLink>
      <Loaded query={query} skeleton={<PageSkeleton panels={3} />}>
        {(draft) => <Draft draft={draft} />}
      </Loaded>
    </>
  );
}

/** The page of a draft: of whoever writes it, reviews it and publishes it. One that is begun here goes on when it is saved, with what is being tried. */
function Draft({ draft }: { draft: DraftDetail }) {
  // Of when the page was opened: a jump within it forgets what it was opened with.
  const [beginning] = useState(useBeginning());
  const isNew = draft.id === NEW_DRAFT;
  const [text, setText] = useState(isNew ? beginning.yaml : draft.yaml);
  const isSaved = text.trim() === draft.yaml;
  // A text that somebody else has saved is shown, unless one is being written here.
  const [shown, setShown] = useState(draft.yaml);
  useEffect(() => {
    if (shown === draft.yaml) return;
    setShown(draft.yaml);
    setText((now) => (now.trim() === shown ? draft.yaml : now));
  }, [draft.yaml, shown]);
  const { title, ruleId, state } = draft;
  return (
    <>
      <PageHeading
        title={title || ruleId || '规则草稿'}
        lead={`规则草稿 · ${ruleId || '还没有编号'} · ${isNew ? '还没有保存' : STATE_LABELS[state]}`}
      />
      <div className={pageStyles['stack']}>
        <Panel title="到了哪一步">
          <LifeLine draft={draft} />
        </Panel>
        {draft.mayReview ? <ReviewDraft draft={draft} /> : null}
        {state === 'approved' ? <PublishDraft draft={draft} /> : null}
        <TextPanel draft={draft} basedOn={beginning.basedOn} text={text} isSaved={isSaved} onTextChange={setText} />
        <TryDraft draft={draft} text={text} />
        {!isNew && (state === 'draft' || state === 'returned') ? <SubmitDraft draft={draft} isSaved={isSaved} /> : null}
        {draft.standing ? (
          <Panel title={`与现行第 ${draft.standing.version} 版相比`}>
            <TextDiff before={draft.standing.yaml} after={draft.yaml} label="改动" />
          </Panel>
        ) : null}
        {isNew ? null : (
          <Panel title="谁做了什么">
            <DraftEvents draft={draft} />
          </Panel>
        )}
      </div>
    </>
  );
}

function TextPanel(props: {
  draft: DraftDetail;
  /** What a new draft was begun from. */
  basedOn: string | null;
  text: string;
  isSaved: boolean;
  onTextChange: (text: string) => void;
}) {
  const { draft, basedOn, text, isSaved, onTextChange } = props;
  const create = useCreateDraft();
  const goOnAs = useGoOnAs();
  const step = useDraftStep(draft.id, '');
  const isNew = draft.id === NEW_DRAFT;
  const save = isNew ? create : step;
  const isEditable = isOpen(draft.state);
  // Who begins anew is asked; who comes to a text sees it.
  const [view, setView] = useState<'form' | 'text'>(text === '' ? 'form' : 'text');
  return (
    <Panel title="规则全文">
      {isEditable ? (
        <Segmented
          aria-label="怎么写"
          options={[
            { value: 'form', label: '填表单' },
            { value: 'text', label: '写全文' },
          ]}
          value={view}
          onChange={setView}
        />
      ) : null}
      {isEditable && view === 'form' ? (
        <Suspense fallback={<PageSkeleton panels={2} />}>
          <RuleForm text={text} onTextChange={onTextChange} />
        </Suspense>
      ) : (
        <DraftEditor text={text} onTextChange={onTextChange} isLocked={!isEditable} />
      )}
      {save.isError ? <Alert role="alert" type="error" showIcon title={save.error.message} /> : null}
      {isSaved && draft.problem !== null ? (
        <Alert role="alert" type="warning" showIcon title={<span className={styles['problems']}>{draft.problem}</span>} />
      ) : null}
      {isEditable ? (
        <div className={styles['actions']}>
          <Button
            type={isSaved ? 'default' : 'primary'}
            disabled={isSaved}
            loading={save.isPending}
            onClick={() =>
              // Here, so that whoever has left the page meanwhile is not brought back to it.
              isNew
                ? create.mutate({ yaml: text, basedOn }, { onSuccess: goOnAs })
                : step.mutate({ yaml: text, revision: draft.revision })
            }
          >
            保存草稿
          </Button>
          <span role="status">
            {isNew ? '还没有保存；点“保存草稿”以后别人才看得到。' : isSaved ? '已保存' : savedMeans(draft)}
          </span>
        </div>
      ) : null}
    </Panel>
  );
}

function savedMeans({ state, mayReview }: DraftDetail): string {
  if (mayReview) return '有改动没有保存。保存后您也是作者，要由别人复核。';
  return state === 'submitted' || state === 'approved' ? '有改动没有保存。保存后回到草稿，要重新提交、复核。' : '有改动没有保存';
}
