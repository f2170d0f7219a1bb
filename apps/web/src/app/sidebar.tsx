import { NavLink } from 'react-router';
import { useQuery } from '@tanstack/react-query';
import { shortNumberText } from '../format/number.js';
import { Brand } from '../parts/brand.js';
import { overviewQuery } from '../pages/overview/overview-query.js';
import { NAVIGATION, type NavigationItem } from './navigation.js';
import { useSeesWholeCounty } from './reach.js';
import { useIsAdministrator, useMayReadClues } from './session.js';
import styles from './sidebar.module.css';

export function Sidebar({ onNavigate }: { onNavigate?: () => void }) {
  const isAdministrator = useIsAdministrator();
  const seesWholeCounty = useSeesWholeCounty();
  const mayReadClues = useMayReadClues();
  return (
    <div className={styles['sidebar']}>
      <div className={styles['brand']}>
        <Brand tone="dark" />
      </div>
      <nav aria-label="主菜单" className={styles['nav']}>
        {NAVIGATION.filter((group) => isAdministrator || group.administratorOnly !== true).map((group) => (
          <section key={group.label} aria-label={group.label} className={styles['group']}>
            <h2 className={styles['groupLabel']}>{group.label}</h2>
            <ul>
              {group.items
                .filter((item) => seesWholeCounty || item.wholeCountyOnly !== true)
                .filter((item) => mayReadClues || item.handlersOnly !== true)
                .map((item) => (
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

function ItemCount({ of }: { of: NonNullable<NavigationItem['count']> }) {
  const { data } = useQuery(overviewQuery);
  const count = of === 'unreadNotices' ? data?.unreadNotices : data?.quarantineWaiting;
  if (!count) return null;
  return (
    <span className={`${styles['count']} ${of === 'unreadNotices' ? styles['countHot'] : ''} num`}>
      {shortNumberText(count)}
      <span className="sr-only">{of === 'unreadNotices' ? '条未读' : '条待处理'}</span>
    </span>
  );
}
