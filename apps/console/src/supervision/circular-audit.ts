import type { Actor, AuditLog } from '@tianyan/access';
import type { ClosingReceipt, SupervisionReceipt } from '@tianyan/supervision';
import { stepObject } from './step-record.js';

/** The hash of the step stands a second time where nobody changes it; so does that of the circular's own, where it closed with it. */
export async function noteCircularStep(
  audit: AuditLog,
  actor: Actor,
  of: { kind: 'circular' | 'improvement'; id: string },
  { closed, ...receipt }: SupervisionReceipt & Partial<ClosingReceipt>,
): Promise<void> {
  await audit.record(actor, { action: `take-${of.kind}-step`, object: stepObject(of.kind, { ...receipt, id: of.id }) });
  if (closed) await noteCircularStep(audit, actor, { kind: 'circular', id: closed.id }, closed);
}
