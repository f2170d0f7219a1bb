import type { TrialSample } from '@tianyan/console-app/api';
import { numberText } from '../../../format/number.js';
import { instantText } from '../../../format/time.js';
import styles from './trial.module.css';

/** Hits as they would be read as doubts, each with its proof. */
export function TrialSamples({ samples, label }: { samples: readonly TrialSample[]; label: string }) {
  return (
    <ol className={styles['hits']} aria-label={label}>
      {samples.map((sample) => (
        <li key={sample.scope}>
          <p>{sample.explanation}</p>
          <p className={styles['note']}>
            {instantText(sample.occurredAtMs)} · 判断对象 {sample.scope}
            {sample.subjects.map(({ kind, kindLabel, code, name }) => (
              <span key={kind}>
                {' '}
                · {kindLabel} {name ?? code}
              </span>
            ))}
          </p>
          {sample.evidence.length > 0 ? (
            <details>
              <summary className={styles['note']}>证据 {numberText(sample.evidenceCount)} 条</summary>
              <ul className={styles['evidence']}>
                {sample.evidence.map(({ recordId, typeLabel, roleLabel, atMs }) => (
                  <li key={`${typeLabel} ${recordId}`}>
                    {instantText(atMs)} {roleLabel}（{typeLabel} {recordId}）
                  </li>
                ))}
                {sample.evidenceCount > sample.evidence.length ? (
                  <li>……另有 {numberText(sample.evidenceCount - sample.evidence.length)} 条</li>
                ) : null}
              </ul>
            </details>
          ) : null}
        </li>
      ))}
    </ol>
  );
}
