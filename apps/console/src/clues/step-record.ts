import type { Actor, AuditLog } from '@tianyan/access';
import type { Sent } from '@tianyan/cases';
import type { StepRequest } from '../api/index.js';

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

/** Beside it, where somebody was named: who was said to be one person, and who somebody else. */
export function identityRecord(audit: AuditLog, actor: Actor, request: StepRequest, record: Sent['record']): Sent['record'] {
  if (request.step !== 'add-person' || request.sameAsId === undefined) return record;
  const { sameAsId } = request;
  return async (client, receipt) => {
    await record(client, receipt);
    if (receipt === null) return;
    const object = identityObject(`clue-step/${receipt.clueId}/${receipt.seq}`, sameAsId);
    await audit.record(actor, { action: 'identify-clue-person', object }, client);
  };
}

/** Not below the clue: its dossier holds what was done on it, and would tell of another. */
export function identityObject(entry: string, sameAsId: string | null): string {
  return `clue-person/${entry}/${sameAsId === null ? 'another' : `same-as/${sameAsId}`}`;
}
