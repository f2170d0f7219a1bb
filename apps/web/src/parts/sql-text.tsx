import { CopyOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import styles from './sql-text.module.css';

/** The exact query behind a finding, so that anyone can check the result with other tools. */
export function SqlText({ sql }: { sql: string }) {
  const { message } = App.useApp();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(sql);
      void message.success('已复制');
    } catch {
      // Browsers refuse the clipboard on pages without HTTPS.
      void message.warning('浏览器不允许自动复制，请选中文字后按 Ctrl+C');
    }
  };
  return (
    <div className={styles['box']}>
      <Button size="small" icon={<CopyOutlined />} className={styles['copy'] ?? ''} onClick={() => void copy()}>
        复制
      </Button>
      <pre className={styles['sql']} tabIndex={0} aria-label="SQL 语句">
        {sql}
      </pre>
    </div>
  );
}
