import { ArrowUpOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { numberText } from '../../format/number.js';
import { useLiveEvents } from '../../live/live-provider.js';
import type { FindingFilter } from './finding-filter.js';
import styles from './new-findings-bar.module.css';

/** Says that new findings have come, and shows them when asked: a list must not move while somebody reads it. */
export function NewFindingsBar({ filter, onShow }: { filter: FindingFilter; onShow: () => void }) {
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  useLiveEvents((event) => {
    if (event.kind !== 'finding' || event.change !== 'opened') return;
    const asked = (list: string[], value: string | undefined) => list.length === 0 || value === undefined || list.includes(value);
    if (!asked(filter.rule, event.ruleId) || !asked(filter.severity, event.severity) || !asked(filter.status, 'open')) return;
    setFresh((before) => new Set(before).add(event.id));
  });
  const show = () => {
    setFresh(new Set());
    onShow();
  };
  return (
    <div aria-live="polite">
      {fresh.size > 0 ? (
        <button type="button" className={styles['bar']} onClick={show}>
          <ArrowUpOutlined aria-hidden="true" /> 有 {numberText(fresh.size)} 条新疑点，点这里显示
        </button>
      ) : null}
    </div>
  );
}
