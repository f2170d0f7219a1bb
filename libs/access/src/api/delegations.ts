export const DELEGATION_STATES = ['pending', 'confirmed', 'rejected', 'ended'] as const;
export type DelegationState = (typeof DELEGATION_STATES)[number];
export const DELEGATION_STATE_LABELS: Readonly<Record<DelegationState, string>> = {
  pending: '待复核',
  confirmed: '已通过',
  rejected: '已驳回',
  ended: '已撤回',
};

/** Days of one delegation: a long leave. Whoever is away for longer hands over, or another is appointed. */
export const MAX_DELEGATION_DAYS = 90;
