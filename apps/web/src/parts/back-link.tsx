import { ArrowLeftOutlined } from '@ant-design/icons';
import type { MouseEvent, ReactNode } from 'react';
import { Link } from 'react-router';
import { useVisitedList } from '../app/visited-lists.js';
import styles from './back-link.module.css';

/** From the page of one thing to the list that it stands in: as the list was left, with what it was filtered by, and at its place where one came from it. */
export function BackLink({ to, children }: { to: string; children: ReactNode }) {
  const { search, isPageBefore } = useVisitedList(to);
  const goBack = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || !isPageBefore()) return;
    event.preventDefault();
    window.history.back();
  };
  return (
    <Link to={to + search} className={styles['back']} onClick={goBack}>
      <ArrowLeftOutlined aria-hidden="true" /> {children}
    </Link>
  );
}
