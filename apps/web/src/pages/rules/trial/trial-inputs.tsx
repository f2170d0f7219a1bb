import type { TrialInput } from '@tianyan/console-app/api';
import { numberText } from '../../../format/number.js';
import styles from './trial.module.css';

/** Fields that are empty in so many records are worth a word; fewer are how data are. */
const NOTABLE_SHARE = 0.01;

/** How much there is for each input, and what of it is empty: why a rule finds little is mostly seen here. */
export function TrialInputs({ inputs }: { inputs: readonly TrialInput[] }) {
  return (
    <section aria-label="记录够不够">
      <h3 className={styles['title']}>记录够不够</h3>
      <ul className={styles['inputs']}>
        {inputs.map((input) => (
          <li key={input.input}>
            <p>
              输入 <code>{input.input}</code>：{input.typeLabel}共 {numberText(input.records)} 条，符合条件的{' '}
              <b className={input.passing === 0 ? styles['none'] : undefined}>{numberText(input.passing)} 条</b>
              {input.records === 0 ? '。这类记录还没有接入，或还没有载入。' : ''}
            </p>
            {emptyFields(input).map(({ field, label, empty }) => (
              <p key={field} className={styles['note']}>
                字段 {label}（{field}）在 {shareText(empty / input.records)} 的记录里为空
              </p>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

function emptyFields({ fields, records }: TrialInput): TrialInput['fields'] {
  return fields.filter(({ empty }) => records > 0 && empty / records >= NOTABLE_SHARE).toSorted((a, b) => b.empty - a.empty);
}

/** Never 100% where one has it. */
function shareText(share: number): string {
  return share === 1 ? '全部' : `${Math.min(99, Math.round(share * 100))}%`;
}
