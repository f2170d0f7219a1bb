import styles from './rule-words.module.css';

/** A rule as people read it, with what it stands on. */
export function RuleWords({ words, legalBasis }: { words: readonly string[]; legalBasis: readonly string[] }) {
  return (
    <div className={styles['rule']}>
      <ol className={styles['words']}>
        {words.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ol>
      {legalBasis.length === 0 ? null : (
        <>
          <h3 className={styles['label']}>依据</h3>
          <ul className={styles['basis']}>
            {legalBasis.map((basis) => (
              <li key={basis}>{basis}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
