import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { NavLink, useLocation } from 'react-router';
import { shortNumberText } from '../format/number.js';
import { Brand } from '../parts/brand.js';
import { useUnreadWithoutOverview } from '../pages/inbox/unread-query.js';
import { useOverview } from '../pages/overview/overview-query.js';
import { peopleQuery } from '../pages/people/people-queries.js';
import { navigationOf, type NavigationItem } from './navigation.js';
import { useMay, useSession } from './session.js';
import styles from './sidebar.module.css';

export function Sidebar({ onNavigate }: { onNavigate?: () => void }) {
  const navigation = navigationOf(useSession());
  const menu = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // A menu longer than the window scrolls: the page that is open is to be seen in it.
  useEffect(() => {
    menu.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'nearest' });
  }, [pathname]);
  return (
    <div className={styles['sidebar']}>
      <div className={styles['brand']}>
        <Brand tone="dark" />
      </div>
      <nav ref={menu} aria-label="主菜单" className={styles['nav']}>
        {navigation.map((group) => (
          <section key={group.label} aria-label={group.label} className={styles['group']}>
            <h2 className={styles['groupLabel']}>{group.label}</h2>
            <ul>
              {group.items.map((item) => (
                <li key={item.path}>
                  <Item item={item} {...(onNavigate ? { onNavigate } : {})} />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
      <p className={styles['notice']}>非涉密平台，严禁处理国家秘密</p>
    </div>
  );
}

function Item({ item, onNavigate }: { item: NavigationItem; onNavigate?: () => void }) {
  return (
    <NavLink
      to={item.path}
      end={item.path === '/'}
      onClick={onNavigate}
      className={({ isActive }) => `${styles['item']} ${isActive ? styles['active'] : ''}`}
    >
      <span aria-hidden="true" className={styles['icon']}>
        {item.icon}
      </span>
      {item.label}
      {item.count ? <ItemCount of={item.count} /> : null}
    </NavLink>
  );
}

const COUNT_WORDS: Readonly<Record<NonNullable<NavigationItem['count']>, string>> = {
  unreadNotices: '条未读',
  quarantine: '条待处理',
  pendingGrants: '项待复核',
};

function ItemCount({ of }: { of: NonNullable<NavigationItem['count']> }) {
  const { data } = useOverview();
  // Who reviews is called; whoever proposes knows.
  const people = useQuery({ ...peopleQuery, enabled: useMay('review-grants') });
  const unread = useUnreadWithoutOverview();
  const counts = {
    unreadNotices: data?.unreadNotices ?? unread,
    quarantine: data?.quarantineWaiting,
    pendingGrants: people.data?.pendingGrants,
  };
  const count = counts[of];
  if (!count) return null;
  return (
    <span className={`${styles['count']} ${of === 'quarantine' ? '' : styles['countHot']} num`}>
      {shortNumberText(count)}
      <span className="sr-only">{COUNT_WORDS[of]}</span>
    </span>
  );
}
