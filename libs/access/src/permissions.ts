import { RefusedError } from '@tianyan/kernel';
import type { AuditLog } from './audit-log.js';
import { isAllowed, ROLE_LABELS, rolesFor, type Action } from './api/index.js';
import type { Actor } from './user.js';

/** Throws RefusedError('forbidden') unless the person's role may do it; the attempt is entered in the audit log. */
export async function requireAction(audit: AuditLog, actor: Actor, action: Action, object: string): Promise<void> {
  if (isAllowed(actor.user.role, action)) return;
  await audit.record(actor, { action: 'refused', object, succeeded: false });
  const able = rolesFor(action).map((role) => ROLE_LABELS[role]);
  throw new RefusedError('forbidden', `此操作须由${able.join('或')}进行`);
}
