import type { Delivery, DutyMonth, SignInBlockList, TeamChannelList, TeamWeek } from '@tianyan/console-app/api';
import { NOW_MS } from './fixture-findings.js';

const MINUTE = 60_000;

export const TEAMS = {
  items: [
    {
      id: 't1',
      name: '第一监督检查组',
      isDefault: true,
      townshipCodes: ['320921100', '320921101'],
      problemClasses: [],
      unitIds: [],
      memberIds: ['u1', 'u2'],
      webhookUrl: 'https://oa.example.gov.cn/hooks/tianyan',
      webhookKeySet: true,
      minSeverity: 'medium',
      platformNotices: true,
      weeklyBudget: 20,
      quietHours: { from: '22:00', to: '07:00', exceptHigh: true },
      escalation: { minSeverity: 'high', officeHours: 4, firstIds: ['u3'], secondIds: [] },
    },
    {
      id: 't2',
      name: '第二监督检查组',
      isDefault: false,
      townshipCodes: ['320921102', '320921103', '320921104'],
      problemClasses: ['微腐败'],
      unitIds: [],
      memberIds: ['u3'],
      webhookUrl: null,
      webhookKeySet: false,
      minSeverity: 'high',
      platformNotices: false,
      weeklyBudget: null,
      quietHours: null,
      escalation: null,
    },
  ],
  problemClasses: ['形式主义', '微腐败', '不担当不作为'],
  users: [
    { id: 'u1', displayName: '周晓芸' },
    { id: 'u2', displayName: '陈立' },
    { id: 'u3', displayName: '孙海波' },
  ],
};

/** From Monday, 2026-03-23 on: the weeks of April, and the one before them. */
const DUTY_FROM_MS = Date.UTC(2026, 2, 23);
const DAY = 24 * 60 * MINUTE;
const ON_DUTY = ['u1', 'u2'] as const;
export const DUTY: DutyMonth = {
  teamName: '第一监督检查组',
  month: '2026-04',
  today: '2026-04-09',
  hours: { from: '08:30', to: '17:30' },
  members: TEAMS.users,
  days: Array.from({ length: 42 }, (_, n) => {
    const day = new Date(DUTY_FROM_MS + n * DAY).toISOString().slice(0, 10);
    const user = TEAMS.users.find(({ id }) => id === ON_DUTY[n % ON_DUTY.length]);
    const persons = n < 30 && user ? [{ ...user, passedOver: n === 20 ? '账号已停用，跳过' : null }] : [];
    return { day, isWorkingDay: n % 7 < 5, isOver: day < '2026-04-09', persons };
  }),
  now: { isAtWork: false, day: '2026-04-09', told: ['陈立'], passedOver: [], isNobodyOnDuty: false },
};

export const CHANNELS: TeamChannelList = {
  items: [
    {
      id: 'c1',
      teamId: 't1',
      kind: 'email',
      kindLabel: '邮件',
      name: '值班邮箱',
      userId: 'u1',
      shown: 'duty@example.gov.cn',
      minSeverity: 'low',
      lastTest: { state: 'delivered', reason: null, askedAtMs: NOW_MS - 50 * MINUTE },
    },
    {
      id: 'c2',
      teamId: 't1',
      kind: 'dingtalk',
      kindLabel: '钉钉群机器人',
      name: '一组工作群',
      userId: null,
      shown: '机器人，尾号 9f3c',
      minSeverity: 'high',
      lastTest: {
        state: 'dead',
        reason: '对方拒收（310000）：没有通过机器人的安全设置。设的是“加签”的，请核对密钥',
        askedAtMs: NOW_MS - 20 * MINUTE,
      },
    },
  ],
};

export const DELIVERIES: Delivery[] = Array.from({ length: 9 }, (_, n) => ({
  id: `v${n}`,
  subject: { kind: 'finding', id: `f-00${10 + n}` },
  path: `/findings/f-00${10 + n}`,
  kind: 'opened',
  kindLabel: '新疑点',
  channel: n % 2 ? 'webhook' : 'inbox',
  channelLabel: n % 2 ? '回调' : '站内',
  teamName: '第一监督检查组',
  personName: n % 2 ? null : '周晓芸',
  state: n === 1 ? 'dead' : n === 3 ? 'waiting' : 'delivered',
  attempts: n === 1 ? 8 : n === 3 ? 2 : 1,
  nextAttemptAtMs: n === 3 ? NOW_MS + 4 * MINUTE : null,
  deliveredAtMs: n === 1 || n === 3 ? null : NOW_MS - n * MINUTE,
  lastError: n === 1 ? '对方地址拒绝连接（ECONNREFUSED 10.1.2.3:443）' : n === 3 ? '对方返回 502' : null,
  createdAtMs: NOW_MS - n * 61 * MINUTE,
}));

const dictionaryField = (name: string, label: string, kindLabel: string, privacy: string, privacyLabel: string, more = {}) => ({
  name,
  label,
  kind: 'text',
  kindLabel,
  privacy,
  privacyLabel,
  unit: null,
  optional: false,
  values: [],
  ...more,
});
export const DICTIONARY = {
  types: [
    {
      type: 'hotline.order',
      label: '热线工单',
      systemLabel: '12345 热线',
      description: '12345 热线受理的一张工单的最新情况。',
      fields: [
        dictionaryField('orderId', '工单编号', '编码', 'public', '公开'),
        dictionaryField('content', '诉求内容', '文字', 'personal', '个人信息'),
        dictionaryField('category', '诉求类型', '编码', 'public', '公开', {
          values: [
            { value: 'consult', label: '咨询' },
            { value: 'complaint', label: '投诉' },
          ],
        }),
        dictionaryField('callerPhone', '联系电话', '文字', 'personal', '个人信息', { optional: true }),
        dictionaryField('callerKey', '诉求人标识', '编码', 'secret', '保密', { optional: true }),
      ],
    },
    {
      type: 'assets.contract',
      label: '三资合同',
      systemLabel: '农村三资',
      description: '村集体签订的租赁、发包等合同。',
      fields: [
        dictionaryField('contractId', '合同编号', '编码', 'public', '公开'),
        dictionaryField('totalFen', '合同总价', '金额', 'internal', '内部', { unit: '元' }),
      ],
    },
  ],
};

export const SIGN_IN_BLOCKS: SignInBlockList = {
  items: [
    { kind: 'pair', account: 'li.fen', address: '10.20.31.118', failures: 9, untilMs: NOW_MS + MINUTE },
    { kind: 'account', account: 'wang.gang', address: '', failures: 57, untilMs: NOW_MS + 12 * MINUTE },
    {
      kind: 'address',
      account: '',
      address: '2001:0db8:85a3:0000:0000:8a2e:0370:7334',
      failures: 43,
      untilMs: NOW_MS + 4 * MINUTE,
    },
  ],
};

export const WEEKS: TeamWeek[] = [
  {
    teamId: 't1',
    teamName: '第一监督检查组',
    own: true,
    weeklyBudget: 20,
    fromDay: '2026-04-06',
    open: 17,
    behind: 37,
    behindRed: 4,
  },
];
