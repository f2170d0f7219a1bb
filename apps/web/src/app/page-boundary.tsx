import { Component, type ReactNode } from 'react';
import { Button } from 'antd';
import { usePageKey } from './page-key.js';
import styles from '../parts/state-panel.module.css';

/** A page whose program cannot be loaded, without a network or after an upgrade, says so, and leaves the menu to go elsewhere. */
export function PageBoundary({ children }: { children: ReactNode }) {
  // Another page is another try.
  return <Boundary key={usePageKey()}>{children}</Boundary>;
}

class Boundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <div role="alert" className={styles['panel']}>
        <p className={styles['title']}>这一页没有打开</p>
        <p className={styles['hint']}>没有网络时只能打开现场办理要用的页面；有网络的，可能刚刚升级过，请刷新。</p>
        <Button onClick={() => window.location.reload()}>刷新</Button>
      </div>
    );
  }
}
