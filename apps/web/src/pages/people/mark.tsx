import type { ReactNode } from 'react';
import styles from './mark.module.css';

export type Tone = 'red' | 'amber' | 'green' | 'plain';

/** Where an account or a proposal stands; the component library's tags are too pale to read. */
export function Mark({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`${styles['mark']} ${styles[tone]}`}>{children}</span>;
}
