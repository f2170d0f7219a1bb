import { ExperimentOutlined } from '@ant-design/icons';
import type { DraftDetail } from '@tianyan/console-app/api';
import { Alert, Button, Checkbox, Input } from 'antd';
import { useEffect, useState } from 'react';
import { Panel } from '../../../parts/panel.js';
import { TrialPanel } from '../trial/trial-panel.js';
import { TrialReport } from '../trial/trial-report.js';
import { useTrial } from '../trial/use-trial.js';
import styles from './draft.module.css';
import { isOpen } from './draft-words.js';
import { useDraftStep } from './use-draft.js';

/** Tries the text as it is being written over a chosen past; what came of the saved one stays with the draft. */
export function TryDraft({ draft, text }: { draft: DraftDetail; text: string }) {
  const written = text.trim();
  const [period, setPeriod] = useState({ from: '', to: '' });
  const [asKnown, setAsKnown] = useState(false);
  const trying = useTrial();
  const { mutate: keep, error } = useDraftStep(draft.id, 'trial');
  const doneId = trying.trial?.state === 'done' ? trying.trial.id : null;
  const { revision } = draft;
  // Also when what was tried is saved afterwards.
  const isOfDraft = trying.yaml === draft.yaml && isOpen(draft.state);
  useEffect(() => {
    if (doneId !== null && isOfDraft) keep({ trialId: doneId, revision });
  }, [doneId, isOfDraft, revision, keep]);
  const day = (name: 'from' | 'to', label: string) => (
    <label>
      {label}
      <Input
        type="date"
        size="small"
        value={period[name]}
        onChange={(event) => setPeriod({ ...period, [name]: event.target.value })}
      />
    </label>
  );
  const isShown = draft.trial !== null && trying.trial === undefined && !trying.isBusy;
  return (
    <Panel title="试一试" note="跑规则里的例子，再看它对已有记录会发现什么；什么也不改动">
      {isOpen(draft.state) ? (
        <div className={styles['actions']} style={{ marginTop: 0 }}>
          {day('from', '只看发生在（起）')}
          {day('to', '只看发生在（止）')}
          <Checkbox checked={asKnown} disabled={period.to === ''} onChange={(event) => setAsKnown(event.target.checked)}>
            只用当天以前收到的记录
          </Checkbox>
          <Button
            icon={<ExperimentOutlined aria-hidden="true" />}
            disabled={written === ''}
            loading={trying.isBusy}
            onClick={() =>
              trying.begin(written, {
                ...(period.from === '' ? {} : { from: period.from }),
                ...(period.to === '' ? {} : { to: period.to, asKnown }),
              })
            }
          >
            试一试
          </Button>
          {written === draft.yaml ? null : <span>试的是正在写的全文，不用先保存；存过以后，结果才留在草稿上。</span>}
        </div>
      ) : null}
      {error ? <Alert role="alert" type="warning" showIcon title={error.message} /> : null}
      <TrialPanel trying={trying} written={written} saved={draft.yaml} />
      {isShown && draft.trial ? (
        <section aria-label="试一试的结果">
          {written === draft.yaml ? null : (
            <Alert type="info" showIcon title="下面是已保存的全文试出的结果；正在写的改动还没有试。" />
          )}
          <TrialReport result={draft.trial} />
        </section>
      ) : null}
      {draft.isTried && draft.trial === null ? <p>试这份全文的人管辖范围更大，结果不能给您看；可以自己试一试。</p> : null}
    </Panel>
  );
}
