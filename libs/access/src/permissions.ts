import { RefusedError } from '@tianyan/kernel';
import type { AuditLog } from './audit-log.js';
import type { Actor, Role } from './user.js';

/** Throws RefusedError('forbidden') unless the person has the role; the attempt is entered in the audit log. */
export async function requireRole(audit: AuditLog, actor: Actor, role: Role, object: string): Promise<void> {
  if (actor.user.role === role) return;
  await audit.record(actor, { action: 'refused', object, succeeded: false });
  throw new RefusedError('forbidden', role === 'administrator' ? '此操作须由管理员进行' : '此操作须由分析员进行');
}
