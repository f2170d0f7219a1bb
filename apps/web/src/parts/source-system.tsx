import { FileTextOutlined, PhoneOutlined, ShopOutlined, WalletOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import styles from './source-system.module.css';

export type SystemTone = 'hotline' | 'assets' | 'trading' | 'other';

/** The tone of the system that owns a record type (`hotline.order` → hotline). */
export function systemTone(type: string): SystemTone {
  const system = type.split('.')[0];
  return system === 'hotline' || system === 'assets' || system === 'trading' ? system : 'other';
}

const ICONS: Readonly<Record<SystemTone, ReactNode>> = {
  hotline: <PhoneOutlined />,
  assets: <WalletOutlined />,
  trading: <ShopOutlined />,
  other: <FileTextOutlined />,
};

export const SYSTEM_COLOURS: Readonly<Record<SystemTone, string>> = {
  hotline: '#0b6e7f',
  assets: '#b07a1e',
  trading: '#6a5ab5',
  other: '#7d8a9c',
};

export function SystemIcon({ type }: { type: string }) {
  const tone = systemTone(type);
  return (
    <span aria-hidden="true" className={`${styles['icon']} ${styles[tone]}`}>
      {ICONS[tone]}
    </span>
  );
}

export function SystemBadge({ type, label }: { type: string; label: string }) {
  return <span className={`${styles['badge']} ${styles[systemTone(type)]}`}>{label}</span>;
}
