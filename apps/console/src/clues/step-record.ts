import type { Actor, AuditLog } from '@tianyan/access';
import type { Sent } from '@tianyan/cases';

type StepAction = 'register-clue' | 'take-clue-step' | 'attach-clue-file' | 'withdraw-clue-file';

/** What puts a step on record in its own transaction: the hash stands a second time where nobody changes it. */
export function stepRecord(audit: AuditLog, actor: Actor, action: StepAction, reason: string | null): Sent['record'] {
  return async (client, receipt) => {
    if (receipt === null) return;
    const { clueId, seq, hash, forAccount, restricted } = receipt;
    const object = `clue/${clueId}/step/${seq}@${hash}${forAccount === null ? '' : `/for/${forAccount}`}`;
    // Whoever reads the log is in no circle; the step holds it.
    await audit.record(actor, { action, object, ...(reason === null || restricted ? {} : { reason }) }, client);
  };
}
