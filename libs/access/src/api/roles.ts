/**
 * What people are, and what each may do. Three administrators share what one could abuse: the system administrator runs the
 * platform and grants nothing, the security administrator grants and looks at no findings, the audit administrator reviews
 * what was granted and reads what everybody did.
 */
export const ROLES = [
  'commission-leader',
  'analyst',
  'team-member',
  'case-manager',
  'unit-liaison',
  'reader',
  'system-administrator',
  'security-administrator',
  'audit-administrator',
] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_LABELS: Readonly<Record<Role, string>> = {
  'commission-leader': '委领导',
  analyst: '分析员',
  'team-member': '监督检查组成员',
  'case-manager': '案件管理人员',
  'unit-liaison': '单位联络员',
  reader: '只读人员',
  'system-administrator': '系统管理员',
  'security-administrator': '安全管理员',
  'audit-administrator': '审计管理员',
};

/** One line each, for whoever grants them. */
export const ROLE_MEANINGS: Readonly<Record<Role, string>> = {
  'commission-leader': '看全县疑点和线索，分办、审批、验收、办结；可复核授权',
  analyst: '研判疑点、承办线索、写规则',
  'team-member': '研判本组疑点、承办线索',
  'case-manager': '看疑点和线索，分办、验收、办结，审批办理规定写明的层级，不承办',
  'unit-liaison': '只看交给本单位的督办函、通报和整改事项，签收、答复、报送；看不到疑点、线索和来电人',
  reader: '只看疑点和图表，不作决定，看不到遮蔽的内容',
  'system-administrator': '管理数据源、规则发布、巡检、监督组；不授权，不看线索',
  'security-administrator': '管理人员、授权、停用账号；不看疑点',
  'audit-administrator': '复核授权、查阅操作日志；不看疑点',
};

/** Each of these must always be held by somebody who can sign in: nobody else does their part. */
export const SEPARATE_ADMINISTRATORS = ['system-administrator', 'security-administrator', 'audit-administrator'] as const;

/** What these do concerns the whole county. */
const WHOLE_COUNTY_ROLES: readonly Role[] = ['commission-leader', ...SEPARATE_ADMINISTRATORS];

export function needsWholeCounty(role: Role): boolean {
  return WHOLE_COUNTY_ROLES.includes(role);
}

/** Whose reach is units, and no townships. */
export function isOfUnits(role: Role): boolean {
  return role === 'unit-liaison';
}

const WHO_LOOK_AT_FINDINGS = [
  'commission-leader',
  'analyst',
  'team-member',
  'case-manager',
  'reader',
  'system-administrator',
] as const satisfies readonly Role[];

/**
 * Who may do what. Deciding on a doubt is the work of those who verify: whoever runs the platform must not be able to make
 * doubts go away. A reader neither decides nor sees what is covered.
 */
const PERMISSIONS = {
  'read-findings': WHO_LOOK_AT_FINDINGS,
  'read-rules': WHO_LOOK_AT_FINDINGS,
  'read-sources': WHO_LOOK_AT_FINDINGS,
  'decide-finding': ['analyst', 'team-member'],
  'read-clues': ['commission-leader', 'analyst', 'team-member', 'case-manager'],
  // Of one clue never by one person alone: the steps of libs/cases see to that.
  'handle-clues': ['analyst', 'team-member'],
  'manage-clues': ['commission-leader', 'case-manager'],
  'approve-clues': ['commission-leader'],
  // Of others, of what lies within one's own reach.
  'hand-over-work': ['commission-leader', 'case-manager'],
  // That somebody acts in one's place for some days (代理); confirmed by whoever reviews grants.
  delegate: ['commission-leader', 'analyst', 'team-member', 'case-manager'],
  'read-delegations': ['commission-leader', 'analyst', 'team-member', 'case-manager', 'audit-administrator'],
  // What leaves the platform as a file; within it, what the page shows.
  export: ['commission-leader', 'analyst', 'case-manager'],
  // Lists of what the platform itself does: rules, sources, quarantine, sweeps.
  'export-platform-lists': ['commission-leader', 'analyst', 'case-manager', 'system-administrator'],
  'read-supervision': ['commission-leader', 'analyst', 'team-member', 'case-manager'],
  // Of one letter never by one person alone: the steps of libs/supervision see to that.
  'handle-supervision': ['commission-leader', 'analyst', 'team-member', 'case-manager'],
  'manage-supervision': ['commission-leader', 'case-manager'],
  'answer-for-unit': ['unit-liaison'],
  'reveal-personal-data': ['commission-leader', 'analyst', 'team-member', 'system-administrator'],
  'replay-quarantined': ['analyst', 'system-administrator'],
  'mend-quarantined': ['analyst', 'system-administrator'],
  'discard-quarantined': ['system-administrator'],
  'upload-file': ['system-administrator'],
  'decide-held-list': ['system-administrator'],
  'start-sweep': ['system-administrator'],
  'switch-rules': ['system-administrator'],
  'draft-rules': ['analyst', 'system-administrator'],
  // Never one's own: the store sees to that.
  'review-rules': ['analyst', 'system-administrator'],
  'publish-rules': ['system-administrator'],
  'settle-clock': ['system-administrator'],
  'read-run-log': ['system-administrator'],
  'count-coverage': ['system-administrator'],
  'manage-teams': ['system-administrator'],
  'receive-platform-notices': ['system-administrator'],
  'read-people': ['commission-leader', 'security-administrator', 'audit-administrator'],
  'manage-people': ['security-administrator'],
  'unlock-sign-in': ['security-administrator'],
  // Never what one has proposed, nor what is about oneself.
  'review-grants': ['audit-administrator', 'commission-leader'],
  'read-audit': ['audit-administrator'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Action = keyof typeof PERMISSIONS;

// The keys of the table are its actions.
export const ACTIONS = Object.keys(PERMISSIONS) as [Action, ...Action[]];

export function isAllowed(role: Role, action: Action): boolean {
  return rolesFor(action).includes(role);
}

export function rolesFor(action: Action): readonly Role[] {
  return PERMISSIONS[action];
}

export function actionsOf(role: Role): Action[] {
  return ACTIONS.filter((action) => isAllowed(role, action));
}
