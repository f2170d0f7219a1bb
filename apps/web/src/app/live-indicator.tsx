import { Tooltip } from 'antd';
import { useLiveState } from '../live/live-provider.js';
import styles from './live-indicator.module.css';

const TEXT = {
  connecting: { label: '连接中', explanation: '正在建立实时连接' },
  live: { label: '实时', explanation: '新的疑点和通知会自动出现，不必刷新' },
  offline: { label: '正在重连', explanation: '实时连接已断开，页面上的内容可能不是最新。系统正在自动重连；急用时请刷新页面。' },
} as const;

export function LiveIndicator() {
  const state = useLiveState();
  const text = TEXT[state];
  return (
    <Tooltip title={text.explanation}>
      <span role="status" className={`${styles['indicator']} ${styles[state]}`} tabIndex={0}>
        <span aria-hidden="true" className={styles['dot']} />
        <span className={styles['label']}>{text.label}</span>
      </span>
    </Tooltip>
  );
}
