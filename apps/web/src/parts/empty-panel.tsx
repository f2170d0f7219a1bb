import type { ReactNode } from 'react';
import styles from './state-panel.module.css';

export function EmptyPanel({ title, hint, children }: { title: string; hint?: string; children?: ReactNode }) {
  return (
    <div className={styles['panel']}>
      <svg
        viewBox="0 0 48 48"
        width="48"
        height="48"
        aria-hidden="true"
        fill="none"
        stroke="#9aa8ba"
        strokeWidth="2"
        strokeLinejoin="round"
      >
        <path d="M8 13h32v24H8zM8 21h32M16 13v24" />
      </svg>
      <p className={styles['title']}>{title}</p>
      {hint === undefined ? null : <p className={styles['hint']}>{hint}</p>}
      {children}
    </div>
  );
}
