import { changedParameters, textDiff } from './text-diff.js';
import styles from './drafts/draft.module.css';

const MARKS = { same: ' ', added: '+', removed: '−', skipped: '' } as const;
const SAID = { same: '', added: '新增：', removed: '删去：', skipped: '' } as const;

/** Two texts of a rule side by side: which parameters changed, and which lines. */
export function TextDiff({ before, after, label }: { before: string; after: string; label: string }) {
  const lines = textDiff(before, after);
  const parameters = changedParameters(before, after);
  if (lines.length === 0) return <p>两份全文一样。</p>;
  return (
    <>
      {parameters.length === 0 ? null : (
        <ul aria-label="改动的标准">
          {parameters.map(({ name, label: what, before: was, after: is }) => (
            <li key={name}>
              {what}：{was ?? '（没有）'} → <b>{is ?? '（删去）'}</b>
            </li>
          ))}
        </ul>
      )}
      <div className={styles['diff']} role="region" aria-label={label} tabIndex={0}>
        {lines.map(({ kind, text }, n) => (
          <span key={`${n} ${text}`} className={styles[kind]}>
            <span className="sr-only">{SAID[kind]}</span>
            {`${MARKS[kind]} ${text}`}
          </span>
        ))}
      </div>
    </>
  );
}
