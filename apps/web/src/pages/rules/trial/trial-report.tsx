import type { TrialResult, TrialSample } from '@tianyan/console-app/api';
import { Alert } from 'antd';
import type { ReactNode } from 'react';
import { numberText } from '../../../format/number.js';
import { instantText } from '../../../format/time.js';
import { BarList } from '../../../parts/bar-list.js';
import { TrialDecided } from './trial-decided.js';
import { TrialInputs } from './trial-inputs.js';
import { TrialKnown } from './trial-known.js';
import { TrialMonths } from './trial-months.js';
import { TrialSamples } from './trial-samples.js';
import { TrialUnderWay } from './trial-under-way.js';
import styles from './trial.module.css';

const MAX_TOWNSHIPS = 30;
const MAX_UNITS = 20;

/** What came of a trial. */
export function TrialReport({ result }: { result: TrialResult }) {
  const { hits, samples, perTownship, perUnit, furtherUnits } = result;
  return (
    <>
      <Examples examples={result.examples} />
      <Figures result={result} />
      {hits === 0 ? (
        <>
          <Alert
            type="warning"
            showIcon
            title="一条疑点也不会发现。"
            description={result.nothing ?? '请看下面“记录够不够”：符合条件的记录为 0，或关键字段大多为空，就是原因。'}
          />
          <TrialInputs inputs={result.inputs} />
          <Changes result={result} />
          <TrialKnown result={result} />
        </>
      ) : (
        <>
          <Changes result={result} />
          <TrialKnown result={result} />
          <TrialMonths perMonth={result.perMonth} earlier={result.earlier} />
          <div className={styles['columns']}>
            <Part title="按乡镇">
              <BarList counts={perTownship} max={MAX_TOWNSHIPS} />
            </Part>
            <Part title="按单位">
              {perUnit.length === 0 ? (
                <p className={styles['note']}>这条规则不涉及单位。</p>
              ) : (
                <BarList counts={perUnit} max={MAX_UNITS} />
              )}
              {furtherUnits > 0 ? <p className={styles['note']}>另有 {numberText(furtherUnits)} 个单位</p> : null}
            </Part>
          </div>
          <Samples title={`最近的 ${samples.length} 条`} samples={samples} isOpen />
          <TrialInputs inputs={result.inputs} />
        </>
      )}
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className={styles['title']}>{title}</h3>
      {children}
    </section>
  );
}

function Examples({ examples }: { examples: TrialResult['examples'] }) {
  const failed = examples.filter(({ differences }) => differences.length > 0).length;
  return (
    <Part
      title={
        failed === 0 ? `例子 ${examples.length} 个，都通过` : `例子 ${examples.length} 个，${failed} 个没有通过（改好才能发布）`
      }
    >
      <ul className={styles['examples']}>
        {examples.map(({ name, differences }) => (
          <li key={name}>
            <span aria-hidden="true" className={differences.length === 0 ? styles['passed'] : styles['failed']}>
              {differences.length === 0 ? '✓' : '✗'}
            </span>
            <span>
              {name}
              <span className={styles['hidden']}>{differences.length === 0 ? '：通过' : '：没有通过'}</span>
              {differences.map((line) => (
                <span key={line} className={styles['difference']}>
                  {line}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Figures({ result: { nowMs, scopes, hits, due, period, knownAtMs } }: { result: TrialResult }) {
  const figures = [
    { label: '看了多少个判断对象', value: scopes },
    { label: '现在就成立的疑点', value: hits },
    { label: '现在不成立、到期可能成立', value: due },
  ];
  return (
    <Part
      title={`按 ${instantText(nowMs)} ${knownAtMs === null ? '的全部记录' : '已经收到的记录'}${period === null ? '' : '，只看所选日期里发生的'}`}
    >
      <dl className={styles['figures']}>
        {figures.map(({ label, value }) =>
          value === null ? null : (
            <div key={label}>
              <dt>{label}</dt>
              <dd className="num">{numberText(value)}</dd>
            </div>
          ),
        )}
      </dl>
      {due === null ? (
        <p className={styles['note']}>只算试的人管辖范围内的疑点和记录；分不出乡镇的（如工单流转记录、到期才成立的）不算在内。</p>
      ) : null}
    </Part>
  );
}

function Changes({ result: { changes, standingVersion, knownAtMs, underWay } }: { result: TrialResult }) {
  if (standingVersion === null || knownAtMs !== null) return null;
  const title = `与现行第 ${standingVersion} 版相比`;
  if (!changes)
    return (
      <Part title={title}>
        <p className={styles['note']}>
          无法逐条比较：判断对象（scope）换了，或现有疑点太多。发布后旧疑点会撤回，按新规则重新发现。
        </p>
      </Part>
    );
  const { standing, gained, lost, gainedSamples, lostSamples } = changes;
  return (
    <Part title={title}>
      <TrialUnderWay underWay={underWay} />
      <p>
        现有疑点 {numberText(standing)} 条；发布后<b>新增 {numberText(gained)} 条</b>，<b>不再成立 {numberText(lost)} 条</b>，其余{' '}
        {numberText(standing - lost)} 条不变。
      </p>
      <TrialDecided changes={changes} />
      <Samples title={`会新增的，例如（${gainedSamples.length} 条）`} samples={gainedSamples} />
      <Samples title={`会不再成立的，例如（${lostSamples.length} 条）`} samples={lostSamples} />
    </Part>
  );
}

function Samples(props: { title: string; samples: readonly TrialSample[]; isOpen?: boolean }) {
  if (props.samples.length === 0) return null;
  return (
    <details open={props.isOpen} className={styles['samples']}>
      <summary>{props.title}</summary>
      <TrialSamples samples={props.samples} label={props.title} />
    </details>
  );
}
