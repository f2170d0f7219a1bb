import type { EvidenceItem } from '@tianyan/console-app/api';
import { dayText, instantText } from '../../format/time.js';
import { systemTone } from '../../parts/source-system.js';
import styles from './evidence-lanes.module.css';

/** The whole case at a glance: a lane per source system, a dot per record. The list below says the same in words. */
export function EvidenceLanes({ evidence }: { evidence: readonly EvidenceItem[] }) {
  const first = Math.min(...evidence.map((item) => item.atMs));
  const last = Math.max(...evidence.map((item) => item.atMs));
  if (last === first) return null;
  const systems = [...new Map(evidence.map((item) => [item.systemLabel, item.type])).entries()];
  return (
    <div aria-hidden="true" className={styles['lanes']}>
      {systems.map(([label, type]) => (
        <div key={label} className={`${styles['lane']} ${styles[systemTone(type)]}`}>
          <span className={styles['label']}>{label}</span>
          <span className={styles['track']}>
            {evidence
              .filter((item) => item.systemLabel === label)
              .map((item) => (
                <i
                  key={item.index}
                  className={styles['dot']}
                  title={`${instantText(item.atMs)} ${item.title}`}
                  style={{ left: `${((item.atMs - first) / (last - first)) * 100}%` }}
                />
              ))}
          </span>
        </div>
      ))}
      <p className={`${styles['ends']} num`}>
        <span>{dayText(first)}</span>
        <span>{dayText(last)}</span>
      </p>
    </div>
  );
}
