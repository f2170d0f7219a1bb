import type { Actor, AuditEvent, AuditLog } from '@tianyan/access';
import type { ClosingRecords, StepRecord, SupervisionReceipt } from '@tianyan/supervision';

/** How the audit log calls a step, and what it is a step of. */
interface Recorded {
  action: AuditEvent['action'];
  noun: string;
}

export const LETTER_RECORD: Recorded = { action: 'take-letter-step', noun: 'letter' };
export const RECTIFICATION_RECORD: Recorded = { action: 'take-rectification-step', noun: 'rectification' };
export const CIRCULAR_RECORD: Recorded = { action: 'take-circular-step', noun: 'circular' };
export const IMPROVEMENT_RECORD: Recorded = { action: 'take-improvement-step', noun: 'improvement' };
export const CAMPAIGN_RECORD: Recorded = { action: 'take-campaign-step', noun: 'campaign' };
export const ASSIGNED_TASK_RECORD: Recorded = { action: 'assign-campaign-tasks', noun: 'campaign-task' };
export const TASK_RECORD: Recorded = { action: 'take-campaign-task-step', noun: 'campaign-task' };

/** As the audit log names a step; where it was taken in the place of another, with that one's account. */
export const stepObject = (noun: string, { id, seq, hash, forAccount }: SupervisionReceipt): string =>
  `${noun}/${id}/step/${seq}@${hash}${forAccount === null ? '' : `/for/${forAccount}`}`;

/** What puts a step on record in its own transaction: the hash stands a second time where nobody changes it. */
export function stepRecord(audit: AuditLog, actor: Actor, { action, noun }: Recorded): StepRecord {
  return (client, receipt) => audit.record(actor, { action, object: stepObject(noun, receipt) }, client);
}

/** The same of a step after which a circular may close itself. */
export function closingRecords(audit: AuditLog, actor: Actor, recorded: Recorded): ClosingRecords {
  return { step: stepRecord(audit, actor, recorded), closing: stepRecord(audit, actor, CIRCULAR_RECORD) };
}
