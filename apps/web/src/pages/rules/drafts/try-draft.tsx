import { ExperimentOutlined } from '@ant-design/icons';
import { MAX_KNOWN_CASES, type DraftDetail } from '@tianyan/console-app/api';
import { Alert, Button, Checkbox, Input } from 'antd';
import { useEffect, useId, useState, type ReactNode } from 'react';
import { Panel } from '../../../parts/panel.js';
import { numbersIn } from '../trial/known-numbers.js';
import { TrialPanel } from '../trial/trial-panel.js';
import { TrialReport } from '../trial/trial-report.js';
import { useTrial } from '../trial/use-trial.js';
import styles from './draft.module.css';
import { isOpen } from './draft-words.js';
import { useDraftStep } from './use-draft.js';

/** Tries the text as it is being written over a chosen past; what came of the saved one stays with the draft. */
export function TryDraft({ draft, text }: { draft: DraftDetail; text: string }) {
  const written = text.trim();
  const trying = useTrial();
  const { mutate: keep, error } = useDraftStep(draft.id, 'trial');
  const doneId = trying.trial?.state === 'done' ? trying.trial.id : null;
  const { revision } = draft;
  // Also when what was tried is saved afterwards.
  const isOfDraft = trying.yaml === draft.yaml && isOpen(draft.state);
  useEffect(() => {
    if (doneId !== null && isOfDraft) keep({ trialId: doneId, revision });
  }, [doneId, isOfDraft, revision, keep]);
  const isShown = draft.trial !== null && trying.trial === undefined && !trying.isBusy;
  return (
    <Panel title="试一试" note="跑规则里的例子，再看它对已有记录会发现什么；什么也不改动">
      {isOpen(draft.state) ? (
        <TrialForm trying={trying} written={written}>
          {written === draft.yaml ? null : <span>试的是正在写的全文，不用先保存；保存以后，结果才留在草稿上。</span>}
        </TrialForm>
      ) : null}
      {error && written === draft.yaml ? <Alert role="alert" type="warning" showIcon title={error.message} /> : null}
      <TrialPanel trying={trying} draft={{ written, saved: draft.yaml }} />
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

interface TrialFormProps {
  trying: ReturnType<typeof useTrial>;
  written: string;
  children: ReactNode;
}

/** Over which past, and against which known cases. */
function TrialForm({ trying, written, children }: TrialFormProps) {
  const knownId = useId();
  const [period, setPeriod] = useState({ from: '', to: '' });
  const [asKnown, setAsKnown] = useState(false);
  const [numbers, setNumbers] = useState('');
  const known = numbersIn(numbers);
  const isTooMany = known.length > MAX_KNOWN_CASES;
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
  const begin = () =>
    trying.begin(written, {
      ...(period.from === '' ? {} : { from: period.from }),
      ...(period.to === '' ? {} : { to: period.to, asKnown }),
      ...(known.length === 0 ? {} : { known }),
    });
  return (
    <>
      <div className={styles['actions']} style={{ marginTop: 0 }}>
        {day('from', '只看发生在（起）')}
        {day('to', '只看发生在（止）')}
        <Checkbox checked={asKnown} disabled={period.to === ''} onChange={(event) => setAsKnown(event.target.checked)}>
          只用当天以前收到的记录
        </Checkbox>
      </div>
      <div className={styles['field']}>
        <label htmlFor={knownId}>已知案件的编号（可不填）：工单号、合同号等，看这条规则命中哪些，每行一个</label>
        <Input.TextArea id={knownId} rows={2} value={numbers} onChange={(event) => setNumbers(event.target.value)} />
        {isTooMany ? (
          <span role="alert">
            填了 {known.length} 个，最多 {MAX_KNOWN_CASES} 个，请分几次试。
          </span>
        ) : null}
      </div>
      <div className={styles['actions']}>
        <Button
          icon={<ExperimentOutlined aria-hidden="true" />}
          disabled={written === '' || isTooMany}
          loading={trying.isBusy}
          onClick={begin}
        >
          试一试
        </Button>
        {children}
      </div>
    </>
  );
}
