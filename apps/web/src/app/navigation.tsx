import {
  AlertOutlined,
  BellOutlined,
  BarChartOutlined,
  BookOutlined,
  ClusterOutlined,
  DashboardOutlined,
  FileProtectOutlined,
  InboxOutlined,
  LockOutlined,
  RiseOutlined,
  SafetyCertificateOutlined,
  SendOutlined,
  SolutionOutlined,
  TeamOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';

export interface NavigationItem {
  path: string;
  label: string;
  icon: ReactNode;
  /** What nobody can say the township of is seen with the whole county alone. */
  wholeCountyOnly?: true;
  /** Clues are read by whoever handles them. */
  handlersOnly?: true;
  /** Which number stands beside it. */
  count?: 'unreadNotices' | 'quarantine';
}

export interface NavigationGroup {
  label: string;
  administratorOnly?: boolean;
  items: readonly NavigationItem[];
}

export const NAVIGATION: readonly NavigationGroup[] = [
  {
    label: '监督',
    items: [
      { path: '/', label: '总览', icon: <DashboardOutlined /> },
      { path: '/findings', label: '疑点', icon: <AlertOutlined /> },
      { path: '/clues', label: '线索', icon: <SolutionOutlined />, handlersOnly: true },
      { path: '/scorecards', label: '记分卡', icon: <BarChartOutlined /> },
      { path: '/surges', label: '集中反映', icon: <RiseOutlined /> },
      { path: '/inbox', label: '通知', icon: <BellOutlined />, count: 'unreadNotices' },
    ],
  },
  {
    label: '数据',
    items: [
      { path: '/sources', label: '数据源', icon: <ClusterOutlined /> },
      { path: '/quarantine', label: '隔离区', icon: <InboxOutlined />, count: 'quarantine', wholeCountyOnly: true },
      { path: '/dictionary', label: '数据字典', icon: <BookOutlined /> },
    ],
  },
  {
    label: '研判',
    items: [
      { path: '/rules', label: '规则', icon: <FileProtectOutlined /> },
      { path: '/sweeps', label: '巡检与漂移', icon: <SafetyCertificateOutlined /> },
    ],
  },
  {
    label: '管理',
    administratorOnly: true,
    items: [
      { path: '/teams', label: '监督组', icon: <TeamOutlined /> },
      { path: '/deliveries', label: '送达记录', icon: <SendOutlined /> },
      { path: '/sign-in-blocks', label: '登录等待', icon: <LockOutlined /> },
    ],
  },
];
