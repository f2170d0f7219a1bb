import type { TrialResult, TrialSample } from '@tianyan/console-app/api';
import { Alert, Progress } from 'antd';
import { numberText } from '../../../format/number.js';
import { CancelTrial } from '../trial/cancel-trial.js';
import { TrialDecided } from '../trial/trial-decided.js';
import { TrialLoads } from '../trial/trial-loads.js';
import { TrialUnderWay } from '../trial/trial-under-way.js';
import { TrialSamples } from '../trial/trial-samples.js';
import type { useTrial } from '../trial/use-trial.js';
import styles from './parameters.module.css';

/** Which findings would appear and disappear with the values as they stand in the dialog. */
export function ParameterPreview({ trying, isOutdated }: { trying: ReturnType<typeof useTrial>; isOutdated: boolean }) {
  const { trial, error, isBusy } = trying;
  if (!isBusy && !trial && !error) return null;
  const result = isBusy ? null : trial?.result;
  return (
    <section aria-label="会多出、少掉的疑点" className={styles['preview']}>
      {error ? (
        <Alert role="alert" type="error" showIcon title={<span className={styles['lines']}>{error.message}</span>} />
      ) : null}
      {isBusy ? (
        <div className={styles['underWay']}>
          <p role="status">正在按新的取值研判全部已有记录（只看，不改动任何数据）……</p>
          <Progress aria-label="进度" percent={Math.round((trial?.progress ?? 0) * 100)} status="active" />
          <CancelTrial trying={trying} />
        </div>
      ) : null}
      {trial?.state === 'failed' ? <Alert role="alert" type="error" showIcon title={trial.failure} /> : null}
      {trial?.state === 'cancelled' ? <Alert role="status" type="info" showIcon title="已取消，什么也没有改动。" /> : null}
      {result && isOutdated ? <Alert type="warning" showIcon title="取值又改过了，下面是改动之前的结果，请再看一次。" /> : null}
      {result && trial ? <TrialLoads loads={trial.loads} /> : null}
      {result ? <TrialUnderWay underWay={result.underWay} /> : null}
      {result ? <Changes hits={result.hits} changes={result.changes} /> : null}
    </section>
  );
}

function Changes({ hits, changes }: Pick<TrialResult, 'hits' | 'changes'>) {
  if (!changes) return <p>按新的取值成立的疑点 {numberText(hits)} 条；现有疑点太多，无法逐条比较。</p>;
  const { standing, gained, lost, gainedSamples, lostSamples } = changes;
  return (
    <>
      <p>
        现有疑点 {numberText(standing)} 条；保存后<b>多出 {numberText(gained)} 条</b>，<b>少掉 {numberText(lost)} 条</b>，其余{' '}
        {numberText(standing - lost)} 条不变。
      </p>
      <TrialDecided changes={changes} />
      <Samples title={`会多出的，例如（${gainedSamples.length} 条）`} samples={gainedSamples} />
      <Samples title={`会少掉的，例如（${lostSamples.length} 条）`} samples={lostSamples} />
    </>
  );
}

function Samples({ title, samples }: { title: string; samples: readonly TrialSample[] }) {
  if (samples.length === 0) return null;
  return (
    <details>
      <summary>{title}</summary>
      <TrialSamples samples={samples} label={title} />
    </details>
  );
}
