import {
  AlertOutlined,
  AuditOutlined,
  BellOutlined,
  BarChartOutlined,
  BookOutlined,
  CarryOutOutlined,
  ClusterOutlined,
  DashboardOutlined,
  DesktopOutlined,
  FileProtectOutlined,
  FileTextOutlined,
  FundProjectionScreenOutlined,
  IdcardOutlined,
  InboxOutlined,
  LockOutlined,
  NotificationOutlined,
  PieChartOutlined,
  ProfileOutlined,
  QuestionCircleOutlined,
  ReconciliationOutlined,
  RiseOutlined,
  SafetyCertificateOutlined,
  SendOutlined,
  SolutionOutlined,
  SwapOutlined,
  TeamOutlined,
  UserSwitchOutlined,
} from '@ant-design/icons';
import type { Action, Session } from '@tianyan/console-app/api';
import type { ReactNode } from 'react';
import type { HelpedPage } from '../help/helped-pages.js';

export interface NavigationItem {
  path: HelpedPage;
  label: string;
  icon: ReactNode;
  /** Whose page it is; without it, everybody's. */
  action?: Action;
  /** What nobody can say the township of is seen with the whole county alone. */
  wholeCountyOnly?: true;
  /** Which number stands beside it. */
  count?: 'unreadNotices' | 'quarantine' | 'pendingGrants';
}

export interface NavigationGroup {
  label: string;
  items: readonly NavigationItem[];
}

const NAVIGATION: readonly NavigationGroup[] = [
  {
    label: '监督',
    items: [
      { path: '/bench', label: '工作台', icon: <DesktopOutlined />, action: 'read-clues' },
      { path: '/', label: '总览', icon: <DashboardOutlined />, action: 'read-findings' },
      { path: '/findings', label: '疑点', icon: <AlertOutlined />, action: 'read-findings' },
      { path: '/clues', label: '线索', icon: <SolutionOutlined />, action: 'read-clues' },
      { path: '/statistics', label: '统计', icon: <PieChartOutlined />, action: 'read-clues' },
      { path: '/letters', label: '督办函', icon: <FileTextOutlined />, action: 'read-supervision' },
      { path: '/circulars', label: '通报', icon: <NotificationOutlined />, action: 'read-supervision' },
      { path: '/rectifications', label: '整改台账', icon: <CarryOutOutlined />, action: 'read-supervision' },
      { path: '/campaigns', label: '专项复查', icon: <ReconciliationOutlined />, action: 'read-supervision' },
      { path: '/assignments', label: '交办事项', icon: <ProfileOutlined />, action: 'answer-for-unit' },
      { path: '/hand-overs', label: '移交', icon: <SwapOutlined />, action: 'hand-over-work' },
      { path: '/delegations', label: '代理', icon: <UserSwitchOutlined />, action: 'read-delegations' },
      { path: '/scorecards', label: '记分卡', icon: <BarChartOutlined />, action: 'read-findings' },
      { path: '/surges', label: '集中反映', icon: <RiseOutlined />, action: 'read-findings' },
      { path: '/screen', label: '大屏', icon: <FundProjectionScreenOutlined />, action: 'approve-clues' },
      { path: '/inbox', label: '通知', icon: <BellOutlined />, count: 'unreadNotices' },
    ],
  },
  {
    label: '数据',
    items: [
      { path: '/sources', label: '数据源', icon: <ClusterOutlined />, action: 'read-sources' },
      {
        path: '/quarantine',
        label: '隔离区',
        icon: <InboxOutlined />,
        action: 'read-sources',
        count: 'quarantine',
        wholeCountyOnly: true,
      },
      { path: '/dictionary', label: '数据字典', icon: <BookOutlined /> },
    ],
  },
  {
    label: '研判',
    items: [
      { path: '/rules', label: '规则', icon: <FileProtectOutlined />, action: 'read-rules' },
      { path: '/sweeps', label: '巡检与漂移', icon: <SafetyCertificateOutlined />, action: 'read-rules' },
    ],
  },
  {
    label: '管理',
    items: [
      { path: '/people', label: '人员与授权', icon: <IdcardOutlined />, action: 'read-people', count: 'pendingGrants' },
      { path: '/teams', label: '监督组', icon: <TeamOutlined />, action: 'manage-teams' },
      { path: '/deliveries', label: '送达记录', icon: <SendOutlined />, action: 'manage-teams' },
      { path: '/sign-in-blocks', label: '登录等待', icon: <LockOutlined />, action: 'unlock-sign-in' },
      { path: '/audit', label: '操作日志', icon: <AuditOutlined />, action: 'read-audit' },
    ],
  },
  { label: '说明', items: [{ path: '/help', label: '帮助', icon: <QuestionCircleOutlined /> }] },
];

/** What the person has pages of. */
export function navigationOf({ may, townshipCodes }: Session): readonly NavigationGroup[] {
  return NAVIGATION.map((group) => ({
    ...group,
    items: group.items
      .filter(({ action }) => action === undefined || may.includes(action))
      .filter(({ wholeCountyOnly }) => wholeCountyOnly !== true || townshipCodes === null),
  })).filter(({ items }) => items.length > 0);
}
