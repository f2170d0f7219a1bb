import { Drawer } from 'antd';
import { MenuOutlined } from '@ant-design/icons';
import { useState, type ReactNode } from 'react';
import { CountyTime } from './county-time.js';
import styles from './layout.module.css';
import { LiveIndicator } from './live-indicator.js';
import { Advisories, useAwaitsAdvisories } from './advisories.js';
import { usePageKey } from './page-key.js';
import { SearchBox } from './search-box.js';
import { useMay } from './session.js';
import { Sidebar } from './sidebar.js';
import { UserMenu } from './user-menu.js';

/** Frame of every page: menu at the side (a drawer on narrow screens), bar on top, content. */
export function Layout({ children }: { children: ReactNode }) {
  const [menuOpen, setMenuOpen] = useState(false);
  const page = usePageKey();
  const looksAtFindings = useMay('read-findings');
  const awaitsTop = useAwaitsAdvisories(looksAtFindings);
  return (
    <div className={styles['frame']}>
      <a
        className={styles['skip']}
        href="#content"
        onClick={(event) => {
          // As an address of its own it would have no state, by which a page knows that it goes on.
          event.preventDefault();
          document.getElementById('content')?.focus();
        }}
      >
        跳到正文
      </a>
      <aside className={styles['side']}>
        <Sidebar />
      </aside>
      <Drawer
        open={menuOpen}
        onClose={() => setMenuOpen(false)}
        placement="left"
        size={248}
        closable={false}
        title={null}
        aria-label="菜单"
        styles={{ body: { padding: 0, background: 'var(--navy)' } }}
      >
        <Sidebar onNavigate={() => setMenuOpen(false)} />
      </Drawer>
      <div className={styles['main']}>
        <header className={styles['bar']}>
          <button type="button" className={styles['burger']} aria-label="打开菜单" onClick={() => setMenuOpen(true)}>
            <MenuOutlined />
          </button>
          <CountyTime />
          <div className={styles['barEnd']}>
            {looksAtFindings ? <SearchBox /> : null}
            {looksAtFindings ? <LiveIndicator /> : null}
            <UserMenu />
          </div>
        </header>
        {looksAtFindings ? <Advisories /> : null}
        <main id="content" tabIndex={-1} className={`${styles['content']} ${awaitsTop ? styles['awaiting'] : ''}`} key={page}>
          {children}
        </main>
      </div>
    </div>
  );
}
