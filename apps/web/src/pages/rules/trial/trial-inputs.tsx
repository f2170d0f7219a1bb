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
              输入 <code>{input.input}</code>：{input.typeLabel}
              {input.records === null || input.passing === null ? (
                '没有写明乡镇，有多少只有管辖全县的人看得到。'
              ) : (
                <>
                  共 {numberText(input.records)} 条，符合条件的{' '}
                  <b className={input.passing === 0 ? styles['none'] : undefined}>{numberText(input.passing)} 条</b>
                  {input.records === 0 ? '。这类记录还没有接入，或还没有载入。' : ''}
                </>
              )}
            </p>
            {emptyFields(input).map(({ field, label, share }) => (
              <p key={field} className={styles['note']}>
                字段 {label}（{field}）在 {shareText(share)} 的记录里为空
              </p>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

function emptyFields({ fields, records }: TrialInput): { field: string; label: string; share: number }[] {
  if (records === null || records === 0) return [];
  return fields
    .map(({ empty, ...field }) => ({ ...field, share: empty / records }))
    .filter(({ share }) => share >= NOTABLE_SHARE)
    .toSorted((a, b) => b.share - a.share);
}

/** Never 100% where one has it. */
function shareText(share: number): string {
  return share === 1 ? '全部' : `${Math.min(99, Math.round(share * 100))}%`;
}
