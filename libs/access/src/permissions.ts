import { RefusedError } from '@tianyan/kernel';
import type { AuditLog } from './audit-log.js';
import type { Actor, Role } from './user.js';

/**
 * Who may do what; what is not named here everybody who is signed in may: looking at findings, rules and sources, with
 * personal data covered. Deciding on a doubt is an analyst's work: whoever runs the platform must not be able to make doubts
 * go away. A reader neither decides nor sees what is covered.
 */
const PERMISSIONS = {
  'decide-finding': ['analyst'],
  'read-clues': ['analyst', 'administrator'],
  // Of one clue never by one person alone: the steps of libs/cases see to that.
  'handle-clues': ['analyst', 'administrator'],
  'approve-clues': ['analyst', 'administrator'],
  'reveal-personal-data': ['analyst', 'administrator'],
  'replay-quarantined': ['analyst', 'administrator'],
  'mend-quarantined': ['analyst', 'administrator'],
  'discard-quarantined': ['administrator'],
  'upload-file': ['administrator'],
  'decide-held-list': ['administrator'],
  'start-sweep': ['administrator'],
  'switch-rules': ['administrator'],
  'draft-rules': ['analyst', 'administrator'],
  // Never one's own: the store sees to that.
  'review-rules': ['analyst', 'administrator'],
  'publish-rules': ['administrator'],
  'settle-clock': ['administrator'],
  'read-run-log': ['administrator'],
  'count-coverage': ['administrator'],
  'manage-teams': ['administrator'],
  'unlock-sign-in': ['administrator'],
  'receive-platform-notices': ['administrator'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Action = keyof typeof PERMISSIONS;

const ROLE_NAMES: Readonly<Record<Role, string>> = { analyst: '分析员', administrator: '管理员', reader: '只读人员' };

export function isAllowed(role: Role, action: Action): boolean {
  return (PERMISSIONS[action] as readonly Role[]).includes(role);
}

/** Throws RefusedError('forbidden') unless the person's role may do it; the attempt is entered in the audit log. */
export async function requireAction(audit: AuditLog, actor: Actor, action: Action, object: string): Promise<void> {
  if (isAllowed(actor.user.role, action)) return;
  await audit.record(actor, { action: 'refused', object, succeeded: false });
  throw new RefusedError('forbidden', `此操作须由${PERMISSIONS[action].map((role) => ROLE_NAMES[role]).join('或')}进行`);
}
