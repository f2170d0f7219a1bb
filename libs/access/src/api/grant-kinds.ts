/** What can be proposed about an account; see `people/grants.ts`. */
export const GRANT_KINDS = ['make', 'change', 'reset', 'unlock'] as const;
export type GrantKind = (typeof GRANT_KINDS)[number];
export const GRANT_KIND_LABELS: Readonly<Record<GrantKind, string>> = {
  make: '新建账号',
  change: '变更授权',
  reset: '重置密码',
  unlock: '恢复账号',
};

export const GRANT_STATES = ['pending', 'confirmed', 'rejected', 'withdrawn'] as const;
export type GrantState = (typeof GRANT_STATES)[number];
export const GRANT_STATE_LABELS: Readonly<Record<GrantState, string>> = {
  pending: '待复核',
  confirmed: '已通过',
  rejected: '已驳回',
  withdrawn: '已撤回',
};
