import { Button } from 'antd';
import { ApiError } from '../api/client.js';
import { errorWords } from './error-words.js';
import styles from './state-panel.module.css';

/** What went wrong, what to do, and a button to try again, except where there is nothing to come; stands where the content would be. */
export function ErrorPanel({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const problem = error instanceof ApiError ? error.problem : undefined;
  const isMissing = problem?.code === 'not-found';
  return (
    <div role="alert" className={styles['panel']}>
      <svg viewBox="0 0 48 48" width="48" height="48" aria-hidden="true" fill="none" stroke="var(--red)" strokeWidth="2">
        <circle cx="24" cy="24" r="19" />
        <path d="M24 14v13M24 33v1.5" strokeLinecap="round" strokeWidth="3" />
      </svg>
      <p className={styles['title']}>{isMissing ? '没有找到' : '没能读到内容'}</p>
      <p className={styles['hint']}>{errorWords(error)}</p>
      {problem?.requestId ? <p className={styles['trace']}>向管理员报告时请附上编号：{problem.requestId}</p> : null}
      {onRetry && !isMissing ? <Button onClick={onRetry}>再试一次</Button> : null}
    </div>
  );
}
