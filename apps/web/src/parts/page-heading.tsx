import type { ReactNode } from 'react';
import { PageHelp } from '../help/help-button.js';
import styles from './page-heading.module.css';

export function PageHeading({ title, lead, extra }: { title: string; lead?: ReactNode; extra?: ReactNode }) {
  return (
    <div className={styles['heading']}>
      <title>{`${title} · 天眼监督`}</title>
      <div>
        <div className={styles['line']}>
          <h1 className={styles['title']}>{title}</h1>
          <PageHelp label={title} />
        </div>
        {lead === undefined ? null : <p className={styles['lead']}>{lead}</p>}
      </div>
      {extra === undefined ? null : <div className={styles['extra']}>{extra}</div>}
    </div>
  );
}
