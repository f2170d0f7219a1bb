import type { TrialResult } from '@tianyan/console-app/api';
import { numberText } from '../../../format/number.js';
import styles from './trial.module.css';

/** Which cases the rule hits that people know: those that were found to be so, and those whose numbers were typed in. */
export function TrialKnown({ result: { confirmed, known, period } }: { result: TrialResult }) {
  if (!confirmed && !known) return null;
  return (
    <section aria-label="已知的案件命中了多少">
      <h3 className={styles['title']}>已知的案件命中了多少</h3>
      {confirmed ? <Confirmed confirmed={confirmed} isOfPeriod={period !== null} /> : null}
      {known ? (
        <>
          <p>
            填写的 {numberText(known.hit.length + known.missed.length)} 个编号，<b>命中 {numberText(known.hit.length)} 个</b>，
            <b>没有命中 {numberText(known.missed.length)} 个</b>。
          </p>
          <Codes title="命中的编号" codes={known.hit} />
          <Codes title="没有命中的编号" codes={known.missed} />
        </>
      ) : null}
      <p className={styles['note']}>只算试的人管辖范围内的；命中不论发生在哪一天。</p>
    </section>
  );
}

function Confirmed({ confirmed, isOfPeriod }: { confirmed: NonNullable<TrialResult['confirmed']>; isOfPeriod: boolean }) {
  const { subjects, hit, missed } = confirmed;
  const when = isOfPeriod ? '所选日期里，' : '';
  if (subjects === 0) return <p>{when}同样的判断对象还没有一个核实为属实的，看不出漏掉多少。</p>;
  const left = subjects - hit;
  return (
    <>
      <p>
        {when}同样的判断对象里，已核实属实的（不论哪条规则发现的）有 {numberText(subjects)} 个，<b>命中 {numberText(hit)} 个</b>，
        <b>没有命中 {numberText(left)} 个</b>。
      </p>
      <Codes title={left > missed.length ? `没有命中的，例如 ${missed.length} 个` : '没有命中的'} codes={missed} />
    </>
  );
}

function Codes({ title, codes }: { title: string; codes: readonly string[] }) {
  if (codes.length === 0) return null;
  return (
    <details className={styles['samples']}>
      <summary>{title}</summary>
      <ul className={styles['codes']} aria-label={title}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
    </details>
  );
}
