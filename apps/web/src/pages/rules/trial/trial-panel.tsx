import { Alert, Button, Progress } from 'antd';
import { TrialReport } from './trial-report.js';
import styles from './trial.module.css';
import type { useTrial } from './use-trial.js';

/** How far the trial is, what came of it, or why nothing did. `yaml`: the text as it stands in the form now. */
export function TrialPanel({ trying, yaml }: { trying: ReturnType<typeof useTrial>; yaml: string }) {
  const { trial, error, isBusy } = trying;
  if (!isBusy && !trial && !error) return null;
  return (
    <section aria-label="试一试的结果" className={styles['panel']}>
      {error ? (
        <Alert role="alert" type="error" showIcon title={<span className={styles['lines']}>{error.message}</span>} />
      ) : null}
      {isBusy ? <UnderWay trying={trying} /> : null}
      {trial?.state === 'failed' ? <Alert role="alert" type="error" showIcon title={trial.failure} /> : null}
      {trial?.state === 'cancelled' ? (
        <Alert role="status" type="info" showIcon title="已取消。规则没有发布，也没有改动任何数据。" />
      ) : null}
      {trial?.result && !isBusy ? (
        <>
          {trying.yaml === yaml.trim() ? null : (
            <Alert type="warning" showIcon title="规则全文已改动，下面是改动之前的结果，请再试一次。" />
          )}
          <TrialReport result={trial.result} />
        </>
      ) : null}
    </section>
  );
}

function UnderWay({ trying: { trial, cancel, isCancelling } }: { trying: ReturnType<typeof useTrial> }) {
  const progress = trial?.progress ?? 0;
  const words =
    trial?.state === 'queued'
      ? '前面还有别的规则在试，正在排队……'
      : progress < AFTER_EXAMPLES
        ? '正在跑规则里的例子……'
        : '正在用它研判全部已有记录（只看，不改动任何数据）……';
  return (
    <div className={styles['underWay']}>
      <p role="status">{words}</p>
      <div className={styles['progress']}>
        <Progress aria-label="试一试的进度" percent={Math.round(progress * 100)} status="active" />
        <Button size="small" onClick={cancel} loading={isCancelling}>
          取消这次
        </Button>
      </div>
    </div>
  );
}

/** The examples come first; so far they are what is tried. */
const AFTER_EXAMPLES = 0.2;
