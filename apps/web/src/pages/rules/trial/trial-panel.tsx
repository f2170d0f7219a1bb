import { Alert, Progress } from 'antd';
import { TrialReport } from './trial-report.js';
import { CancelTrial } from './cancel-trial.js';
import styles from './trial.module.css';
import type { useTrial } from './use-trial.js';

interface TrialPanelProps {
  trying: ReturnType<typeof useTrial>;
  /** The text as it is being written, and as it stands in the draft; missing: it is of no draft and is written by nobody. */
  draft?: { written: string; saved: string };
}

/** How far the trial is, what came of it, or why nothing did; and of which text that is. */
export function TrialPanel({ trying, draft }: TrialPanelProps) {
  const { trial, error, isBusy } = trying;
  if (!isBusy && !trial && !error) return null;
  const failure = error?.message ?? (trial?.state === 'failed' ? trial.failure : null);
  // What was wrong with another text says nothing of this one; it stays to be read by whoever mends it, no longer as a fault.
  const isOld = draft !== undefined && !isBusy && trying.yaml !== draft.written;
  return (
    <section aria-label="试一试的结果" className={styles['panel']}>
      {failure !== null && isOld ? <Alert type="warning" showIcon title={CHANGED_SINCE} /> : null}
      {failure === null ? null : (
        <Alert
          role={isOld ? 'note' : 'alert'}
          type={isOld ? 'info' : 'error'}
          showIcon={!isOld}
          title={<span className={styles['lines']}>{failure}</span>}
        />
      )}
      {isBusy ? <UnderWay trying={trying} /> : null}
      {trial?.state === 'cancelled' ? (
        <Alert role="status" type="info" showIcon title="已取消。规则没有发布，也没有改动任何数据。" />
      ) : null}
      {trial?.result && !isBusy ? (
        <>
          {draft ? <OfWhichText tried={trying.yaml ?? ''} {...draft} /> : null}
          <TrialReport result={trial.result} />
        </>
      ) : null}
    </section>
  );
}

const CHANGED_SINCE = '试过以后全文又改动了，下面是改动之前的结果，请再试一次。';

function OfWhichText({ tried, written, saved }: { tried: string; written: string; saved: string }) {
  if (tried !== written) return <Alert type="warning" showIcon title={CHANGED_SINCE} />;
  if (tried !== saved)
    return <Alert type="info" showIcon title="下面是还没有保存的改动试出的结果。保存草稿以后，它才留在草稿上给复核的人看。" />;
  return <p className={styles['note']}>下面是已保存的这份全文试出的结果，已留在草稿上。</p>;
}

function UnderWay({ trying }: { trying: ReturnType<typeof useTrial> }) {
  const { trial } = trying;
  const progress = trial?.progress ?? 0;
  const words =
    trial?.state === 'queued'
      ? '前面还有别的规则在试，正在排队……'
      : progress < AFTER_COUNTS
        ? '正在跑规则里的例子，同时数一数有多少记录……'
        : progress < AFTER_EVALUATION
          ? '正在用它研判全部已有记录（只看，不改动任何数据）……'
          : '研判完了，正在等例子跑完、整理结果……';
  return (
    <div className={styles['underWay']}>
      <p role="status">{words}</p>
      <div className={styles['progress']}>
        <Progress aria-label="试一试的进度" percent={Math.round(progress * 100)} status="active" />
        <CancelTrial trying={trying} />
      </div>
    </div>
  );
}

/** The examples run beside all of it. So far the records are counted. */
const AFTER_COUNTS = 0.15;
/** From then on everything is judged. */
const AFTER_EVALUATION = 0.98;
