import { useId, type ReactNode } from 'react';
import styles from './panel.module.css';

/** A titled area of a page: a region that screen readers can jump to. */
export function Panel(props: {
  title?: ReactNode;
  extra?: ReactNode;
  note?: ReactNode;
  flush?: boolean;
  className?: string | undefined;
  children: ReactNode;
}) {
  const id = useId();
  const labelled = props.title === undefined ? {} : { 'aria-labelledby': id };
  return (
    <section {...labelled} className={`${styles['panel']} ${props.className ?? ''}`}>
      {props.title === undefined ? null : (
        <header className={styles['head']}>
          <h2 id={id} className={styles['title']}>
            {props.title}
          </h2>
          {props.note === undefined ? null : <p className={styles['note']}>{props.note}</p>}
          {props.extra === undefined ? null : <div className={styles['extra']}>{props.extra}</div>}
        </header>
      )}
      <div className={props.flush ? styles['flush'] : styles['body']}>{props.children}</div>
    </section>
  );
}
